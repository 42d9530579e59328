#!/usr/bin/python3
"""seccomp.py SBX_ATTEST PRINT_SOURCE [WORD...]: the filters read from kernel memory against what ptrace(2) gives.

As root. WORDs choose cases.
"""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import filtered
import tap
from filtered import (ALLOW, EQUAL, ERRNO_1, FLAG_LOG, FLAG_NEW_LISTENER, FLAG_WAIT_KILLABLE, GETPID, KEYCTL, LOAD, MOST, NUMBER,
                      RETURN, SOCKET, UNLINK, as_ptrace_says, denies, in_thread, long_one, put_on, raw, state, status, until, wait_for_ever)
from harness import Bench
from restricted import process
from tap import case, check, equal
from ways import connecting_without_inet, taken_here

bench = print_source = None


def seen(pid):
    return filtered.seen(print_source, pid)


def allowed(bitmap, number):
    return bytes.fromhex(bitmap)[number // 8] >> number % 8 & 1


@case("seccomp: three filters are what ptrace(2) says, byte for byte and with their flags, and nothing is stopped")
def _():
    programs = [long_one(MOST), denies(SOCKET, 1), denies(KEYCTL)]

    def work():
        put_on(programs[0])
        put_on(programs[1], FLAG_LOG)
        put_on(programs[2], FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE)
    with process(work) as pid:
        until(lambda: status(pid)["State"].startswith("S"), "it sleeps")
        before = state(pid)
        found = seen(pid)
        equal(state(pid), before, "state of the target")
        check(found.settled, "not settled")
        equal({k: v for k, v in found.tasks[pid].items() if k != "start"},
              {"mode": "2", "filter": "3", "count": "3", "exited": "0"}, "task")
        chain = found.chain(pid)
        equal(found.programs(pid), [raw(program) for program in programs], "programs")
        equal([it["len"] for it in chain], [str(len(program)) for program in programs], "len")
        equal([(it["log"], it["notify"], it["wait_killable"]) for it in chain],
              [("0", "0", "0"), ("1", "0", "0"), ("0", "1", "1")], "flags")
        ptraced = as_ptrace_says(pid, 3)
        equal(found.programs(pid), [program for program, _ in ptraced], "programs, as ptrace has them")
        equal([int(it["log"]) * FLAG_LOG for it in chain], [flags & FLAG_LOG for _, flags in ptraced], "FLAG_LOG of ptrace")


@case("seccomp: the bitmap holds what the chain always allows: not what it refuses, nor what it may refuse")
def _():
    with process(lambda: [put_on(denies(UNLINK)), put_on(denies(SOCKET, 1)), put_on(denies(KEYCTL))]) as pid:
        bits = [{number: allowed(it["native"], number) for number in (GETPID, UNLINK, SOCKET, KEYCTL)}
                for it in seen(pid).chain(pid)]
        equal(bits, [{GETPID: 1, UNLINK: 0, SOCKET: 1, KEYCTL: 1},
                     {GETPID: 1, UNLINK: 0, SOCKET: 0, KEYCTL: 1},
                     {GETPID: 1, UNLINK: 0, SOCKET: 0, KEYCTL: 0}], "bits")


@case("seccomp: threads with filters of their own on a shared one: each is read once")
def _():
    ready = threading.Barrier(4)

    def work():
        in_thread(lambda: (ready.wait(), wait_for_ever()))
        put_on(denies(UNLINK))
        for number in (SOCKET, KEYCTL):
            in_thread(lambda number=number: (put_on(denies(number)), ready.wait(), wait_for_ever()))
        ready.wait()
    with process(work) as pid:
        found = seen(pid)
        equal(len(found.filters) - 1, 3, "filters")
        shared, own = raw(denies(UNLINK)), [raw(denies(number)) for number in (SOCKET, KEYCTL)]
        main, free, *others = sorted(found.tasks)
        equal([found.programs(tid) for tid in (main, free, *others)], [[shared], [], *([shared, it] for it in own)], "programs")
        equal([found.tasks[tid]["mode"] for tid in (main, free)], ["2", "0"], "mode")


@case("seccomp: more than the ring buffer holds at once, none lost: 7 filters of the largest size, 2,000 small ones")
def _():
    for count, size in ((7, MOST), (2000, 3)):
        with process(lambda count=count, size=size: [put_on(long_one(size, mark)) for mark in range(count)]) as pid:
            equal(seen(pid).programs(pid), [raw(long_one(size, mark)) for mark in range(count)], f"{count} programs")


@case("seccomp: 300 threads with one large filter: it is read once, or it would be too much")
def _():
    def work():
        put_on(long_one(MOST))
        for _ in range(299):
            in_thread(wait_for_ever)
    with process(work) as pid:
        found = seen(pid)
        equal((len(found.tasks), len(found.filters) - 1), (300, 1), "threads, filters")
        equal({task["filter"] for task in found.tasks.values()}, {"1"}, "filter of each thread")


@case("seccomp: a main thread that has exited gave its filters back, and is not taken for one without")
def _():
    script = ("import ctypes,signal,threading;threading.Thread(target=signal.sigwait,args=({signal.SIGUSR2},)).start();"
              "print('ready',flush=True);ctypes.CDLL(None).syscall(60,0)")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                          preexec_fn=lambda: put_on(denies(UNLINK))) as child:
        try:
            equal(child.stdout.readline(), b"ready\n", "the process that was to be looked at")
            until(lambda: status(child.pid)["State"].startswith("Z"), "its main thread exits")
            equal([(task["mode"], task["filter"], task["exited"]) for task in seen(child.pid).tasks.values()],
                  [("2", "0", "1"), ("2", "1", "0")], "mode, filter, exited")
        finally:
            child.kill()


@case("seccomp: while threads come and go, what is shown is true of each thread")
def _():
    def churn():
        while True:
            threading.Thread(target=lambda: put_on(denies(KEYCTL))).start()
            time.sleep(0.001)
    wanted = [[raw(denies(UNLINK))], [raw(denies(UNLINK)), raw(denies(KEYCTL))]]
    settled = 0
    with process(lambda: [put_on(denies(UNLINK)), in_thread(churn)]) as pid:
        for _ in range(40):
            found = seen(pid)
            settled += found.settled
            if not found.settled:
                check({task["filter"] for task in found.tasks.values()} <= {"-", "0"}, f"{found.tasks}")
                equal(len(found.filters), 1, "filters of what did not settle")
                continue
            for tid, task in found.tasks.items():
                check(found.programs(tid) in wanted or task["filter"] == "0" and task["mode"] == "2", f"{found.programs(tid)}")
    check(settled, "never settled")


@case("seccomp: without privilege the filters are refused, and none is not said")
def _():
    with process(lambda: put_on(denies(UNLINK))) as pid:
        done = subprocess.run([*bench.as_nobody, print_source, str(pid), "target/seccomp"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)
        equal((done.returncode, done.stdout, done.stderr[:6]), (1, "", "EPERM "), "status, text, errno")


@case("can: what the filters allow is a yes, what they refuse a no, also where that depends on an argument")
def _():
    def asked(pid, *question):
        result = bench.run("can", pid, *question, "-o", "json")
        said, = [it for it in result.report["asked"] if it["layer"] == "seccomp"]
        return said["answer"], said["detail"]
    with process(lambda: [put_on(denies(UNLINK)), put_on(denies(SOCKET, 1))]) as pid:
        equal(asked(pid, "read", "/etc/hostname"), ("yes", "its 2 filters allow openat, read"), "read")
        equal(asked(pid, "remove", "/etc/hostname"), ("yes", "its 2 filters allow unlinkat"), "remove")
        equal(asked(pid, "connect", "tcp:80"), ("yes", "its 2 filters allow socket, connect"), "connect")
    no_inet = [denies(SOCKET, family) for family in (2, 10)]  # AF_INET, AF_INET6
    native = [(LOAD, 0, 0, 4), (EQUAL, 0, 2, 0xc000003e), (LOAD, 0, 0, NUMBER), (0x35, 0, 1, 0x40000000),  # and not x32
              (RETURN, 0, 0, ERRNO_1), (RETURN, 0, 0, ALLOW)]
    no_other_way = [native, denies(425)]  # io_uring_setup
    with process(lambda: list(map(put_on, no_inet))) as pid:
        equal(asked(pid, "connect", "tcp:80"), connecting_without_inet(taken_here()), "connect, with other ways than the native one")
    with process(lambda: list(map(put_on, no_inet + no_other_way))) as pid:
        answer, detail = asked(pid, "connect", "tcp:80")
        check(answer == "no" and "its 4 filters refuse socket (errno EPERM)" in detail, f"{answer}: {detail}")
    with process(lambda: None) as pid:
        equal(asked(pid, "read", "/etc/hostname"), ("yes", "no filter"), "without a filter")


def main():
    global bench, print_source
    bench = Bench(sys.argv[1], sys.argv[2])
    print_source = bench.sandboxed
    return tap.run(sys.argv[3:])


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__ + "\nroot is needed" * (os.geteuid() != 0))
    sys.exit(main())
