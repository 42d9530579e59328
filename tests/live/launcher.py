#!/usr/bin/python3
"""launcher.py KIND [--path PATH]... -- COMMAND...: starts COMMAND as launchers of sandboxes do, good and bad ones.

  best_effort  leaves out a path that it cannot open, without a word, and restricts itself (OpenShell, generation A)
  plain        as best_effort, but opens without O_PATH
  hard         ends where a path cannot be opened
  parent       the same as best_effort, but opens as the parent, and the child restricts itself
  twice        as best_effort, after a first domain that grants all entries of / (OpenShell, generation B)
  claims       says isolation=landlock, and executes the command with nothing at all
  goes_on      is refused by the kernel, and executes the command all the same
  seccomp      puts on a filter that allows everything
"""
import argparse
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from restricted import (ADD_RULE, CREATE, FS, PR_SET_NO_NEW_PRIVS, READ, READ_DIR, RESTRICT_SELF,
                        allow_all_on_all_threads, call, libc, syscall)


def ruleset_of(paths, hard=False, how=os.O_PATH):
    attr = struct.pack("Q", FS)
    ruleset = syscall(CREATE, attr, len(attr), 0)
    for path in paths:
        try:
            parent = os.open(path, how | os.O_CLOEXEC)
        except OSError as missing:
            if hard:
                sys.exit(f"launcher: {path}: {missing.strerror}")
            continue
        syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", READ if os.path.isdir(path) else READ & ~READ_DIR, parent), 0)
        os.close(parent)
    return ruleset


def put_on(ruleset, flags=0):
    call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    syscall(RESTRICT_SELF, ruleset, flags)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    if asked.kind == "claims":
        print("isolation=landlock", flush=True)
    elif asked.kind == "goes_on":
        try:
            put_on(ruleset_of(asked.path), flags=1 << 31)
        except OSError:
            pass
    elif asked.kind == "seccomp":
        allow_all_on_all_threads()
    elif asked.kind == "parent":
        ruleset = ruleset_of(asked.path)
        if child := os.fork():
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        put_on(ruleset)
    else:
        if asked.kind == "twice":
            put_on(ruleset_of(sorted(f"/{name}" for name in os.listdir("/"))))
        put_on(ruleset_of(asked.path, asked.kind == "hard", os.O_RDONLY if asked.kind == "plain" else os.O_PATH))
    os.execvp(asked.command[0], asked.command)


main()
