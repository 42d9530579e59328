#!/usr/bin/python3
"""run.py SBX_ATTEST SANDBOXED BOMB [WORD...]: commands that are started under watch, held and let go or killed, as root.
WORDs choose cases."""
import contextlib
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench
from tap import case, check, equal

HERE = pathlib.Path(__file__).resolve().parent
ROOT_PATHS = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/dev", "/tmp")
bench = bomb = None
signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # ignored where a shell started us in the background, and so is what we start


def run(*arguments, **options):
    return bench.run("run", *arguments, **options)


def launcher(kind, *paths, command):
    words = [sys.executable, HERE / "launcher.py", kind]
    for path in paths:
        words += ["--path", path]
    return ["--", *words, "--", *command]


def report_of(*arguments, **options):
    """The JSON of --report, held against the schema, and how the run ended."""
    file = bench.path / "report.json"
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    result = run("--quiet", "--report", file, *arguments, **options)
    check(file.exists(), f"no report was written, status {result.status}: {result.err}")
    report = json.loads(file.read_text())
    if report["schema"] == "sbx-attest/report/v1":
        bench.obeys(report)
    return report, result


def skipped(report):
    return [(it["path"], it["errno"]) for it in report["trace"]["skipped_paths"]["list"]]


def warnings(report):
    return {it["id"] for it in report["trace"]["warnings"]}


def words(report):
    return [it["words"] for it in report["trace"]["timeline"]["list"]]


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not (found := condition()):
        check(time.monotonic() < end, f"waited in vain: {what}")
        time.sleep(0.01)
    return found


def number_in(file):
    return wait_for(lambda: file.exists() and file.read_text().strip(), f"a number in {file}")


@case("what the command says and how it ends is what run says and how it ends")
def _():
    for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143)):
        equal(run("--quiet", "--", "sh", "-c", script).status, status, script)
    result = run("--quiet", "--", "sh", "-c", "cat; echo err >&2", input=b"in\n", stdin=None)
    equal((result.out, result.err), (b"in\n", "err\n"))


@case("the command's environment, descriptors, signals and arguments are its own")
def _():
    script = ("import os, signal, sys; print(sorted(os.environ.items())); print(sorted(os.listdir('/proc/self/fd'))); "
              "print([l for l in open('/proc/self/status') if l[:6] in ('SigBlk', 'SigIgn', 'SigCgt')]); print(sys.argv[1:])")
    command = [sys.executable, "-c", script, "-x", "--", "", "a b", "[1,2]", "-o"]
    plain = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, close_fds=True)
    equal(run("--quiet", "--", *command).out, plain.stdout)


@case("a best-effort launcher that leaves out a path: it is named, with its errno, in report and timeline")
def _():
    for kind in ("best_effort", "parent", "twice"):
        report, result = report_of(*launcher(kind, *ROOT_PATHS, "/opt/no/such", command=["/bin/echo", "on"]))
        equal((result.status, result.out), (0, b"on\n"), kind)
        equal(skipped(report), [("/opt/no/such", "ENOENT")], kind)
        check("trace.path_skipped" in warnings(report), f"{kind}: {warnings(report)}")
        equal(report["layers"]["landlock"]["state"], "enforced", kind)
        equal(report["layers"]["landlock"]["claims"]["layers"], 2 if kind == "twice" else 1, kind)
        rulesets = report["trace"]["attempted"]["rulesets"]["list"]
        equal(rulesets[-1]["rules_added"], len(ROOT_PATHS), kind)
    result = run(*launcher("best_effort", *ROOT_PATHS, "/opt/no/such", command=["/bin/true"]))
    for part in ("Skipped paths: 1", "ENOENT", "/opt/no/such", "landlock_restrict_self", "Landlock", "enforced"):
        check(part in result.err, f"{part!r} is not in\n{result.err}")


@case("a launcher that demands its paths ends: the path is named, and nothing was put on")
def _():
    report, result = report_of(*launcher("hard", *ROOT_PATHS, "/opt/no/such", command=["/bin/echo", "on"]))
    equal((result.status, result.out), (1, b""))
    equal(report["schema"], "sbx-attest/trace/v1")
    equal(skipped(report), [("/opt/no/such", "ENOENT")])
    equal(report["trace"]["skipped_paths"]["list"][0]["put_on"], False)
    check("openat O_PATH /opt/no/such" in words(report), "the open that failed is in the timeline")
    result = run("--require", "landlock=1+", *launcher("hard", "/opt/no/such", command=["/bin/echo", "on"]))
    equal((result.status, result.out), (1, b""))
    check("nothing was held" in result.err and "/opt/no/such" in result.err, result.err)


@case("a launcher that opens without O_PATH, as those on musl do, is followed as well")
def _():
    report, result = report_of(*launcher("plain", "/usr", "/opt/no/such", "/", command=["/bin/echo", "on"]))
    equal((result.status, result.out), (0, b"on\n"))
    check(("/opt/no/such", "ENOENT") in skipped(report), skipped(report))


@case("a launcher that claims Landlock and asks for nothing: nothing was attempted, and a gate never opens")
def _():
    report, result = report_of(*launcher("claims", command=["/bin/true"]))
    equal((result.status, result.out), (0, b"isolation=landlock\n"))
    check("trace.nothing_attempted" in warnings(report), f"{warnings(report)}")
    result = run("--require", "landlock=1+", *launcher("claims", command=["/bin/true"]))
    equal(result.status, 1)
    check("nothing was held" in result.err, result.err)


@case("a launcher that is refused by the kernel and goes on: a silent degradation")
def _():
    report, result = report_of("--ready-when", "exec:true", *launcher("goes_on", "/usr", command=["/bin/true"]))
    equal(result.status, 0)
    check("trace.landlock_failed" in warnings(report), f"{warnings(report)}")
    equal(report["layers"]["landlock"]["state"], "absent")


@case("a gate that is met lets the command go on, and its status is the command's")
def _():
    made = bench.path / "made"
    command = launcher("best_effort", *ROOT_PATHS, bench.path, command=["sh", "-c", "echo on; exit 5"])
    report, result = report_of("--require", "landlock=1+", "--require", "no-new-privs", *command)
    equal((result.status, result.out), (5, b"on\n"))
    equal(report["verdict"], "met")
    check(not made.exists(), "nothing was made")


@case("a gate that is unmet: the command is killed before its first instruction, with all that was started")
def _():
    made, pid = bench.path / "made", bench.path / "pid"
    made.unlink(missing_ok=True)
    words_ = " ".join(map(str, launcher("best_effort", "/", command=["sh", "-c", f"'echo on > {made}'"])[1:]))
    script = f"setsid sleep 100 & echo $! > {pid}; {words_}; sleep 100"
    began = time.monotonic()
    report, result = report_of("--require", "seccomp", "--", "sh", "-c", script)
    equal(result.status, 1)
    check(time.monotonic() - began < 10, "it took long")
    equal(report["verdict"], "unmet")
    check(not made.exists(), "it ran before the verdict")
    check(not alive(number_in(pid)), "what it started lives")
    check("what is required is not met" in result.err, result.err)


@case("a gate that cannot be determined kills too, and says so by its status")
def _():
    # What no kthreadd is there to compare with is not known to be its own.
    inside = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    apart = ["unshare", "-U", "-n", "-i", "-u", "-C", "-T", "-p", "-f", "/bin/true"]
    result = run("--require", "namespaces", "--ready-when", "exec:true", "--", *apart, under=inside)
    equal(result.status, 4, result.err)
    check("could not be determined" in result.err, result.err)


@case("a sandbox that never comes up is not waited for longer than it was asked")
def _():
    pid = bench.path / "pid"
    pid.unlink(missing_ok=True)
    began = time.monotonic()
    result = run("--require", "seccomp", "--ready-within", 1, "--", "sh", "-c", f"sleep 100 & echo $! > {pid}; wait")
    equal(result.status, 1)
    check(0.9 < time.monotonic() - began < 5, f"after {time.monotonic() - began} s")
    check("nothing was held" in result.err and "within 1 s" in result.err, result.err)
    check(not alive(number_in(pid)), "what it started lives")


@case("a command that ends before it was held did not meet anything, whatever its status")
def _():
    result = run("--require", "seccomp", "--", "/bin/true")
    equal(result.status, 1)
    check("nothing was held" in result.err, result.err)


@case("held when a domain is put on, when a filter is, when a name is executed, when it says so")
def _():
    landlock = launcher("best_effort", "/", command=["/bin/true"])
    seccomp = launcher("seccomp", command=["/bin/true"])
    for when, command, clause, status in (("landlock", landlock, "landlock=1+", 0),
                                          ("seccomp", seccomp, "landlock.kernel=1+", 0),
                                          ("exec:true", ["--", "sh", "-c", "exec /bin/true"], "seccomp", 1),
                                          ("fd", ["--", "sh", "-c", "echo x >&$SBX_READY_FD; sleep 1"], "seccomp", 1),
                                          ("fd", ["--", "sh", "-c", "echo x >&$SBX_READY_FD; sleep 1"], "landlock.kernel=1+", 0)):
        report, result = report_of("--ready-when", when, "--require", clause, *command)
        equal(result.status, status, f"{when}: {result.err}")
        equal(report["schema"], "sbx-attest/report/v1", when)
        equal(report["verdict"], "unmet" if status else "met", when)
        if when == "seccomp":
            equal(report["layers"]["seccomp"]["claims"]["filters"], 1)
    result = run("--ready-when", "fd", "--require", "seccomp", "--", "sh", "-c", "eval \"exec $SBX_READY_FD>&-\"; sleep 100")
    equal(result.status, 1)
    check("wrote nothing" in result.err, result.err)
    for wrong in ("magic", "exec:", "exec:/bin/true"):
        equal(run("--ready-when", wrong, "--", "/bin/true").status, 2, wrong)


@case("without requirements the process is held, inspected and let go")
def _():
    report, result = report_of(*launcher("best_effort", "/", command=["/bin/true"]))
    equal(result.status, 0)
    equal(report["verdict"], None)
    equal(report["target"]["state"], "T")
    result = run("-o", "json", *launcher("best_effort", "/", "/no/such", command=["/bin/echo", "on"]))
    equal(result.out, b"on\n")
    report = json.loads(result.err)
    bench.obeys(report)
    equal(skipped(report), [("/no/such", "ENOENT")])
    equal(json.loads(run("-o", "json", "--", "/bin/true").err)["schema"], "sbx-attest/trace/v1")


@case("a signal that is sent to run reaches the command, once")
def _():
    script = ("import signal, time; got = []\n"
              "for s in ('HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'WINCH'):\n"
              "  signal.signal(getattr(signal, 'SIG' + s), lambda n, _: got.append(n))\n"
              "print('ready', flush=True)\n"
              "while len(got) < 6: time.sleep(0.01)\n"
              "time.sleep(0.2); print(sorted(got)); exit(9)\n")
    with subprocess.Popen([bench.attest, "run", "--quiet", "--", sys.executable, "-c", script],
                          stdout=subprocess.PIPE) as process:
        equal(process.stdout.readline(), b"ready\n")
        sent = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH]
        for number in sent:
            process.send_signal(number)
        equal(process.stdout.read().decode().strip(), str(sorted(map(int, sent))))
        equal(process.wait(10), 9)
    with subprocess.Popen([bench.attest, "run", "--quiet", "--", "sleep", "100"]) as process:
        time.sleep(0.3)
        process.terminate()
        equal(process.wait(10), 143)


@contextlib.contextmanager
def job(*arguments):
    """run as the foreground job of a shell of ours on a terminal: the shell's pid, the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execv(bench.attest, [bench.attest, *arguments])
        _, status = os.waitpid(child, os.WUNTRACED)
        print("stopped" if os.WIFSTOPPED(status) else status, flush=True)
        os.killpg(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
        print("status", os.waitstatus_to_exitcode(status), flush=True)
        os._exit(0)
    try:
        yield terminal
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


@case("a terminal's Ctrl-C reaches the command once, and Ctrl-Z stops the job until it is continued")
def _():
    script = ("import signal, time; got = []\nsignal.signal(signal.SIGINT, lambda n, _: got.append(n))\n"
              "print('ready', flush=True)\nwhile not got: time.sleep(0.01)\n"
              "time.sleep(0.2); print('got', len(got), flush=True)\ntime.sleep(100)\n")
    with job("run", "--quiet", "--", sys.executable, "-c", script) as terminal:
        said = b""
        for key, answer in ((b"", b"ready"), (b"\x03", b"got 1"), (b"\x1a", b"stopped"), (b"\x1c", b"status 131")):
            time.sleep(0.1)
            os.write(terminal, key)
            end = time.monotonic() + 10
            while answer not in said:
                check(time.monotonic() < end, f"no {answer!r} in {said!r}")
                if select.select([terminal], [], [], 0.1)[0]:
                    said += os.read(terminal, 4096)


@case("what outlives the command is named and ended, or left where that is asked for")
def _():
    pid = bench.path / "pid"
    for options, lives in (((), False), (("--leave",), True)):
        pid.unlink(missing_ok=True)
        script = f"setsid sh -c 'echo $$ > {pid}; exec sleep 100' >/dev/null 2>&1 & while ! test -s {pid}; do :; done"
        result = run("--quiet", *options, "--", "sh", "-c", script)
        equal(result.status, 0)
        left = int(number_in(pid))
        equal(alive(left), lives, options)
        equal(f"sleep ({left})" in result.err, not lives, result.err)
        if lives:
            os.kill(left, signal.SIGKILL)
    result = run("--quiet", "--", "sh", "-c", "setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' >/dev/null 2>&1 &")
    check("left behind" in result.err, result.err)
    equal(result.status, 0)


@case("children that run had before the launch are nothing to it")
def _():
    script = 'sleep 100 >/dev/null 2>&1 & echo $!; exec "$0" run --quiet --require seccomp -- true'
    result = subprocess.run(["sh", "-c", script, bench.attest], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
    pid = int(result.stdout)
    equal(result.returncode, 1)
    check(alive(pid), "it was ended")
    os.kill(pid, signal.SIGKILL)
    check(b"left behind" not in result.stderr, result.stderr)


@case("ten thousand processes: every one is in the trace, or counted as lost")
def _():
    report, result = report_of("--", bomb, 10000, timeout=120)
    equal(result.status, 0)
    trace = report["trace"]
    counts, lost = trace["counts"], trace["lost"]
    recorded = sum(counts.values()) + lost["events"] + lost["calls"] + 2 * lost["processes"]
    equal(recorded, 1 + 10000 + 10001, f"{counts} {lost}")
    equal(trace["timeline"]["total"], sum(counts.values()))
    check(len(trace["timeline"]["list"]) <= 10000, "the timeline is bounded")


@case("an ordinary user cannot trace: the command runs and that is told, and with requirements it does not")
def _():
    result = run("--", "/bin/echo", "on", under=bench.as_nobody)
    equal((result.status, result.out), (0, b"on\n"))
    check("Not traced" in result.err, result.err)
    result = run("--require", "seccomp", "--", "/bin/echo", "on", under=bench.as_nobody)
    equal((result.status, result.out), (6, b""))
    check("was not run" in result.err, result.err)


@case("a command that cannot be executed is told, and is none")
def _():
    result = run("--", "/no/such/command")
    equal(result.status, 6)
    check("No such file or directory" in result.err, result.err)
    equal(run("--require", "nonsense", "--", "/bin/true").status, 2)
    equal(run().status, 2)


@case("a report that is written is whole, and what stood there before is replaced")
def _():
    file = bench.path / "report.json"
    file.write_text("old" * 100000)
    equal(run("--quiet", "--report", file, "--", "/bin/true").status, 0)
    json.loads(file.read_text())
    equal(sorted(p.name for p in bench.path.glob("report*")), ["report.json"])
    result = run("--report", "/proc/no/such", "--", "/bin/true")
    equal(result.status, 5)


@case("trace prints what a running process does, and what its children do that lived already")
def _():
    script = "(while ! test -e {0}/go; do sleep 0.05; done; exec chroot / true) & wait; unshare -U true".format(bench.path)
    with subprocess.Popen(["sh", "-c", script]) as target:
        time.sleep(0.3)
        with subprocess.Popen([bench.attest, "trace", str(target.pid), "-o", "json"], stdout=subprocess.PIPE) as process:
            time.sleep(0.7)
            (bench.path / "go").touch()
            lines = [json.loads(line) for line in process.stdout.read().splitlines()]
            equal(process.wait(10), 0)
    said = [line.get("words", "") for line in lines]
    check("chroot /" in said, said)
    check("unshare CLONE_NEWUSER" in said, said)
    equal(set(lines[-1]), {"trace"}, "the last line")
    equal(lines[-1]["trace"]["from_start"], False)


@case("trace ends with its time, and says when there is nobody to follow")
def _():
    with subprocess.Popen(["sleep", "100"]) as target:
        began = time.monotonic()
        result = bench.run("trace", target.pid, "--for", 1)
        target.kill()
    equal(result.status, 0)
    check(0.9 < time.monotonic() - began < 5, f"after {time.monotonic() - began} s")
    check(b"Lost" in result.out, result.out)
    equal(bench.run("trace", 1 << 22).status, 3)
    equal(bench.run("trace", "self").status, 2)
    equal(bench.run("trace", os.getpid(), "--for", 1, under=bench.as_nobody).status, 6)


def main():
    global bench, bomb
    bench = Bench(sys.argv[1], sys.argv[2])
    bomb = str(shutil.copy(sys.argv[3], bench.path / "bomb"))
    sys.exit(tap.run(sys.argv[4:]))


main()
