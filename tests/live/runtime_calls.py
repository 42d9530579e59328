#!/usr/bin/python3
"""runtime_calls.py SBX_ATTEST CALLING [WORD...]: the filters of podman, bubblewrap and firejail, by making calls inside.

What sbx-attest seccomp says of each call from outside must come of it; where it is allowed, the same as in a sandbox of the
same options but for the filter. As root.
"""
import contextlib
import ctypes
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from calls import NONE, Call, Calling, calls, compare
from harness import Bench, descendants
from podman import Podman
from tap import case, check, equal
from ways import entered_here

bench = podman = None
# With -1 for each argument the kernel refuses these, whoever asks, or they do nothing.
REFUSED = """accept4 acct add_key bind bpf capset chown clock_adjtime clock_settime close connect delete_module dup fanotify_init
             fanotify_mark fchdir fchmod fchown finit_module flock fsconfig fsmount fspick fstat fsync getdents64 getpeername
             get_mempolicy io_cancel io_setup io_uring_setup ioperm iopl kcmp kexec_load lookup_dcookie lsetxattr madvise mbind
             migrate_pages mincore mlock mount mount_setattr move_mount move_pages mq_open name_to_handle_at open_by_handle_at
             open_tree openat openat2 perf_event_open pidfd_getfd pidfd_open pidfd_send_signal pipe2 pivot_root pkey_alloc
             process_madvise process_vm_readv process_vm_writev ptrace quotactl readlinkat reboot recvmsg remap_file_pages
             request_key sched_setattr sendmsg set_mempolicy sethostname setdomainname setns setrlimit setsockopt settimeofday
             shutdown splice statx swapoff swapon symlinkat umount2 uselib userfaultfd ustat vmsplice write""".split()


def inside(table):
    """Those with good arguments, and those with none, by each way into the kernel that the machine has."""
    rows = {abi: table["architectures"][abi]["syscalls"] for abi in entered_here()}
    return calls(entered_here()) + [Call(abi, name, of[name]["number"], [NONE] * 6)
                                    for abi, of in rows.items() for name in REFUSED if name in of]


def as_the_table_says(target, control, least):
    result = bench.run("seccomp", target.pid, "-o", "json")
    equal((result.status, result.err), (0, ""), "exit status and complaint")
    table = result.report
    of = inside(table)
    restricted = compare(table, target, control, of)
    check(len(of) > 220 * len(entered_here()) and restricted > least, f"{restricted} of {len(of)} calls were restricted")
    return table


@contextlib.contextmanager
def launched(*command, **options):
    """calling.c below a launcher that leaves it its input and output."""
    with subprocess.Popen([*command, bench.sandboxed], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **options) as launcher:
        try:
            said = launcher.stdout.readline().decode()
            check(said, f"{command[0]} ended: {launcher.stderr.read() if launcher.poll() else ''!r}")
            named = [pid for pid in descendants(launcher.pid) + [launcher.pid]
                     if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == pathlib.Path(bench.sandboxed).name]
            equal(len(named), 1, "processes of that name")
            yield Calling(launcher, said, named[0])
        finally:
            below = descendants(launcher.pid)
            launcher.kill()
            for pid in below:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)


def by_libseccomp(path):
    """A filter for two architectures with a search tree, compiled by libseccomp itself."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    allow, errno, equal_to, masked, greater, optimize, i386 = 0x7fff0000, 0x50000, 4, 7, 6, 8, 0x40000003

    class Comparison(ctypes.Structure):
        _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]

    def must(result):
        check(result == 0, f"libseccomp: {result}")

    def rule(answer, name, *comparisons):
        number = library.seccomp_syscall_resolve_name(name.encode())
        must(library.seccomp_rule_add_array(context, answer, number, len(comparisons),
                                            (Comparison * len(comparisons))(*(Comparison(*it) for it in comparisons))))
    context = ctypes.c_void_p(library.seccomp_init(allow))
    must(library.seccomp_arch_add(context, i386))
    must(library.seccomp_attr_set(context, optimize, 2))
    for name in ("bpf", "ptrace", "keyctl", "mount", "umount2", "pivot_root", "perf_event_open", "io_uring_setup", "swapon"):
        rule(errno | 1, name)
    rule(errno | 38, "dup3", (2, greater, 0x80000, 0))
    rule(errno | 97, "socket", (0, equal_to, 40, 0))
    rule(errno | 97, "socket", (0, equal_to, 16, 0), (1, masked, 0xf, 2))
    rule(errno | 13, "unshare", (0, masked, 0x10000000, 0x10000000))
    rule(errno | 27, "ftruncate", (1, greater, 0x7f00000fff, 0))
    with open(path, "wb") as out:
        must(library.seccomp_export_bpf(context, out.fileno()))


@case("podman's default profile: each call inside does what the table says")
def _():
    def container(name, *options):
        return podman.talking(name, "-v", f"{bench.sandboxed}:/calling:ro", *options, command=["/calling"])
    with container("sbx-calling", "--cap-drop", "ALL") as (client, said, pid), \
            container("sbx-calling-free", "--cap-drop", "ALL", "--security-opt", "seccomp=unconfined") as (free, its, _):
        as_the_table_says(Calling(client, said, pid), Calling(free, its), 60)


@case("bubblewrap with a filter that libseccomp compiled for two architectures: each call inside does what the table says")
def _():
    by_libseccomp(bench.path / "filter.bpf")
    bwrap = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-all", "--cap-drop", "ALL"]
    with open(bench.path / "filter.bpf", "rb") as program, \
            launched(*bwrap, "--seccomp", str(program.fileno()), pass_fds=[program.fileno()]) as target, launched(*bwrap) as free:
        table = as_the_table_says(target, free, 50)
        equal(table["architectures"]["x86_64"]["syscalls"]["bpf"]["action"], "errno:1", "bpf")


@case("firejail with seccomp: each call inside does what the table says")
def _():
    firejail = ["firejail", "--quiet", "--noprofile", "--caps.drop=all", "--nonewprivs", "--net=none"]
    with launched(*firejail, "--seccomp", "--protocol=unix,inet") as target, launched(*firejail) as free:
        as_the_table_says(target, free, 50)


def main():
    global bench, podman
    bench = Bench(sys.argv[1], sys.argv[2])
    (bench.path / "podman").mkdir()
    podman = Podman(bench.path / "podman")
    podman.image()
    try:
        return tap.run(sys.argv[3:])
    finally:
        podman.unmount()


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__ + "\nroot is needed" * (os.geteuid() != 0))
    sys.exit(main())
