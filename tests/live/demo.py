#!/usr/bin/python3
"""demo.py SBX_ATTEST SANDBOXED: starts a small sandbox that has one hole, inspects it, and ends it.

The sandbox is two Landlock layers, a seccomp filter, namespaces and an empty set of capabilities; but one thread was
started before Landlock was put on, and stays outside.
"""
import subprocess
import sys

OPTIONS = ("--landlock-layers 2 --handled-abi 4 --rules 9 --filters 2 --unshare mnt,pid,net,ipc,uts --drop-caps "
           "effective,permitted,inheritable,ambient --thread-outside landlock --threads 5 --comm agent").split()


def main(attest, sandboxed):
    with subprocess.Popen([sandboxed, *OPTIONS], stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            word, pid, *_ = (sandbox.stdout.readline() or "- -").split()
            if word != "ready":
                return "demo: the sandbox did not start"
            print(f"$ sbx-attest inspect {pid} --require 'landlock>=1' --require no-new-privs", flush=True)
            status = subprocess.run([attest, "inspect", pid, "--require", "landlock>=1", "--require", "no-new-privs"],
                                    check=False).returncode
            print(f"[exit {status}]\n\nOne of its threads was started before Landlock was put on, and is outside. "
                  "The same as JSON: -o json.\nNow a process of your own: sudo " + attest + " inspect PID")
        finally:
            sandbox.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
