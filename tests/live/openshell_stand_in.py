#!/usr/bin/python3
"""A launcher that confines a command as generations of OpenShell do, and logs as they do: openshell_stand_in.py [OPTIONS]
POLICY.json -- CMD ARGS...

  --generation A   one domain (ABI 2), made before privileges are dropped; a missing path is left out in silence, or
                   under hard_requirement an error
  --generation B   a domain over every entry of / that nothing may be left out of, and one of the policy (ABI 3), in
                   which missing paths are left out in both modes
  --nothing        what a broken one does: it says isolation=landlock, logs as if all were well, and confines nothing
  --log FILE       where to log; the format is the shorthand's
  --uid UID        whom the command runs as; as it is told, without
"""
import argparse
import errno
import json
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from filtered import denies, put_on
from restricted import ADD_RULE, CREATE, PR_SET_NO_NEW_PRIVS, READ, RESTRICT_SELF, call, libc, syscall

CLONE_NEWNET, PR_CAPBSET_DROP, PTRACE = 0x40000000, 24, 101
OF_ABI = {"A": (1 << 14) - 1, "B": (1 << 15) - 1}
FILE_RIGHTS = 1 | 2 | 4 | 1 << 14


def rights(path, access):
    return access if os.path.isdir(path) else access & FILE_RIGHTS


def opened(path):
    try:
        return os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as wrong:
        return wrong


def domain(handled, wishes, hard, log):
    """The ruleset, made but not in force; None: there is nothing to make one of."""
    found = [(path, access, opened(path)) for path, access in wishes]
    skipped = [path for path, _, fd in found if isinstance(fd, OSError)]
    for path, _, fd in found:
        if isinstance(fd, OSError) and (hard or fd.errno != errno.ENOENT):
            sys.exit(f"Landlock path unavailable in hard_requirement mode: {path} ({fd.strerror})")
    if len(skipped) == len(found):
        return None
    ruleset = syscall(CREATE, struct.pack("Q", handled), 8, 0)
    for path, access, fd in found:
        if not isinstance(fd, OSError):
            syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", rights(path, access) & handled, fd), 0)
            os.close(fd)
    log(f"CONFIG:BUILT [INFO] Landlock ruleset built [rules_applied:{len(found) - len(skipped)} skipped:{len(skipped)}]")
    return ruleset


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--generation", choices="AB", default="A")
    parser.add_argument("--nothing", action="store_true")
    parser.add_argument("--log")
    parser.add_argument("--uid", type=int)
    parser.add_argument("policy")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()

    def log(line):
        if asked.log:
            with open(asked.log, "a", encoding="utf-8") as out:
                print(line, file=out)

    with open(asked.policy, encoding="utf-8") as text:
        policy = json.load(text)
    files = policy.get("filesystem_policy", {})
    hard = policy.get("landlock", {}).get("compatibility") == "hard_requirement"
    everything = OF_ABI[asked.generation]
    wishes = [(path, READ) for path in files.get("read_only", [])] + [(path, everything)
                                                                      for path in files.get("read_write", [])]
    log(f"CONFIG:APPLYING [INFO] Applying Landlock filesystem sandbox [abi:V{3 if asked.generation == 'B' else 2} "
        f"compat:{'HardRequirement' if hard else 'BestEffort'} ro:{len(files.get('read_only', []))} "
        f"rw:{len(files.get('read_write', []))}]")
    if asked.nothing:
        log(f"CONFIG:BUILT [INFO] Landlock ruleset built [rules_applied:{len(wishes)} skipped:0]")
        print("isolation=landlock", flush=True)
        os.execvp(asked.command[0], asked.command)
    if os.geteuid() == 0:
        call(libc.unshare, CLONE_NEWNET)
    rulesets = []
    if asked.generation == "B":
        rulesets.append(domain(everything, [("/" + name, everything) for name in os.listdir("/") if not os.path.islink("/" + name)], True, lambda line: None))
    rulesets.append(domain(everything, wishes, hard and asked.generation == "A", log))
    if os.geteuid() == 0:
        for capability in range(int(open("/proc/sys/kernel/cap_last_cap", encoding="ascii").read()) + 1):
            call(libc.prctl, PR_CAPBSET_DROP, capability, 0, 0, 0)
        if asked.uid is not None:
            os.setgroups([])
            os.setresgid(asked.uid, asked.uid, asked.uid)
            os.setresuid(asked.uid, asked.uid, asked.uid)
    call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for ruleset in rulesets:
        if ruleset is not None:
            syscall(RESTRICT_SELF, ruleset, 0)
            os.close(ruleset)
    put_on(denies(PTRACE))
    os.execvp(asked.command[0], asked.command)


main()
