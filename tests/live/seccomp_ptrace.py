#!/usr/bin/python3
"""seccomp_ptrace.py PRINT_SOURCE [WORD...]: the filters as ptrace(2) shows them, and what the target notices of it.

As root. WORDs choose cases.
"""
import contextlib
import ctypes
import fcntl
import itertools
import mmap
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import filtered
import tap
from filtered import (FLAG_LOG, FLAG_NEW_LISTENER, KEYCTL, MOST, PTRACE_DETACH, PTRACE_SEIZE, SOCKET, UNLINK, asked, denies,
                      in_thread, long_one, put_on, raw, state, status, until, wait_for_ever)
from restricted import call, libc, process
from tap import case, check, equal

print_source = None
ALLOW_ALL = [(filtered.RETURN, 0, 0, filtered.ALLOW)]
AS_NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
WITHOUT_ADMIN = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-all")


def by_ptrace(pid):
    return filtered.seen(print_source, pid, "--ptrace")


def by_bpf(pid):
    return filtered.seen(print_source, pid)


def refusal(pid, **options):
    done = asked(print_source, pid, "--ptrace", **options)
    equal((done.returncode, done.stdout), (1, ""), f"status and text, with {done.stderr!r}")
    return done.stderr.split(" ", 1)


def state_of(pid, tid):
    return pathlib.Path(f"/proc/{pid}/task/{tid}/stat").read_bytes().rsplit(b") ", 1)[1][:1].decode()


def same_as_bpf(pid):
    """Threads, chains and flags; each filter is one here that is one there."""
    traced, read = by_ptrace(pid), by_bpf(pid)
    equal((traced.via, read.via, traced.settled, read.settled), ("ptrace", "bpf", True, True), "how they were read")
    equal(sorted(traced.tasks), sorted(read.tasks), "threads")
    for tid, task in traced.tasks.items():
        for key in ("mode", "count", "exited"):
            equal(task[key], read.tasks[tid][key], f"{key} of thread {tid}")
        check(0 <= int(read.tasks[tid]["start"]) - int(task["start"]) < 10_000_000, f"start of thread {tid}")
        equal(traced.programs(tid), read.programs(tid), f"programs of thread {tid}")
        equal([it["log"] for it in traced.chain(tid)], [it["log"] for it in read.chain(tid)], f"flags of thread {tid}")
    unknown = [(it["notify"], it["wait_killable"], it["native"], it["compat"]) for it in traced.filters[1:]]
    equal(set(unknown), {("-",) * 4}, "what ptrace does not tell")
    return traced


@contextlib.contextmanager
def stuck(work):
    """A thread that waits in the kernel and does not stop: its child is started, and cannot open what it is to."""
    with tempfile.TemporaryDirectory() as directory:
        fifo = os.path.join(directory, "fifo")
        os.mkfifo(fifo)
        done = mmap.mmap(-1, 1)

        def stick():  # not by os.posix_spawn(), which would hold all of Python's threads
            actions = ctypes.create_string_buffer(256)
            libc.posix_spawn_file_actions_init(actions)
            libc.posix_spawn_file_actions_addopen(actions, 0, os.fsencode(fifo), os.O_RDONLY, 0)
            libc.posix_spawn(ctypes.byref(ctypes.c_int()), b"/bin/true", actions, None,
                             (ctypes.c_char_p * 2)(b"true", None), (ctypes.c_char_p * 1)(None))
            done[0] = 1
        with process(lambda: [work(), in_thread(stick)]) as pid:
            until(lambda: any(state_of(pid, tid) == "D" for tid in os.listdir(f"/proc/{pid}/task")), "it is stuck")
            release = lambda: os.close(os.open(fifo, os.O_RDWR))  # noqa: E731
            try:
                yield pid, lambda: [release(), until(lambda: done[0] == 1, "it goes on")]
            finally:
                release()


def untouched(pid):
    for tid in os.listdir(f"/proc/{pid}/task"):
        equal(status(f"{pid}/task/{tid}")["TracerPid"], "0", f"TracerPid of {tid}")
        check(state_of(pid, tid) not in "tT", f"thread {tid} is stopped")


@case("ptrace: three filters, one of the largest size, and threads with more: as BPF reads them, byte for byte")
def _():
    ready = threading.Barrier(4)

    def work():
        in_thread(lambda: (ready.wait(), wait_for_ever()))
        put_on(long_one(MOST))
        put_on(denies(SOCKET, 1), FLAG_LOG)
        put_on(denies(KEYCTL), FLAG_NEW_LISTENER)
        for number in (SOCKET, UNLINK):
            in_thread(lambda number=number: (put_on(denies(number)), ready.wait(), wait_for_ever()))
        ready.wait()
    with process(work) as pid:
        traced = same_as_bpf(pid)
        equal(len(traced.filters) - 1, 5, "filters")
        equal(sorted(task["count"] for task in traced.tasks.values()), ["0", "3", "4", "4"], "count")


@case("ptrace: 2,000 filters on a thread, and 300 threads with one large one")
def _():
    with process(lambda: [put_on(long_one(3, mark)) for mark in range(2000)]) as pid:
        same_as_bpf(pid)

    def work():
        put_on(long_one(MOST))
        for _ in range(299):
            in_thread(wait_for_ever)
    with process(work) as pid:
        traced = same_as_bpf(pid)
        equal((len(traced.tasks), len(traced.filters) - 1), (300, 1), "threads, filters")


@case("ptrace: filters that each of two threads put on alike are one, for it shows no identities")
def _():
    def work():
        in_thread(lambda: (put_on(denies(UNLINK)), wait_for_ever()))
        in_thread(lambda: (put_on(denies(UNLINK)), wait_for_ever()))
    with process(work) as pid:
        until(lambda: all(status(f"{pid}/task/{tid}")["Seccomp"] == "2" for tid in os.listdir(f"/proc/{pid}/task") if tid != str(pid)),
              "its threads have filters")
        equal((len(by_bpf(pid).filters) - 1, len(by_ptrace(pid).filters) - 1), (2, 1), "filters")


@case("ptrace: the target goes on: its counter ticks and its sleeps end")
def _():
    shared = mmap.mmap(-1, 16)

    def tick(at):
        struct.pack_into("Q", shared, at, struct.unpack_from("Q", shared, at)[0] + 1)

    def spin():
        while True:
            tick(0)

    def sleep():
        while True:
            time.sleep(0.001)
            tick(8)

    def ticks():
        return struct.unpack("QQ", shared[:16])
    with process(lambda: [put_on(denies(UNLINK)), in_thread(spin), in_thread(sleep)]) as pid:
        for _ in range(50):
            before = ticks()
            by_ptrace(pid)
            until(lambda: all(now > then for now, then in zip(ticks(), before)), "it ticks")
            untouched(pid)


@case("ptrace: no signal is lost that comes while the target is stopped")
def _():
    sent = mmap.mmap(-1, 8)
    heard, tell = os.pipe()
    fcntl.fcntl(tell, fcntl.F_SETPIPE_SZ, 1 << 20)
    os.set_blocking(tell, False)

    def listens():
        signal.signal(signal.SIGRTMIN, lambda *_: None)
        signal.set_wakeup_fd(tell)  # the handler writes a byte for each signal
        put_on(denies(UNLINK))

    def bombard(pid):
        for count in itertools.count(1):  # to the end: the reader waits for more
            while libc.sigqueue(pid, signal.SIGRTMIN, None) != 0:  # kill(2) would lose it where the queue is full
                pass
            struct.pack_into("Q", sent, 0, count)
    count = 0
    late = 0
    with process(listens) as pid:
        with process(lambda: in_thread(lambda: bombard(pid))):
            for _ in range(100):
                # A busy machine may not let it stop in the time that it is given: then it is let go, as any other.
                done = asked(print_source, pid, "--ptrace")
                if done.returncode != 0:
                    check(done.stderr.startswith("ETIMEDOUT ") and (late := late + 1) <= 5, done.stderr)
                count += len(os.read(heard, 1 << 20))
        until(lambda: status(pid)["ShdPnd"].strip("0") == "", "all are delivered")
        count += len(os.read(heard, 1 << 20))
        check(count - struct.unpack("Q", sent[:8])[0] in (0, 1), f"{count} heard, {sent[:8]} sent")
        check(count > 1000, f"{count} signals")
    os.close(heard)
    os.close(tell)


@case("ptrace: a stopped target is still stopped afterwards, its parent hears nothing, and SIGCONT wakes it")
def _():
    with process(lambda: [put_on(denies(UNLINK)), in_thread(wait_for_ever)]) as pid:
        os.kill(pid, signal.SIGSTOP)
        _, how = os.waitpid(pid, os.WUNTRACED)
        check(os.WIFSTOPPED(how), "it is stopped")
        for _ in range(20):
            traced = by_ptrace(pid)
            equal([len(traced.chain(tid)) for tid in traced.tasks], [1, 1], "filters")
            until(lambda: {state_of(pid, tid) for tid in traced.tasks} == {"T"}, "it is stopped again")
        equal(os.waitpid(pid, os.WUNTRACED | os.WCONTINUED | os.WNOHANG), (0, 0), "what its parent heard")
        os.kill(pid, signal.SIGCONT)
        until(lambda: {state_of(pid, tid) for tid in traced.tasks} == {"S"}, "it goes on")
        check(os.WIFCONTINUED(os.waitpid(pid, os.WCONTINUED)[1]), "its parent hears that it goes on")


@case("ptrace: a target that has a tracer already is refused, and that is named")
def _():
    with process(lambda: put_on(denies(UNLINK))) as pid:
        call(libc.ptrace, PTRACE_SEIZE, pid, None, None)
        try:
            error, text = refusal(pid)
            equal(error, "EPERM", "errno")
            check(f"process {os.getpid()} traces it already" in text, text)
            equal(status(pid)["TracerPid"], str(os.getpid()), "its tracer")
        finally:
            call(libc.ptrace, 0x4207, pid, None, None)
            os.waitpid(pid, 0x40000000)
            call(libc.ptrace, PTRACE_DETACH, pid, None, None)


@case("ptrace: without a filter nothing is stopped, and no privilege is needed")
def _():
    with process(lambda: in_thread(wait_for_ever)) as pid:
        until(lambda: {state_of(pid, tid) for tid in os.listdir(f"/proc/{pid}/task")} == {"S"}, "it sleeps")
        before = state(pid)
        equal(state(pid)[4], "0", "mode")
        for under in ((), AS_NOBODY):
            done = asked(print_source, pid, "--ptrace", under=under)
            equal(done.returncode, 0, done.stderr)
            found = filtered.Seen(done.stdout)
            equal((found.settled, found.via, len(found.filters), {task["filter"] for task in found.tasks.values()}),
                  (True, "ptrace", 1, {"0"}), "settled, via, filters")
        equal(state(pid), before, "state of the target")


@case("ptrace: an inspector that may not is refused before anything is stopped, and is told why")
def _():
    with process(lambda: put_on(denies(UNLINK))) as pid:
        until(lambda: state_of(pid, pid) == "S", "it sleeps")
        before = state(pid)
        error, text = refusal(pid, preexec_fn=lambda: put_on(ALLOW_ALL))
        equal(error, "EACCES", "errno under a filter")
        check("seccomp filter on the inspector itself" in text, text)
        for under in (AS_NOBODY, WITHOUT_ADMIN, ("unshare", "--user", "--map-root-user")):
            error, text = refusal(pid, under=under)
            equal(error, "EACCES", f"errno of {under}")
            check("CAP_SYS_ADMIN in the initial user namespace" in text, text)
        equal(state(pid), before, "state of the target")


@case("ptrace: a thread that does not stop is left as it is, after a deadline, and nothing stays traced")
def _():
    with stuck(lambda: put_on(denies(UNLINK))) as (pid, goes_on):
        start = time.monotonic()
        error, text = refusal(pid)
        check(time.monotonic() - start < 5, "a deadline")
        equal(error, "ETIMEDOUT", "errno")
        check("state D" in text, text)
        untouched(pid)
        goes_on()
        same_as_bpf(pid)


@case("ptrace: whoever kills or stops the inspector, the target is let go")
def _():
    for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGTSTP):
        with stuck(lambda: put_on(denies(UNLINK))) as (pid, goes_on):
            with subprocess.Popen([print_source, str(pid), "target/seccomp", "--ptrace"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, preexec_fn=lambda: os.setpgid(0, 0)) as asking:
                try:
                    traced = lambda: any(status(f"{pid}/task/{tid}")["TracerPid"] != "0" for tid in os.listdir(f"/proc/{pid}/task"))  # noqa: E731
                    until(traced, "it is traced")
                    if how == signal.SIGTSTP:
                        os.killpg(asking.pid, how)  # the key of a terminal: all of the group
                        until(lambda: state_of(asking.pid, asking.pid) == "T", "the inspector stops")
                    else:
                        os.kill(asking.pid, how)
                    until(lambda: not traced(), "it is let go")
                    untouched(pid)
                    goes_on()
                finally:
                    asking.kill()


@case("ptrace: while threads come and go, what is shown is true of each thread")
def _():
    def churn():
        while True:
            threading.Thread(target=lambda: put_on(denies(KEYCTL))).start()
            time.sleep(0.001)
    wanted = [[raw(denies(UNLINK))], [raw(denies(UNLINK)), raw(denies(KEYCTL))]]
    settled = 0
    with process(lambda: [put_on(denies(UNLINK)), in_thread(churn)]) as pid:
        for _ in range(40):
            found = by_ptrace(pid)
            settled += found.settled
            for tid, task in found.tasks.items():
                if task["exited"] == "1":
                    equal(task["filter"], "0", f"filter of thread {tid}, which has exited")
                elif found.settled:
                    check(found.programs(tid) in wanted, f"{found.programs(tid)}")
                else:
                    equal(task["filter"], "-", f"filter of thread {tid}")
    check(settled, "never settled")


@case("ptrace: a main thread that has exited gave its filters back, and the others are read")
def _():
    script = ("import ctypes,signal,threading;threading.Thread(target=signal.sigwait,args=({signal.SIGUSR2},)).start();"
              "print('ready',flush=True);ctypes.CDLL(None).syscall(60,0)")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                          preexec_fn=lambda: put_on(denies(UNLINK))) as child:
        try:
            equal(child.stdout.readline(), b"ready\n", "the process that was to be looked at")
            until(lambda: status(child.pid)["State"].startswith("Z"), "its main thread exits")
            equal([(task["mode"], task["filter"], task["exited"]) for task in by_ptrace(child.pid).tasks.values()],
                  [("2", "0", "1"), ("2", "1", "0")], "mode, filter, exited")
        finally:
            child.kill()


def main():
    global print_source
    with tempfile.TemporaryDirectory(prefix="sbx-live-") as directory:
        os.chmod(directory, 0o755)  # for nobody
        print_source = shutil.copy(sys.argv[1], directory)
        return tap.run(sys.argv[2:])


if __name__ == "__main__":
    if len(sys.argv) < 2 or os.geteuid() != 0:
        sys.exit(__doc__ + "\nroot is needed" * (os.geteuid() != 0))
    sys.exit(main())
