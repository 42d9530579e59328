#!/usr/bin/python3
"""demo.py SBX_ATTEST SANDBOXED: starts a small sandbox that has one hole, inspects it, and ends it.

The sandbox is two Landlock layers, a seccomp filter, namespaces and an empty set of capabilities; but one thread was
started before Landlock was put on, and stays outside.
"""
import subprocess
import sys

OPTIONS = ("--landlock-layers 2 --handled-abi 4 --rules 9 --filters 2 --unshare mnt,pid,net,ipc,uts --drop-caps "
           "effective,permitted,inheritable,ambient --thread-outside landlock --threads 5 --comm agent").split()


def show(*command):
    print("$", *(f"'{word}'" if ">" in word else word for word in ("sbx-attest", *command[1:])), flush=True)
    status = subprocess.run(command, check=False).returncode
    print(f"[exit {status}]\n", flush=True)
    return status


def main(attest, sandboxed):
    with subprocess.Popen([sandboxed, *OPTIONS], stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            word, pid, *_ = (sandbox.stdout.readline() or "- -").split()
            if word != "ready":
                return "demo: the sandbox did not start"
            show(attest, "inspect", pid)
            show(attest, "inspect", pid, "--require", "landlock>=1", "--require", "no-new-privs", "-o", "json")
            print(f"The JSON is the same for a program to read; the requirement failed because one thread of {pid} "
                  "was\nstarted before Landlock was put on. Now inspect a process of your own.")
        finally:
            sandbox.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
