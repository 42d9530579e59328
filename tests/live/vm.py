#!/usr/bin/python3
"""vm.py SBX_ATTEST SANDBOXED GUEST [WORD...]: who is a virtual machine monitor, by what the kernel itself shows.

GUEST makes a machine of KVM's with virtual CPUs. Without /dev/kvm what needs it is left out, and that is said; the rest runs
all the same. As root.
"""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench, Target
from tap import case, check, equal

bench = guest_program = None


def kvm_works():
    try:
        os.close(os.open("/dev/kvm", os.O_RDWR))
    except OSError:
        return False
    return True


HAVE_KVM = kvm_works()
QEMU = next((path for path in ("/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-system-aarch64") if os.access(path, os.X_OK)), None)


@contextlib.contextmanager
def running(*words, ready=b"ready", **options):
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options) as process:
        try:
            if ready:
                line = process.stdout.readline()
                check(line.startswith(ready), f"{words} did not get ready: {line!r}")
            yield Target(process.pid, process)
        finally:
            process.kill()
            process.wait()


def links(pid):
    """What /proc shows of its descriptors: another's reading."""
    found = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    return found


def guest_time(pid):
    text = pathlib.Path(f"/proc/{pid}/stat").read_bytes()
    return int(text[text.rindex(b")") + 2:].split()[40])


def vm_of(target, *options, **more):
    result = bench.inspect(target, *options, **more)
    return result, result.layer("vm")


if HAVE_KVM:
    @case("a process with a machine and virtual CPUs is a monitor: as many as it made")
    def _():
        for cpus in (1, 3):
            with running(guest_program, str(cpus)) as target:
                result, layer = vm_of(target, "--require", "vm")
                equal((result.status, layer["state"]), (0, "enforced"), "status and state")
                names = links(target.pid)
                equal(layer["claims"]["virtual_machines"], names.count("anon_inode:kvm-vm"), "machines")
                equal(layer["claims"]["virtual_cpus"], len([it for it in names if it.startswith("anon_inode:kvm-vcpu")]), "CPUs")
                equal(layer["claims"]["virtual_cpus"], cpus, "CPUs that were made")
                equal(layer["claims"]["kvm_device"], True, "/dev/kvm")
                equal(layer["claims"]["guest"]["layers"], "unknown", "the guest's layers")
                check("all other rows are about the monitor, not the guest" in layer["summary"], layer["summary"])
                check(0 <= layer["claims"]["guest_ticks"] <= guest_time(target.pid), "time of the guest")

    @case("a machine without a virtual CPU is partial, and does not meet the requirement")
    def _():
        with running(guest_program, "0") as target:
            result, layer = vm_of(target, "--require", "vm")
            equal((result.status, layer["state"]), (1, "partial"), "status and state")

    @case("the monitor is judged by its own layers: none is warned about, a filter is seen")
    def _():
        with running(guest_program, "1") as target:
            result, layer = vm_of(target)
            warned = {it["id"]: it["severity"] for it in layer["claims"]["warnings"]}
            equal(warned.get("vm.monitor_unconfined"), "high", "unconfined")
            equal(layer["claims"]["monitor"]["seccomp"], result.layer("seccomp")["state"], "seccomp")
        with running(bench.sandboxed, "--filters", "1", "--", guest_program, "1") as target:
            result, layer = vm_of(target)
            equal(layer["state"], "enforced", "state")
            check("vm.monitor_unconfined" not in [it["id"] for it in layer["claims"]["warnings"]], "warned all the same")
            equal(layer["claims"]["monitor"]["seccomp"], result.layer("seccomp")["state"], "seccomp")

    @case("a directory that it holds is told as what crosses")
    def _():
        with tempfile.TemporaryDirectory() as scratch:
            directory = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY)
            with running(guest_program, "1", pass_fds=[directory]) as target:
                _, layer = vm_of(target)
                equal([it["name"] for it in layer["claims"]["shared_directories"]], [scratch], "directories")
                check("vm.shared_directory" in [it["id"] for it in layer["claims"]["warnings"]], "not warned")
            os.close(directory)

    @case("an ordinary user sees nothing of another's monitor: unknown, and a machine is not met")
    def _():
        with running(guest_program, "1") as target:
            result, layer = vm_of(target, "--require", "vm", under=bench.as_nobody)
            equal((result.status, layer["state"], layer["gap"]["kind"]), (4, "unknown", "denied"), "status, state, gap")

    @case("a recording replays to the same")
    def _():
        with running(guest_program, "2") as target, tempfile.TemporaryDirectory() as scratch:
            equal(bench.run("capture", target, "--out", f"{scratch}/r").status, 0, "capture")
            layer = json.loads(bench.run("replay", f"{scratch}/r", "-o", "json").out)["layers"]["vm"]
            equal((layer["state"], layer["claims"]["virtual_cpus"]), ("enforced", 2), "layer")
else:
    @case("no /dev/kvm here: whoever asks for a machine gets none, and is no monitor")
    def _():
        equal(subprocess.run([guest_program, "1"], stdout=subprocess.DEVNULL).returncode, 77, "the guest's program")
        print("# /dev/kvm cannot be opened: real machines were not looked at")


@case("what holds no machine is no monitor: not applicable, and a requirement for it is not met")
def _():
    with bench.start() as target:
        result, layer = vm_of(target, "--require", "vm")
        equal((result.status, layer["state"]), (4, "not_applicable"), "status and state")
        equal(layer["claims"]["virtual_machines"], 0, "machines")
        equal(layer["claims"]["monitor"], None, "monitor")


@case("a process that calls itself QEMU, and holds files and memory with the kernel's names, is no monitor")
def _():
    script = """
import os, sys, ctypes
ctypes.CDLL(None).prctl(15, b"qemu-system-x86", 0, 0, 0)
os.chdir(sys.argv[1])
for name in ("kvm-vm", "kvm-vcpu:0", "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0"):
    os.set_inheritable(os.memfd_create(name), True)
    os.open(name, os.O_CREAT | os.O_RDWR)
print("ready", flush=True)
sys.stdin.read()
"""
    with tempfile.TemporaryDirectory() as scratch, running("/usr/bin/python3", "-c", script, scratch) as target:
        check(sum("kvm-vm" in it for it in links(target.pid)) == 4, f"the stage: {links(target.pid)}")
        _, layer = vm_of(target)
        equal(layer["state"], "not_applicable", "state")
        equal(layer["claims"]["virtual_machines"], 0, "machines")
        check(layer["claims"]["monitor_hint"].startswith("QEMU, by its name qemu-system-x86, though it executes python3"),
              f"hint: {layer['claims']['monitor_hint']}")


if QEMU:
    @case("QEMU without KVM is told as a hint, and never as a boundary")
    def _():
        with running(QEMU, "-accel", "tcg", "-machine", "none", "-nodefaults", "-display", "none", "-S", ready=None) as target:
            for _ in range(500):
                if b"qemu" in pathlib.Path(f"/proc/{target.pid}/comm").read_bytes():
                    break
                time.sleep(0.01)
            _, layer = vm_of(target)
            equal(layer["state"], "not_applicable", "state")
            check("no boundary of the kernel's" in layer["summary"], layer["summary"])
            check(layer["claims"]["monitor_hint"].startswith("QEMU, by its executable qemu-system-"), "its executable")


@case("every report obeyed the schema")
def _():
    bench.no_complaints()


def main(attest, sandboxed, guest, *words):
    global bench, guest_program
    bench, guest_program = Bench(attest, sandboxed), os.path.abspath(guest)
    if not QEMU:
        print("# no QEMU here: one without KVM was not looked at")
    return tap.run(words)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
