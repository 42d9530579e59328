#!/usr/bin/python3
"""Who may include whom, and what must exist beside what: the architecture as a table (docs/ARCHITECTURE.md)."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent

# folder: the folders, or single headers, of ours that it may include. Its own is always allowed.
MAY_INCLUDE = {
    "core": set(),
    "parse": {"core"},
    "rules": {"core"},
    "kernel": {"core"},
    "seccomp": {"core", "parse", "rules"},
    "network": {"core", "parse", "rules"},
    "files": {"core", "parse", "rules"},
    "probes": {"core", "parse", "rules", "seccomp", "network", "files", "kernel/kernel.h"},
    "sandbox": {"core", "parse", "rules"},
    "launchers": {"core", "parse", "rules", "sandbox"},
    "can": {"core", "parse", "rules", "seccomp", "network/net_capability.h", "probes"},
    "policy": {"core", "parse", "rules", "seccomp"},
    "drift": {"core", "parse", "rules", "seccomp", "probes", "policy"},
    "doctor": {"core", "parse", "rules", "probes/seccomp_reach.h", "probes/witness.h"},
    "trace": {"core", "parse", "rules", "seccomp/action.h", "policy"},
    "gate": {"core", "rules", "seccomp/action.h"},
    "report": {"core", "gate", "can/answer.h", "doctor", "seccomp/action.h"},
    "cli": {"core", "parse", "rules", "seccomp", "network", "files", "kernel", "probes", "policy", "drift", "trace", "can",
            "doctor", "gate", "report", "sandbox", "launchers"},
}

# Headers that bring system calls; everything else stays a pure function.
SYSTEM = re.compile(
    r"(unistd|fcntl|dirent|poll|sched|signal|spawn|termios|pty|pwd|grp|netdb|ifaddrs|dlfcn|pthread|syscall)\.h"
    r"|(sys|linux|asm|arpa|net|netinet|bpf)/.*\.h|csignal|thread|filesystem|fstream|future")
MAY_CALL = {"kernel", "cli"}
# <sys/capability.h> is where cap_to_name(3) lives: a table of names. inet_pton(3) reads text and asks nobody.
EXCEPT = {("rules/capability_names.cc", "sys/capability.h"), ("core/ip_address.cc", "arpa/inet.h")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def broken_includes():
    for path in sorted((TOP / "src").rglob("*")):
        if path.suffix not in {".h", ".cc", ".c", ".cpp"}:
            continue
        name = path.relative_to(TOP / "src").as_posix()
        folder = name.split("/")[0]
        if folder not in MAY_INCLUDE:
            yield f"{name}: no row for {folder}/ in MAY_INCLUDE"
            continue
        allowed = MAY_INCLUDE[folder] | {folder}
        for kind, header in INCLUDE.findall(path.read_text()):
            ours = header.split("/")[0] in MAY_INCLUDE and (TOP / "src" / header).exists()
            if ours and header.split("/")[0] not in allowed and header not in allowed:
                yield f"{name} includes {header}: {folder}/ may include {', '.join(sorted(allowed))}"
            if not ours and SYSTEM.fullmatch(header) and folder not in MAY_CALL and (name, header) not in EXCEPT:
                yield f"{name} includes <{header}>: only {' and '.join(sorted(MAY_CALL))} make system calls"
            if kind == '"' and not ours and not header.endswith((".skel.h", ".generated.h")) and folder != "kernel":
                yield f'{name} includes "{header}": there is no such file of ours; name it from src/'


def probes():
    """What the registry includes: its probes, and nothing else."""
    registry = TOP / "src/probes/registry.cc"
    included = INCLUDE.findall(registry.read_text()) if registry.exists() else []
    return sorted({pathlib.PurePath(h).stem for kind, h in included if kind == '"'} - {"registry"})


TYPE = re.compile(r"^(?:struct|class|enum class)\s+([A-Z]\w*)[^;]*\{", re.M)


def types_named_twice():
    """Types of two headers that have one name in one namespace: the linker takes the functions of either."""
    homes = {}
    for path in sorted([*(TOP / "src").rglob("*.h"), *(TOP / "tests").rglob("*.h")]):
        text = path.read_text()
        namespace = re.search(r"^namespace ([\w:]+)", text, re.M)
        for name in TYPE.findall(text):
            homes.setdefault(((namespace and namespace[1]) or "", name), []).append(path.relative_to(TOP).as_posix())
    for (namespace, name), paths in homes.items():
        if len(set(paths)) > 1:
            yield f"{namespace}::{name} is defined in {' and in '.join(sorted(set(paths)))}"


def missing_companions():
    def stems(folder):
        return sorted(p.stem for p in (TOP / "src" / folder).glob("*.cc"))

    for stem in stems("parse"):
        yield from absent(f"src/parse/{stem}.cc", f"tests/parse/{stem}_test.cc", f"tests/fuzz/fuzz_{stem}.cc")
    for stem in probes():
        yield from absent("the registry", f"src/probes/{stem}.cc", f"tests/probes/{stem}_test.cc")
    # A file that no meson.build names is never compiled, so it would look like a test and be none.
    named = "".join(p.read_text() for p in (TOP / "tests").rglob("meson.build"))
    for path in sorted([*(TOP / "tests").rglob("*_test.cc"), *(TOP / "tests/fuzz").glob("fuzz_*.cc")]):
        stem = path.stem.removeprefix("fuzz_")
        if not re.search(rf"['/]{re.escape(path.name)}'|'{re.escape(stem)}'", named):
            yield f"{path.relative_to(TOP)}: no meson.build under tests/ names it"


def absent(why, *paths):
    for path in paths:
        if not (TOP / path).exists():
            yield f"{path}: missing, {why} demands it"


def main():
    broken = [*broken_includes(), *missing_companions(), *types_named_twice()]
    print("\n".join(broken) or "the include law holds")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
