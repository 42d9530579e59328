"""Which ways into the kernel has this machine, tried without the code that is tested? And what must sbx-attest say of them?

Not every x86-64 machine has the one of 32-bit programs: kernels are built or booted without it (ia32_emulation=0), and some
hypervisors give their guests no 32-bit mode. x32 is a bit of the number alone: such a call comes as far as the filters on every
machine, and where the kernel takes none it answers ENOSYS.
"""
import ctypes
import functools
import mmap
import os
import resource
import signal

from tap import check, equal

# mov $NUMBER, %eax; the instruction that enters the kernel; ret
CODE = {"x86_64": b"\xb8\x27\0\0\0\x0f\x05\xc3", "i386": b"\xb8\x14\0\0\0\xcd\x80\xc3", "x32": b"\xb8\x27\0\0\x40\x0f\x05\xc3"}
TAKEN, NO_SUCH_CALL, OTHERWISE = 0, 1, 2
ENOSYS = 38


def getpid_by(way):
    """In a child, which may die of it."""
    page = mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE[way])
    came = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    return TAKEN if came == os.getpid() else NO_SUCH_CALL if came == -ENOSYS else OTHERWISE


def taken(way):
    pid = os.fork()
    if pid == 0:
        came = OTHERWISE
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            came = getpid_by(way)
        finally:
            os._exit(came)
    came = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    check(came in (TAKEN, NO_SUCH_CALL, -signal.SIGSEGV), f"getpid(2) by {way}: neither taken nor not there: {came}")
    return came == TAKEN


@functools.cache
def taken_here():
    """By these the kernel takes calls."""
    found = tuple(way for way in CODE if taken(way))
    check("x86_64" in found, "not even the native way could be tried")
    return found


def entered_here():
    """By these a call comes as far as the filters."""
    return tuple(way for way in CODE if way == "x32" or way in taken_here())


def warned_of(table, taken):
    """Of filter_styles.keyctl_natively_alone(): the ways that it leaves open are warned of, as far as the kernel takes calls."""
    found = {it["id"]: it for it in table["warnings"]}
    for way, name in (("i386", "seccomp.compat_open"), ("x32", "seccomp.x32_open")):
        check(name in found, f"no {name} in {sorted(found)}")
        equal((found[name]["severity"], found[name]["evidence"].rpartition("; ")[2]),
              ("high", "this kernel takes such calls") if way in taken else ("info", "but this kernel takes no such calls"), name)


def connecting_without_inet(taken):
    """What `can PID connect tcp:80` says of filters that refuse sockets of AF_INET and AF_INET6 by the native number alone."""
    words = ("its 2 filters refuse socket (errno EPERM); "
             "but io_uring_setup may be open, and no filter is asked about what a ring does")
    beside = [way for way in CODE if way != "x86_64" and way in taken]
    if not beside:
        return "unknown", words
    return "yes", f"{words}; by the system calls of {beside[0]}: its 2 filters allow socket, connect"
