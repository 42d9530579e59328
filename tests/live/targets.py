#!/usr/bin/python3
"""targets.py SBX_ATTEST SANDBOXED CROWD OPENSHELL_TREE [WORD...]: sandboxes by their names, all their processes, and `ps`. As root."""
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import jsonschema
import tap
from harness import Bench, descendants
from launched import launched
from podman import Podman
from tap import case, check, equal

bench = None
crowd = None
openshell_tree = None
podman = None
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
PR_SET_NAME, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 15, 36, 38


def must(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def named(name):
    must(libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0))


def no_new_privs():
    must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


@contextlib.contextmanager
def tree(*works):
    """A process that does the first work, and below it a child for each further one. Pids, the first one's first."""
    reading, writing = os.pipe()
    first = os.fork()
    if first == 0:
        os.setpgid(0, 0)
        must(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))  # nobody else is left with what it leaves behind
        try:
            os.close(reading)
            works[0]()
            for work in works[1:]:
                pid = os.fork()
                if pid == 0:
                    work()
                    os.write(writing, b"y")
                    while True:
                        signal.pause()
            os.write(writing, b"y")
            while True:
                signal.pause()
        finally:
            os._exit(1)
    os.close(writing)
    try:
        said = b""
        while len(said) < len(works):
            part = os.read(reading, 10)
            check(part, "a process of the tree ended")
            said += part
        yield [first, *descendants(first)]
    finally:
        os.killpg(first, signal.SIGKILL)  # whoever forks while it is killed is in it as well
        os.waitpid(first, 0)
        os.close(reading)


def wait_until(done, what):
    end = time.monotonic() + 20
    while not done():
        check(time.monotonic() < end, f"not so: {what}")
        time.sleep(0.02)


def inspected(target, *requirements, status=None, **options):
    result = bench.inspect(target, *[word for it in requirements for word in ("--require", it)], **options)
    check(result.status in ((0, 1, 4) if status is None else (status,)), f"exit {result.status}: {result.err}")
    return result.report


def refused(target, status, *words):
    result = bench.run("inspect", target)
    equal((result.status, result.out), (status, b""), f"{target}: {result.err}")
    for word in words:
        check(word in result.err, f"'{word}' is not in: {result.err}")


def listed(**options):
    result = bench.run("ps", "-o", "json", **options)
    equal(result.status, 0, result.err)
    page = json.loads(result.out)
    schema = json.loads(bench.run("schema", "ps").out)
    jsonschema.Draft202012Validator(schema).validate(page)
    return page


def row_of(pid, page=None):
    rows = [row for row in (page or listed())["sandboxes"] if pid in row["members"]]
    equal(len(rows), 1, f"rows with {pid}")
    return rows[0]


def members(report):
    return {it["pid"]: it for it in report["sandbox"]["members"]}


@case("a tree is judged by its weakest process, which is named, and a requirement that it does not meet is unmet")
def _():
    with tree(no_new_privs, lambda: None, lambda: None) as pids:
        report = inspected(f"tree:{pids[0]}", "no-new-privs", status=0)
        equal(sorted(members(report)), sorted(pids), "members")
        equal(report["layers"]["no_new_privs"]["state"], "enforced", "all have it")
        check(report["sandbox"]["settled"], "settled")
    with tree(lambda: None, no_new_privs, lambda: named("weak one")) as pids:
        report = inspected(f"tree:{pids[0]}", "no-new-privs", status=1)
        layer = report["layers"]["no_new_privs"]
        equal(layer["state"], "partial", "one has it, two have not")
        check(f"{pids[0]}" in report["sandbox"]["decided_by"]["no_new_privs"], f"decided by {report['sandbox']['decided_by']}")
        check("2 of 3" in layer["summary"], layer["summary"])
        states = {pid: it["layers"]["no_new_privs"]["state"] for pid, it in members(report).items()}
        equal(sorted(states.values()), ["absent", "absent", "enforced"], "each")
        check("by 2 of 3 processes" in report["requirements"][0]["observed"], report["requirements"][0]["observed"])


@case("while processes come faster than they are inspected, nothing is enforced and no requirement is met")
def _():
    def endless():
        no_new_privs()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if os.fork() == 0:
            while True:  # each is another process, and a short one
                if os.fork() != 0:
                    time.sleep(0.005)
                    os._exit(0)
    statuses = []
    with tree(endless) as pids:
        for _ in range(5):
            result = bench.inspect(f"tree:{pids[0]}", "--require", "no-new-privs")
            statuses.append(result.status)
            settled = result.report["sandbox"]["settled"]
            equal((result.status, result.report["layers"]["no_new_privs"]["state"]),
                  (0, "enforced") if settled else (4, "unknown"), f"settled: {settled}; {result.err}")
    check(4 in statuses, f"it was settled each time: {statuses}")


@case("a name leads to one sandbox, or the candidates are told; who has it alone is a tree")
def _():
    with tree(lambda: (no_new_privs(), named("sbx-name-one")), lambda: named("other")) as pids:
        report = inspected("name:sbx-name-one")
        equal(sorted(members(report)), sorted(pids), "members")
        with tree(lambda: (no_new_privs(), named("sbx-name-one"))) as others:
            refused("name:sbx-name-one", 3, "2 targets", f"tree:{pids[0]}", f"tree:{others[0]}")
    with tree(lambda: named("sbx-plain"), lambda: named("sbx-plain")) as pids:
        report = inspected("name:sbx-plain")
        equal(sorted(members(report)), sorted(pids), "the whole tree, once")
        check(any("sets these processes apart" in note for note in report["sandbox"]["notes"]), report["sandbox"]["notes"])
    refused("name:sbx-nobody", 3, "nothing is called 'sbx-nobody'")


@case("what is no target is a matter of usage, and says what is one")
def _():
    for target in ("", "0", "-1", "4.2", "tree:", "tree:0", "tree:x", "pod:a", "pod:a/", "pod:a/b/c/d", "cgroup:x", "who:x",
                   "name:", "99999999999", "self:1"):
        refused(target, 2, "is no target")
    refused("tree:4194304", 3, "no process 4194304")
    refused("container:sbx-none", 3, "no container is called")
    refused("unit:sbx-none.service", 3, "sbx-none.service")
    refused("cgroup:/sbx-none", 3, "/sbx-none")


@case("names that are hostile come out escaped")
def _():
    hostile = "\x1b[2J\\n\n::error"
    with tree(lambda: (no_new_privs(), named(hostile))) as pids:
        for arguments in (("inspect", f"tree:{pids[0]}"), ("ps",)):
            out = bench.run(*arguments).out
            check(b"\x1b[2J" not in out and b"\n::error" not in out, f"{arguments}: {out!r}")
        row_of(pids[0])


@case("ps lists what is set apart and nothing else, with what each process has")
def _():
    def apart():
        must(libc.unshare(CLONE_NEWNS | CLONE_NEWNET))
    with tree(apart, no_new_privs) as pids, tree(lambda: None) as plain, bench.start("--landlock", "2") as locked:
        page = listed()
        row = row_of(pids[0], page)
        equal(row["members"], sorted(pids), "members")
        equal([kind for kind, share in row["has"].items() if share["with"] == 2], ["mnt", "net"], "what both have")
        equal(row["has"]["no_new_privs"], {"with": 1, "partly": 0, "without": 1, "unseen": 0}, "what one has")
        equal(row["weakest"], {"pid": pids[0], "comm": row["weakest"]["comm"], "lacks": ["no_new_privs"]}, "weakest")
        check(all(plain[0] not in it["members"] for it in page["sandboxes"]), "a plain process is listed")
        row = row_of(locked.pid, page)
        equal((row["landlock_layers"], row["has"]["landlock"]["with"]), (2, 1), "Landlock")


@case("an ordinary user is told how many processes could not be looked at")
def _():
    with tree(lambda: must(libc.unshare(CLONE_NEWNS))) as pids:
        page = listed(under=bench.as_nobody)
        check(all(pids[0] not in it["members"] for it in page["sandboxes"]), "listed, though it was not seen")
        check(any("could not be looked at" in note for note in page["notes"]), page["notes"])
        check(any("Landlock was not seen" in note for note in page["notes"]), page["notes"])


@case("a container is found by its id and its name, and a shell that was sent into it is told to have entered from outside")
def _():
    with podman.container() as (target, seen):
        with subprocess.Popen([*podman.command, "exec", seen["Id"], "/bin/busybox", "sleep", "300"], env=podman.environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as entering:
            try:
                end = time.monotonic() + 20
                while True:
                    page = listed()
                    row = row_of(target.pid, page)
                    if row["processes"] == 2 or time.monotonic() > end:
                        break
                    time.sleep(0.05)
                check(seen["Id"][:12] in row["what"], row["what"])
                for asked in (f"container:{seen['Id']}", f"container:{seen['Id'][:12]}", f"podman:{seen['Id'][:8]}",
                              f"container:{seen['Name']}", f"podman:{seen['Name']}", f"name:{seen['Name']}"):
                    report = inspected(asked, "seccomp", status=0)
                    roles = {pid: it["role"] for pid, it in members(report).items()}
                    equal(roles.pop(target.pid), "first", "the first process")
                    equal(list(roles.values()), ["entered"], "the other one")
                    equal(report["target"]["pid"], target.pid, "the target")
                    check("podman" in [it["id"] for it in report["sandbox"]["launchers"]], report["sandbox"]["launchers"])
                refused(f"docker:{seen['Id']}", 3, "no docker container")
            finally:
                entering.kill()
                entering.wait()


@contextlib.contextmanager
def openshell():
    """The tree of openshell_tree.c: pids by name."""
    program = bench.path / "openshell-sandbox"
    shutil.copy(openshell_tree, program)
    command = ["unshare", "--pid", "--fork", "--mount", "--ipc", "--uts", "--net", "--kill-child", str(program), "--workdir", "/"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as outer:
        try:
            equal(outer.stdout.readline(), b"ready\n", "the tree")
            yield {pathlib.Path(f"/proc/{pid}/comm").read_text().strip(): pid for pid in descendants(outer.pid)}
        finally:
            outer.kill()


@case("of an OpenShell sandbox the agents are told from the supervisor, and judging the supervisor warns")
def _():
    with openshell() as pids:
        agents = {pids[name] for name in ("agent", "ssh-session", "sidecar-agent")}
        supervisor = pids["openshell-sandb"]
        with subprocess.Popen(["nsenter", "--target", str(supervisor), "--pid", "--mount", "--net", "sleep", "300"]) as shell:
            try:
                wait_until(lambda: len(descendants(shell.pid)) == 1, "the shell is there")
                report = inspected(f"tree:{supervisor}")
                roles = {pid: it["role"] for pid, it in members(report).items()}
                equal({pid for pid, role in roles.items() if role == "agent"}, agents, "agents")
                equal((roles[supervisor], roles[pids["helper"]]), ("supervisor", "member"), "supervisor and helper")
                report = inspected(f"name:openshell-sandb", "no-new-privs", status=1)
                roles = {pid: it["role"] for pid, it in members(report).items()}
                equal([role for pid, role in roles.items() if pid in descendants(shell.pid)], ["entered"], "the shell, and the process that entered")
            finally:
                for pid in [*descendants(shell.pid), shell.pid]:
                    os.kill(pid, signal.SIGKILL)
        alone = inspected(str(supervisor))["made_by"]
        equal(alone["role"], "supervisor", "of the supervisor by itself")
        check("OpenShell's supervisor" in alone["notes"][0] and str(pids["agent"]) in alone["notes"][0], alone["notes"])
        equal(inspected(str(pids["agent"]))["made_by"]["role"], "agent", "of an agent by itself")


@case("bubblewrap: what it made is a set of its own, and its monitor outside counts where the whole is meant")
def _():
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", bench.sandboxed, "--comm", "sbx-inner"]
    with launched(command, "sbx-inner") as target:
        inner = inspected("name:sbx-inner", "namespaces", status=0)
        equal(sorted(members(inner)), descendants(target.process.pid), "members")
        check(any(f"tree:{target.process.pid}" in note for note in inner["sandbox"]["notes"]), inner["sandbox"]["notes"])
        check(inner["sandbox"]["chain"].startswith("bwrap"), inner["sandbox"]["chain"])  # markers here may hint at more
        whole = inspected(f"tree:{target.process.pid}", "namespaces", status=1)
        monitor = members(whole)[target.process.pid]
        equal((monitor["role"], monitor["judged"]), ("monitor", True), "the monitor")


@case("a process that is called as a launcher is, and started so, takes nobody out of what is judged")
def _():
    program = bench.path / "bwrap"
    shutil.copy("/bin/dash", program)
    inside = "setpriv --no-new-privs unshare --mount --net --ipc --uts --pid --fork sleep 300 & wait"
    with subprocess.Popen([str(program), "-c", inside, "--unshare-pid", "--ro-bind", "/", "/", "--die-with-parent"]) as fake:
        try:
            wait_until(lambda: len(descendants(fake.pid)) == 2, "its decoy is there")
            report = inspected(f"tree:{fake.pid}", "no-new-privs", status=1)
            check(members(report)[fake.pid]["judged"], "it is judged")
            equal(report["layers"]["no_new_privs"]["state"], "partial", "the layer")
        finally:
            for pid in [*descendants(fake.pid), fake.pid]:
                os.kill(pid, signal.SIGKILL)


@case("who joins the namespaces of a sandbox belongs to it")
def _():
    with tree(lambda: must(libc.unshare(CLONE_NEWNS))) as pids:
        with subprocess.Popen(["nsenter", "--target", str(pids[0]), "--mount", "sleep", "300"]) as entering:
            try:
                end = time.monotonic() + 10
                while entering.pid not in row_of(pids[0])["members"]:
                    check(time.monotonic() < end, "it is not a member")
                    time.sleep(0.02)
                equal(row_of(pids[0])["first"]["pid"], pids[0], "the first process")
            finally:
                entering.kill()


def cgroup_hierarchy():
    """One where root can make a group: its mount point."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        point, kind = line.split()[4], line.split(" - ")[1].split()[0]
        if kind in ("cgroup", "cgroup2"):
            made = pathlib.Path(point) / f"sbx-live-{os.getpid()}.service"
            with contextlib.suppress(OSError):
                made.mkdir()
                return made
    raise AssertionError("no hierarchy of control groups in which a group can be made")


@case("a control group and a unit are all the processes in them, wherever these come from")
def _():
    group = cgroup_hierarchy()
    try:
        with tree(lambda: None) as one, tree(lambda: None) as other:
            for pid in (*one, *other):
                (group / "cgroup.procs").write_text(str(pid))
            for asked in (f"cgroup:/{group.name}", f"unit:{group.name}", f"name:{group.name.removesuffix('.service')}"):
                equal(sorted(members(inspected(asked))), sorted([*one, *other]), asked)
    finally:
        for _ in range(100):
            with contextlib.suppress(OSError):
                group.rmdir()
                return
            time.sleep(0.02)


@case("pages about one process take the name of a sandbox of one, and name the processes of others")
def _():
    with tree(no_new_privs) as pids:
        for page in ("landlock", "seccomp", "network", "files"):
            equal(bench.run(page, f"tree:{pids[0]}", "-o", "json").report["target"]["pid"]
                  if page != "seccomp" else bench.run(page, f"tree:{pids[0]}").status, pids[0] if page != "seccomp" else 0, page)
    with tree(lambda: None, lambda: None) as pids:
        result = bench.run("network", f"tree:{pids[0]}")
        equal(result.status, 3, "exit status")
        check(f"{pids[0]} (" in result.err and f"{pids[1]} (" in result.err, result.err)


@case("5,000 processes in 200 groups are listed in a third of a second, or in ten times what listing /proc takes")
def _():
    def look():  # what ps(1) and lsns(8) have to do as well
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{entry}/status", "rb") as file:
                    file.read()
                os.readlink(f"/proc/{entry}/ns/mnt")

    def timed(work):
        start = time.monotonic()
        work()
        return time.monotonic() - start
    with subprocess.Popen([crowd, "5000", "200"], stdout=subprocess.PIPE) as many:
        try:
            equal(many.stdout.readline(), b"ready 200\n", "groups")
            best = min(timed(lambda: bench.run("ps", "-o", "json")) for _ in range(5))
            least = min(timed(look) for _ in range(3))
            page = listed()
            groups = [it for it in page["sandboxes"] if it["first"]["comm"] == "crowd"]
            equal((len(groups), {len(it["members"]) for it in groups}), (200, {25}), "groups and their members")
            print(f"# {best * 1000:.0f} ms; listing by Python {least * 1000:.0f} ms")
            check(best < max(0.3, 10 * least), f"ps took {best * 1000:.0f} ms, listing {least * 1000:.0f} ms")
        finally:
            many.kill()


@case("every report of this run obeyed the schema, as another's validator reads it")
def _():
    bench.no_complaints()


if __name__ == "__main__":
    if len(sys.argv) < 5 or os.geteuid() != 0:
        sys.exit(__doc__)
    bench = Bench(sys.argv[1], sys.argv[2])
    crowd, openshell_tree = sys.argv[3:5]
    podman = Podman(bench.path / "podman")
    try:
        podman.image()
        status = tap.run(sys.argv[5:])
    finally:
        podman.unmount()
    sys.exit(status)
