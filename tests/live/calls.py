"""System calls that do nothing, made by a process under filters (calling.c), and what must come of them."""
from conditions import CALLS, says
from tap import check, equal

NONE = (1 << 64) - 1
INVALID_CLONE = 0x800  # CLONE_SIGHAND without CLONE_VM: nothing is made
INVALID_UNSHARE = 1    # a signal, which unshare(2) does not take
# Arguments with which the call does nothing: the kernel refuses it, or it is about the child that makes it.
HARMLESS = {
    "lseek": ((NONE,), (0, 1, 0x7fffffff, 1 << 32), (0, 2, 3, 0x13, 1 << 32 | 3)),
    "mprotect": ((1,), (0, 0xf00, 0x1001), (0, 1, 4, 6, 7, 1 << 31, 1 << 32, 1 << 35 | 6)),
    "ioctl": ((NONE,), (0x5401, 0x541b, 0x1234, 0x80005401, 1 << 32 | 0x5401, 0xffffffff80005401, 0xffffffff00005401), (0,)),
    "pread64": ((NONE,), (0,), (0,), (0, 0xfff, 0x1000, 1 << 32, 1 << 32 | 0x1000, 1 << 33)),
    "socket": ((1, 2, 16, 40, 1 << 32 | 40, 1 << 32 | 1), (1, 2, 0x80002), (0,)),
    "clone": ([INVALID_CLONE | flags for flags in (0, 17, 0x10000000, 0x40000000, 0x20000, 0x100000000, 0x110000000)], (0,)),
    "fcntl": ((NONE,), (1, 3, 4, 9, 1 << 32 | 1, NONE), (0, 2, 0xc02, 0x800, 0x1000, 1 << 32)),
    "ftruncate": ((NONE,), (0, 0xfff, 0x1000, 0x7f00000fff, 0x7f00001000, 0x8000000000, 0x7e00001000)),
    "personality": ((0, 8, 0xffffffff, 0x20008, 4, 1 << 32 | 8),),
    "getpriority": ((0, 1, 7), (0, 1, 1 << 32, 2_000_000)),
    "prctl": ((3, 16, 0x7fff, 1 << 32 | 16), (0,), (0,), (0,), (0,)),
    "keyctl": ((0x7fff, 0xffff), (NONE,)),
    "unshare": ([INVALID_UNSHARE | flags for flags in (0, 0x10000000, 0x20000, 0x40000000, 0x110000000)],),
    "dup3": ((NONE,), (NONE,), (0, 1, 0x80000, 0x80001, 1 << 32, 1 << 40)),
}


class Calling:
    """calling.c, under filters or not, that makes calls when told to. `said` is its first line, where that was read."""

    def __init__(self, process, said=None, pid=None):
        self.process, self.known = process, {}
        word, _, own_pid = (said or self.process.stdout.readline().decode()).strip().partition(" ")
        equal(word, "ready", "the process that was to be looked at")
        self.pid = pid or int(own_pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def what_comes(self, *of):
        """Of each call. They are asked for all at once: some launchers take a tenth of a second to pass a line on."""
        self.process.stdin.write("".join(call.line() for call in of).encode())
        self.process.stdin.flush()
        for call in of:
            came = self.process.stdout.readline().decode().strip()
            check(came, f"it ended at {call}")
            yield came

    def know(self, of):
        """Of a process that stays as it is: each call is made once."""
        new = list({call.line(): call for call in of if call.line() not in self.known}.values())
        self.known.update(zip([call.line() for call in new], self.what_comes(*new)))

    def known_to_come(self, call):
        self.know([call])
        return self.known[call.line()]


class Call:
    def __init__(self, abi, name, number, arguments=()):
        self.abi, self.name, self.number = abi, name, number
        narrow = 0xffffffff if abi == "i386" else NONE
        self.arguments = [it & narrow for it in (*arguments, *(0,) * (6 - len(arguments)))]

    def line(self):
        return " ".join(["32" if self.abi == "i386" else "64", f"{self.number:x}", *(f"{it:x}" for it in self.arguments)]) + "\n"

    def __str__(self):
        return f"{self.abi} {self.name}({', '.join(map(hex, self.arguments))})"


def all_arguments(name):
    """Each choice of each argument, beside the first one of the others; and all with all of two."""
    choices = HARMLESS[name]
    first = [of[0] for of in choices]
    found = {tuple(first)}
    for i, of in enumerate(choices):
        for value in of:
            for j, others in enumerate(choices):
                for other in others if j > i else first[j:j + 1]:
                    one = list(first)
                    one[i], one[j] = value, other if j != i else value
                    found.add(tuple(one))
    return sorted(found)


def calls(ways, chance=None, most=None):
    """By each of these ways into the kernel; of many, some by chance."""
    found = []
    for name, (native, compat, _) in CALLS.items():
        for arguments in all_arguments(name):
            found.append(Call("x86_64", name, native, arguments))
            found.append(Call("x32", name, 0x40000000 | native, arguments))
            if compat:
                found.append(Call("i386", name, compat, arguments))
    for number in (500, 1000, 5000, 0x3fffffff):
        found += [Call("x86_64", "none", number), Call("i386", "none", number), Call("x32", "none", 0x40000000 | number)]
    found = [call for call in found if call.abi in ways]
    return chance.sample(found, most) if chance else found


def plainly(came):
    """A descriptor, a pid or an old personality may differ."""
    word, _, number = came.partition(" ")
    return "returned something" if word == "returned" and int(number) >= 0 else came


def as_said(said, call, control):
    """What must come of it, where nothing comes in the way of `control`."""
    kind, _, data = said.partition(":")
    if kind in ("allow", "log"):
        return plainly(control.known_to_come(call))
    return {"errno": lambda: plainly(f"returned {-int(data)}"), "trap": lambda: f"trap {data}",
            "trace": lambda: "returned -38", "notify": lambda: "returned -38",  # ENOSYS: there is no tracer and no listener
            "kill_thread": lambda: "killed thread", "kill_process": lambda: "killed process"}[kind]()


def compare(table, target, control, of):
    """Makes each call; how many of them are not just allowed."""
    restricted, wrong = 0, []
    all_said = [says(table, call.abi, call.name, call.number, call.arguments) for call in of]
    control.know([call for call, said in zip(of, all_said) if said in ("allow", "log")])
    for call, said, came in zip(of, all_said, target.what_comes(*of)):
        restricted += said != "allow"
        if plainly(came) != as_said(said, call, control):
            wrong.append(f"{call}: said {said}, but {came}, and {control.known_to_come(call)} without filters")
    check(not wrong, f"{len(wrong)} of {len(of)} calls:\n" + "\n".join(wrong[:20]))
    return restricted
