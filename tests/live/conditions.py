"""What `sbx-attest seccomp PID -o json` says of one call with certain arguments: its conditions, evaluated from their words.

Bits and names of arguments are written down here, and values come from the C headers, so that nothing rests on the tables
of the tool.
"""
import fcntl
import functools
import operator
import pathlib
import re
import signal
import socket

from tap import check

# Name, number by syscall, number by int $0x80, and each argument: its name, and how much of it the kernel reads.
CALLS = {call: (native, compat, [(word.partition("/")[0], int(word.partition("/")[2] or 64)) for word in words.split()])
         for call, native, compat, words in (
             ("lseek", 8, 19, "fd/32 offset whence/32"),
             ("mprotect", 10, 125, "start len prot"),
             ("ioctl", 16, 54, "fd/32 cmd/32 arg"),
             ("pread64", 17, None, "fd/32 buf count pos"),
             ("socket", 41, 359, "family/32 type/32 protocol/32"),
             ("clone", 56, None, "clone_flags/32 newsp parent_tidptr child_tidptr tls"),
             ("fcntl", 72, 55, "fd/32 cmd/32 arg"),
             ("ftruncate", 77, 93, "fd/32 length"),
             ("personality", 135, 136, "personality/32"),
             ("getpriority", 140, 96, "which/32 who/32"),
             ("prctl", 157, 172, "option/32 arg2 arg3 arg4 arg5"),
             ("keyctl", 250, 288, "option/32 arg2 arg3 arg4 arg5"),
             ("unshare", 272, 310, "unshare_flags"),
             ("dup3", 292, 330, "oldfd/32 newfd/32 flags/32"))}

HEADERS = ("asm-generic/fcntl.h asm-generic/mman-common.h asm-generic/ioctls.h linux/fcntl.h linux/fs.h linux/in.h linux/keyctl.h "
           "linux/mman.h linux/netlink.h linux/personality.h linux/prctl.h linux/sched.h bits/resource.h")
# Made by expressions there, or newer than the headers.
BY_HAND = {"FIBMAP": 1, "FIGETBSZ": 2, "SOCK_DCCP": 6, "SOCK_PACKET": 10, "AF_IB": 27, "UNSHARE_EMPTY_MNTNS": 0x100000}
WORD = r"((?:low|high)\(\w+\)|\w+)"
MASK = r"(~?)(\([^)]*\)|[^()]+)"


def number_in(word):
    """As C has it."""
    digits = re.fullmatch(r"(0x[0-9a-fA-F]+|\d+)[uUlL]*", word)
    return digits and int(digits[1], 8 if re.fullmatch(r"0\d+", digits[1]) else 0)


def from_headers():
    found = {name: int(getattr(module, name)) for module in (socket, signal, fcntl) for name in dir(module)
             if name.startswith(("AF_", "SOCK_", "SIG", "F_", "BTPROTO_", "CAN_", "IPPROTO_")) and isinstance(getattr(module, name), int)}
    for header in HEADERS.split():
        for path in (pathlib.Path("/usr/include", header), pathlib.Path("/usr/include/x86_64-linux-gnu", header)):
            text = path.read_text(errors="replace") if path.exists() else ""
            # #define NAME 0x10, NAME = 020, NAME = OTHER | 0x10: of what stands there before
            for name, words in re.findall(r"^[ \t]*(?:#\s*define\s+)?([A-Z]\w+)\s*=?\s*(\w+(?:[ \t]*\|[ \t]*\w+)*)[ \t]*(?:,|/\*|$)",
                                          text, re.M):
                numbers = [found.get(word, number_in(word)) for word in re.split(r"\s*\|\s*", words)]
                if None not in numbers:
                    found.setdefault(name, functools.reduce(operator.or_, numbers))
    return found


VALUES = {**from_headers(), **BY_HAND}


def value(text):
    """Of "AF_UNIX", "0x10", "CLONE_NEWUSER|CLONE_NEWNS|0x80"."""
    bits = 0
    for word in text.strip("()").split("|"):
        number = int(word, 0) if re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", word) else VALUES.get(word)
        check(number is not None, f"no header says what {word} is")
        bits |= number & 0xffffffff if number < 0 else number
    return bits


class Arguments:
    def __init__(self, abi, name, number, arguments):
        self.narrow = abi == "i386"
        self.words = {f"arg{i}": (argument, 64) for i, argument in enumerate(arguments)}
        self.words.update({word: (arguments[i], bits) for i, (word, bits) in enumerate(CALLS.get(name, [()])[-1])})
        self.words["number"] = (number, 32)  # of a range of numbers that are no system call

    def word(self, text):
        half, name = re.fullmatch(r"(?:(low|high)\()?(\w+)\)?", text).groups()
        check(name in self.words, f"no argument is called {name}")
        number, bits = self.words[name]
        if half == "high":
            return number >> 32
        return number & 0xffffffff if half == "low" or bits == 32 or self.narrow else number

    def masked(self, word, inverted, mask):
        return self.word(word) & (~value(mask) if inverted else value(mask))

    def holds(self, term):
        """One term of a condition."""
        for pattern, judge in (
                (WORD + r" in \{(.*)\}", lambda w, of: self.word(w) in map(value, of.split(", "))),
                (WORD + r" not in \{(.*)\}", lambda w, of: self.word(w) not in list(map(value, of.split(", ")))),
                (WORD + r" == (\S+)", lambda w, v: self.word(w) == value(v)),
                (WORD + r" != (\S+)", lambda w, v: self.word(w) != value(v)),
                (WORD + r" >= (\S+)", lambda w, v: self.word(w) >= value(v)),
                (WORD + r" <= (\S+)", lambda w, v: self.word(w) <= value(v)),
                (r"!\(" + WORD + " & " + MASK + r"\)", lambda w, i, m: self.masked(w, i, m) == 0),
                (r"\(" + WORD + " & " + MASK + r"\) == (\S+)", lambda w, i, m, v: self.masked(w, i, m) == value(v)),
                (r"\(" + WORD + " & " + MASK + r"\) != (\S+)", lambda w, i, m, v: self.masked(w, i, m) != value(v)),
                (r"\(" + WORD + " & " + MASK + r"\) in (\S+)\.\.(\S+)",
                 lambda w, i, m, low, high: value(low) <= self.masked(w, i, m) <= value(high)),
                (WORD + " & " + MASK, lambda w, i, m: self.masked(w, i, m) != 0)):
            found = re.fullmatch(pattern, term)
            if found:
                return judge(*found.groups())
        raise AssertionError(f"these words are not known: {term}")


def says(table, abi, name, number, arguments):
    """The action, in the words of the document: "errno:1"."""
    rows = table["architectures"][abi]
    row = rows["syscalls"].get(name)
    if row is None or row["number"] != number:
        row, = [it for it in rows["others"] if it["first"] <= number <= it["last"]]
    if row["action"] != "conditional":
        return row["action"]
    check("conditions_cut" not in row, f"the conditions of {name} are cut")
    told = Arguments(abi, name, number, arguments)
    holding = [it["action"] for it in row["conditions"]
               if it["when"] != "otherwise" and all(map(told.holds, it["when"].split(" && ")))]
    check(len(holding) <= 1, f"{len(holding)} conditions of {name} hold for {arguments}: {row['conditions']}")
    rest, = [it["action"] for it in row["conditions"] if it["when"] == "otherwise"]
    return holding[0] if holding else rest
