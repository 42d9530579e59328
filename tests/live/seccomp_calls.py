#!/usr/bin/python3
"""seccomp_calls.py SBX_ATTEST CALLING [WORD...]: what `sbx-attest seccomp` says of system calls, against making them.

Processes put on filters as several compilers write them, and by chance; each call is made in a child of theirs (calling.c),
and what came of it must be what the table said before. As root. WORDs choose cases; SBX_SEED another chance.
"""
import os
import pathlib
import random
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import filtered
import tap
from calls import Call, Calling, as_said, calls, compare, plainly
from conditions import CALLS, says
from filter_styles import STYLES, by_chance, keyctl_natively_alone
from harness import Bench
from restricted import process
from tap import case, check, equal
from ways import entered_here, taken_here, warned_of

bench = control = None
MET, UNMET, UNKNOWN = 0, 1, 4


def table_of(pid):
    result = bench.run("seccomp", pid, "-o", "json")
    equal((result.status, result.err), (MET, ""), "exit status and complaint")
    return result.report


def under(*programs):
    return Calling(subprocess.Popen([bench.sandboxed, *(it.hex() for it in programs)], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE))


def as_the_table_says(programs, of=None):
    of = of or calls(entered_here())
    with under(*programs) as target:
        return len(of), compare(table_of(target.pid), target, control, of)


for style, write in STYLES.items():
    @case(f"a filter {style.replace('_', ' ')}: each call by each way into the kernel does what the table says")
    def _(write=write):
        made, restricted = as_the_table_says([write()])
        check(made > 130 * len(entered_here()) and restricted > 5, f"{restricted} of {made} calls were restricted")


@case("filters on each other: the strictest answer is the table's")
def _():
    for names in (("like_libseccomp", "like_kafel"), ("like_kafel", "like_libseccomp"), ("like_runc", "with_arithmetic"),
                  ("like_minijail", "like_chromium"), ("beyond_errno", "like_runc", "like_libseccomp")):
        try:
            as_the_table_says([STYLES[name]() for name in names])
        except AssertionError as wrong:
            raise AssertionError(f"{names}: {wrong}") from None


@case("filters by chance, one to three on each other: each call does what the table says")
def _():
    seed = int(os.environ.get("SBX_SEED", 1))
    chance = random.Random(seed)
    made = restricted = left_out = 0
    for round_ in range(int(os.environ.get("SBX_ROUNDS", "20"))):
        programs = [by_chance(chance, [native for native, _, _ in CALLS.values()]) for _ in range(chance.randint(1, 3))]
        try:
            more = as_the_table_says(programs, calls(entered_here(), chance, 100))
        except AssertionError as wrong:
            if "conditions_cut" in str(wrong):
                left_out += 1
                continue
            raise AssertionError(f"SBX_SEED={seed}, round {round_}, {[it.hex() for it in programs]}: {wrong}") from None
        made, restricted = made + more[0], restricted + more[1]
    check(restricted > made / 10, f"{restricted} of {made} calls were restricted")


def rank(came, call):
    if came == plainly(control.known_to_come(call)):
        return 0
    return ("returned", "trap", "killed thread", "killed process").index(came if "killed" in came else came.split()[0]) + 1


@case("threads under different filters: the weakest answer is the table's")
def _():
    mine, other = STYLES["like_libseccomp"](), STYLES["like_runc"]()  # which let Python wait

    def put_on(program):
        filtered.put_on(list(struct.iter_unpack("HBBI", program)))

    def work():
        filtered.in_thread(lambda: (put_on(other), filtered.wait_for_ever()))
        filtered.until(lambda: "2" in {filtered.status(f"self/task/{tid}")["Seccomp"] for tid in os.listdir("/proc/self/task")},
                       "the thread has its filter")
        put_on(mine)
    with process(work) as pid, under(mine) as one, under(other) as two:
        table = table_of(pid)
        equal(sorted(it["tasks_total"] for it in table["chains"]), [1, 1], "threads under each filter")
        wrong = []
        for call in calls(entered_here()):
            said = as_said(says(table, call.abi, call.name, call.number, call.arguments), call, control)
            both = [plainly(came) for it in (one, two) for came in it.what_comes(call)]
            least = min(rank(came, call) for came in both)
            if said not in [came for came in both if rank(came, call) == least]:
                wrong.append(f"{call}: said {said}, but {both}")
        check(not wrong, "\n".join(wrong[:20]))


@case("which ways into the kernel the machine has is what a trial shows: in warnings, and in what is required")
def _():
    with under(keyctl_natively_alone()) as target:
        table = table_of(target.pid)
        equal(table["abis"], ["x86_64", "i386", "x32"], "ways for which the filters are evaluated")
        warned_of(table, taken_here())
        equal(bench.run("seccomp", target.pid, "--require", "seccomp.denies=keyctl").status,
              MET if taken_here() == ("x86_64",) else UNMET, "a call that is refused by the native way alone")
    for way, number in (("i386", 20), ("x32", 0x40000000 | 39)):
        getpid = Call(way, "getpid", number)
        equal(plainly(control.known_to_come(getpid)) == "returned something", way in taken_here(), f"{getpid} tells a pid")


@case("an upper half that the kernel does not read passes a filter of 64 bits, and the table warns of it")
def _():
    with under(STYLES["like_libseccomp"]()) as target:
        table = table_of(target.pid)
        plain, wide = (Call("x86_64", "socket", 41, (family, 1, 0)) for family in (40, 1 << 32 | 40))
        of_plain, of_wide = target.what_comes(plain, wide)
        equal(of_plain, "returned -1", "as it is written")
        equal(of_wide, control.known_to_come(wide), "with a bit above")
        check(of_wide != "returned -1", "the kernel was not asked")
        named = [it for it in table["warnings"] if it["id"] == "seccomp.argument_width"]
        check(named and "socket" in named[0]["summary"] + named[0]["evidence"], f"warnings: {[it['id'] for it in table['warnings']]}")


@case("nothing is stopped: its state and its context switches are the same after the table was read")
def _():
    with under(STYLES["like_chromium"](), STYLES["like_libseccomp"]()) as target:
        filtered.until(lambda: filtered.status(target.pid)["State"].startswith("S"), "it waits")
        before = filtered.state(target.pid)
        table_of(target.pid)
        equal(filtered.state(target.pid), before, "state")


@case("requirements: denied calls and the default action are met, unmet, or unknown to who may not read the programs")
def _():
    with under(STYLES["like_minijail"]()) as target:
        for status, clauses in ((MET, ["seccomp.denies=ptrace+bpf"]), (UNMET, ["seccomp.denies=ptrace+read"]),
                                (UNMET, ["seccomp.denies=mprotect"]),  # by its arguments
                                (MET, ["seccomp.default=kill_process"]), (UNMET, ["seccomp.default=errno"]),
                                (MET, ["seccomp", "seccomp.denies=keyctl", "seccomp.default=kill_process"])):
            wanted = [word for clause in clauses for word in ("--require", clause)]
            for command in ("seccomp", "inspect"):
                equal(bench.run(command, target.pid, *wanted).status, status, f"{command} {clauses}")
                equal(bench.run(command, target.pid, *wanted, under=bench.as_nobody).status, UNKNOWN, f"{clauses}, not as root")
    with under() as target:  # no filter is seen by everybody
        for user in ((), bench.as_nobody):
            equal(bench.run("seccomp", target.pid, "--require", "seccomp.denies=ptrace", under=user).status, UNMET, "no filter")


@case("an ordinary user is told how many filters there are, and that their programs could not be read")
def _():
    with under(STYLES["like_runc"]()) as target:
        result = bench.run("seccomp", target.pid, "-o", "json", under=bench.as_nobody)
        equal((result.status, result.report["architectures"]), (UNKNOWN, None), "status, table")
        layer = result.report["layer"]
        equal((layer["state"], layer["claims"]["mode"], layer["claims"]["filters"]), ("unknown", "filter", 1), "what is seen")


def main():
    global bench, control
    bench = Bench(sys.argv[1], sys.argv[2])
    with under() as control:
        return tap.run(sys.argv[3:])


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__ + "\nroot is needed" * (os.geteuid() != 0))
    sys.exit(main())
