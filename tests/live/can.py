#!/usr/bin/python3
"""can.py SBX_ATTEST SANDBOXED [SEED [WORLDS]]: what sbx-attest says a process could do, against the process doing it.

Worlds are made by chance from a seed: trees with modes, owners, links and mounts; processes with ids, groups,
capabilities, user namespaces and Landlock domains. A yes must succeed and a no must fail. Unknown is neither, so there
must not be many of them.
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import stat
import subprocess
import sys
import tempfile


from actors import *
import tap  # found by what actors.py did to the path
from tap import case, check

# ---------------------------------------------------------------- worlds by chance

IDS = (0, 1000, 1001, 1002, 5000)


class World:
    def __init__(self, chance, static_program):
        self.chance = chance
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="sbx-can-"))
        self.top.chmod(0o755)
        self.mounts, self.entries, self.static_program = [], [], static_program
        self.mount("tmpfs", self.top, "-t", "tmpfs")
        self.fill(self.top, 3)
        for _ in range(chance.randint(0, 2)):
            self.cover()

    def mount(self, source, point, *options):
        subprocess.run(["mount", *options, str(source), str(point)], check=True)
        self.mounts.append(point)

    def own(self, path):
        os.chown(path, self.chance.choice(IDS), self.chance.choice(IDS), follow_symlinks=False)

    def fill(self, directory, depth):
        for name in "abc"[:self.chance.randint(1, 3)]:
            path = directory / name
            kind = self.chance.choice(["file", "file", "program", "dynamic", "script", "link"] + ["dir"] * 4 * (depth > 0))
            if kind == "dir":
                path.mkdir()
                self.entries.append(path)
                self.fill(path, depth - 1)
                self.own(path)
                path.chmod(self.chance.choice([0o755, 0o777, 0o777, 0o777, 0o1777, 0o1777, 0o700, 0o711, 0o750, 0o2775]))
                continue
            self.entries.append(path)
            if kind == "link":
                path.symlink_to(self.chance.choice([str(self.top / "a"), f"../{directory.name}/b", "a", "gone",
                                                     str(self.top / "c" / "b")]))
            elif kind == "file":
                path.write_text("x")
            elif kind == "program":
                shutil.copy(self.static_program, path)
            elif kind == "dynamic":
                shutil.copy("/bin/true", path)
            else:
                path.write_text(f"#!{self.chance.choice(['/bin/sh', self.top / 'a', '/bin/true'])}\n")
            self.own(path)
            if kind != "link":
                path.chmod(self.chance.choice([0o644, 0o755, 0o755, 0o777, 0o777, 0o666, 0o700, 0o600, 0o750, 0o070, 0o007, 0o000]))

    def directories(self):
        return [self.top, *(path for path in self.entries if path.is_dir() and not path.is_symlink())]

    def cover(self):
        """A bind mount of one directory over another, perhaps with less allowed on it."""
        source, point = self.chance.choice(self.directories()), self.chance.choice(self.directories()[1:] or [None])
        if point is None or point in self.mounts:
            return
        self.mount(source, point, "--bind")
        options = self.chance.choice([None, "ro", "noexec", "nosymfollow", "ro,noexec"])
        if options:
            subprocess.run(["mount", "-o", f"remount,bind,{options}", str(point)], check=False)

    def paths(self):
        return [*self.entries, *(path / "new" for path in self.directories()), self.top / "nowhere" / "x"]

    def end(self):
        for point in reversed(self.mounts):
            subprocess.run(["umount", "-l", str(point)], check=False)
        self.top.rmdir()


def actor_by_chance(chance, world):
    uid, gid = chance.choice(IDS), chance.choice(IDS)
    groups = chance.sample(IDS, chance.randint(0, 2))
    capabilities = chance.choice([(), (), (), (DAC_OVERRIDE,), (DAC_READ_SEARCH,), (FOWNER,), (DAC_READ_SEARCH, FOWNER)])
    mapped = None
    if chance.random() < 0.3:
        mapped = {"flags": CLONE_NEWUSER | chance.choice([0, CLONE_NEWNS]), "map": "0 1000 2\n"}
        uid, gid, groups = chance.choice([0, 1]), chance.choice([0, 1]), chance.sample([0, 1], chance.randint(0, 1))
    layers = []
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        handled = chance.choice([ASKED, ASKED, READ | WRITE, EXECUTE | READ, REMOVE_FILE | MAKE_REG, LIST, TRUNCATE | WRITE])
        rules = []
        for _ in range(chance.randint(0, 4)):
            where = chance.choice([world.top, *world.directories(), *world.entries, pathlib.Path("/usr"), pathlib.Path("/")])
            if where.is_symlink() or not where.exists():
                continue
            access = handled & chance.choice([ASKED, READ | LIST, READ | EXECUTE, WRITE | MAKE_REG, chance.getrandbits(15)])
            if not where.is_dir():
                access &= OF_FILES
            if access:
                rules.append((os.open(where, os.O_PATH), access))
        layers.append((handled, rules))

    def confine():
        become(uid, gid, groups, capabilities)
        must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
        for handled, rules in layers:
            restrict(handled, rules)

    actor = Actor(confine, mapped)
    for _, rules in layers:
        for fd, _ in rules:
            os.close(fd)
    words = f"uid {uid} gid {gid} groups {groups} capabilities {capabilities} mapped {mapped} layers " + \
        str([(hex(handled), len(rules)) for handled, rules in layers])
    return actor, words


class Kept:
    """Puts back what an attempt may have changed."""

    def __init__(self, path):
        self.path = path
        self.before = None
        with contextlib.suppress(OSError):
            self.before = os.lstat(path)
            if stat.S_ISLNK(self.before.st_mode):
                self.target = os.readlink(path)
            elif stat.S_ISREG(self.before.st_mode):
                self.bytes = path.read_bytes()

    def restore(self):
        if self.before is None:
            if os.path.lexists(self.path):
                self.path.unlink()
            return
        if not os.path.lexists(self.path):
            if stat.S_ISDIR(self.before.st_mode):
                self.path.mkdir()
            elif stat.S_ISLNK(self.before.st_mode):
                self.path.symlink_to(self.target)
            else:
                self.path.write_bytes(self.bytes)
            os.chown(self.path, self.before.st_uid, self.before.st_gid, follow_symlinks=False)
            if not stat.S_ISLNK(self.before.st_mode):
                os.chmod(self.path, stat.S_IMODE(self.before.st_mode))
        elif stat.S_ISREG(self.before.st_mode):
            if self.path.read_bytes() != self.bytes:
                self.path.write_bytes(self.bytes)


# Errors that are no matter of permission: what is asked is whether it may be tried. What is mounted on by another way
# to it is busy.
BEYOND = {"ENOTEMPTY", "ETXTBSY", "EBUSY"}
DEEDS = ("read", "write", "execute", "list", "create", "remove", "truncate")


def compare(attest, seed, questions, tally, static_program):
    chance = random.Random(seed)
    wrong = []
    world = World(chance, static_program)
    actor = None
    try:
        actor, words = actor_by_chance(chance, world)
        for _ in range(questions):
            deed, path = chance.choice(DEEDS), chance.choice(world.paths())
            said = asked(attest, actor.pid, deed, path)
            kept = Kept(path)
            with contextlib.ExitStack() as stack:
                target = pathlib.Path(os.path.realpath(path))  # a link may have made its target
                more = Kept(target) if target != path and str(target).startswith(str(world.top)) else None
                directory = path.is_dir() and not path.is_symlink()
                did = actor.does("remove directory" if deed == "remove" and directory else deed, path)
                if more:
                    stack.callback(more.restore)
                with contextlib.suppress(OSError):
                    kept.restore()
            tally[said["answer"]] += 1
            denied = did != ""
            tally["beyond"] += did in BEYOND
            if said["answer"] == "unknown":
                for layer in said["asked"]:
                    tally[f"unknown: {layer['layer']}"] += layer["answer"] == "unknown"
            elif denied != (said["answer"] == "no") and did not in BEYOND:
                wrong.append(f"seed {seed}: {deed} {path}: said {said['answer']} ({said['decided_by']}), did {did or 'it'}; "
                             f"{words}; {[(a['layer'], a['answer'], a['detail']) for a in said['asked']]}")
    finally:
        if actor:
            actor.end()
        world.end()
    return wrong


def main():
    attest, sandboxed = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20261121
    worlds = int(sys.argv[4]) if len(sys.argv) > 4 else 25
    tally = collections.Counter()

    @case(f"can: what it says of files in {worlds} worlds by chance (seed {seed}) is what the kernel does")
    def _():
        must(libc.unshare(CLONE_NEWNS), "unshare")
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        wrong = []
        for number in range(worlds):
            wrong += compare(attest, seed + number, 20, tally, sandboxed)
        check(not wrong, "\n".join(wrong))
        check(tally["yes"] > worlds and tally["no"] > worlds, f"too few were decided: {tally}")
        check(tally["unknown"] < worlds, f"too many were not decided: {tally}")

    status = tap.run()
    print(f"# {dict(tally)}")
    sys.exit(status)


if __name__ == "__main__":
    main()
