#!/usr/bin/python3
"""files.py SBX_ATTEST SANDBOXED [WORD...]: what is said of roots and mounts, held against another's reading.

The other reading is Python's: /proc/PID/mountinfo by itself, and stat(2) through /proc/PID/root. Root is needed.
"""
import contextlib
import ctypes
import os
import pathlib
import re
import resource
import shutil
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench, Target
from launched import launched
from podman import Podman
from tap import case, check, equal

bench = None
podman = None
libc = ctypes.CDLL(None, use_errno=True)
CLONE_FS, CLONE_NEWNS = 0x200, 0x20000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE, MS_SHARED, MNT_DETACH = 1, 32, 4096, 16384, 1 << 18, 1 << 20, 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}[os.uname().machine]
PSEUDO = {"proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "debugfs", "tracefs", "bpf", "securityfs",
          "configfs", "fusectl", "pstore", "hugetlbfs", "binfmt_misc", "nsfs"}


def must(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def raw(path):
    return None if path is None else os.fsencode(path)


def mount(source, point, kind=None, flags=0, data=None):
    must(libc.mount(raw(source), raw(point), raw(kind), ctypes.c_ulong(flags), raw(data)))


def bind(source, point, read_only=False):
    mount(source, point, None, MS_BIND)
    if read_only:
        mount(None, point, None, MS_BIND | MS_REMOUNT | MS_RDONLY)


def own_namespace():
    must(libc.unshare(CLONE_NEWNS))
    mount("none", "/", None, MS_REC | MS_PRIVATE)


def pivot(root):
    """What container runtimes do: the old root is put over the new one, and taken away."""
    os.chdir(root)
    must(libc.syscall(PIVOT_ROOT, b".", b"."))
    must(libc.umount2(b".", MNT_DETACH))
    os.chdir("/")


@contextlib.contextmanager
def staged(stage, live=None):
    """A child that does `stage`, then `live` again and again, or nothing."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            stage()
            os.write(writing, b"y")
            while True:
                live() if live else signal.pause()
        except BaseException as wrong:  # whatever it is, it is told
            os.write(writing, repr(wrong).encode())
        finally:
            os._exit(1)
    os.close(writing)
    try:
        answer = os.read(reading, 500)
        equal(answer, b"y", "the stage")
        yield Target(pid)
    finally:
        os.close(reading)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def unmangled(text):
    return re.sub(rb"\\([0-3][0-7]{2})", lambda it: bytes([int(it[1], 8)]), text)


def mounts_of(pid):
    """(id, parent, device, point, writable, type) of each line of mountinfo."""
    rows = []
    for line in pathlib.Path(f"/proc/{pid}/mountinfo").read_bytes().splitlines():
        left, right = line.split(b" - ", 1)
        fields, (kind, _, *options) = left.split(b" "), right.split(b" ")
        writable = b"ro" not in fields[5].split(b",") and b"ro" not in b" ".join(options).split(b",")
        rows.append((int(fields[0]), int(fields[1]), fields[2], unmangled(fields[4]), writable, kind.decode()))
    return rows


def mount_id(path):
    try:
        fd = os.open(path, os.O_PATH | os.O_NOFOLLOW)
    except FileNotFoundError:  # covered, and what covers it has no such name
        return None
    try:
        text = pathlib.Path(f"/proc/self/fdinfo/{fd}").read_text()
        return int(re.search(r"mnt_id:\s*(\d+)", text)[1])
    finally:
        os.close(fd)


def escaped(path):
    """As the report writes plain and hostile bytes."""
    return "".join(chr(c) if 32 <= c < 127 and c != 92 else f"\\x{c:02x}" for c in path)


def inspected(target, *arguments):
    """The layer of `files`, and of `inspect`, which must be one."""
    result = bench.inspect(target, *arguments)
    return result, result.layer("filesystem"), result.claims("filesystem")


def same_file(one, other):
    a, b = os.stat(one), os.stat(other)
    return (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)


def agrees(target):
    """All that Python reads of the root and the mounts must be what the report says."""
    def mounted():
        return mounts_of("self"), mounts_of(target)
    for _ in range(20):  # others mount on this machine meanwhile, and what is shared propagates
        before = mounted()
        _, layer, claims = inspected(target)
        if mounted() == before:
            break
    root = f"/proc/{target}/root".encode()
    host_devices = {row[2] for row in before[0]}
    own = target.ns("mnt") != os.stat("/proc/self/ns/mnt").st_ino
    equal(claims["root"]["mount_namespace"], "own" if own else "host", "mount namespace")
    if claims["root"]["kind"] == "host":
        check(same_file(root, "/"), "the host's root is another directory")
    else:
        check(not same_file(root, "/"), f"its root is the host's, and {claims['root']['kind']} is said")
    read_only = bool(os.statvfs(root).f_flag & os.ST_RDONLY)
    equal(claims["root"]["read_only"], read_only, "root is read-only")
    rows = before[1]
    equal(len(claims["mounts"]), len(rows), "mounts")
    for said, (number, _, device, point, writable, kind) in zip(claims["mounts"], rows):
        where = escaped(point)
        equal((said["point"], said["type"], said["writable"]), (where, kind, writable), "point, type, writable")
        if kind in PSEUDO:
            equal(said["class"], "pseudo", where)
        elif own and not kind.startswith("fuse"):
            check((said["class"] in ("host", "socket", "device")) == (device in host_devices), f"{where}: {said}")
        if point != b"/":
            seen = mount_id(root + point) == number
            equal(said["covered"], not seen, f"{where} is covered")
        if said["host_path"] and not said["covered"]:
            check(same_file(root + point, said["host_path"]), f"{where} is not the host's {said['host_path']}")
    return layer, claims


def points(claims, name):
    return sorted(claims[name])


def warnings(claims):
    return {warning["id"]: warning["severity"] for warning in claims["warnings"]}


def with_work(prepare=lambda path: None, read_only=False):
    """A tree of its own in memory, with a directory of the host's at /work."""
    def stage():
        own_namespace()
        new = str(bench.path / "new")
        mount("tmpfs", new, "tmpfs")
        for name in ("work", "proc", "dev"):
            os.mkdir(f"{new}/{name}")
        bind(str(bench.path / "work"), f"{new}/work", read_only)
        mount("proc", f"{new}/proc", "proc")
        prepare(new)
        pivot(new)
    return stage


@case("the host's own files are absent")
def _():
    with staged(lambda: None) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"]), ("absent", "host"), "state, kind")
        others = [it["id"] for it in claims["warnings"] if not it["id"].endswith("_limit")]
        equal(others, [], "warnings, but for limits that nobody set")


@case("a mount namespace of its own with the host's root is partial, and all that is writable is named")
def _():
    with staged(own_namespace) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"]), ("partial", "host"), "state, kind")
        check("/" in claims["host_writable"], f"writable: {claims['host_writable']}")


@case("a pivoted root with nothing of the host writable is enforced; with one place writable it is partial")
def _():
    with staged(with_work(read_only=True)) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"], claims["host_writable"]), ("enforced", "pivoted", []), "said")
        equal(claims["host_mounts"], ["/work"], "of the host")
        result, _, _ = inspected(target, "--require", "mounts.host_writable=0", "--require", "filesystem")
        equal(result.status, 0, "status")
        equal(inspected(target, "--require", "root=ro")[0].status, 1, "status: its root is writable")
    with staged(with_work()) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["host_writable"]), ("partial", ["/work"]), "said")
        said = next(it for it in claims["mounts"] if it["point"] == "/work")
        equal(said["host_path"], str(bench.path / "work"), "where the host has it")
        equal(inspected(target, "--require", "mounts.host_writable=0")[0].status, 1, "status")


@case("a chroot is partial, and CAP_SYS_CHROOT leads out of it")
def _():
    jail = str(bench.path / "new")
    with staged(lambda: (os.chdir(jail), os.chroot("."))) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"], claims["root"]["escapable"]), ("partial", "chroot", True), "said")
        equal(claims["root"]["host_path"], jail, "where the host has it")
        equal(warnings(claims)["filesystem.chroot_escape"], "high", "the warning")
        equal(claims["root"]["cwd_outside"], False, "working directory")

    def without():
        os.chdir(jail)
        os.chroot(".")
        os.setgroups([])
        os.setresuid(65534, 65534, 65534)
    with staged(without) as target:
        _, claims = agrees(target)
        equal((claims["root"]["kind"], claims["root"]["escapable"]), ("chroot", False), "said")
        check("filesystem.chroot_escape" not in warnings(claims), "no warning")


@case("a chroot into the root of a mount, and one in a namespace of its own, are chroots, not pivoted")
def _():
    jail = str(bench.path / "new")

    def stage():
        own_namespace()
        mount("tmpfs", jail, "tmpfs")
        os.chdir(jail)
        os.chroot(".")
    with staged(stage) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"], claims["root"]["mount_namespace"]), ("partial", "chroot", "own"), "said")


@case("a working directory that was left outside the root leads out")
def _():
    jail = str(bench.path / "new")
    with staged(lambda: (os.chdir("/tmp"), os.chroot(jail))) as target:
        _, claims = agrees(target)
        equal(claims["root"]["cwd_outside"], True, "outside")
        equal(warnings(claims)["filesystem.cwd_outside"], "high", "the warning")


@case("one thread with the host's root beside others is the weakest")
def _():
    def stage():
        must(libc.unshare(CLONE_FS))
        ready = threading.Event()

        def leave():
            must(libc.unshare(CLONE_FS))
            os.chroot(str(bench.path / "new"))
            os.chdir("/")
            ready.set()
            signal.pause() if threading.current_thread() is threading.main_thread() else time.sleep(1000)
        threading.Thread(target=leave, daemon=True).start()
        check(ready.wait(10), "the thread is in its chroot")
    with staged(stage) as target:
        _, layer, claims = inspected(target)
        equal((claims["root"]["kind"], claims["root"]["differs"]), ("host", True), "said")
        check(layer["state"] in ("absent", "partial"), f"state: {layer['state']}")


@case("what is mounted over a place of the host hides it")
def _():
    with staged(with_work(lambda new: mount("tmpfs", f"{new}/work", "tmpfs"))) as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["host_writable"]), ("enforced", []), "said")
    with staged(with_work(lambda new: (os.makedirs(f"{new}/a/b"), bind(str(bench.path / "work"), f"{new}/a/b"),
                                       mount("tmpfs", f"{new}/a", "tmpfs")), read_only=True)) as target:
        _, claims = agrees(target)
        equal(claims["host_writable"], [], "writable")


@case("mounts that the host shares are told, and private ones are not")
def _():
    shared = bench.path / "shared"
    shared.mkdir()
    mount("tmpfs", str(shared), "tmpfs")
    try:
        mount("none", str(shared), None, MS_SHARED)
        with staged(lambda: must(libc.unshare(CLONE_NEWNS))) as target:
            _, claims = agrees(target)
            check(str(shared) in claims["propagation"]["shared_with_host"], f"shared: {claims['propagation']}")
        with staged(own_namespace) as target:
            _, claims = agrees(target)
            equal(claims["propagation"]["shared_with_host"], [], "shared")
    finally:
        must(libc.umount2(raw(str(shared)), MNT_DETACH))


@case("device nodes are named by their numbers, and those that every container has are not")
def _():
    def devices(new):
        os.mknod(f"{new}/dev/null", 0o20666, os.makedev(1, 3))
        os.mknod(f"{new}/dev/harmless", 0o20600, os.makedev(1, 1))
    with staged(with_work(devices, read_only=True)) as target:
        _, claims = agrees(target)
        equal([(it["path"], it["number"], it["risk"]) for it in claims["devices"]], [("/dev/harmless", "1:1", "machine")], "devices")
        equal(warnings(claims)["filesystem.machine_devices"], "high", "the warning")


@case("what covers files of the kernel is told from what does not")
def _():
    def covers(new):
        bind("/dev/null", f"{new}/proc/keys")
        bind(f"{new}/proc/sys", f"{new}/proc/sys", True)
    with staged(with_work(covers, read_only=True)) as target:
        _, claims = agrees(target)
        masked = {it["path"]: it["how"] for it in claims["masked"]}
        equal((masked.get("/proc/keys"), masked.get("/proc/sys")), ("hidden", "read-only"), "masked")
        check("/proc/irq" in {it["path"] for it in claims["unmasked"]}, f"unmasked: {claims['unmasked']}")


@case("names of mount points that are hostile come out escaped, and as they are")
def _():
    def hostile(new):
        for name in (b"a b", b"new\nline", b"\x1b[2J", b"back\\slash", b"\xff\xfe", b"#x", b"n" * 255):
            path = os.fsencode(new) + b"/" + name
            os.mkdir(path)
            mount(b"tmpfs", path, "tmpfs")
    with staged(with_work(hostile, read_only=True)) as target:
        layer, _ = agrees(target)
        equal(layer["state"], "enforced", "state")
        page = bench.run("files", target)
        equal(page.status, 0, "status")
        check(b"\x1b" not in page.out and b"\xff" not in page.out, "the page is printable")


@case("a target that mounts and unmounts as fast as it can never loses a mount that was there all the time")
def _():
    def live():
        for name in range(40):
            mount("tmpfs", f"/s/{name}", "tmpfs")
        for name in range(40):
            must(libc.umount2(raw(f"/s/{name}"), MNT_DETACH))
    told = []
    with staged(with_work(lambda new: [os.makedirs(f"{new}/s/{name}") for name in range(40)]), live) as target:
        for _ in range(20):
            result, layer, claims = inspected(target, "--require", "mounts.host_writable=0")
            told.append((layer["state"], claims["host_writable"]))
            check(claims["host_writable"] is None or "/work" in claims["host_writable"], f"lost: {claims['host_writable']}")
            check(layer["state"] != "enforced" and result.status != 0, f"state: {layer['state']}")
    check(any(writable for _, writable in told), f"it was never seen: {told}")


@case("five thousand mounts are all seen, and soon")
def _():
    def many(new):
        for number in range(2500):
            os.makedirs(f"{new}/m/{number}")
            mount("tmpfs", f"{new}/m/{number}", "tmpfs", 0, "nr_inodes=16")
            os.makedirs(f"{new}/b/{number}")
            bind(str(bench.path / "work"), f"{new}/b/{number}", True)
    with staged(with_work(many, read_only=True)) as target:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = bench.run("files", target, "-o", "json")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime  # others may keep the machine busy
        claims = result.claims("filesystem")
        check(len(claims["mounts"]) >= 5002, f"mounts: {len(claims['mounts'])}")
        equal((result.layer("filesystem")["state"], len(claims["host_mounts"])), ("enforced", 2501), "state, of the host")
        print(f"# {took * 1000:.0f} ms of the processor for {len(claims['mounts'])} mounts")
        check(took < 2, f"it took {took:.1f} s of the processor")
        page = bench.run("files", target)
        check(len(page.out.splitlines()) < 200, f"lines: {len(page.out.splitlines())}")


@case("a recording says the same")
def _():
    with staged(with_work()) as target:
        where = bench.path / "recorded"
        equal(bench.run("capture", target, "--out", where).status, 0, "status")
        replayed = bench.run("files", "--replay", where, "-o", "json")
        _, _, claims = inspected(target)
        equal(replayed.claims("filesystem"), claims, "claims")


@case("an inspector without privilege says that it did not see, and never that nothing is writable")
def _():
    with staged(with_work(read_only=True)) as target:
        result = bench.inspect(target, under=bench.as_nobody)
        equal(result.layer("filesystem")["state"], "unknown", "state")
        equal(result.claims("filesystem")["root"]["kind"], None, "kind")


BWRAP = ["bwrap", "--dev", "/dev", "--proc", "/proc", "--die-with-parent", "--unshare-all"]


@case("bubblewrap over the host's root: read-only, then writable")
def _():
    with launched(["bwrap", "--ro-bind", "/", "/", *BWRAP[1:], "sleep", "300"], "sleep") as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"], claims["root"]["read_only"]), ("partial", "host", True), "said")
        equal(claims["host_writable"], [], "writable")
    with launched(["bwrap", "--bind", "/", "/", *BWRAP[1:], "sleep", "300"], "sleep") as target:
        layer, claims = agrees(target)
        equal(layer["state"], "partial", "state")
        check("/" in claims["host_writable"], f"writable: {claims['host_writable']}")
        equal(warnings(claims)["filesystem.host_writable"], "high", "the warning")


@case("bubblewrap with a root of its own: only what was bound is of the host")
def _():
    links = [word for name in ("bin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")]
    command = [*BWRAP, "--ro-bind", "/usr", "/usr", *links, "--tmpfs", "/tmp"]
    with launched([*command, "sleep", "300"], "sleep") as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"]), ("enforced", "pivoted"), "state, kind")
        equal((points(claims, "host_writable"), "/usr" in claims["host_mounts"]), ([], True), "writable, of the host")
    with launched([*command, "--bind", str(bench.path / "work"), "/work", "sleep", "300"], "sleep") as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["host_writable"]), ("partial", ["/work"]), "said")


@case("firejail: a mount namespace of its own, with the host's root")
def _():
    with launched(["firejail", "--quiet", "--noprofile", "--net=none", "sleep", "300"], "sleep") as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["mount_namespace"]), ("partial", "own"), "state, namespace")


LXC = """
lxc.rootfs.path = dir:{root}
lxc.mount.auto = proc:mixed sys:mixed
lxc.mount.entry = {work} work none bind,create=dir 0 0
lxc.mount.entry = /usr usr none bind,ro,create=dir 0 0
lxc.cap.drop = sys_module mac_admin mac_override sys_time
lxc.apparmor.profile = unconfined
lxc.net.0.type = empty
lxc.init.cmd = /bin/sleep 300
"""


@case("LXC: what its configuration binds is the host's, and what it mounts itself is not")
def _():
    root = bench.path / "lxc" / "root"
    for name in ("bin", "proc", "sys", "dev"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin" / "sleep")
    config = root.parent / "config"
    config.write_text(LXC.format(root=root, work=bench.path / "work"))
    with launched(["lxc-start", "-F", "-n", f"sbx-{os.getpid()}", "-f", config, "-P", root.parent], "sleep") as target:
        layer, claims = agrees(target)
        equal((layer["state"], claims["root"]["kind"], claims["root"]["host_path"]), ("partial", "pivoted", str(root)), "said")
        equal((claims["host_writable"], "/usr" in claims["host_mounts"]), (["/work"], True), "writable, of the host")
        check("/proc/sys" in {it["path"] for it in claims["masked"]}, f"masked: {claims['masked']}")


for sentence, options, wanted in (
        ("podman's defaults", [], "enforced"),
        ("podman with a read-only root", ["--read-only"], "enforced"),
        ("podman with a volume of the host", ["--volume", "WORK:/work"], "partial"),
        ("a privileged podman container", ["--privileged"], None)):
    @case(f"{sentence}: what is bound is told from what the engine made")
    def _(options=options, wanted=wanted):
        given = [word.replace("WORK", str(bench.path / "work")) for word in options]
        with podman.container(*given) as (target, _):
            layer, claims = agrees(target)
            equal(claims["root"]["kind"], "pivoted", "kind")
            equal(claims["root"]["read_only"], "--read-only" in options, "read-only")
            engine = {it["point"] for it in claims["mounts"] if it["engine_file"]}
            check("/etc/hosts" in engine, f"the engine's files: {engine}")
            if wanted:
                equal((layer["state"], claims["host_writable"]), (wanted, ["/work"] if "--volume" in options else []), "said")
                masked = {it["path"] for it in claims["masked"]}
                check({"/proc/keys", "/proc/sys"} <= masked, f"masked: {masked}")
                equal(claims["devices"], [], "devices")
            else:
                check(any(it["risk"] == "machine" for it in claims["devices"]), "devices of the machine")
                check("filesystem.kernel_settings" in warnings(claims), f"warnings: {warnings(claims)}")


@case("every report of this run obeyed the schema, as another's validator reads it")
def _():
    bench.no_complaints()


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__)
    bench = Bench(sys.argv[1], sys.argv[2])
    for name in ("new", "work", "podman"):
        (bench.path / name).mkdir()
    podman = Podman(bench.path / "podman")
    podman.image()
    try:
        sys.exit(tap.run(sys.argv[3:]))
    finally:
        podman.unmount()
