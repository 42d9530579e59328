#!/usr/bin/python3
"""boot.py KERNEL [--append WORDS] [--file PATH]... -- COMMAND [ARG...]

Boots an x86 kernel image under qemu, runs one command there as root and prints its output. The guest is a busybox,
the files given (in /bin) and nothing else; no privilege, network or KVM is needed. COMMAND is a file in /bin.

Exit status: the command's own; 124 when time ran out; 125 when the kernel never got as far as the command.
"""
import argparse
import io
import os
import pathlib
import shlex
import stat
import subprocess
import sys
import tempfile

TIMED_OUT, NEVER_REACHED = 124, 125

# What comes back goes through a serial port of its own, so that no kernel message can get in between.
INIT = """#!/bin/busybox sh
export PATH=/bin HOME=/root
/bin/busybox --install -s /bin
for what in proc:/proc sysfs:/sys devtmpfs:/dev tmpfs:/tmp tmpfs:/run securityfs:/sys/kernel/security bpf:/sys/fs/bpf \\
            cgroup2:/sys/fs/cgroup tracefs:/sys/kernel/tracing; do
  mount -t ${{what%%:*}} ${{what%%:*}} ${{what#*:}} 2>/dev/null
done
ip link set lo up 2>/dev/null
stty -F /dev/ttyS1 raw -echo
echo @begin >/dev/ttyS1
{command} </dev/null >/dev/ttyS1 2>&1
echo "@exit $?" >/dev/ttyS1
reboot -f
"""


def newc(entries):
    """An initramfs in the format that cpio(5) calls new ASCII; entries are (name, mode, bytes)."""
    out = io.BytesIO()

    def pad():
        out.write(b"\0" * (-out.tell() % 4))

    for inode, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], start=1):
        fields = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        out.write(b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0")
        pad()
        out.write(data)
        pad()
    return out.getvalue()


def initramfs(files, command):
    directory, program = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o755
    entries = [(name, directory, b"") for name in
               ("bin", "dev", "etc", "proc", "root", "run", "sys")] + [("tmp", stat.S_IFDIR | 0o1777, b"")]
    entries.append(("etc/passwd", stat.S_IFREG | 0o644, b"root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"))
    for name, path in {"busybox": "/bin/busybox", **files}.items():
        entries.append((f"bin/{name}", program, pathlib.Path(path).read_bytes()))
    entries.append(("init", program, INIT.format(command=shlex.join(command)).encode()))
    return newc(entries)


def boot(kernel, append, files, command, timeout=180, memory="512M"):
    """(status, output, console) of the command in the guest; files are {name in /bin: path here}."""
    with tempfile.TemporaryDirectory(prefix="sbx-boot-") as scratch:
        initrd, answer = pathlib.Path(scratch, "initrd"), pathlib.Path(scratch, "answer")
        initrd.write_bytes(initramfs(files, command))
        qemu = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", memory,
                "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio", "-serial", f"file:{answer}",
                "-kernel", kernel, "-initrd", str(initrd),
                "-append", f"console=ttyS0 quiet loglevel=1 panic=-1 reboot=t {append}"]
        try:
            done = subprocess.run(qemu, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=timeout)
            console, late = done.stdout, False
        except subprocess.TimeoutExpired as expired:
            console, late = expired.stdout or b"", True
        text = answer.read_bytes().replace(b"\r\n", b"\n") if answer.exists() else b""
    _, began, rest = text.partition(b"@begin\n")
    output, ended, status = rest.rpartition(b"@exit ")
    if ended:
        return int(status), output, console
    return TIMED_OUT if late else NEVER_REACHED, rest if began else b"", console


def main():
    arguments, dashes, command = sys.argv[1:], "--", []
    if dashes in arguments:
        at = arguments.index(dashes)
        arguments, command = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("kernel")
    parser.add_argument("--append", default="")
    parser.add_argument("--file", action="append", default=[])
    parser.add_argument("--timeout", type=float, default=180)
    parser.add_argument("--memory", default="512M")
    options = parser.parse_args(arguments)
    if not command or not os.access(options.kernel, os.R_OK):
        parser.error("give a readable kernel, and a command after --")
    files = {os.path.basename(path): path for path in options.file}
    status, output, console = boot(options.kernel, options.append, files, command, options.timeout, options.memory)
    sys.stdout.buffer.write(output)
    if status in (TIMED_OUT, NEVER_REACHED):
        sys.stderr.buffer.write(console[-4000:])
    return status


if __name__ == "__main__":
    sys.exit(main())
