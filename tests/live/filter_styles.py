"""Seccomp filters as several compilers write them, and others by chance: raw programs.

All let through what calling.c needs to live: read, write, clone of a thread, wait4, and for a second filter prctl.
"""
import struct

NUMBER, ARCH = 0, 4
X86_64, I386 = 0xc000003e, 0x40000003
ALLOW, LOG, TRACE, NOTIFY, ERRNO, TRAP, KILL_THREAD, KILL_PROCESS = (
    0x7fff0000, 0x7ffc0000, 0x7ff00000, 0x7fc00000, 0x50000, 0x30000, 0, 0x80000000)
OPCODES = {"ld": 0x20, "ldi": 0x00, "ldm": 0x60, "st": 0x02, "and": 0x54, "or": 0x44, "rsh": 0x74, "add": 0x04, "tax": 0x07,
           "txa": 0x87, "jeq": 0x15, "jgt": 0x25, "jge": 0x35, "jset": 0x45, "ja": 0x05, "ret": 0x06}
READ, WRITE, CLONE, WAIT4, PRCTL = 0, 1, 56, 61, 157
NEEDED = (READ, WRITE, CLONE, WAIT4)
NEW_NAMESPACES = 0x7e020000


def low(argument):
    return 16 + 8 * argument


def high(argument):
    return low(argument) + 4


def assemble(*lines):
    """Lines are labels, or (operation, constant, then, otherwise) with labels: to jump to; None goes on."""
    places, code = {}, []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(code)
        else:
            code.append(line)
    program = b""
    for at, (operation, constant, *jumps) in enumerate(code):
        ways = [0 if to is None else places[to] - at - 1 for to in jumps] + [0] * (2 - len(jumps))
        if operation == "ja":
            constant, ways = places[constant] - at - 1, [0, 0]
        program += struct.pack("HBBI", OPCODES[operation], *ways, constant & 0xffffffff)
    return program


def answers(*actions):
    """What is jumped to, by its name."""
    names = {"allow": ALLOW, "log": LOG, "kill": KILL_PROCESS, "kill_thread": KILL_THREAD}
    for name in actions:
        word, _, number = name.partition(":")
        yield name
        yield ("ret", names[name] if name in names else {"errno": ERRNO, "trap": TRAP, "trace": TRACE, "notify": NOTIFY}[word]
               | int(number or 0))


def unless_native(other="kill", x32="kill"):
    yield from (("ld", ARCH), ("jeq", X86_64, None, other), ("ld", NUMBER))
    if x32:
        yield ("jge", 0x40000000, x32, None)


def like_libseccomp():
    """Comparisons of 64 bits by halves, the upper first; masks of both; a guard against x32."""
    return assemble(
        *unless_native(),
        ("jeq", 41, "socket", None), ("jeq", 56, "clone", None), ("jeq", 77, "ftruncate", None), ("jeq", 17, "pread64", None),
        ("jeq", 292, "errno:38", None), ("jeq", 250, "errno:1", None), ("jeq", 272, "unshare", "allow"),
        "socket", ("ld", high(0)), ("jeq", 0, None, "allow"), ("ld", low(0)), ("jeq", 40, "errno:1", "allow"),
        "clone", ("ld", high(0)), ("and", 0), ("jeq", 0, None, "allow"), ("ld", low(0)), ("and", NEW_NAMESPACES),
        ("jeq", 0, "allow", "errno:1"),
        "ftruncate", ("ld", high(1)), ("jgt", 0x7f, "errno:27", None), ("jeq", 0x7f, None, "allow"),
        ("ld", low(1)), ("jgt", 0xfff, "errno:27", "allow"),
        "pread64", ("ld", high(3)), ("jeq", 1, None, "above"), ("ld", low(3)), ("jge", 0x1000, None, "errno:5"),
        ("ja", "allow"), "above", ("jgt", 1, "allow", "errno:5"),
        "unshare", ("ld", high(0)), ("jeq", 0, None, "allow"), ("ld", low(0)), ("and", 0x10000000),
        ("jeq", 0x10000000, "trap:9", "allow"),
        *answers("allow", "errno:1", "errno:5", "errno:27", "errno:38", "trap:9", "kill"))


def like_chromium():
    """A search by halves over the numbers; the upper half of 32 bits must be their sign."""
    return assemble(
        *unless_native("trap:1", "trap:1"),
        ("jge", 77, "upper", None), ("jge", 41, "middle", None),
        ("jge", 17, "pread64", None), ("jge", 16, "ioctl", "allow"),
        "pread64", ("jge", 18, "trap:1", "errno:1"),
        "ioctl", ("ld", high(1)), ("jeq", 0, "ioctl low", None), ("jeq", 0xffffffff, None, "trap:2"),
        ("ld", low(1)), ("jset", 0x80000000, "trap:1", "trap:2"),
        "ioctl low", ("ld", low(1)), ("jeq", 0x5401, "allow", None), ("jeq", 0x541b, "allow", "trap:5"),
        "middle", ("jge", 72, "fcntl", None), ("jge", 62, "errno:1", None), ("jge", 61, "allow", None), ("jge", 57, "trap:1", None),
        ("jge", 56, "allow", None), ("jge", 42, "trap:1", "errno:97"),
        "fcntl", ("jeq", 72, None, "trap:1"), ("ld", high(1)), ("jeq", 0, None, "trap:2"), ("ld", low(1)),
        ("jeq", 4, "setfl", None), ("jeq", 1, "allow", None), ("jeq", 3, "allow", "errno:1"),
        "setfl", ("ld", high(2)), ("jset", 0xffffffff, "trap:8", None), ("ld", low(2)), ("jset", ~0xc02, "trap:8", "allow"),
        "upper", ("jge", 157, "above", None), ("jge", 140, "which", None), ("jge", 135, "personality", "errno:1"),
        "personality", ("jge", 136, "trap:1", None), ("ld", low(0)), ("jeq", 0xffffffff, "allow", "trap:6"),
        "which", ("jge", 141, "trap:1", None), ("ld", low(0)), ("jeq", 0, None, "errno:1"), ("ld", low(1)),
        ("jeq", 0, "allow", None), ("jgt", 1000, "errno:3", "allow"),
        "above", ("jge", 158, None, "prctl"), ("jge", 272, "trap:1", "errno:38"),
        "prctl", ("ld", low(0)), ("jeq", 38, "allow", None), ("jeq", 22, "allow", None), ("jeq", 16, "allow", "trap:3"),
        *answers("allow", *(f"errno:{n}" for n in (1, 3, 38, 97)), *(f"trap:{n}" for n in (1, 2, 3, 5, 6, 8))))


def like_minijail():
    """One test after the other, of the lower half by bits; what is not named dies."""
    return assemble(
        ("ld", ARCH), ("jeq", X86_64, None, "kill"), ("ld", NUMBER),
        *(("jeq", number, "allow", None) for number in (*NEEDED, PRCTL)),
        ("jeq", 41, "socket", None), ("jeq", 10, "mprotect", None), ("jeq", 292, "dup3", None), ("jeq", 8, "log", "kill"),
        "socket", ("ld", low(0)), ("jeq", 1, "type", None), ("jeq", 2, "type", "kill_thread"),
        "type", ("ld", low(1)), ("jset", 0x80000, "allow", "errno:22"),
        "mprotect", ("ld", low(2)), ("and", 6), ("jeq", 6, "errno:13", "allow"),
        "dup3", ("ld", high(2)), ("jset", 0x7, "trap:4", None), ("ld", low(2)), ("jset", ~0x80000, "kill_thread", "allow"),
        *answers("allow", "log", "errno:13", "errno:22", "trap:4", "kill", "kill_thread"))


def like_kafel():
    """Ranges of numbers."""
    return assemble(
        ("ld", ARCH), ("jeq", X86_64, None, "kill_thread"), ("ld", NUMBER),
        ("jge", 293, "errno:40", None), ("jge", 250, "errno:50", None), ("jge", 158, "allow", None), ("jge", 136, "prctl", None),
        ("jge", 77, "errno:10", None), ("jge", 72, "notify:0", None), ("jge", 18, "allow", None), ("jge", 16, "trace:7", "allow"),
        "prctl", ("jge", 157, "allow", "errno:0"),
        *answers("allow", *(f"errno:{n}" for n in (0, 10, 40, 50)), "notify:0", "trace:7", "kill_thread"))


def like_runc():
    """Newer calls are none for it, on each way in; a block for each."""
    return assemble(
        ("ld", ARCH), ("jeq", X86_64, "native", None), ("jeq", I386, "compat", "errno:38"),
        "native", ("ld", NUMBER), ("jset", 0x40000000, "x32", None), ("jgt", 300, "errno:38", None),
        ("jeq", 41, "socket", None), ("jeq", 135, "personality", None), ("jeq", 250, "errno:1", "allow"),
        "x32", ("and", 0xfff), ("jgt", 300, "errno:38", "errno:1"),
        "compat", ("ld", NUMBER), ("jgt", 360, "errno:38", None), ("jeq", 359, "socket", None), ("jeq", 136, "personality", None),
        ("jeq", 288, "errno:1", None), ("jeq", 54, "trap:77", None), ("jeq", 330, "kill_thread", "allow"),
        "socket", ("ld", low(0)), ("jeq", 40, "errno:1", "allow"),
        "personality", ("ld", low(0)), ("jeq", 0, "allow", None), ("jeq", 8, "allow", None), ("jeq", 0xffffffff, "allow", "errno:1"),
        *answers("allow", "errno:1", "errno:38", "trap:77", "kill_thread"))


def with_arithmetic():
    """Constants through scratch memory and the index register; masks that are put on twice."""
    return assemble(
        *unless_native("allow", None), ("st", 3), ("ldi", 0xffff), ("tax", 0), ("ldm", 3),
        ("jeq", 8, "lseek", None), ("jeq", 56, "clone", None), ("jeq", 10, "mprotect", "allow"),
        "lseek", ("ld", low(2)), ("and", 0xff), ("and", 0x0f), ("jeq", 3, "errno:29", "allow"),
        "clone", ("ld", low(0)), ("and", 0xff), ("jeq", 0, "allow", None), ("jeq", 17, "allow", "errno:7"),
        "mprotect", ("ld", low(1)), ("and", 0xfff), ("jset", 0xf0f, "errno:8", "allow"),
        *answers("allow", "errno:7", "errno:8", "errno:29"))


def beyond_errno():
    """More than 4095 is no errno; the kernel says 4095."""
    return assemble(("ld", NUMBER), ("jeq", 8, "errno:5000", None), ("jeq", 77, "errno:4095", "allow"),
                    *answers("allow", "errno:5000", "errno:4095"))


def keyctl_natively_alone():
    """Refused by its own number, and open by those of i386 and x32."""
    return assemble(*unless_native("allow", None), ("jeq", 250, "errno:1", "allow"), *answers("allow", "errno:1"))


STYLES = {style.__name__: style for style in (like_libseccomp, like_chromium, like_minijail, like_kafel, like_runc,
                                              with_arithmetic, beyond_errno)}
CONSTANTS = (0, 1, 2, 3, 5, 8, 16, 0x80, 0x400, 0x541b, 0x80000, 0x10000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff)
ACTIONS = ("allow", "allow", "allow", "log", "errno:1", "errno:13", "errno:0", "errno:38", "trap:3", "trace:1", "notify:0", "kill",
           "kill_thread")


def by_chance(chance, numbers):
    """Tests of both halves of any argument, in a tree or in a row, for some of the numbers."""
    lines = [("ld", ARCH), ("jeq", X86_64, None, chance.choice(ACTIONS)), ("ld", NUMBER)]
    lines += [("jeq", number, "allow", None) for number in (*NEEDED, PRCTL)]
    chosen = chance.sample(numbers, 6)
    lines += [("jeq", number, f"call {number}", None) for number in chosen]
    lines.append(("ja", chance.choice(ACTIONS)))
    for number in chosen:
        lines.append(f"call {number}")
        ahead = [f"step {number} {i}" for i in range(chance.randint(1, 7))]
        for i, label in enumerate(ahead):
            argument = chance.choice((0, 0, 1, 1, 2, 3))
            lines += [label, ("ld", chance.choice((low, low, high))(argument))]
            if chance.random() < 0.3:
                lines.append(("and", chance.choice((0xff, 0xfffffff0, 0x80000400, 0xffff0000))))
            ways = [chance.choice([None, *ahead[i + 1:i + 3], *chance.sample(ACTIONS, 2)]) for _ in range(2)]
            lines.append((chance.choice(("jeq", "jgt", "jge", "jset")), chance.choice(CONSTANTS), *ways))
        lines.append(("ja", chance.choice(ACTIONS)))
    return assemble(*lines, *answers(*dict.fromkeys(ACTIONS)))
