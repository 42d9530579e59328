#!/usr/bin/python3
"""seccomp.py SBX_ATTEST PRINT_SOURCE [WORD...]: the filters read from kernel memory against what ptrace(2) gives.

As root. WORDs choose cases.
"""
import ctypes
import os
import pathlib
import signal
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench
from restricted import PR_SET_NO_NEW_PRIVS, SECCOMP, SET_MODE_FILTER, call, libc, process, syscall
from tap import case, check, equal

bench = print_source = None
FLAG_LOG, FLAG_NEW_LISTENER, FLAG_WAIT_KILLABLE = 2, 8, 32
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K of linux/filter.h
ALLOW, ERRNO_1, NUMBER, FIRST_ARGUMENT = 0x7fff0000, 0x50001, 0, 16
GETPID, SOCKET, KEYCTL, UNLINK = 39, 41, 250, 87
PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH, GET_FILTER, GET_METADATA = 0x4206, 0x4207, 17, 0x420c, 0x420d
MOST = 4096  # BPF_MAXINSNS


def denies(number, argument=None):
    """Refuses one system call, with that first argument where one is given."""
    test = [(LOAD, 0, 0, FIRST_ARGUMENT), (EQUAL, 0, 1, argument)] if argument is not None else []
    return [(LOAD, 0, 0, NUMBER), (EQUAL, 0, 1 + len(test), number), *test, (RETURN, 0, 0, ERRNO_1), (RETURN, 0, 0, ALLOW)]


def long_one(size, mark=0):
    return [(LOAD, 0, 0, NUMBER)] * (size - 2) + [(EQUAL, 0, 0, mark), (RETURN, 0, 0, ALLOW)]


def raw(program):
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def put_on(program, flags=0):
    call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    code = ctypes.create_string_buffer(raw(program))
    return syscall(SECCOMP, SET_MODE_FILTER, flags, struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))


def wait_for_ever():
    signal.sigwait({signal.SIGUSR2})


def in_thread(work):
    threading.Thread(target=work, daemon=True).start()


class Seen:
    """The text of target/seccomp, read without the code that is tested."""

    def __init__(self, text):
        self.tasks, self.filters = {}, [None]
        first, *rest = text.splitlines()
        self.settled = {"settled yes": True, "settled no": False}[first]
        for line in rest:
            kind, number, *words = line.split(" ")
            if kind == "program":
                equal(int(number), len(self.filters) - 1, "number of a program")
                self.filters[-1]["program"] = bytes.fromhex(words[0])
                continue
            fields = dict(word.split("=") for word in words)
            if kind == "filter":
                equal(int(number), len(self.filters), "number of a filter")
                self.filters.append(fields)
            else:
                equal(kind, "task", "line")
                self.tasks[int(number)] = fields

    def chain(self, tid):
        """From the oldest."""
        found, at = [], int(self.tasks[tid]["filter"])
        while at:
            found.insert(0, self.filters[at])
            at = int(self.filters[at]["prev"])
        return found

    def programs(self, tid):
        return [it["program"] for it in self.chain(tid)]


def seen(pid):
    done = subprocess.run([print_source, str(pid), "target/seccomp"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=60)
    equal((done.returncode, done.stderr), (0, ""), "exit status and complaint")
    return Seen(done.stdout)


def allowed(bitmap, number):
    return bytes.fromhex(bitmap)[number // 8] >> number % 8 & 1


def as_ptrace_says(tid, count):
    """(program, flags) of each filter, from the oldest."""
    call(libc.ptrace, PTRACE_SEIZE, tid, None, None)
    try:
        call(libc.ptrace, PTRACE_INTERRUPT, tid, None, None)
        os.waitpid(tid, 0x40000000)  # __WALL
        found = []
        for index in range(count):
            code = ctypes.create_string_buffer(8 * MOST)
            size = call(libc.ptrace, GET_FILTER, tid, ctypes.c_void_p(index), code)
            metadata = ctypes.create_string_buffer(struct.pack("QQ", index, 0), 16)
            call(libc.ptrace, GET_METADATA, tid, ctypes.c_void_p(16), metadata)
            found.append((code.raw[:8 * size], struct.unpack("QQ", metadata.raw)[1]))
        return found
    finally:
        call(libc.ptrace, PTRACE_DETACH, tid, None, None)


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(line.split(":\t", 1) for line in text.splitlines())


def state(pid):
    fields = status(pid)
    return [fields[key] for key in ("State", "TracerPid", "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches",
                                    "Seccomp", "Seccomp_filters")]


def until(holds, what):
    deadline = time.monotonic() + 10
    while not holds():
        check(time.monotonic() < deadline, f"waited in vain: {what}")
        time.sleep(0.01)


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


@case("can: what the filters always allow is a yes, what they may refuse is unknown")
def _():
    def asked(pid, *question):
        result = bench.run("can", pid, *question, "-o", "json")
        said, = [it for it in result.report["asked"] if it["layer"] == "seccomp"]
        return said["answer"], said["detail"]
    with process(lambda: [put_on(denies(UNLINK)), put_on(denies(SOCKET, 1))]) as pid:
        equal(asked(pid, "read", "/etc/hostname"), ("yes", "its 2 filters always allow openat, read"), "read")
        equal(asked(pid, "remove", "/etc/hostname"), ("yes", "its 2 filters always allow unlinkat"), "remove")
        equal(asked(pid, "connect", "tcp:80"),
              ("unknown", "a filter decides on socket by its arguments, or denies it; not evaluated yet"), "connect")
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
