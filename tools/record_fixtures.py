#!/usr/bin/python3
"""record_fixtures.py SBX_ATTEST SBX_ATTEST_STATIC SANDBOXED [NAME...]: records fixtures/kernels anew.
record_fixtures.py expect SBX_ATTEST: keeps the recordings and writes the report that each must replay to.

Every recording is of a real run: on the kernel that runs here, and on Debian's kernels under qemu. Run as root.
"""
import base64
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
OUT = TOP / "fixtures" / "kernels"
sys.path[:0] = [str(TOP / "tests" / "kernels")]
from boot import boot

HALF = "--landlock-layers 2 --rules 3 --filters 1 --thread-outside landlock"
CONFINED = "--landlock-layers 3 --handled-abi 2 --rules 9 --filters 2 --drop-caps all --unshare mnt,pid,net,ipc,uts"

# name: series, words on the kernel's command line, options of sandboxed, what sbx-attest runs under, target
GUESTS = {
    "6.1-debian-root": ("6.1", "", CONFINED, "", "$pid"),
    "6.1-debian-selinux-half": ("6.1", "lsm=selinux,landlock,bpf selinux=1 enforcing=0", HALF, "", "$pid"),
    "6.12-debian-root": ("6.12", "", HALF, "", "$pid"),
    "6.12-debian-lockdown": ("6.12", "lockdown=confidentiality", CONFINED, "", "$pid"),
    "6.12-debian-user": ("6.12", "", CONFINED, "sandboxed --uid 65534 --", "$pid"),
    "7.0-debian-root": ("7.0", "", CONFINED + " --allow /bin", "", "$pid"),
    "7.1-debian-no-landlock": ("7.1", "lsm=lockdown,yama", "--filters 1", "", "$pid"),
    "7.3-debian-root": ("7.3", "", HALF, "", "$pid"),
    "7.3-debian-apparmor": ("7.3", "lsm=lockdown,yama,apparmor,landlock,bpf", CONFINED, "", "$pid"),
    "7.3-debian-self": ("7.3", "", "", "sandboxed --landlock-layers 3 --allow / --uid 65534 --", "self"),
}

# What names the machine rather than its kernel is not kept from a run on this machine; it replays as "not asked".
PRIVATE = ["host/version", "host/cmdline", "target/cgroup", "target/cgroup_limits", "target/mountinfo", "self/mountinfo",
           "target/fds", "target/roots", "target/directories", "self/paths", "target/environ_names", "target/resolv_conf",
           *(f"target/net/{name}" for name in ("config", "lookups", "peers", "ruleset", "dev", "route", "fib_trie", "ipv6_route",
                                               "if_inet6", "sockets", "held_sockets"))]


def guest(name, static, sandboxed):
    series, append, options, under, target = GUESTS[name]
    kernel = subprocess.check_output([TOP / "tests/kernels/fetch", series], text=True).split(maxsplit=1)[1].strip()
    script = f"""
sandboxed {options} >/tmp/ready 2>&1 & pid=$!
n=0; until grep -q ready /tmp/ready || [ $n = 100 ]; do sleep 0.1; n=$((n+1)); done
pid=$(sed -n 's/^ready \\([0-9]*\\).*/\\1/p' /tmp/ready)
[ "$pid" ] || {{ cat /tmp/ready; exit 1; }}
mkdir /tmp/out; chmod 777 /tmp/out
{under} sbx-attest capture {target} --out /tmp/out/recording && cd /tmp/out/recording && tar c . >/tmp/tar && echo @tar && base64 /tmp/tar
"""
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch, "script")
        path.write_text(script)
        status, output, console = boot(kernel, append, {"sbx-attest": static, "sandboxed": sandboxed, "script": path},
                                       ["sh", "/bin/script"], 240)
    if status != 0 or b"@tar" not in output:
        sys.exit(f"{name}: exit {status}: {output.decode()[-500:]} {console.decode(errors='replace')[-500:]}")
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(output.partition(b"@tar\n")[2]))) as archive:
        archive.extractall(OUT / name / "recording")  # out of a guest that we started


@contextlib.contextmanager
def sandboxed_process(sandboxed, options):
    with subprocess.Popen([sandboxed, *options.split()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        try:
            yield it.stdout.readline().split()[1]
        finally:
            it.kill()


def here(attest, sandboxed):
    """The runs on this machine's own kernel: name, command (with {attest}, {sandboxed}, {pid}, {out})."""
    release = subprocess.check_output(["uname", "-r"], text=True).strip().split("-")[0].rsplit(".", 1)[0]
    nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups"
    runs = {
        "root": (HALF, "{attest} capture {pid} --out {out}"),
        "root-confined": (CONFINED, "{attest} capture {pid} --out {out}"),
        "user": (CONFINED, nobody + " {attest} capture {pid} --out {out}"),
        "hidepid": (CONFINED, "unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && " + nobody + " {attest} capture {pid} --out {out}'"),
        "container": ("", "bwrap --unshare-all --uid 1000 --gid 1000 --cap-drop ALL --ro-bind / / --proc /proc --dev /dev "
                          "--bind {dir} {dir} {attest} capture self --out {out}"),
    }
    for name, (options, command) in runs.items():
        with contextlib.ExitStack() as stack:
            scratch = stack.enter_context(tempfile.TemporaryDirectory())
            for program in (attest, sandboxed):
                shutil.copy(program, scratch)
            # The copy: a recording holds the path of the program that made a domain.
            pid = stack.enter_context(sandboxed_process(f"{scratch}/sandboxed", options))
            pathlib.Path(scratch).chmod(0o777)
            out = f"{scratch}/recording"
            subprocess.run(["sh", "-c", command.format(attest=f"{scratch}/sbx-attest", pid=pid, out=out, dir=scratch)], check=True)
            keep(f"{release}-here-{name}", pathlib.Path(out))


def keep(name, recording):
    index = json.loads((recording / "recording.json").read_text())
    for source in PRIVATE:
        (recording / source).unlink(missing_ok=True)
        index["answered"] = [each for each in index["answered"] if each != source]
        index["refused"].pop(source, None)
    (recording / "recording.json").write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")
    shutil.rmtree(OUT / name, ignore_errors=True)
    shutil.copytree(recording, OUT / name / "recording")


def expect(attest):
    for directory in sorted(path for path in OUT.iterdir() if path.is_dir()):
        for form, name in (("json", "report.json"), ("table", "report.txt")):
            (directory / name).write_bytes(subprocess.run(
                [attest, "replay", directory / "recording", "-o", form, "--ascii"], env={"COLUMNS": "80"}, check=True,
                stdout=subprocess.PIPE).stdout)


def main(arguments):
    if arguments[:1] == ["expect"] and len(arguments) == 2:
        return expect(arguments[1])
    if len(arguments) < 3:
        sys.exit(__doc__)
    attest, static, sandboxed, *names = arguments
    for name in names or GUESTS:
        if name in GUESTS:
            shutil.rmtree(OUT / name, ignore_errors=True)
            guest(name, static, sandboxed)
    if not names or "here" in names:
        here(attest, sandboxed)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", OUT], check=True)
    expect(attest)


if __name__ == "__main__":
    main(sys.argv[1:])
