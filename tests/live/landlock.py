#!/usr/bin/python3
"""landlock.py SBX_ATTEST RULED [WORD...]: what Landlock domains of real processes hold, as root. WORDs choose cases."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import restricted
import tap
from harness import Bench, as_told, told_rules
from restricted import FILE_RIGHTS, READ, READ_FILE, process, restrict
from tap import case, check, equal

bench = ruled = None


def claims_of(pid, *arguments, **options):
    return bench.inspect(pid, *arguments, **options).claims("landlock")


def rule_at(pid, path):
    rules = [rule for rule in claims_of(pid)["rule_list"] if rule["path"] == str(path)]
    equal(len(rules), 1, f"rules at {path}")
    return rules[0]


def warnings_of(pid):
    return {warning["id"]: warning for warning in claims_of(pid)["warnings"]}


def directory(name):
    path = bench.path / name
    path.mkdir(parents=True)
    return path


@contextlib.contextmanager
def in_memory(name):
    """Where thousands of directories are removed at once: one by one takes ext4 a minute."""
    path = directory(name)
    restricted.mount("none", path, "tmpfs")
    try:
        yield path
    finally:
        restricted.umount(path)


class Ruled:
    """A process of ruled.c, and what each of its rules must say."""

    def __init__(self, rules, layers, where=None):
        self.process = subprocess.Popen([ruled, str((where or bench.path) / f"ruled-{rules}-{layers}"), str(rules), str(layers)],
                                        stdout=subprocess.PIPE, text=True)
        lines = []
        while not lines or not lines[-1].startswith("ready "):
            lines.append(self.process.stdout.readline())
            check(lines[-1], f"ruled ended: {lines[-2:]}")
        self.pid, self.rules = told_rules(lines)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


# ---------------------------------------------------------------- rules

@case("landlock: 206 rules in 3 layers and 5 ports are what was asked for, with device, inode and path, none lost")
def _():
    with Ruled(206, 3) as it:
        claims = claims_of(it.pid)
        equal(claims["rules"], 212, "rules")
        equal(as_told(claims["rule_list"]), it.rules, "rules")
        equal({rule["status"] for rule in claims["rule_list"]}, {"live"}, "status")


@case("landlock: 20,006 rules, none lost")
def _():
    with in_memory("many") as path, Ruled(20000, 2, path) as it:
        equal(as_told(claims_of(it.pid)["rule_list"]), it.rules, "rules")


@case("landlock: a domain without a rule, one with ports alone, and one whose ports are the rest")
def _():
    for rules, ports, wanted in (((), (), 0), ((), ((443, 2), (80, 1)), 2), ((("/usr", READ),), ((443, 2),), 2)):
        with process(lambda rules=rules, ports=ports: restrict(rules, ports, net=3)) as pid:
            claims = claims_of(pid)
            equal((claims["rules"], len(claims["rule_list"])), (wanted, wanted), "rules")
            equal({rule["port"]: rule["layers"] for rule in claims["rule_list"] if rule["kind"] == "port"},
                  {port: {"1": ["bind_tcp" if rights == 1 else "connect_tcp"]} for port, rights in ports}, "ports")


@case("landlock: a recording of rules replays to the same bytes")
def _():
    with Ruled(20, 2) as it:
        out = bench.path / "recording"
        equal(bench.run("capture", it.pid, "--out", out).status, 0, "capture")
        first, second = (bench.run("landlock", "--replay", out, "-o", "json") for _ in range(2))
        equal((first.status, first.out), (0, second.out), "replay")
        equal(as_told(first.claims("landlock")["rule_list"]), it.rules, "rules")
        text = bench.run("landlock", "--replay", out)
        check("port 8000" in text.out.decode() and "sub00003" in text.out.decode(), text.out.decode()[:2000])


# ---------------------------------------------------------------- what stands at the path of a rule

@case("landlock: a directory that was deleted, and the name is gone with it")
def _():
    path = directory("deleted")

    def work():
        restrict([(path, READ)], fs=READ)
        os.rmdir(path)
    with process(work) as pid:
        rule, = claims_of(pid)["rule_list"]
        equal((rule["status"], rule["path"], rule["detail"]), ("deleted", None, "it was deleted"), "rule")
        check("landlock.rule_deleted" in warnings_of(pid), "no warning")


@case("landlock: a directory that was deleted while somebody stands in it keeps its last name")
def _():
    path = directory("held")

    def work():
        restrict([(path, READ)], fs=READ)
        os.chdir(path)
        os.rmdir(path)
    with process(work) as pid:
        rule = rule_at(pid, path)
        equal((rule["status"], rule["detail"]), ("deleted", "it was deleted"), "rule")
        path.mkdir()
        rule = rule_at(pid, path)
        equal((rule["status"], rule["detail"]),
              ("replaced", "it was deleted; something else stands at the path now, which the rule is not about"), "rule")


@case("landlock: a directory that was renamed is found by its new name, and what took the old one has no rule")
def _():
    path, new = directory("old-name"), bench.path / "new-name"

    def work():
        restrict([(path, READ)], fs=READ)
    with process(work) as pid:
        path.rename(new)
        path.mkdir()
        equal([(r["path"], r["status"]) for r in claims_of(pid)["rule_list"]], [(str(new), "live")], "rules")


@case("landlock: what a mount hides is said to be hidden, and by what")
def _():
    path = directory("covered/inside")

    def work():
        restricted.own_mounts()
        parent = os.open(path, os.O_PATH)
        restricted.mount("none", path.parent, "tmpfs")
        restrict([(f"/proc/self/fd/{parent}", READ)], fs=READ)
    with process(work) as pid:
        rule = rule_at(pid, path)
        equal((rule["status"], rule["detail"]), ("hidden", f"tmpfs is mounted over {path.parent}"), "rule")


@case("landlock: a rule on a file system that was unmounted is dead")
def _():
    path = directory("unmounted")

    def work():
        restricted.own_mounts()
        restricted.mount("none", path, "tmpfs")
        os.mkdir(path / "in")
        child = os.fork()
        if child == 0:  # Landlock forbids unmounting: another one of the same mount namespace does it
            restricted.die_with_parent()
            while not os.path.exists(path.parent / "unmount-now"):
                time.sleep(0.01)
            restricted.umount(path)
            os._exit(0)
        restrict([(path / "in", READ)], fs=READ)
        os.mkdir(path.parent / "unmount-now")
        os.waitpid(child, 0)
    with process(work) as pid:
        rule, = claims_of(pid)["rule_list"]
        equal((rule["status"], rule["path"], rule["detail"]), ("dead", None, "its file system was unmounted"), "rule")


@case("landlock: a bind mount: every name that the target sees")
def _():
    source, target = directory("bound/from/deep"), directory("bound/to")

    def work():
        restricted.own_mounts()
        restricted.mount(source.parent, target, None, restricted.MS_BIND)
        restrict([(target / "deep", READ)], fs=READ)
    with process(work) as pid:
        rule, = claims_of(pid)["rule_list"]
        equal({rule["path"], *rule.get("also_at", ())}, {str(source), str(target / "deep")}, "paths")
        equal(rule["status"], "live", "status")


@case("landlock: rules on an overlay, on a directory and a file of a lower layer and a copied-up one")
def _():
    root = directory("overlay")

    def work():
        restricted.own_mounts()
        restricted.mount("none", root, "tmpfs")
        for name in ("lower", "upper", "work", "merged"):
            (root / name).mkdir()
        (root / "lower/dir").mkdir()
        (root / "lower/file").write_text("x")
        (root / "lower/copied").write_text("x")
        restricted.mount("overlay", root / "merged", "overlay", 0,
                         f"lowerdir={root}/lower,upperdir={root}/upper,workdir={root}/work")
        (root / "merged/copied").write_text("y")
        restrict([(root / "merged" / name, READ_FILE) for name in ("dir", "file", "copied")], fs=READ)
    with process(work) as pid:
        rules = claims_of(pid)["rule_list"]
        equal({(rule["path"], rule["status"], rule["file_system"]) for rule in rules},
              {(str(root / "merged" / name), "live", "overlay") for name in ("dir", "file", "copied")}, "rules")


@case("landlock: a name with a newline, an escape and bytes that are no UTF-8 is escaped")
def _():
    path = os.fsencode(bench.path) + b"/new\nline\x1b[31m \xff"
    os.mkdir(path)

    def work():
        restrict([(path, READ)], fs=READ)
    with process(work) as pid:
        rule, = claims_of(pid)["rule_list"]
        equal((rule["path"], rule["status"]), (f"{bench.path}/new\\x0aline\\x1b[31m \\xff", "live"), "rule")
        text = bench.run("landlock", pid).out
        check(b"\x1b" not in text and b"\xff" not in text and b"new\\x0aline" in text, f"{text!r}")


@case("landlock: after the kernel dropped its caches a rule has no name, and says so; a lookup brings it back")
def _():
    paths = [directory(f"dropped/{i}") for i in range(20)]

    def work():
        restrict([(path, READ) for path in paths], fs=READ)
    with process(work) as pid:
        os.sync()
        for _ in range(5):
            pathlib.Path("/proc/sys/vm/drop_caches").write_text("2")
        rules = claims_of(pid)["rule_list"]
        equal(len(rules), 20, "rules")
        check({rule["status"] for rule in rules} <= {"live", "unnamed"}, f"{rules[:2]}")
        lost = [rule for rule in rules if rule["status"] == "unnamed"]
        check(lost, "every name survived; is this no file system that drops names?")
        equal({(rule["path"], rule["detail"]) for rule in lost},
              {(None, "the kernel holds no name of it at the moment")}, "words")
        for path in paths:
            path.stat()
        equal({rule["path"] for rule in claims_of(pid)["rule_list"]}, set(map(str, paths)), "after a lookup")


# ---------------------------------------------------------------- what it adds up to

@case("landlock: a domain that grants everything below / restricts nothing: partial, in these words")
def _():
    def work():
        restrict([("/", FILE_RIGHTS)])
    with process(work) as pid:
        result = bench.inspect(pid, "--require", "landlock>=1")
        layer = result.layer("landlock")
        equal(layer["state"], "partial", "state")
        check(layer["summary"].startswith("it restricts nothing: every layer grants everything below /; level 3 of"),
              layer["summary"])
        equal(result.status, 1, "exit status of landlock>=1")
        check("landlock.layer_restricts_nothing" in warnings_of(pid), "no warning")


@case("landlock: one port or one scope handled beside it restricts something")
def _():
    def work():
        restrict([("/", FILE_RIGHTS)], scoped=2)
    with process(work) as pid:
        equal(bench.inspect(pid).layer("landlock")["state"], "enforced", "state")


@case("landlock: a thread outside is named, and half a sandbox is told from seccomp on all threads")
def _():
    def work():
        restricted.waiting_thread()
        restrict([("/usr", READ)])

    def half():
        work()
        restricted.allow_all_on_all_threads()
    with process(work) as pid:
        found = warnings_of(pid)
        warning = found["landlock.threads_outside"]
        check(warning["severity"] == "high" and "1 of 2 threads" in warning["summary"], f"{warning}")
        check("landlock.half_thread_sync" not in found, "seccomp is on no thread")
    with process(half) as pid:
        check("landlock.half_thread_sync" in warnings_of(pid), "seccomp is on both threads")


@case("landlock: a directory, a device, a socket and an io_uring ring that are held open are each warned about")
def _():
    def work():
        held = [os.open("/etc", os.O_RDONLY), os.open("/dev/kmsg", os.O_RDONLY),
                socket.socket(socket.AF_INET, socket.SOCK_STREAM), restricted.io_uring()]
        restrict([("/usr", READ)])
        globals()["kept"] = held
    with process(work) as pid:
        found = warnings_of(pid)
        for kind in ("directory", "device", "socket", "io_uring"):
            check(f"landlock.fd_{kind}" in found, f"no landlock.fd_{kind} in {sorted(found)}")
        for kind, path in (("directory", "/etc"), ("device", "/dev/kmsg")):
            check(f"-> {path}" in found[f"landlock.fd_{kind}"]["evidence"], f"{found[f'landlock.fd_{kind}']}")


@case("landlock: writing to what lets it out is warned about, but only where every layer grants it")
def _():
    def one():
        restrict([("/", READ), ("/run", FILE_RIGHTS), (bench.path, FILE_RIGHTS)])

    def two():
        one()
        restrict([("/", READ)])
    with process(one) as pid:
        evidence = [w["summary"] for w in claims_of(pid)["warnings"] if w["id"] == "landlock.write_grant"]
        equal(len(evidence), 1, f"warnings: {evidence}")
        check("/run" in evidence[0], f"{evidence}")
    with process(two) as pid:
        check("landlock.write_grant" not in warnings_of(pid), "a second layer takes the right away")


@case("landlock: rights that the kernel offers and nobody handles are each named, with ABI and release")
def _():
    def work():
        restrict([("/usr", READ)], fs=0x3fff)
    with process(work) as pid:
        found = warnings_of(pid)
        for right, abi, kernel in (("truncate", 3, "6.2"), ("connect_tcp", 4, "6.7"), ("ioctl_dev", 5, "6.10"), ("signal", 6, "6.12")):
            equal(found[f"landlock.not_handled.{right}"]["evidence"], f"no layer handles it; ABI {abi}, Linux {kernel}", right)
        equal(claims_of(pid)["not_handled"][0], {"right": "truncate", "abi": 3}, "not_handled")


@case("landlock: capabilities that go around it, and no_new_privs missing")
def _():
    def work():
        restrict([("/usr", READ)], no_new_privs=False)
    with process(work) as pid:
        found = warnings_of(pid)
        check("landlock.no_new_privs_missing" in found and "landlock.capability" in found, f"{sorted(found)}")


@case("landlock: denials are counted by layer, with what the audit log calls it")
def _():
    def work():
        restrict([("/usr", READ)], fs=READ)
        for _ in range(3):
            try:
                os.open("/etc/passwd", os.O_RDONLY)
            except PermissionError:
                pass
    with process(work) as pid:
        claims = claims_of(pid)
        warning = {w["id"]: w for w in claims["warnings"]}["landlock.denials"]
        equal(warning["evidence"], f"layer 1: 3 (domain={claims['layers_detail'][0]['id']} in the audit log)", "evidence")


@case("landlock: two processes of one domain are recognised as such, and a third of another is told apart")
def _():
    def family():
        restrict([("/usr", READ)])
        if os.fork() == 0:
            restricted.die_with_parent()
            while True:
                signal.pause()
    with process(family) as pid:
        child, = map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        ids = [[layer["id"] for layer in claims_of(who)["layers_detail"]] for who in (pid, child)]
        check(ids[0] == ids[1] and ids[0][0], f"{ids}")
        with process(lambda: restrict([("/usr", READ)])) as other:
            check([layer["id"] for layer in claims_of(other)["layers_detail"]] != ids[0], "another domain has the same id")


@case("landlock: an inspector that lives in a domain itself sees the rules all the same, and says where it lives")
def _():
    with Ruled(5, 1) as it:
        def confined():
            restrict([("/", FILE_RIGHTS)])
        result = bench.inspect(it.pid, preexec_fn=confined)
        equal(result.report["observer"]["landlock_layers"], 1, "observer")
        claims = result.claims("landlock")
        equal({key: rules for key, rules in as_told(claims["rule_list"]).items() if isinstance(key, str)},
              {key: rules for key, rules in it.rules.items() if isinstance(key, str)}, "rules on ports")
        check("landlock.inspector_confined" in {w["id"] for w in claims["warnings"]}, "no warning")


def main():
    global bench, ruled
    bench, ruled = Bench(sys.argv[1], sys.argv[1]), sys.argv[2]
    status = tap.run(sys.argv[3:])
    bench.no_complaints()
    return status


if __name__ == "__main__":
    sys.exit(main())
