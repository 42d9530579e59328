#!/usr/bin/python3
"""doctor.py SBX_ATTEST SBX_ATTEST_STATIC SANDBOXED [WORD...]: what doctor says where it is known who refuses what, and that it leaves nothing.

Each environment is made here, so that the layer that says no is known. As root.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import jsonschema
import tap
from filtered import denies, put_on
from harness import NOBODY, Bench
from podman import Podman
from restricted import CLONE_NEWNS, FS, MS_REC, call, libc, mount, restrict
from tap import case, check, equal

bench = podman = static = None
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DOCKER = TOP / "data/seccomp/moby/26.1.5.json"
FIVE = [word for name in ("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID") for word in ("--cap-add", name)]
AS_NOBODY = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
UNSHARE, CLONE, CLONE3, SECCOMP = 272, 56, 435, 317  # x86_64
NEWUSER, MS_SHARED = 0x10000000, 1 << 20
NAMESPACES = [f"ns.{kind}" for kind in "mnt pid net ipc uts cgroup time".split()]
MOUNTS = ["mount", "mount.proc", "mount.devpts", "pivot_root", "loopback"]


class Said:
    """What doctor said, as JSON that obeys its schema."""

    def __init__(self, text, seconds=None):
        self.document, self.seconds = json.loads(text), seconds
        schema = json.loads(bench.run("schema", "doctor").out)
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator(schema).iter_errors(self.document)]
        check(not errors, "the schema refuses it: " + "; ".join(errors)[:2000])
        self.abilities = {it["id"]: it for it in self.document["abilities"]}
        self.launchers = {it["id"]: it for it in self.document["launchers"]}
        for it in self.abilities.values():
            equal(it["outcome"] == "refused", it["refused_by"] is not None, f"{it['id']}: refused, and by somebody")
            check(it["outcome"] != "refused" or it["remedy"], f"{it['id']} has no remedy: {it}")

    def cause(self, name):
        """works, unknown, or the cause of the refusal."""
        it = self.abilities[name]
        return it["refused_by"]["cause"] if it["outcome"] == "refused" else it["outcome"]

    def expects(self, causes, launchers=None):
        equal({name: self.cause(name) for name in causes}, causes, "who said no")
        launchers = launchers or {}
        equal({name: self.launchers[name]["engages"] for name in launchers}, launchers, "launchers")


def doctor(*prefix, program=None, **options):
    start = time.monotonic()
    done = subprocess.run([*prefix, program or static, "doctor", "-o", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False, **options)
    equal((done.returncode, done.stderr), (0, b""), "exit status and complaint")
    return Said(done.stdout, time.monotonic() - start)


def in_container(*options):
    script = "read a x </proc/uptime; /sbx-attest doctor -o json; read b x </proc/uptime; echo; echo $a $b"
    text = podman("run", "--rm", *podman.limits, *options, "-v", f"{static}:/sbx-attest:ro", podman.IMAGE, "/bin/busybox", "sh", "-c",
                  script)
    document, _, times = text.rpartition("\n")
    before, after = map(float, times.split())
    return Said(document, after - before)


ALL_WORK = {name: "works" for name in ["landlock", "seccomp", "seccomp.notify", "userns", "no_new_privs", *NAMESPACES, *MOUNTS]}


@case("plain root: everything works, alone and below a user namespace, and bubblewrap was really started")
def _():
    said = doctor()
    said.expects({**ALL_WORK, "ptrace": "works", "subids": "works"},
                 {"bubblewrap": "fully", "codex": "fully", "srt": "fully", "landlock": "fully", "unshare": "fully"})
    equal({name: said.abilities[name]["claims"] for name in NAMESPACES},
          {name: {"alone": True, "in_user_namespace": True} for name in NAMESPACES}, "how")
    runs = {run["id"]: run["result"] for launcher in said.launchers.values() for run in launcher["runs"]}
    equal(set(runs.values()), {"ok"}, f"runs: {runs}")
    check({"bwrap.srt", "bwrap.codex", "bwrap.plain", "bwrap.all"} <= set(runs), f"{runs}")


@case("plain user: namespaces in a user namespace alone; files of others are refused by owner and mode")
def _():
    said = doctor(*AS_NOBODY)
    said.expects({**ALL_WORK, "cgroup": "file-permissions", "subids": "no-subordinate-ids"},
                 {"bubblewrap": "fully", "landlock": "fully", "openshell-a": "no"})
    equal(said.abilities["ns.net"]["claims"], {"alone": False, "in_user_namespace": True}, "ns.net")
    if os.path.exists("/dev/kvm") and not os.stat("/dev/kvm").st_mode & 6:
        said.expects({"kvm": "file-permissions"}, {"boxlite": "no"})
    if pathlib.Path("/proc/sys/kernel/unprivileged_bpf_disabled").read_text().strip() != "0":
        said.expects({"bpf": "unprivileged-bpf-disabled"})


@case("podman's defaults: root without CAP_SETFCAP may not map itself, and that is what stops user namespaces")
def _():
    said = in_container("--cap-drop", "SETFCAP")
    said.expects({"landlock": "works", "seccomp": "works", "userns": "capability"}, {"bubblewrap": "no", "landlock": "fully"})
    equal(said.abilities["userns"]["step"], "inside.uid_map", "step")
    check("CAP_SETFCAP" in said.abilities["userns"]["refused_by"]["detail"], f"{said.abilities['userns']}")


@case("podman's defaults: a user namespace works, and the covered /proc is why there is no fresh one in it")
def _():
    said = in_container()
    said.expects({"landlock": "works", "seccomp": "works", "userns": "works", "mount.proc": "masked-proc"},
                 {"podman-rootless": "no", "landlock": "fully"})
    check("/proc/" in said.abilities["mount.proc"]["refused_by"]["detail"], f"{said.abilities['mount.proc']}")


@case("the locked Docker profile: its seccomp filter stops bubblewrap and namespaces, and Landlock works")
def _():
    said = in_container("--cap-drop", "ALL", *FIVE, "--security-opt", f"seccomp={DOCKER}")
    said.expects({"landlock": "works", "seccomp": "works", "no_new_privs": "works", "userns": "seccomp-filter",
                  **{name: "seccomp-filter" for name in [*NAMESPACES, *MOUNTS]}},
                 {"bubblewrap": "no", "codex": "no", "srt": "no", "unshare": "no", "podman-rootless": "no", "nsjail": "no",
                  "openshell-a": "no", "landlock": "fully", "openshell-b": "fully"})
    # Lifting the filter would not be enough.
    equal([it["cause"] for it in said.abilities["userns"]["also"]], ["capability"], "who is next")
    equal(said.abilities["landlock"]["claims"]["abi"], doctor().abilities["landlock"]["claims"]["abi"], "ABI")
    equal(said.document["best"]["installed"], "landlock", "best of those that need no program")


@case("--privileged: everything works")
def _():
    in_container("--privileged").expects(ALL_WORK)


@case("inside bubblewrap, in a user namespace of one user without capabilities: another one works, device files do not")
def _():
    said = doctor(*AS_NOBODY, "bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-all")
    said.expects({**ALL_WORK, "kvm": "no-device"}, {"bubblewrap": "fully", "landlock": "fully"})


@case("a user namespace without maps: that is why there is none below it")
def _():
    said = doctor("unshare", "--user")
    said.expects({"landlock": "works", "seccomp": "works", "userns": "no-id-map"})
    equal(said.abilities["userns"]["errno"], "EPERM", "errno")


@case("a user namespace without maps, for a process without capabilities in it: so no namespaces at all")
def _():
    said = doctor("unshare", "--user", "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
    said.expects({"landlock": "works", "userns": "no-id-map", **{name: "no-id-map" for name in NAMESPACES}},
                 {"bubblewrap": "no", "landlock": "fully"})


@case("user.max_user_namespaces=0, in a user namespace: the limit")
def _():
    said = doctor(*AS_NOBODY, "unshare", "-Ur", "sh", "-c", 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "-")
    said.expects({"landlock": "works", "userns": "namespace-limit"})
    equal(said.abilities["userns"]["errno"], "ENOSPC", "errno")
    check("max_user_namespaces is 0" in said.abilities["userns"]["refused_by"]["detail"], f"{said.abilities['userns']}")


@case("user.max_net_namespaces=0, in a user namespace: the limit of that kind alone")
def _():
    said = doctor(*AS_NOBODY, "unshare", "-Ur", "sh", "-c", 'echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"', "-")
    said.expects({**ALL_WORK, "ns.net": "namespace-limit", "loopback": "namespace-limit"}, {"unshare": "no", "landlock": "fully"})


@case("as deep in user namespaces as they go: the limit, and that it may be the levels is said")
def _():
    said = doctor(*AS_NOBODY, *(["unshare", "-Ur"] * 33))
    said.expects({"userns": "namespace-limit"})
    check("32 levels" in said.abilities["userns"]["refused_by"]["detail"], f"{said.abilities['userns']}")


for sentence, programs, causes in (
        ("a filter that denies unshare(2): said of what takes unshare, and user namespaces work by clone(2)", [denies(UNSHARE)],
         {"userns": "works", **{name: "seccomp-filter" for name in NAMESPACES}}),
        ("a filter that denies unshare(2) and clone(2) for user namespaces by their argument",
         [denies(UNSHARE, NEWUSER), denies(CLONE, NEWUSER | 17), denies(CLONE3)],
         {"userns": "unknown"}),
        ("a filter that denies seccomp(2): another way is left", [denies(SECCOMP)], {"seccomp": "works", "seccomp.notify": "seccomp-filter"}),
        ("a filter that denies the Landlock calls", [denies(444)], {"landlock": "seccomp-filter", "userns": "works"}),
        ("a filter that denies mount(2)", [denies(165)], {"userns": "works", "mount": "seccomp-filter", "mount.proc": "seccomp-filter"}),
        ("a filter that denies pivot_root(2)", [denies(155)], {"mount": "works", "pivot_root": "seccomp-filter"}),
        ("a filter that denies ptrace(2)", [denies(101)], {"ptrace": "seccomp-filter", "userns": "works"})):
    @case(f"{sentence}, for an ordinary user")
    def _(programs=programs, causes=causes):
        def put_on_all():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            for program in programs:
                put_on(program)
        doctor(preexec_fn=put_on_all).expects(causes)


@case("the same filter by arguments, for root, who may read its program: that says so")
def _():
    def put_on_all():
        for program in (denies(UNSHARE, NEWUSER), denies(CLONE, NEWUSER | 17), denies(CLONE3)):
            put_on(program)
    said = doctor(preexec_fn=put_on_all)
    said.expects({"userns": "seccomp-filter", "ns.mnt": "works", "landlock": "works"})
    check("its program says" in said.abilities["userns"]["refused_by"]["detail"], f"{said.abilities['userns']}")


@case("a filter that kills who calls unshare(2): the tool lives, and says so")
def _():
    kill = [(*line[:3], 0x80000000) if line[0] == 6 and line[3] == 0x50001 else line for line in denies(UNSHARE)]
    said = doctor(preexec_fn=lambda: put_on(kill))
    said.expects({"userns": "works", "landlock": "works", **{name: "seccomp-filter" for name in NAMESPACES}})
    check("kills" in said.abilities["ns.mnt"]["refused_by"]["detail"], f"{said.abilities['ns.mnt']}")


@case("a filter that lies, so that unshare(2) claims to work: nothing is built upon it, and no mount of others is touched")
def _():
    lie = [(*line[:3], 0x50000) if line[0] == 6 and line[3] == 0x50001 else line for line in denies(UNSHARE)]

    def lied_to():
        call(libc.unshare, CLONE_NEWNS)
        mount(None, "/", None, MS_REC | MS_SHARED)
        put_on(lie)
    script = 'cat /proc/self/mountinfo; "$1" doctor -o json; echo; cat /proc/self/mountinfo'
    done = subprocess.run(["sh", "-c", script, "-", static], stdout=subprocess.PIPE, timeout=60, check=True, preexec_fn=lied_to)
    before, document, after = re.fullmatch(r"([^{]*)(\{.*\})\s*([^}]*)", done.stdout.decode(), re.S).groups()
    check("shared:" in before, before)
    equal(after, before, "mounts")
    Said(document).expects({"userns": "works", **{name: "seccomp-filter" for name in NAMESPACES}, "mount": "seccomp-filter"})


@case("no_new_privs: setuid programs gain nothing, and who needs them does not engage")
def _():
    said = doctor(*AS_NOBODY, "setpriv", "--no-new-privs")
    said.expects({**ALL_WORK, "setuid": "no-new-privs"}, {"firejail": "no", "bubblewrap": "fully"})


@case("inside a Landlock domain over files: no mounts in it, because of it; layers are counted")
def _():
    def confine():
        restrict([("/", FS & ~2)], fs=FS)  # no write to files
    said = doctor(preexec_fn=confine)
    said.expects({"landlock": "works", "ns.mnt": "works", "mount": "landlock-domain"}, {"landlock": "fully", "bubblewrap": "no"})
    equal((said.abilities["landlock"]["claims"]["layers"], said.abilities["landlock"]["claims"]["layers_left"]), (1, 15), "layers")


@case("sixteen Landlock layers: there is no room for another")
def _():
    def confine():
        for _ in range(16):
            restrict([("/", FS)], fs=FS)
    doctor(preexec_fn=confine).expects({"landlock": "landlock-full"}, {"landlock": "no"})


@case("in a chroot: root is told so by leaving it, a user by its root that is no mount")
def _():
    root = bench.path / "root"
    for name in ("proc", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(static, root / "sbx-attest")
    enter = ("unshare", "-m", "sh", "-c", f'mount -t proc proc {root}/proc && exec "$@"', "-")
    for userspec in ((), (f"--userspec={NOBODY}:{NOBODY}",)):
        said = doctor(*enter, "chroot", *userspec, str(root), program="/sbx-attest")
        said.expects({"landlock": "works", "seccomp": "works", "userns": "chroot"})
        equal(said.abilities["userns"]["errno"], "EPERM", "errno")
    said.expects({name: "chroot" for name in NAMESPACES}, {"bubblewrap": "no", "unshare": "no"})


@case("in a chroot to where a mount stands, root is still told so; for a user it is one of those who may have said no")
def _():
    root = bench.path / "mounted"
    root.mkdir(exist_ok=True)
    enter = ("unshare", "-m", "sh", "-c", f'mount -t tmpfs tmpfs {root} && mkdir {root}/proc && mount -t proc proc {root}/proc && '
             f'cp {static} {root}/sbx-attest && exec "$@"', "-")
    doctor(*enter, "chroot", str(root), program="/sbx-attest").expects({"userns": "chroot"})
    said = doctor(*enter, "chroot", f"--userspec={NOBODY}:{NOBODY}", str(root), program="/sbx-attest")
    said.expects({"userns": "unknown", "ns.mnt": "unknown"})
    check(any("chroot" in it for it in said.abilities["userns"]["candidates"]), f"{said.abilities['userns']}")


@case("no process, mount or file is left behind")
def _():
    script = """mount -t tmpfs t /run; cp "$1" /run/doctor; mount -t tmpfs t /tmp; mount -t tmpfs t /dev/shm; touch /tmp/before; cp /proc/self/mountinfo /run/mounts
find /sys/fs/cgroup /proc/sys/net/ipv4/conf -type d | sort >/run/groups
/run/doctor doctor >/run/said 2>&1; /run/doctor doctor >/run/said || echo failed; sleep 0.5
cmp /proc/self/mountinfo /run/mounts; find /sys/fs/cgroup /proc/sys/net/ipv4/conf -type d | sort | cmp - /run/groups
find /tmp /run /dev -newer /tmp/before ! -path /run ! -path /run/mounts ! -path /run/groups ! -path /run/said ! -type c ! -type b
for p in /proc/[0-9]*; do [ $p = /proc/$$ ] || cat $p/comm $p/status 2>/dev/null; done | grep -E '^(doctor|bwrap)'"""
    done = subprocess.run(["unshare", "-mpf", "--mount-proc", "--propagation", "private", "sh", "-c", script, "-", static],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    equal(done.stdout.decode(), "", "what is left")


@case("all of it takes less than a second, in relation to what the machine takes to start a program")
def _():
    def best(*command):
        times = []
        for _ in range(5):
            start = time.monotonic()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            times.append(time.monotonic() - start)
        return min(times)
    start, whole = best(bench.attest, "--version"), best(bench.attest, "doctor")
    limit = max(1, start / 0.02)
    print(f"#   doctor {whole * 1000:.0f} ms, --version {start * 1000:.0f} ms", flush=True)
    check(whole < limit, f"{whole:.2f} s, and {limit:.2f} s are allowed")


@case("requirements: met, unmet, and a name that there is not, before anything is tried")
def _():
    for clauses, status in ((["userns,landlock>=1", "bubblewrap"], 0), (["landlock>=900"], 1), (["userns,docker"], 1),
                            (["landlock=1+"], 0), (["usrns"], 2), (["landlock>=x"], 2), ([""], 2)):
        options = [word for clause in clauses for word in ("--require", clause)]
        equal(bench.run("doctor", *options).status, status, f"{clauses}")
    equal(bench.run("doctor", "--for", "nothing").status, 2, "--for nothing")
    done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=unshare,clone,fork,clone3,seccomp", bench.attest, "doctor", "--require", "usrns"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    check(b"unshare(" not in done.stderr and b"clone" not in done.stderr, done.stderr.decode())


@case("--for shows these launchers alone")
def _():
    result = bench.run("doctor", "--for", "bubblewrap,openshell", "-o", "json")
    equal([it["id"] for it in result.report["launchers"]], ["openshell-b", "openshell-a", "bubblewrap"], "launchers")


@case("a recording is replayed to the same, byte for byte")
def _():
    out = bench.path / "recorded"
    for options in (["-o", "json"], []):
        shutil.rmtree(out, ignore_errors=True)
        live = bench.run("doctor", "--out", str(out), *options)
        replayed = bench.run("doctor", "--replay", str(out), *options)
        equal((live.status, replayed.status), (0, 0), "exit status")
        equal(replayed.out, live.out, "text")


def main():
    global bench, podman, static
    bench = Bench(sys.argv[1], sys.argv[3])
    static = str(bench.path / "sbx-attest")
    shutil.copy(sys.argv[2], static)
    bench.path.chmod(0o755)
    (bench.path / "podman").mkdir()
    podman = Podman(bench.path / "podman")
    podman.limits = ("--network", "none", *podman.LIMITS)
    podman.image()
    try:
        return tap.run(sys.argv[4:])
    finally:
        podman.unmount()


if __name__ == "__main__":
    if len(sys.argv) < 4 or os.geteuid() != 0:
        sys.exit(__doc__)
    sys.exit(main())
