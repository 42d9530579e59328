"""What was asked for against what is in force: launchers that leave something out, and what inspect and diff say of it."""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import restricted
import tap
from harness import NOBODY, Bench
from tap import case, check, equal

bench = Bench(sys.argv[1], sys.argv[2])
BASE = ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/dev", str(HERE), str(bench.path)]
FILES = pathlib.Path(__file__).resolve().parent.parent / "policy"


class Scene:
    """A directory for all, a policy over it, and a launcher under it."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="sbx-policy-"))
        self.path.chmod(0o755)
        for name in ("data", "work"):
            (self.path / name).mkdir()
            (self.path / name).chmod(0o777)
        self.launched = []
        return self

    def __exit__(self, *_):
        for process in self.launched:
            process.kill()
            process.wait()
        shutil.rmtree(self.path)

    def policy(self, read_only=(), read_write=(), hard=False, name="policy.json", **more):
        text = {"version": 1,
                "filesystem_policy": {"include_workdir": False, "read_only": [*BASE, *map(str, read_only)],
                                      "read_write": list(map(str, read_write))},
                "landlock": {"compatibility": "hard_requirement" if hard else "best_effort"},
                "process": {"run_as_user": str(NOBODY), "run_as_group": str(NOBODY)}, **more}
        path = self.path / name
        path.write_text(json.dumps(text, indent=1))
        path.chmod(0o644)
        return path

    def launch(self, policy, *options, before=None):
        """The confined process, which waits; what the launcher logged is in self.path / "log"."""
        command = [sys.executable, HERE / "openshell_stand_in.py", "--uid", NOBODY, "--log", self.path / "log", *options, policy,
                   "--", "/usr/bin/sleep", "1000"]
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, preexec_fn=before)
        self.launched.append(process)
        for _ in range(500):
            if process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{process.pid}/exe").endswith("/sleep"):
                    break
            time.sleep(0.01)
        return process


def rows(report, layer="landlock"):
    return {row["subject"]: row for row in report["layers"]["policy"]["claims"]["rows"] if row["layer"] == layer}


def row_of(report, path):
    found = [row for subject, row in rows(report).items() if subject.endswith(str(path))]
    check(len(found) == 1, f"rows about {path}: {found}")
    return found[0]


def claims(report):
    return report["layers"]["policy"]["claims"]


def gate(pid, policy, clause, status):
    result = bench.inspect(pid, "--policy", policy, "--require", clause)
    equal(result.status, status, f"{clause}: {result.report['requirements']}")
    return result.report


@case("generation A: everything that is asked for exists, and nothing has drifted")
def _():
    with Scene() as scene:
        policy = scene.policy([scene.path / "data"], [scene.path / "work"])
        agent = scene.launch(policy)
        for clause in ("landlock.skipped=0", "landlock.missing_rules=0", "landlock.extra=0", "policy.drift=none"):
            report = gate(agent.pid, policy, clause, 0)
        equal({row["drift"] for row in claims(report)["rows"]} - {"same", "stronger"}, set(), f"drift: {claims(report)}")
        equal(row_of(report, scene.path / "data")["status"], "as_asked")
        check(row_of(report, scene.path / "data")["where"].startswith(str(policy)), "no place in the policy")
        result = bench.run("diff", agent.pid, "--policy", policy)
        equal(result.status, 0, f"diff: {result.out!r}")


@case("generation A leaves a missing path out in silence: it is named, and the gate fails")
def _():
    with Scene() as scene:
        gone = scene.path / "gone"
        policy = scene.policy([scene.path / "data", gone], [scene.path / "work"])
        agent = scene.launch(policy)
        check(agent.poll() is None, "best effort did not start")
        check("skipped:1" in (scene.path / "log").read_text(), "the launcher said nothing")
        report = gate(agent.pid, policy, "landlock.skipped=0", 1)
        equal(claims(report)["skipped"], [str(gone)], "skipped")
        equal(row_of(report, gone)["status"], "skipped")
        equal(report["layers"]["policy"]["state"], "partial", "state of policy")
        table = bench.run("diff", agent.pid, "--policy", policy)
        equal(table.status, 1, "diff")
        check(str(gone).encode() in table.out.replace(b"\n", b""), f"the table does not name it: {table.out!r}")


@case("run names the missing path as it happens, holds the agent, and kills it when the gate is unmet")
def _():
    with Scene() as scene:
        gone, made = scene.path / "gone", scene.path / "work" / "made"
        policy = scene.policy([gone], [scene.path / "work"])
        launcher = ["--", sys.executable, HERE / "openshell_stand_in.py", "--uid", NOBODY, policy, "--", "/usr/bin/touch", made]
        for clause, status in (("landlock.skipped=0", 1), ("landlock.extra=0", 0)):
            report = scene.path / f"{status}.json"
            result = bench.run("run", "--policy", policy, "--require", clause, "--report", report, *launcher)
            equal(result.status, status, f"{clause}: {result.err}")
            equal(made.exists(), status == 0, f"{clause}: the command ran")
            document = json.loads(report.read_text())
            bench.obeys(document)
            row = row_of(document, gone)
            equal((row["status"], row["attempted"]), ("skipped", "not opened: ENOENT"), "asked, attempted, held")
            equal([entry["path"] for entry in document["trace"]["skipped_paths"]["list"]], [str(gone)], "skipped in the trace")
            check(str(gone) in result.err.replace("\n" + " " * 30, ""), f"the timeline does not name it: {result.err}")


@case("generation A under hard_requirement does not start without the path")
def _():
    with Scene() as scene:
        agent = scene.launch(scene.policy([scene.path / "gone"], hard=True))
        equal(agent.wait(timeout=10), 1, "the launcher")
        check(b"hard_requirement" in agent.stderr.read(), "no reason")


@case("generation B: the layer over every entry of / is no extra, and the missing path is named in both modes")
def _():
    for hard in (False, True):
        with Scene() as scene:
            gone = scene.path / "gone"
            policy = scene.policy([scene.path / "data", gone], [scene.path / "work"], hard=hard)
            agent = scene.launch(policy, "--generation", "B")
            check(agent.poll() is None, "it did not start")
            result = bench.inspect(agent.pid, "--policy", policy, "--enrich", "toplevel")
            equal(claims(result.report)["skipped"], [str(gone)], "skipped")
            equal(claims(result.report)["extra"], [], "extra")
            equal(claims(result.report)["missing_rules"], [], "missing rules")
            equal(result.report["layers"]["landlock"]["claims"]["layers"], 2, "layers")


@case("a path that is replaced after the start is told from one that was never there")
def _():
    with Scene() as scene:
        policy = scene.policy([scene.path / "data"], [scene.path / "work"])
        agent = scene.launch(policy)
        (scene.path / "data").rename(scene.path / "aside")
        (scene.path / "data").mkdir()
        report = gate(agent.pid, policy, "landlock.missing_rules=0", 1)
        equal(row_of(report, scene.path / "data")["status"], "replaced")
        equal(claims(report)["missing_rules"], [str(scene.path / "data")], "missing rules")
        equal(claims(report)["skipped"], [], "skipped")
        check(any("aside" in name for name in claims(report)["extra"]), f"the moved one: {claims(report)['extra']}")


@case("a path that something is mounted over is told as such")
def _():
    with Scene() as scene:
        reader, writer = os.pipe()
        policy = scene.policy([scene.path / "data"], [scene.path / "work"])
        agent = scene.launch(policy, before=restricted.own_mounts)
        os.close(reader), os.close(writer)
        subprocess.run(["nsenter", "-t", str(agent.pid), "-m", "mount", "-t", "tmpfs", "over", str(scene.path / "data")],
                       check=True)
        report = gate(agent.pid, policy, "landlock.missing_rules=0", 1)
        equal(row_of(report, scene.path / "data")["status"], "mounted_over")


@case("a rule that nobody asked for, a right too many, and a broader rule above")
def _():
    with Scene() as scene:
        (scene.path / "work" / "below").mkdir()
        applied = scene.policy([scene.path / "data"], [scene.path / "work"])
        agent = scene.launch(applied)
        asked = scene.policy([scene.path / "work"], [], name="asked.json")
        report = gate(agent.pid, asked, "landlock.extra=0", 1)
        equal(claims(report)["extra"], [str(scene.path / "data")], "extra")
        equal(row_of(report, scene.path / "work")["status"], "more_rights")
        equal(row_of(report, scene.path / "work")["drift"], "weaker")
        equal(report["layers"]["landlock"]["state"], "partial", "state of Landlock")
        gate(agent.pid, asked, "policy.drift=none", 1)
        below = scene.policy([], [scene.path / "work" / "below"], name="below.json")
        equal(row_of(bench.inspect(agent.pid, "--policy", below).report, scene.path / "work" / "below")["status"], "covered")
        read = scene.policy([scene.path / "work" / "below"], [], name="read.json")
        equal(row_of(bench.inspect(agent.pid, "--policy", read).report, scene.path / "work" / "below")["status"],
              "covered_wider")


@case("what says that it isolates and does nothing is contradicted by the kernel")
def _():
    with Scene() as scene:
        policy = scene.policy([scene.path / "data"])
        agent = scene.launch(policy, "--nothing")
        result = bench.inspect(agent.pid, "--policy", policy, "--log", scene.path / "log", "--require", "policy.drift=none")
        equal(result.status, 1, "the gate")
        equal(result.layer("landlock")["state"], "absent", "Landlock")
        first = result.report["claims"][0]
        equal(first["agrees"], "no", f"the first claim: {first}")
        check("11" in first["claim"], f"the claim: {first}")  # rules
        table = bench.run("inspect", agent.pid, "--policy", policy, "--log", scene.path / "log")
        check(b"DIFFERS" in table.out and b"WEAKER" in table.out, f"the table: {table.out.decode()}")


@case("an ordinary user learns which paths are missing, and that the rest is unknown")
def _():
    with Scene() as scene:
        gone = scene.path / "gone"
        policy = scene.policy([scene.path / "data", gone])
        agent = scene.launch(policy)
        result = bench.inspect(agent.pid, "--policy", policy, "--require", "landlock.missing_rules=0", under=bench.as_nobody)
        equal(result.status, 4, "the gate")
        equal(claims(result.report)["missing_rules"], None, "missing rules")
        equal(row_of(result.report, scene.path / "data")["drift"], "unknown")
        equal(result.report["layers"]["policy"]["state"] in ("unknown", "partial"), True, "state")
        check(claims(result.report)["drift"] in ("unknown", "weaker"), "drift")


@case("a recording answers about the policy that it was captured with, byte for byte")
def _():
    with Scene() as scene:
        policy = scene.policy([scene.path / "data", scene.path / "gone"])
        agent = scene.launch(policy)
        recording = scene.path / "recording"
        equal(bench.run("capture", agent.pid, "--policy", policy, "--out", recording).status, 0, "capture")
        first = bench.run("replay", recording, "--policy", policy, "-o", "json")
        equal(first.out, bench.run("replay", recording, "--policy", policy, "-o", "json").out, "the second replay")
        equal(claims(first.report)["skipped"], [str(scene.path / "gone")], "skipped")
        equal(bench.run("diff", "--replay", recording, "--policy", policy).status, 1, "diff of a recording")
        bare = scene.path / "bare"
        equal(bench.run("capture", agent.pid, "--out", bare).status, 0, "capture")
        later = bench.run("replay", bare, "--policy", policy, "--require", "landlock.skipped=0", "-o", "json")
        equal(later.status, 4, "what was not recorded is not known")


@case("two reports: the one that lost a layer is weaker, and two runs of the same process are the same")
def _():
    with Scene() as scene:
        policy = scene.policy([scene.path / "data"])
        agent, bare = scene.launch(policy), scene.launch(policy, "--nothing")
        reports = {}
        for name, pid in (("agent", agent.pid), ("again", agent.pid), ("bare", bare.pid)):
            reports[name] = scene.path / f"{name}.json"
            reports[name].write_bytes(bench.inspect(pid).out)
        same = bench.run("diff", reports["agent"], reports["again"], "-o", "json")
        equal((same.status, same.report["differences"], same.report["overall"]), (0, [], "same"), "the same process")
        worse = bench.run("diff", reports["agent"], reports["bare"], "-o", "json")
        equal((worse.status, worse.report["overall"]), (1, "weaker"), "without a sandbox")
        found = {(row["layer"], row["what"]): row["change"] for row in worse.report["differences"]}
        equal(found["landlock", "state"], "weaker", "Landlock")
        equal(found["no_new_privs", "state"], "weaker", "no_new_privs")
        better = bench.run("diff", reports["bare"], reports["agent"], "-o", "json")
        equal({row["change"] for row in better.report["differences"] if row["what"] == "state"}, {"stronger"}, "the way back")
        schema = json.loads(bench.run("schema", "diff").out)
        import jsonschema
        for document in (same, worse, better):
            jsonschema.validate(document.report, schema)
        equal(bench.run("diff", reports["agent"], policy).status, 6, "a file that is no report")


@case("a policy may be named by a link, and come through a pipe")
def _():
    with Scene() as scene:
        policy = scene.policy([scene.path / "gone"])
        (scene.path / "link").symlink_to(policy.name)
        for name, more in ((scene.path / "link", {}), ("/dev/stdin", {"stdin": None, "input": policy.read_bytes()})):
            result = bench.run("inspect", os.getpid(), "--policy", name, "-o", "json", **more)
            equal(result.status, 0, f"{name}: {result.err}")
            equal(row_of(result.report, scene.path / "gone")["where"].split(":")[0], str(name), "where")


@case("a policy that is malformed is one line with its place and status 2, before anything is inspected")
def _():
    files = sorted((FILES / "malformed").glob("*"))
    wrong = [path for path in files if path.suffix != ".error"]
    check(len(wrong) >= 25, f"only {len(wrong)} malformed policies")
    for path in wrong:
        result = bench.run("inspect", 99999999, "--policy", path.name, cwd=path.parent)
        equal(result.status, 2, f"{path.name}: {result.err}")
        lines = result.err.splitlines()
        equal(len(lines), 1, f"{path.name}: {result.err}")
        check(f"{path.name}:" in lines[0], f"{path.name} has no place: {lines[0]}")


@case("a hostile policy is refused quickly: 100 MB, a billion laughs, a depth without end")
def _():
    with Scene() as scene:
        laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{name}: &{name} [{','.join(['*' + chr(ord(name) - 1)] * 9)}]\n" for name in "bcdefghi")
        for name, text in (("laughs.yaml", laughs), ("deep.json", "[" * 500_000), ("deep.yaml", "- " * 100_000),
                           ("deep.toml", "a = " + "[" * 100_000), ("big.yaml", "a: " + "x" * (100 << 20))):
            (scene.path / name).write_text(text)
            started = time.monotonic()
            result = bench.run("inspect", "self", "--policy", scene.path / name)
            took = time.monotonic() - started
            equal(result.status, 2, f"{name}: {result.err[:300]}")
            equal(len(result.err.splitlines()), 1, name)
            check(took < 1, f"{name} took {took:.1f} s")


@case("options that make no sense together are refused before anything is inspected")
def _():
    for arguments, words in ((["inspect", "self", "--require", "landlock.skipped=0"], "--policy"),
                             (["inspect", "self", "--policy", "/nowhere"], "cannot be read"),
                             (["inspect", "self", "--enrich", "baseline"], "--policy"),
                             (["inspect", "self", "--policy", "/etc/passwd", "--policy-format", "xml"], "known"),
                             (["inspect", "self", "--policy", "/etc/passwd", "--enrich", "more"], "known"),
                             (["inspect", "self", "--policy", "systemd:no-such-unit-here.service"], "no-such-unit-here"),
                             (["diff"], "diff"), (["diff", "a"], "diff"), (["diff", "a", "b", "--policy", "/etc/passwd"], "diff")):
        result = bench.run(*arguments)
        equal(result.status, 2, f"{arguments}: {result.err}")
        check(words in result.err, f"{arguments}: {result.err}")


@case("every report with a policy obeys the schema")
def _():
    bench.no_complaints()


tap.main()
