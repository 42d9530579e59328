"""Processes that restrict themselves with Landlock as a test says, step by step: what sandboxed.c and ruled.c cannot be told."""
import contextlib
import ctypes
import os
import signal
import struct
import threading

from tap import check

libc = ctypes.CDLL(None, use_errno=True)
CREATE, ADD_RULE, RESTRICT_SELF, IO_URING_SETUP = 444, 445, 446, 425
CLONE_NEWNS, CLONE_NEWNET, PR_SET_NO_NEW_PRIVS = 0x20000, 0x40000000, 38
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 4096, 16384, 1 << 18, 2

PR_SET_PDEATHSIG, SECCOMP, SET_MODE_FILTER, THREAD_SYNC = 1, 317, 1, 1
RETURN, ALLOW = 0x06, 0x7fff0000  # BPF_RET | BPF_K, SECCOMP_RET_ALLOW

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
READ = EXECUTE | READ_FILE | READ_DIR
FILE_RIGHTS = 0xffff  # of ABI 5; known to every kernel that these tests run on
FS, NET, SCOPES = FILE_RIGHTS, 3, 3


def call(function, *arguments):
    result = function(*arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{os.strerror(error)}: {arguments}")
    return result


def syscall(number, *arguments):
    return call(libc.syscall, ctypes.c_long(number),
                *(a if isinstance(a, bytes) or a is None else ctypes.c_long(a) for a in arguments))


def restrict(rules, ports=(), fs=FS, net=0, scoped=0, no_new_privs=True):
    """One layer: rules are (path, rights), ports (port, rights)."""
    if no_new_privs:
        call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    attr = struct.pack("QQQ", fs, net, scoped)
    ruleset = syscall(CREATE, attr, len(attr), 0)
    for path, rights in rules:
        parent = os.open(path, os.O_PATH)
        syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, parent), 0)
        os.close(parent)
    for port, rights in ports:
        syscall(ADD_RULE, ruleset, 2, struct.pack("QQ", rights, port), 0)
    syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def own_mounts():
    """Mounts of its own from here on, that no other process sees."""
    call(libc.unshare, CLONE_NEWNS)
    mount(None, "/", None, MS_REC | MS_PRIVATE)


def mount(source, target, kind=None, flags=0, data=None):
    call(libc.mount, *(None if a is None else os.fsencode(a) for a in (source, target, kind)), ctypes.c_ulong(flags),
         None if data is None else os.fsencode(data))


def umount(target):
    call(libc.umount2, os.fsencode(target), MNT_DETACH)


def die_with_parent():
    call(libc.prctl, PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def allow_all_on_all_threads():
    """A seccomp filter that allows everything, on every thread at once."""
    program = ctypes.create_string_buffer(struct.pack("HBBI", RETURN, 0, 0, ALLOW))
    header = struct.pack("HxxxxxxP", 1, ctypes.addressof(program))
    syscall(SECCOMP, SET_MODE_FILTER, THREAD_SYNC, header)


def io_uring():
    return syscall(IO_URING_SETUP, 1, bytes(120))


@contextlib.contextmanager
def process(work):
    """A process that has done `work` and waits; its pid. What `work` raises fails the test."""
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(ready)
            work()
            os.write(tell, b"ready")
            while True:
                signal.pause()
        except BaseException as wrong:  # pylint: disable=broad-except
            os.write(tell, repr(wrong).encode())
        finally:
            os._exit(1)
    os.close(tell)
    try:
        said = os.read(ready, 4096)
        check(said == b"ready", f"the process that was to be looked at failed: {said!r}")
        yield pid
    finally:
        os.close(ready)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def waiting_thread():
    threading.Thread(target=signal.sigwait, args=({signal.SIGUSR2},), daemon=True).start()
