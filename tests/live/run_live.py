#!/usr/bin/python3
"""run_live.py SBX_ATTEST SANDBOXED [WORD...]: inspects real processes, as root, and compares with what is known.

Known because the process was told to be so (sandboxed.c), or because /proc says it when read here, directly. WORDs
choose the cases whose sentence has them all.
"""
import json
import os
import pathlib
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import FS, NET, SCOPED, Bench, capability_names, names
from restricted import allow_all_on_all_threads, process
from tap import case, check, equal

bench = None
MET, UNMET, USAGE, TARGET, UNKNOWN, FAILURE = range(6)


def landlock(result):
    return result.layer("landlock"), result.claims("landlock")


# ---------------------------------------------------------------- Landlock

for layers in (1, 3, 16):
    @case(f"landlock: {layers} layer(s) put on before we started are counted, with every handled right")
    def _(layers=layers):
        with bench.start("--landlock-layers", layers) as target:
            layer, claims = landlock(bench.inspect(target))
            equal(layer["state"], "enforced", "state")
            equal(claims["layers"], layers, "layers")
            equal(claims["kernel_abi"], target.number("abi"), "kernel_abi")
            equal(claims["errata"], target.number("errata"), "errata")
            equal((claims["tasks_confined"], claims["tasks_total"]), (1, 1), "tasks")
            equal(claims["level"], target.number("abi"), "level")
            equal(set(claims["handled_fs"]), names(FS, target.number("fs")), "handled_fs")
            equal(set(claims["handled_net"]), names(NET, target.number("net")), "handled_net")
            equal(set(claims["scoped"]), names(SCOPED, target.number("scoped")), "scoped")


@case("landlock: rules are counted, files and ports")
def _():
    with bench.start("--landlock-layers", 2, "--rules", 7, "--ports", 3) as target:
        rules = bench.inspect(target).claims("landlock")["rules"]
        equal(sum(rules.values()) if isinstance(rules, dict) else rules, 10, "rules")


@case("landlock: a domain that handles the rights of ABI 2 does not meet landlock>=4, whatever the kernel offers")
def _():
    with bench.start("--landlock-layers", 1, "--handled-abi", 2) as target:
        check(target.number("abi") >= 4, "this test wants a kernel of ABI 4 or later")
        result = bench.inspect(target, "--require", "landlock>=4")
        layer, claims = landlock(result)
        equal((result.status, layer["state"], claims["level"]), (UNMET, "enforced", 2), "status, state, level")
        row = result.report["requirements"][0]
        equal((row["expression"], row["verdict"], row["layer"]), ("landlock>=4", "unmet", "landlock"), "requirement")
        check("2" in row["observed"], f"it does not say the level: {row}")
        equal(result.report["verdict"], "unmet", "verdict")
        equal(bench.inspect(target, "--require", "landlock.kernel>=4").status, MET, "landlock.kernel>=4")
        equal(bench.inspect(target, "--require", "landlock>=2").status, MET, "landlock>=2")
        equal(bench.inspect(target, "--require", "landlock=2+").status, MET, "landlock=2+")
        text = bench.run("inspect", target, "--require", "landlock>=4").out.decode()
        check("landlock.kernel" in text, f"it does not say what landlock.kernel>=4 would say:\n{text}")


@case("landlock: less than the rights of ABI 1 is level 0 and partial")
def _():
    with bench.start("--landlock-layers", 1, "--handled", "0x1:0:0") as target:
        layer, claims = landlock(bench.inspect(target))
        equal((layer["state"], claims["level"]), ("partial", 0), "state, level")
        # refer is denied by every domain, handled or not.
        equal(set(claims["handled_fs"]) - {"refer"}, {"execute"}, "handled_fs")


@case("landlock: one thread left outside is partial, 1 of 2, and fails a requirement")
def _():
    with bench.start("--landlock-layers", 1, "--thread-outside", "landlock") as target:
        result = bench.inspect(target, "--require", "landlock>=1")
        layer, claims = landlock(result)
        equal((layer["state"], claims["tasks_confined"], claims["tasks_total"]), ("partial", 1, 2), "state, tasks")
        equal(result.status, UNMET, "exit status")


@case("landlock: a process without a domain is absent, seen by BPF, and fails a requirement")
def _():
    with bench.start() as target:
        result = bench.inspect(target, "--require", "landlock>=1")
        layer, claims = landlock(result)
        equal((result.status, layer["state"], claims["layers"]), (UNMET, "absent", 0), "status, state, layers")


@case("landlock: a bare requirement is a usage error that explains the shell's redirection")
def _():
    result = bench.run("inspect", "self", "--require", "landlock")
    equal(result.status, USAGE, "exit status")
    check("landlock=" in result.err or "quote" in result.err, f"no explanation: {result.err}")


# ---------------------------------------------------------------- the other layers

@case("seccomp: three stacked filters are counted")
def _():
    with bench.start("--filters", 3) as target:
        equal(target.status()["Seccomp_filters"], "3", "the kernel's own count")
        claims = bench.inspect(target).claims("seccomp")
        equal((claims["mode"], claims["filters"]), ("filter", 3), "mode, filters")
        equal(bench.inspect(target, "--require", "seccomp", "--require", "no-new-privs").status, MET, "requirements")


@case("seccomp: what three equal filters refuse is named, and a filter that refuses nothing is partial")
def _():
    with bench.start("--filters", 3) as target:
        layer = bench.inspect(target).layer("seccomp")
        equal((layer["state"], layer["claims"]["denied"], layer["claims"]["default_action"]), ("enforced", ["acct"], "allow"),
              "state, what is denied, default")
    with process(allow_all_on_all_threads) as pid:
        equal(bench.inspect(pid, "--require", "seccomp").layer("seccomp")["state"], "partial", "state")
        equal(bench.inspect(pid, "--require", "seccomp").status, UNMET, "exit status")


@case("seccomp: strict mode is named")
def _():
    with bench.start("--strict") as target:
        result = bench.inspect(target)
        equal((result.layer("seccomp")["state"], result.claims("seccomp")["mode"]), ("enforced", "strict"), "state, mode")


@case("seccomp: one thread left without the filter is partial, 1 of 2")
def _():
    with bench.start("--filters", 1, "--thread-outside", "seccomp") as target:
        modes = sorted(target.status(tid)["Seccomp"] for tid in target.tids())
        equal(modes, ["0", "2"], "the kernel's own modes")
        result = bench.inspect(target, "--require", "seccomp")
        claims = result.claims("seccomp")
        equal((result.layer("seccomp")["state"], claims["tasks_filtered"], claims["tasks_total"]), ("partial", 1, 2),
              "state, tasks")
        equal(result.status, UNMET, "exit status")


@case("no_new_privs: set, not set, and set on one thread of two")
def _():
    for options, state, tasks in ((["--no-new-privs"], "enforced", (1, 1)), ([], "absent", (0, 1)),
                                  (["--no-new-privs", "--thread-outside", "nnp"], "partial", (1, 2))):
        with bench.start(*options) as target:
            result = bench.inspect(target, "--require", "no-new-privs")
            claims = result.claims("no_new_privs")
            equal(sum(target.status(tid)["NoNewPrivs"] == "1" for tid in target.tids()), tasks[0], "the kernel's count")
            equal((result.layer("no_new_privs")["state"], claims["tasks_set"], claims["tasks_total"]), (state, *tasks),
                  "state, tasks")
            equal(result.status, MET if state == "enforced" else UNMET, "exit status")


@case("capabilities: all five sets empty is enforced; the sets have the kernel's names")
def _():
    with bench.start("--drop-caps", "all") as target:
        layer, claims = (result := bench.inspect(target)).layer("capabilities"), result.claims("capabilities")
        equal(layer["state"], "enforced", "state")
        equal([claims[s] for s in ("effective", "permitted", "inheritable", "bounding", "ambient")], [[]] * 5, "sets")
    for dropped in ("effective", "bounding", "inheritable"):
        with bench.start("--drop-caps", dropped) as target:
            result = bench.inspect(target)
            for name, key in (("effective", "CapEff"), ("permitted", "CapPrm"), ("inheritable", "CapInh"),
                              ("bounding", "CapBnd"), ("ambient", "CapAmb")):
                equal(set(result.claims("capabilities")[name]), capability_names(int(target.status()[key], 16)),
                      f"{name} after {dropped} was dropped")
            check(result.layer("capabilities")["state"] in ("partial", "absent"), "something is still held")


@case("namespaces: each inode is the link's; user, mnt, pid, net, ipc, uts unshared is enforced, and not initial")
def _():
    own = "user,mnt,pid,net,ipc,uts"
    with bench.start() as plain, bench.start("--unshare", own) as target, bench.start("--unshare", "net,uts") as some:
        for process, state in ((target, "enforced"), (some, "partial")):
            result = bench.inspect(process)
            equal(result.layer("namespaces")["state"], state, "state")
            for kind in (*own.split(","), "cgroup", "time"):
                claim = result.claims("namespaces")[kind]
                equal(int(claim["inode"]), process.ns(kind), f"inode of {kind}")
                if process.ns(kind) != plain.ns(kind):
                    check(claim["initial"] is False, f"{kind} is its own, and not initial: {claim}")
        claims = bench.inspect(plain).claims("namespaces")
        for kind in ("user", "pid", "ipc", "uts"):
            equal((int(claims[kind]["inode"]), claims[kind]["initial"]), (plain.ns(kind), plain.ns(kind) >= 0xeffffff8),
                  f"{kind} of a plain process")


@case("capabilities: full in a user namespace of its own is not the host's")
def _():
    with bench.start("--unshare", "user") as target:
        layer = bench.inspect(target).layer("capabilities")
        equal(layer["state"], "partial", "state")


# ---------------------------------------------------------------- processes of every kind

@case("a zombie is reported honestly: nothing about it is enforced that cannot be seen")
def _():
    with bench.start("--zombie", "--landlock-layers", 1) as target:
        equal(target.status()["State"][0], "Z", "the kernel's state")
        result = bench.inspect(target)
        equal(result.status, MET, "exit status")
        equal(result.report["target"]["pid"], target.pid, "pid")


@case("a stopped process is inspected, and stays stopped")
def _():
    with bench.start("--landlock-layers", 1, "--filters", 1, "--stop") as target:
        deadline = time.monotonic() + 5
        while target.status()["State"][0] != "T" and time.monotonic() < deadline:
            time.sleep(0.01)
        result = bench.inspect(target, "--require", "landlock>=1")
        equal(result.status, MET, "exit status")
        equal(target.status()["State"][0], "T", "state afterwards")


@case("a kernel thread is reported honestly")
def _():
    result = bench.inspect(2)
    equal((result.status, result.report["target"]["comm"]), (MET, "kthreadd"), "status, comm")
    check(result.layer("landlock")["state"] != "enforced", "a kernel thread has no domain")


@case("10,000 threads are all judged, in less than 5 seconds, and the one without Landlock is found")
def _():
    # Room for other processes of this user: only a machine with less than that gets fewer threads.
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    most = min([n for n in (soft, int(pathlib.Path("/proc/sys/kernel/threads-max").read_text())) if n > 0])
    threads = min(10_000, most // 2)
    with bench.start("--landlock-layers", 1, "--thread-outside", "landlock", "--threads", threads) as target:
        start = time.monotonic()
        result = bench.inspect(target)
        took = time.monotonic() - start
        claims = result.claims("landlock")
        equal((claims["tasks_confined"], claims["tasks_total"]), (threads + 1, threads + 2), "tasks")
        equal(result.claims("no_new_privs")["tasks_total"], threads + 2, "tasks of no_new_privs")
        check(took < 5, f"took {took:.1f} s")


@case("a hostile name is escaped in every output")
def _():
    with bench.start("--comm", "a\n\x1b[31m\\\"\xff") as target:
        result = bench.inspect(target)
        table = bench.run("inspect", target)
        equal(table.status, MET, "exit status of the table")
        for out in (table.out, result.out):
            check(b"\x1b" not in out and b"\xff" not in out and b"a\n" not in out, f"unescaped: {out[:300]!r}")
        check("\\x0a" in result.report["target"]["comm"] and "\\x1b" in result.report["target"]["comm"],
              f"comm is {result.report['target']['comm']!r}")


@case("a pid that does not exist is exit 3, with words on stderr and nothing on stdout")
def _():
    for pid in (2 ** 22 - 1, 2 ** 31 - 1):
        result = bench.run("inspect", pid, "-o", "json")
        equal((result.status, result.out), (TARGET, b""), f"status and output for {pid}")
        check(result.err.strip(), "no words")


@case("the number of a thread is refused with exit 3, and says whose thread it is or that it is none")
def _():
    with bench.start("--threads", 1) as target:
        thread = max(target.tids())
        result = bench.run("inspect", thread, "-o", "json")
        equal(result.status, TARGET, "exit status")
        check("thread" in result.err, f"no reason: {result.err}")


@case("a process that ends while it is inspected gives a report or exit 3, never half a report")
def _():
    seen = set()
    for _ in range(30):
        with bench.start("--landlock-layers", 1, "--threads", 20) as target:
            timer = threading.Timer(random.uniform(0, 0.05), target.process.kill)
            timer.start()
            result = bench.inspect(target)
            timer.join()
            check(result.status in (MET, TARGET), f"exit status {result.status}: {result.err}")
            equal(bool(result.out), result.status == MET, "a report, and only then")
            seen.add(result.status)
    check(seen, "nothing was run")


@case("a burst of ending threads does not make an outsider of any of them")
def _():
    with bench.start("--landlock-layers", 1, "--threads", 200) as target:
        for _ in range(5):
            claims = bench.inspect(target).claims("landlock")
            equal(claims["tasks_confined"], claims["tasks_total"], "tasks")


# ---------------------------------------------------------------- observers of every kind

def unseen(result, *layers):
    for name in layers:
        layer = result.layer(name)
        equal(layer["state"], "unknown", f"{name} as seen by one who may not")
        check(layer["gap"]["kind"] and layer["gap"]["detail"], f"{name} gives no reason: {layer['gap']}")


@case("an ordinary user on another's process: unknown with reasons, exit 4, never absent")
def _():
    with bench.start("--landlock-layers", 2, "--filters", 1, "--unshare", "net,ipc") as target:
        result = bench.inspect(target, "--require", "landlock>=1", under=bench.as_nobody)
        equal(result.status, UNKNOWN, "exit status")
        unseen(result, "landlock", "namespaces")
        check(result.layer("landlock").get("remedy"), "no remedy")
        equal(result.report["requirements"][0]["verdict"], "unknown", "verdict")
        # /proc/PID/status is open to all; what the filter refuses is not.
        equal((result.layer("seccomp")["state"], result.claims("seccomp")["filters"]), ("unknown", 1), "seccomp")
        equal(bench.inspect(target, "--require", "seccomp", under=bench.as_nobody).status, UNKNOWN, "seccomp")
        equal(bench.inspect(target, "--require", "landlock>=1", "--require", "capabilities", under=bench.as_nobody).status,
              UNMET, "one unmet beside one unknown")


@case("an ordinary user on an unconfined process: Landlock is unknown, not absent")
def _():
    with bench.start("--uid", 65534) as target:
        unseen(bench.inspect(target, under=bench.as_nobody), "landlock")


@case("inspect self inside three layers without BPF: enforced, 3 layers, level unknown, exit 4 on a level")
def _():
    inside = bench.inside("--landlock-layers", 3, "--allow", "/", "--uid", 65534)
    result = bench.inspect("self", "--require", "landlock>=1", under=inside)
    layer, claims = landlock(result)
    equal((layer["state"], claims["layers"], claims["level"]), ("enforced", 3, None), "state, layers, level")
    equal((result.status, result.report["vantage"]), (UNKNOWN, "self"), "status, vantage")


@case("inspect self inside a full stack of 16 layers still counts them")
def _():
    inside = bench.inside("--landlock-layers", 16, "--allow", "/", "--uid", 65534)
    equal(bench.inspect("self", under=inside).claims("landlock")["layers"], 16, "layers")


@case("inspect self outside of any sandbox, as an ordinary user: no layer")
def _():
    result = bench.inspect("self", under=bench.as_nobody)
    layer, claims = landlock(result)
    equal((layer["state"], claims["layers"]), ("absent", 0), "state, layers")
    equal(bench.run("--require", "landlock>=1", under=bench.as_nobody).status, UNMET, "exit status")


def tried(fs=0, net=0, scoped=0, *options, before=()):
    """What `inspect self` says inside a domain that handles these rights, as nobody whose parent is nobody too."""
    inside = bench.inside("--landlock-layers", 1, "--handled", f"{fs:#x}:{net:#x}:{scoped:#x}", *options)
    shell = ("sh", "-c", '"$@"; exit $?', "sh")  # a parent that stays
    result = bench.inspect("self", "--require", "landlock>=1", under=(*before, *bench.as_nobody, *shell, *inside))
    layer, claims = landlock(result)
    equal((layer["state"], claims["layers"], claims["level"]), ("enforced", 1, None), "state, layers, level")
    equal(result.status, UNKNOWN, "exit status: a level is not proved")
    if claims.get("proved_handled"):
        check(claims["proved_handled"][0] in layer["summary"], f"the summary does not say it: {layer['summary']}")
    return claims


def rights(*wanted):
    return [sum(1 << table.index(name) for name in wanted if name in table) for table in (FS, NET, SCOPED)]


@case("inspect self without BPF proves what the domain handles by what it denies, and nothing else")
def _():
    # Another user's file and directory in a sticky directory: the bench's own directory is the second.
    with tempfile.NamedTemporaryFile(dir="/tmp"):
        check(bench.path.parent == pathlib.Path("/tmp") and os.stat("/tmp").st_mode & 0o1000, "/tmp is not sticky")
        for wanted in (("write_file", "remove_dir", "remove_file", "make_char", "make_block", "ioctl_dev", "bind_tcp",
                        "signal"), ("truncate", "make_reg", "connect_tcp"), ("bind_tcp",), ("signal",)):
            files = {"refer"} & set(FS) if set(wanted) & set(FS) else set()
            equal(set(tried(*rights(*wanted))["proved_handled"]), set(wanted) | files, f"proved of {wanted}")
        equal(set(tried(*rights("read_dir"), "--allow", "/proc")["proved_handled"]), {"read_dir", "refer"}, "read_dir")


@case("inspect self proves that directories, links, sockets and pipes cannot be made where a message queue is mounted")
def _():
    queues = ("bwrap", "--cap-add", "ALL", "--bind", "/", "/", "--dev", "/dev", "--mqueue", "/dev/mqueue")
    wanted = ("make_dir", "make_sym", "make_sock", "make_fifo", "make_reg")
    equal(set(tried(*rights(*wanted), before=queues)["proved_handled"]), {*wanted, "refer"}, "proved")
    equal(tried(*rights("abstract_unix_socket"), before=queues)["proved_handled"], [], "proved of what is allowed")


@case("inspect self never says that a right is handled which is not, nor one that a rule allows")
def _():
    needed = 1 << FS.index("execute") | 1 << FS.index("read_file")  # by the inspector
    for _ in range(12):
        masks = random.getrandbits(16) & ~needed & 0xfff7, random.getrandbits(2), random.getrandbits(2) or 2
        proved = set(tried(*masks)["proved_handled"])
        handled = names(FS, masks[0]) | names(NET, masks[1]) | names(SCOPED, masks[2])
        check(proved <= handled | ({"refer"} if masks[0] else set()), f"{proved - handled} is not handled: {masks}")
    equal(tried(0xffff, 0, 0, "--allow", "/")["proved_handled"], [], "everything is allowed beneath /")


@case("inspect self proves nothing outside of a domain, nor under a seccomp filter, and leaves nothing behind")
def _():
    before = {where: set(os.listdir(where)) for where in ("/tmp", "/var/tmp", "/dev/shm")}
    check("proved_handled" not in bench.inspect("self", under=bench.as_nobody).claims("landlock"), "without a domain")
    check("proved_handled" not in tried(0, 3, 3, "--filters", 1), "under a filter")
    tried(0xfff0, 3, 3)
    tried(0, 0, 1)
    for where, names_there in before.items():
        left = [name for name in set(os.listdir(where)) - names_there if "sbx-attest" in name]
        equal(left, [], f"left in {where}")


@case("an inspector that is itself in a Landlock domain does not take its blindness for absence")
def _():
    with bench.start("--landlock-layers", 2, "--unshare", "net,uts") as target:
        result = bench.inspect(target, under=bench.inside("--landlock-layers", 1, "--allow", "/"))
        layer, claims = landlock(result)
        check((layer["state"], claims.get("layers")) == ("enforced", 2) or layer["state"] == "unknown", f"landlock: {layer}")
        check(result.layer("namespaces")["state"] in ("unknown", "partial"), f"namespaces: {result.layer('namespaces')}")


@case("an inspector under a seccomp filter of its own still answers")
def _():
    with bench.start("--landlock-layers", 1) as target:
        equal(bench.inspect(target, under=bench.inside("--filters", 2)).layer("landlock")["state"], "enforced", "state")


@case("an inspector whose seccomp filter kills on bpf(2) lives, and says what it could not see")
def _():
    load, equal_to, answer = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K of linux/filter.h
    bpf_nr, kill_process, allow = 321, 0x80000000, 0x7fff0000
    program = b"".join(struct.pack("<HBBI", *instruction) for instruction in (
        (load, 0, 0, 0), (equal_to, 0, 1, bpf_nr), (answer, 0, 0, kill_process), (answer, 0, 0, allow)))
    (bench.path / "kill.bpf").write_bytes(program)
    under = ("sh", "-c", f'exec 9<{bench.path}/kill.bpf; exec bwrap --dev-bind / / --seccomp 9 "$@"', "sh")
    with bench.start("--landlock-layers", 1) as target:
        layer = bench.inspect(target, under=under).layer("landlock")
        equal((layer["state"], layer["gap"]["kind"]), ("unknown", "denied"), "state, kind of gap")
        check("killed" in layer["gap"]["detail"], f"the reason: {layer['gap']}")


@case("hidepid: a process hidden from the inspector is not said to be unconfined")
def _():
    script = ('mount -t proc -o hidepid=2 proc /proc && '
              '{ "$1" --landlock-layers 1 & } && sleep 0.5 && '
              'setpriv --reuid 65534 --regid 65534 --clear-groups "$2" inspect $! -o json --require "landlock>=1"; '
              'status=$?; kill $!; exit $status')
    done = subprocess.run(["unshare", "-m", "-p", "-f", "sh", "-c", script, "sh", bench.sandboxed, bench.attest],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
    check(done.returncode in (TARGET, UNKNOWN), f"exit {done.returncode}: {done.stderr}")
    check(b'"absent"' not in done.stdout, f"something hidden is absent: {done.stdout[:1000]}")
    if done.returncode == TARGET:
        check(b"hidepid" in done.stderr or b"hidden" in done.stderr, f"it does not say that it is hidden: {done.stderr}")


@case("a /proc/PID/status that was mounted over is not believed")
def _():
    fake = bench.path / "status"
    with bench.start("--threads", 1) as target:
        text = pathlib.Path(f"/proc/{target}/status").read_text()
        fake.write_text(text.replace("NoNewPrivs:\t0", "NoNewPrivs:\t1").replace("Seccomp:\t0", "Seccomp:\t2"))
        script = 'for at in $1; do mount --bind "$2" "$at" || exit 77; done; shift 2; exec "$@"'
        places = " ".join([f"/proc/{target}/status"] + [f"/proc/{target}/task/{tid}/status" for tid in target.tids()])
        under = ("unshare", "-m", "sh", "-c", script, "sh", places, str(fake))
        result = bench.inspect(target, "--require", "no-new-privs", under=under)
        check(result.status in (UNMET, TARGET, UNKNOWN), f"exit {result.status}")
        if result.out:
            for name in ("no_new_privs", "seccomp"):
                check(result.layer(name)["state"] in ("absent", "unknown"), f"{name}: {result.layer(name)}")


@case("a tmpfs mounted over /proc/PID is not taken for a process")
def _():
    with bench.start("--landlock-layers", 1) as target:
        under = ("unshare", "-m", "sh", "-c", f'mount -t tmpfs none /proc/{target} && exec "$@"', "sh")
        result = bench.inspect(target, "--require", "seccomp", under=under)
        check(result.status in (TARGET, UNKNOWN), f"exit {result.status}: {result.err}")


# ---------------------------------------------------------------- recordings

def stable(report):
    """What two looks at the same paused process must have in common."""
    return {"layers": report["layers"], "target": {k: v for k, v in report["target"].items() if k != "age_seconds"}}


@case("capture and replay: the same report as inspect, byte for byte each time, also when the process is gone")
def _():
    out = bench.path / "recording"
    with bench.start("--landlock-layers", 2, "--rules", 3, "--filters", 1, "--thread-outside", "seccomp") as target:
        live = bench.inspect(target)
        equal(bench.run("capture", target, "--out", out).status, MET, "exit status of capture")
    first, second = bench.run("replay", out, "-o", "json"), bench.run("replay", out, "-o", "json")
    equal((first.status, second.status), (MET, MET), "exit status of replay")
    equal(first.out, second.out, "two replays")
    bench.obeys(first.report)
    equal(stable(first.report), stable(live.report), "replay beside inspect")
    equal(out.stat().st_mode & 0o777, 0o700, "a recording is private")
    subprocess.run(("chmod", "-R", "a+rX", out), check=True)
    equal(bench.run("replay", out, "-o", "json", under=bench.as_nobody).out, first.out, "replay by another user")
    equal(bench.run("replay", out, "--require", "landlock>=1").status, MET, "a requirement on a replay")
    check(first.out == bench.run("replay", out, "-o", "json", env={}).out, "replay without an environment")


@case("capture does not write over a recording, and a recording that is none is refused")
def _():
    out = bench.path / "twice"
    with bench.start() as target:
        equal(bench.run("capture", target, "--out", out).status, MET, "exit status of capture")
        before = {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file()}
        bench.run("capture", target, "--out", out)
        after = {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file()}
        equal(set(after), set(before), "files of the recording")
    empty = bench.path / "empty"
    empty.mkdir()
    check(bench.run("replay", empty).status not in (MET, UNMET), "an empty directory is no recording")
    check(bench.run("replay", bench.path / "none").status not in (MET, UNMET), "nothing is no recording")


# ---------------------------------------------------------------- the command line

@case("usage errors are exit 2, with words on stderr and nothing on stdout")
def _():
    for arguments in (["inspect", "--nonsense"], ["inspect", "abc"], ["inspect", "0"], ["inspect", "-1"],
                      ["inspect", "1", "2"], ["inspect", "99999999999999999999"], ["inspect", "self", "-o", "xml"],
                      ["inspect", "self", "--require", "landlock>=x"], ["inspect", "self", "--require", "nonsense"],
                      ["inspect", "self", "--require", ""], ["inspect", "self", "--require", "landlock>=99999999999999999999"],
                      ["inspect", "self", "--require"], ["nonsense"], ["capture", "1"], ["replay"], ["schema", "nonsense"]):
        result = bench.run(*arguments)
        equal((result.status, result.out), (USAGE, b""), f"status and output of {arguments}")
        check(result.err.strip(), f"no words for {arguments}")


@case("--help and --version say something on stdout and exit 0; list names every layer")
def _():
    for arguments in (["--help"], ["inspect", "--help"], ["--version"], ["list"], ["schema", "report"]):
        result = bench.run(*arguments)
        check(result.status == 0 and result.out.strip() and not result.err, f"{arguments}: {result.status} {result.err}")
    text = bench.run("list").out.decode().replace("-", "_")
    for name in ("landlock", "seccomp", "no_new_privs", "capabilities", "namespaces", "lsm"):
        check(name in text, f"list does not name {name}")


@case("an output that cannot be written is exit 5")
def _():
    for arguments in (["inspect", "self"], ["inspect", "self", "-o", "json"], ["list"], ["schema", "report"], ["--version"]):
        with open("/dev/full", "wb") as full:
            equal(bench.run(*arguments, stdout=full).status, FAILURE, f"exit status of {arguments} to /dev/full")


@case("the table fits 80 columns, has a line for each layer, and colour only when asked for")
def _():
    with bench.start("--landlock-layers", 1, "--filters", 2, "--drop-caps", "bounding", "--unshare", "net") as target:
        plain = bench.run("inspect", target, env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
        text = plain.out.decode()
        check("\x1b" not in text, "colour on a pipe")
        long = [line for line in text.splitlines() if len(line) > 80]
        check(not long, f"longer than 80 columns: {long}")
        for word in ("landlock", "seccomp", "no new privileges", "capabilities", "namespaces", "lsm", "platform"):
            check(any(line.lower().startswith(word) for line in text.splitlines()), f"no line for {word}:\n{text}")
        check(b"\x1b[" in bench.run("inspect", target, "--color", "always").out, "--color always gives no colour")
        ascii_only = bench.run("inspect", target, env={**os.environ, "LC_ALL": "C"}).out
        check(all(byte < 128 for byte in ascii_only), "not ASCII in the C locale")


@case("self is the default target")
def _():
    for arguments in (["inspect"], ["inspect", "self"], ["--require", "landlock.kernel>=1"]):
        equal(bench.run(*arguments).status, MET, f"exit status of {arguments}")


@case("every report of this run obeyed the schema, as another's validator reads it")
def _():
    bench.no_complaints()


# ---------------------------------------------------------------- manners

def tracing_programs():
    done = subprocess.run(["bpftool", "-j", "prog", "show"], stdout=subprocess.PIPE, check=True)
    return {p["id"] for p in json.loads(done.stdout) if "tracing" in p["type"]}


@case("nothing is left behind and nothing in the target changes")
def _():
    with bench.start("--landlock-layers", 1, "--filters", 1, "--threads", 3) as target:
        def footprint():
            return (sorted(os.listdir(f"/proc/{target}/fd")), target.status()["TracerPid"], target.status()["State"][0] in "RS",
                    target.status()["Seccomp_filters"], target.tids(), pathlib.Path(f"/proc/{target}/maps").read_text())
        before, pinned = footprint(), sorted(os.listdir("/sys/fs/bpf")) if os.path.isdir("/sys/fs/bpf") else []
        programs = tracing_programs()
        process = subprocess.Popen([bench.attest, "inspect", str(target)], start_new_session=True,
                                   stdout=subprocess.DEVNULL)
        equal(process.wait(30), MET, "exit status")
        equal(footprint(), before, "the target")
        equal(sorted(os.listdir("/sys/fs/bpf")) if os.path.isdir("/sys/fs/bpf") else [], pinned, "pinned BPF objects")
        left = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                stat = pathlib.Path(f"/proc/{entry}/stat").read_bytes()
            except OSError:
                continue
            if int(stat[stat.rindex(b")") + 2:].split()[3]) == process.pid:
                left.append(entry)
        equal(left, [], "processes of its session")
        deadline = time.monotonic() + 10  # the kernel frees programs late, and others may be at work here
        while tracing_programs() - programs and time.monotonic() < deadline:
            time.sleep(0.2)
        equal(tracing_programs() - programs, set(), "BPF programs")


@case("a killed inspection leaves no process behind")
def _():
    with bench.start("--landlock-layers", 1, "--threads", 50) as target:
        for _ in range(10):
            process = subprocess.Popen([bench.attest, "inspect", str(target)], start_new_session=True,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0, 0.04))
            process.send_signal(signal.SIGKILL)
            process.wait()
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                try:
                    os.killpg(process.pid, 0)
                except ProcessLookupError:
                    break
                time.sleep(0.02)
            else:
                raise AssertionError(f"its children live on in process group {process.pid}")


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__ + "\nroot is needed" * (os.geteuid() != 0))
    bench = Bench(sys.argv[1], sys.argv[2])
    sys.exit(tap.run(sys.argv[3:]))
