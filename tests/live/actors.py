"""Processes that are confined as a test says, and then do what they are told: what the kernel says of it is the truth."""
import contextlib
import ctypes
import errno
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tap import check

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS, PTRACE_ATTACH, PTRACE_DETACH = 8, 38, 16, 17
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, KILL, NET_BIND_SERVICE, SYS_PTRACE = 1, 2, 3, 5, 10, 19
EXECUTE, WRITE, READ, LIST, REMOVE_DIR, REMOVE_FILE, MAKE_REG, TRUNCATE = 1, 2, 4, 8, 16, 32, 256, 1 << 14
ASKED = EXECUTE | WRITE | READ | LIST | REMOVE_DIR | REMOVE_FILE | MAKE_REG | TRUNCATE
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE
BIND_TCP, CONNECT_TCP, SCOPE_SIGNAL = 1, 2, 2


def must(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result


class RulesetAttr(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class NetPort(ctypes.Structure):
    _fields_ = [("access", ctypes.c_uint64), ("port", ctypes.c_uint64)]


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("fd", ctypes.c_int32)]


class CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class CapData(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def restrict(handled=0, rules=(), net=0, ports=(), scoped=0):
    """One Landlock layer. `rules`: (descriptor, rights), opened before, so that no layer is in the way."""
    attr = RulesetAttr(handled, net, scoped)
    ruleset = must(libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(attr), ctypes.sizeof(attr), 0), "create_ruleset")
    for fd, access in rules:
        beneath = PathBeneath(access, fd)
        must(libc.syscall(LANDLOCK_ADD_RULE, ruleset, 1, ctypes.byref(beneath), 0), "add_rule")
    for port, access in ports:
        must(libc.syscall(LANDLOCK_ADD_RULE, ruleset, 2, ctypes.byref(NetPort(access, port)), 0), "add_rule")
    must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    must(libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0), "restrict_self")
    os.close(ruleset)


def hold(capabilities):
    mask = sum(1 << number for number in capabilities)
    data = (CapData * 2)(CapData(mask, mask, 0), CapData(0, 0, 0))
    must(libc.capset(ctypes.byref(CapHeader(0x20080522, 0)), data), "capset")


def become(uid, gid, groups=(), capabilities=()):
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    must(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keepcaps")
    os.setresuid(uid, uid, uid)
    hold(capabilities)


def attempt(deed, what):
    if deed == "read":
        fd = os.open(what, os.O_RDONLY | os.O_NONBLOCK)
        os.read(fd, 1)
    elif deed == "write":
        os.open(what, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK, 0o600)
    elif deed == "list":
        os.listdir(what)
    elif deed == "create":
        if os.path.exists(what):
            raise FileExistsError(errno.EEXIST, what)
        os.open(what, os.O_CREAT | 3, 0o600)  # neither to read nor to write: open(2), "access mode 3"
    elif deed == "remove":
        os.unlink(what)
    elif deed == "remove directory":
        os.rmdir(what)
    elif deed == "truncate":
        os.truncate(what, 0)
    elif deed == "execute":
        os.execv(what, [what])
    elif deed in ("bind", "connect"):
        kind, port = what.split(":")
        sock = socket.socket(socket.AF_INET, {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[kind])
        getattr(sock, deed)(("127.0.0.1", int(port)))
    elif deed == "signal":
        os.kill(int(what), 0)
    elif deed == "ptrace":
        must(libc.ptrace(PTRACE_ATTACH, int(what), 0, 0), "attach")
        os.waitpid(int(what), 0)
        must(libc.ptrace(PTRACE_DETACH, int(what), 0, 0), "detach")


devnull = os.open(os.devnull, os.O_RDWR)


def answer_of(deed, what):
    """"" when it was done, else the errno's name. Whatever is done is done by a child."""
    reader, writer = os.pipe()  # closed by execve(2), which is how success is told
    child = os.fork()
    if child == 0:
        os.close(reader)
        for number in (0, 1, 2):
            os.dup2(devnull, number)
        try:
            attempt(deed, what)
        except OSError as wrong:
            os.write(writer, errno.errorcode.get(wrong.errno, str(wrong.errno)).encode())
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 100).decode()
    os.close(reader)
    with contextlib.suppress(OSError):  # a program of another user runs on, and ends without input
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said


def obey(commands, answers):
    for line in commands:
        told = json.loads(line)
        if told is None:  # not the end of the pipe: later processes have inherited its other end
            return
        print(json.dumps(answer_of(*told)), file=answers, flush=True)


class Actor:
    """A process that `confine` confines, and that then does what it is told, by children of its own."""

    def __init__(self, confine, mapped=None):
        to_read, command = os.pipe()
        answer, to_write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(command), os.close(answer)
            commands, answers = os.fdopen(to_read), os.fdopen(to_write, "w")
            try:
                if mapped:
                    must(libc.unshare(mapped["flags"]), "unshare")
                    print("unshared", file=answers, flush=True)
                    commands.readline()
                confine()
                print("ready", file=answers, flush=True)
                obey(commands, answers)
            except BaseException as wrong:
                print(f"failed: {wrong!r}", file=answers, flush=True)
            os._exit(0)
        os.close(to_read), os.close(to_write)
        self.commands, self.answers = os.fdopen(command, "w"), os.fdopen(answer)
        if mapped:
            check(self.answers.readline() == "unshared\n", "the actor was not unshared")
            for kind in ("uid", "gid"):
                pathlib.Path(f"/proc/{self.pid}/{kind}_map").write_text(mapped["map"])
            print(file=self.commands, flush=True)
        ready = self.answers.readline()
        check(ready == "ready\n", f"the actor is not ready: {ready}")

    def does(self, deed, what):
        """"" when the kernel let it, else the errno."""
        print(json.dumps([deed, str(what)]), file=self.commands, flush=True)
        return json.loads(self.answers.readline())

    def end(self):
        print("null", file=self.commands, flush=True)
        self.commands.close()
        os.waitpid(self.pid, 0)
        self.answers.close()


def asked(attest, pid, deed, path):
    done = subprocess.run([attest, "can", str(pid), deed, str(path), "-o", "json"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=30)
    check(done.returncode in (0, 1, 4), f"{deed} {path}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    said = json.loads(done.stdout)
    check({"yes": 0, "no": 1, "unknown": 4}[said["answer"]] == done.returncode, "status and answer differ")
    return said


class Family:
    """Actors that share what `confine` does: a process between makes them, and passes on what they are told."""

    def __init__(self, confine, members):
        to_read, command = os.pipe()
        answer, to_write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(command), os.close(answer)
            commands, answers = os.fdopen(to_read), os.fdopen(to_write, "w")
            try:
                confine()
                actors = [Actor(member) for member in members]
                print(json.dumps([actor.pid for actor in actors]), file=answers, flush=True)
                for told in map(json.loads, commands):
                    if told is None:
                        break
                    number, deed, what = told
                    print(json.dumps(actors[number].does(deed, what)), file=answers, flush=True)
                for actor in actors:
                    actor.end()
            except BaseException as wrong:
                print(f"failed: {wrong!r}", file=answers, flush=True)
            os._exit(0)
        os.close(to_read), os.close(to_write)
        self.commands, self.answers = os.fdopen(command, "w"), os.fdopen(answer)
        line = self.answers.readline()
        check(line.startswith("["), f"the family is not ready: {line}")
        self.pids = json.loads(line)

    def does(self, number, deed, what):
        print(json.dumps([number, deed, str(what)]), file=self.commands, flush=True)
        return json.loads(self.answers.readline())

    def end(self):
        print("null", file=self.commands, flush=True)
        self.commands.close()
        os.waitpid(self.pid, 0)
        self.answers.close()
