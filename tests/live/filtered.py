"""Processes under seccomp filters, and what target/seccomp and ptrace(2) say of them, read without the code that is tested."""
import ctypes
import os
import pathlib
import signal
import struct
import subprocess
import threading
import time

from restricted import PR_SET_NO_NEW_PRIVS, SECCOMP, SET_MODE_FILTER, call, libc, syscall
from tap import check, equal

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
        word, answer, *via = first.split(" ")
        equal(word, "settled", "first line")
        self.settled = {"yes": True, "no": False}[answer]
        self.via = {(): "bpf", ("via=ptrace",): "ptrace"}[tuple(via)]
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


def asked(print_source, pid, *flags, under=(), **popen):
    return subprocess.run([*under, print_source, str(pid), "target/seccomp", *flags], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, **popen)


def seen(print_source, pid, *flags):
    done = asked(print_source, pid, *flags)
    equal((done.returncode, done.stderr), (0, ""), "exit status and complaint")
    return Seen(done.stdout)


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
