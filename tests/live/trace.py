#!/usr/bin/python3
"""trace.py PRINT_TRACE TRACED SANDBOXED [WORD...]: what the tracer tells of processes whose calls are known.

As root. WORDs choose cases. A command is traced by print_trace, which knows no more than `sbx-attest run`.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from tap import case, check, equal
from trace_lines import Trace, tells_i386
from ways import taken_here

print_trace = traced = sandboxed = None
NONE_LOST = {"events": 0, "calls": 0, "processes": 0}


def start(*command, under=(), options=(), **more):
    return subprocess.Popen([*under, print_trace, *options, *map(str, command)],
                            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
                               **more})


def trace(*command, **more):
    running = start(*command, **more)
    try:
        out, err = running.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        running.kill()
        raise
    check(running.returncode == 0, f"print_trace: {err}")
    return Trace(out)


def until(test, what, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} seconds: {what}")


def state(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


@contextlib.contextmanager
def directory():
    with tempfile.TemporaryDirectory(prefix="sbx-trace-") as path:
        os.chmod(path, 0o755)
        yield pathlib.Path(path)


@case("every call that isolates is told once and in order, with its answer and what its arguments led to")
def _():
    with directory() as here:
        seen = trace(traced, "calls", here)
    equal(seen.lost, NONE_LOST, "lost")
    wanted = [dict(word.split("=", 1) for word in line.split()) for line in seen.printed]
    check(len(wanted) >= 40, f"traced said {seen.printed}")
    # The C library asks for nothing of this before main(), and traced has no other.
    got = [event for event in seen.events if "ret" in event]
    equal([(event["call"], event["ret"]) for event in got], [(event["call"], event["ret"]) for event in wanted], "calls")
    for told, want in zip(got, wanted):
        for key, value in want.items():
            if key == "inode":
                check(int(told[key]) > 0, f"{told}")
            else:
                equal(told.get(key), value, f"{key} of {told}")


@case("the path of a rule is whole across mounts, and its device and inode are those of the file")
def _():
    with directory() as here:
        script = f'mount -t tmpfs t {here} && mkdir -p "{here}/in/de ep" && stat -c "%d %i" "{here}/in/de ep" && ' \
                 f'exec {sandboxed} --landlock-layers 1 --allow "{here}/in/de ep" -- /bin/true'
        seen = trace("sh", "-c", script, under=("unshare", "-m", "--propagation", "private"))
    rule, = seen.of("landlock_add_rule")
    equal(rule["text"], f"{here}/in/de\\x20ep", "path")
    device, inode = map(int, seen.printed[0].split())
    equal((int(rule["major"]), int(rule["minor"]), int(rule["inode"])), (os.major(device), os.minor(device), inode), "file")


@case("calls that come by the 32-bit way are told under their names, and say so")
def _():
    seen = trace(traced, "i386")
    if "i386" in taken_here():
        tells_i386(seen)
    else:  # the first such instruction ends it; tests/kernels/narrow_calls.py has a kernel with that way
        equal([event["call"] for event in seen.events], ["exec", "exit"], "events")
        equal(int(seen.events[1]["status"]) & 0x7f, signal.SIGSEGV, "what ended it")


@case("a call that a seccomp filter answered is told with that answer")
def _():
    told = [(event["call"], event["ret"]) for event in trace(traced, "filtered").events if "ret" in event]
    equal(told, [("prctl", "0"), ("seccomp", "0"), ("landlock_restrict_self", "0"), ("unshare", "-1")], "calls")


@case("every thread's calls are told")
def _():
    seen = trace(traced, "threads", 16, 500)
    equal(seen.lost, NONE_LOST, "lost")
    by_thread = {}
    for event in seen.of("openat"):
        by_thread[event["tid"]] = by_thread.get(event["tid"], 0) + 1
    equal(sorted(by_thread.values()), [500] * 16, "calls of each thread")
    forked = seen.of("fork")
    equal({event["child_tgid"] for event in forked}, {forked[0]["tgid"]}, "process of the threads")
    equal({event["child"] for event in forked}, set(by_thread), "threads")
    equal(len(seen.of("exit")), 17, "exits")


@case("10,000 processes that live shortly are all told")
def _():
    seen = trace(traced, "forks", 10_000)
    equal(seen.lost, NONE_LOST, "lost")
    forked, ended = seen.of("fork"), seen.of("exit")
    equal((len(forked), len(ended)), (10_000, 10_001), "forks, exits")
    equal({event["child"] for event in forked}, {event["tid"] for event in ended} - {forked[0]["tid"]}, "processes")
    statuses = [int(event["status"]) >> 8 for event in ended]
    equal([statuses.count(i) for i in range(1, 8)], [1250] * 7, "statuses")


def stopping_the_tracer(script):
    """Nothing is taken until somebody lets it go on: what is lost hangs on no speed."""
    return ("sh", "-c", f"kill -STOP $PPID; {script}")


def go_on_after(running, states):
    """Once the process that is traced is in one of these states."""
    until(lambda: state(running.pid) == "T", "the tracer is stopped")
    child = pathlib.Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().strip()
    until(lambda: state(child) in states, "all was made", 60)
    running.send_signal(signal.SIGCONT)


@case("what found no room is counted: seen and lost are what was made")
def _():
    threads, count = 4, 20_000
    running = start(*stopping_the_tracer(f"exec {traced} threads {threads} {count}"))
    try:
        go_on_after(running, "Z")
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    equal(running.returncode, 0, err)
    seen = Trace(out)
    check(seen.lost["events"] > 0, "nothing was lost, so nothing is shown")
    check(len(seen.events) > 1000, f"{len(seen.events)} were seen")
    equal(len(seen.events) + seen.lost["events"], 2 + threads * count + 2 * threads + 1, "execs, calls, forks and exits")


@case("who is not watched is not told")
def _():
    with subprocess.Popen([traced, "threads", "4", "20000"]):
        seen = trace("sleep", "0.2")
    equal({event["comm"] for event in seen.events}, {"sleep"}, "whose events")


@case("children are followed into other PID namespaces, and numbered as here")
def _():
    seen = trace("unshare", "-pf", "sh", "-c", "true & wait; true")
    forked = seen.of("fork")
    check(len(forked) >= 2, f"{seen.events}")
    check(not {"0", "1", "2"} & {event["child"] for event in forked}, f"numbers of there: {forked}")
    equal({event["tid"] for event in seen.of("exit")}, {event["child"] for event in forked} | {forked[0]["tid"]}, "exits")


@case("a tracer in a PID namespace tells the numbers of that one, and 0 of nobody there")
def _():
    seen = trace("sh", "-c", "echo $$; exec true", under=("unshare", "-pf", "--mount-proc"))
    equal({event["tid"] for event in seen.events}, {seen.printed[0]}, "numbers")
    check(int(seen.printed[0]) < 100, f"{seen.printed}")


@case("a process that lives is watched from now on, with all its threads and what it starts")
def _():
    with subprocess.Popen(["sh", "-c", "read x; true & wait; exec " + traced + " threads 2 3"], stdin=subprocess.PIPE) as target:
        running = start(options=("--pid", str(target.pid)))
        check(running.stdout.readline().startswith("attached"), "not attached")
        target.stdin.write(b"\n")
        target.stdin.close()
        out, err = running.communicate(timeout=60)
    equal(running.returncode, 0, err)
    seen = Trace("attached calls= missing= events=\n" + out)
    equal(len(seen.of("openat")), 6, "calls")
    equal(len(seen.of("fork")), 3, "forks")


@case("a process that has vanished is not watched")
def _():
    with subprocess.Popen(["true"]) as target:
        target.wait()
        running = start(options=("--pid", str(target.pid)))
        _, err = running.communicate(timeout=60)
    equal(running.returncode, 1, "status")


@case("without the capabilities nothing is traced, and it is said why")
def _():
    with directory() as here:
        program = shutil.copy(print_trace, here / "print-trace")
        done = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program, "true"],
                              stderr=subprocess.PIPE, text=True)
    equal(done.returncode, 1, "status")
    check("CAP_BPF" in done.stderr, done.stderr)


def entry_of(program):
    """Where a static program that is not moved begins."""
    head = pathlib.Path(program).read_bytes()[:64]
    equal(struct.unpack_from("<H", head, 16)[0], 2, "ET_EXEC")
    return struct.unpack_from("<Q", head, 24)[0]


@contextlib.contextmanager
def held(when, *command, lost=False):
    """The event of who was held; it goes on at the end. `lost`: as a command of stopping_the_tracer() loses events."""
    with directory() as here:
        mark = here / "mark"
        command = [word.replace("MARK", str(mark)) for word in command]
        with (here / "out").open("w+") as out:
            running = start(*command, options=("--hold", when), stdin=subprocess.PIPE, stdout=out)
            text = (here / "out").read_text
            try:
                if lost:
                    go_on_after(running, "T")
                until(lambda: " call=held " in text(), "held")
            except AssertionError:
                running.send_signal(signal.SIGCONT)
                running.stdin.close()
                raise
            event, = [dict(word.split("=", 1) for word in line.split(" ")[1:]) for line in text().splitlines()
                      if " call=held " in line]
            equal(event["ret"], "0", "what bpf_send_signal() said")
            until(lambda: state(event["tgid"]) == "T", "stopped")
            yield event, mark
            running.stdin.close()
            equal(running.wait(60), 0, running.stderr.read())
            equal(Trace(text()).lost["events"] > 0, lost, "whether events were lost")


TOUCH = ("touch", "MARK")


@case("held at the first exec of a confined process: not one instruction was executed, and it goes on")
def _():
    with held("confined_exec", sandboxed, "--landlock-layers", "1", "--allow", "/", "--", traced, "forks", "1") as (event, _):
        equal((event["comm"], event["text"]), ("traced", "confined_exec"), "who, why")
        pc = int(pathlib.Path(f"/proc/{event['tgid']}/syscall").read_text().split()[-1], 16)
        equal(pc, entry_of(traced), "program counter")
        stat = pathlib.Path(f"/proc/{event['tgid']}/stat").read_text().rpartition(") ")[2].split()
        equal(stat[11], "0", "ticks in user space")


@case("held after a child of a confined process executed: what it was to do is not done before")
def _():
    with held("confined_exec", sandboxed, "--filters", "1", "--", "sh", "-c", "touch MARK") as (event, mark):
        equal(event["comm"], "sh", "who")
        time.sleep(0.2)
        check(not mark.exists(), "it went on")


@case("a child inherits that it is confined")
def _():
    with held("confined_exec", traced, "confined-child", "MARK") as (event, mark):
        equal(event["comm"], "touch", "who")
        time.sleep(0.2)
        check(not mark.exists(), "it went on")


for WHEN in ("landlock", "seccomp"):
    @case(f"held when {WHEN} was put on, before the next step")
    def _(when=WHEN):
        option = ("--landlock-layers", "1", "--allow", "/") if when == "landlock" else ("--filters", "1")
        with held(when, sandboxed, *option, "--", *TOUCH) as (event, mark):
            equal((event["comm"], event["text"]), ("sandboxed", when), "who, why")
            time.sleep(0.2)
            check(not mark.exists(), "it went on")


@case("held when a file of that name is executed, by the name asked for or that of the file behind a link")
def _():
    with directory() as here:
        (here / "alias").symlink_to("/usr/bin/touch")
        for name in ("alias", "touch"):
            with held(f"exec:{name}", "sh", "-c", f"{here}/alias MARK; exit 0") as (event, mark):
                equal((event["comm"], event["text"]), ("alias", "exec"), "who, why")
                time.sleep(0.2)
                check(not mark.exists(), "it went on")
    seen = trace("true", options=("--hold", "exec:tru"))
    equal(seen.of("held"), [], "held by a part of the name")


@case("only the first is held")
def _():
    with held("exec:true", "sh", "-c", "/bin/true; /bin/true; /bin/true"):
        pass


@case("that somebody is held is told even where there is no room for it")
def _():
    with held("exec:true", *stopping_the_tracer(f"{traced} threads 4 20000; exec true"), lost=True):
        pass


@case("an init of a PID namespace is held as well")
def _():
    with held("exec:touch", "unshare", "-pf", *TOUCH) as (event, mark):
        time.sleep(0.2)
        check(not mark.exists(), "it went on")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    print_trace, traced, sandboxed = map(os.path.abspath, sys.argv[1:4])
    sys.exit(tap.run(sys.argv[4:]))
