#!/usr/bin/python3
"""syscall_arguments.py LINUX_SOURCE > src/rules/syscall_argument_list.inc

What a kernel's source says about the arguments of its system calls: names, and how many bits of a register each is read
with. The tables of system calls name a function for each, and SYSCALL_DEFINEn lines the C types of its arguments.
"""
import pathlib
import re
import sys

# ABI: its table, the rows of it that count, and where arch-specific definitions are.
TABLES = {
    "x86_64": ("arch/x86/entry/syscalls/syscall_64.tbl", {"common", "64"}, "arch/x86"),
    "x32": ("arch/x86/entry/syscalls/syscall_64.tbl", {"common", "x32"}, "arch/x86"),
    "i386": ("arch/x86/entry/syscalls/syscall_32.tbl", {"i386"}, "arch/x86"),
    "aarch64": ("scripts/syscall.tbl", {"common", "64", "renameat", "rlimit", "memfd_secret"}, "arch/arm64"),
    "arm": ("arch/arm64/tools/syscall_32.tbl", {"common"}, "arch/arm64"),
}
NARROW = {"i386", "arm"}  # every register has 32 bits
FOLDERS = ("block", "drivers/char", "fs", "io_uring", "ipc", "kernel", "mm", "net", "security", "arch/x86",
           "arch/arm64")

INT = {"int", "unsigned int", "unsigned", "u32", "__u32", "__s32", "pid_t", "uid_t", "gid_t", "qid_t", "clockid_t",
       "timer_t", "key_t", "key_serial_t", "mqd_t", "rwf_t", "compat_ulong_t", "compat_long_t", "compat_size_t",
       "compat_uptr_t", "compat_aio_context_t", "compat_pid_t", "compat_off_t", "compat_ssize_t"}
SHORT = {"umode_t", "old_uid_t", "old_gid_t", "compat_mode_t"}
LONG = {"long", "unsigned long", "size_t", "loff_t", "off_t", "__u64", "aio_context_t", "cap_user_header_t",
        "cap_user_data_t", "__sighandler_t", "old_sigset_t"}

# clone() comes in four shapes (kernel/fork.c); Arm selects CONFIG_CLONE_BACKWARDS, and so does 32-bit x86.
CLONE = {"x86_64": 3, "x32": 3, "i386": 0, "aarch64": 0, "arm": 0}

# Declared as unsigned long, but the upper half changes nothing; and why.
TRUNCATED = {
    # kernel/fork.c, clone: lower_32_bits(clone_flags). unshare, in contrast, refuses bits that it does not know.
    "clone": {"clone_flags"},
    # mm/mmap.c, do_mmap() asks single bits, all below 32, and refuses none that it does not know, but where
    # MAP_SHARED_VALIDATE asks for it; fget() takes an unsigned int. mprotect, in contrast, refuses unknown bits.
    "mmap": {"prot", "flags", "fd"},
    # fs/read_write.c: fdget() takes an unsigned int.
    "readv": {"fd"}, "writev": {"fd"}, "preadv": {"fd"}, "pwritev": {"fd"}, "preadv2": {"fd"}, "pwritev2": {"fd"},
    # kernel/ptrace.c: find_get_task_by_vpid() takes a pid_t. The request is compared as a long.
    "ptrace": {"pid"},
    # fs/namespace.c, path_mount() asks single bits, all below 32.
    "mount": {"flags"},
    # mm/mempolicy.c, kernel_mbind(): int lmode = mode.
    "mbind": {"mode"},
}

DEFINE = re.compile(r"^(COMPAT_SYSCALL|SYSCALL32|SYSCALL)_DEFINE([0-6])\(([^)]*)\)", re.M)


def bits(c_type):
    words = [w for w in c_type.split() if w not in {"const", "__user"}]
    name = " ".join(words)
    if "*" in name or name in LONG:
        return 64
    if name in INT or name.startswith("enum "):
        return 32
    if name in SHORT:
        return 16
    sys.exit(f"how many bits has {c_type!r}?")


def definitions(tree):
    """{function: [(file, [(argument, bits)])]}; a function may be defined several times, under #ifdef."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((tree / folder).rglob("*.c")):
            where = path.relative_to(tree).as_posix()
            if where.startswith("arch/x86/um/"):
                continue
            # Macros for the halves of a 64-bit argument.
            text = re.sub(r"(?:SC_ARG64|compat_arg_u64_dual|arg_u32p)\((\w+)\)", r"u32, \1_lo, u32, \1_hi",
                          path.read_text(errors="replace"))
            for kind, count, inside in DEFINE.findall(text):
                name, *rest = [" ".join(part.split()) for part in inside.split(",")]
                if len(rest) != 2 * int(count):
                    sys.exit(f"{where}: cannot read SYSCALL_DEFINE{count}({name}")
                arguments = [(rest[i + 1].lstrip("_"), bits(rest[i].replace("*", " * ")))
                             for i in range(0, len(rest), 2)]
                found.setdefault(("sys_" if kind == "SYSCALL" else "compat_sys_") + name, []).append((where, arguments))
    return found


def pick(abi, function, candidates):
    """The definition that this architecture compiles."""
    home = TABLES[abi][2]
    of_arch = [c for c in candidates if c[0].startswith(home + "/")]
    generic = [c for c in candidates if not c[0].startswith("arch/")]
    usable = of_arch or generic
    if function == "sys_clone":
        return usable[CLONE[abi]][1]
    if function == "sys_sigsuspend":  # x86 and Arm select CONFIG_OLD_SIGSUSPEND3
        return max((c[1] for c in usable), key=len)
    if any(c[1] != usable[0][1] for c in usable):
        print(f"{abi}: {function} is defined {len(usable)} times and not alike; the first is taken: "
              f"{[c[0] for c in usable]}", file=sys.stderr)
    return usable[0][1] if usable else None


def signatures(tree):
    """{(abi, system call): [(argument, bits)]}"""
    known = definitions(tree)
    found = {}
    for abi, (table, rows, _) in TABLES.items():
        for line in (tree / table).read_text().splitlines():
            fields = line.split("#")[0].split()
            if len(fields) < 4 or fields[1] not in rows:
                continue
            # On a 64-bit kernel the fifth column is what 32-bit callers reach.
            function = fields[4] if abi in NARROW and len(fields) > 4 and fields[4] != "-" else fields[3]
            if function == "sys_ni_syscall":
                continue
            arguments = pick(abi, function, known.get(function, []))
            if arguments is None:
                print(f"{abi}: no definition of {function}", file=sys.stderr)
                continue
            found[abi, fields[2]] = [(a, 32 if a in TRUNCATED.get(fields[2], ()) else b) for a, b in arguments]
    return found


def shown(abi, arguments):
    return " ".join(f"{a}/{b}" if b < (32 if abi in NARROW else 64) else a for a, b in arguments)


def main(tree):
    makefile = (tree / "Makefile").read_text()
    version, patch = (re.search(rf"^{word} = (\d+)$", makefile, re.M)[1] for word in ("VERSION", "PATCHLEVEL"))
    found = signatures(tree)
    print(f"// Made by tools/syscall_arguments.py from Linux {version}.{patch}: the arguments of each system call, in "
          "order,\n// and after a slash how many bits the kernel reads, where they are fewer than 64.")
    for name in sorted({n for _, n in found}):
        texts = {}
        for abi in TABLES:
            if (abi, name) in found:
                texts[abi] = found[abi, name]
        groups = {}
        for abi, arguments in texts.items():
            text = shown(abi, arguments)
            # To a 32-bit ABI, 32 bits are all: it shares the row of one that differs in no more.
            if abi in NARROW:
                same = [t for t in groups if t.replace("/32", "") == text]
                text = same[0] if same else text
            groups.setdefault(text, []).append(abi)
        for text, abis in groups.items():
            mask = "all" if len(abis) == len(TABLES) else " | ".join(f"in_{a}" for a in abis)
            print(f'{{"{name}", {mask}, "{text}"}},')


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
