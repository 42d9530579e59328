#!/usr/bin/python3
"""matrix.py GUEST SBX_ATTEST SANDBOXED VERIFIER_BUDGET RULED PRINT_TRACE: boots one guest of the table below and inspects known processes there.

Each was started before sbx-attest was; what the report must say follows from what the process was told to put on and
from what this kernel answers to sandboxed itself. The programs must be static. `matrix.py list` names the guests.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "live"), str(HERE)]
import tap
from boot import boot
from harness import FS, NET, SCOPED, as_told, names, told_rules
from tap import case, check, equal

# name: series of the kernel, words on its command line, what is different there
GUESTS = {
    "6.1": ("6.1", "", ""),
    "6.12": ("6.12", "", ""),
    "6.16": ("6.16", "", ""),
    "6.17": ("6.17", "", ""),
    "6.18": ("6.18", "", ""),
    "6.19": ("6.19", "", ""),
    "7.0": ("7.0", "", ""),
    "7.1": ("7.1", "", ""),
    "7.2": ("7.2", "", ""),
    "7.3": ("7.3", "", ""),
    # The blob of Landlock begins after that of the LSMs before it: at 8, at 24.
    "7.3 after AppArmor": ("7.3", "lsm=lockdown,yama,apparmor,landlock,bpf", ""),
    "6.1 after SELinux": ("6.1", "lsm=selinux,landlock,bpf selinux=1 enforcing=0", ""),
    "6.12 after SELinux": ("6.12", "lsm=selinux,landlock,bpf selinux=1 enforcing=0", ""),
    # Without symbol addresses the offset has to be found by trial.
    "7.3 without symbols": ("7.3", "sysctl.kernel.kptr_restrict=2", ""),
    "6.18 integrity": ("6.18", "lockdown=integrity", ""),
    "7.1 without Landlock": ("7.1", "lsm=lockdown,yama", "off"),
    "6.12 locked down": ("6.12", "lockdown=confidentiality", "blind"),
}

# name: options of sandboxed
PROCESSES = {
    "none": "",
    "one": "--landlock-layers 1 --rules 3",
    "three": "--landlock-layers 3 --rules 4",
    "ports": "--landlock-layers 1 --ports 2",
    "old": "--landlock-layers 1 --handled-abi 2",
    "half": "--landlock-layers 1 --rules 1 --thread-outside landlock",
    "filters": "--filters 2",
}

# name: process looked at ("self" is none of them), options of inspect, as whom
LOOKS = {
    **{name: (name, "", "") for name in PROCESSES},
    "one required": ("one", "--require landlock>=1", ""),
    "half required": ("half", "--require landlock>=1", ""),
    "none required": ("none", "--require landlock>=1", ""),
    "old required": ("old", "--require landlock>=4", ""),
    "one by nobody": ("one", "--require landlock>=1", "sandboxed --uid 65534 --"),
    "one by two capabilities": ("one", "--require landlock>=1", "sandboxed --uid 65534 --keep-caps 38,39 --"),
    "one by root of a user namespace": ("one", "--require landlock>=1", "sandboxed --unshare user --"),
    "one by a confined root": ("one", "--require landlock>=1", "sandboxed --landlock-layers 2 --allow / --"),
    "rules": ("rules", "", ""),
    "rules by two capabilities": ("rules", "", "sandboxed --uid 65534 --keep-caps 38,39 --"),
    "self in three": ("self", "", "sandboxed --landlock-layers 3 --allow / --"),
    "self in three as nobody": ("self", "--require landlock>=1", "sandboxed --landlock-layers 3 --allow / --uid 65534 --"),
}


# name: process, what it is asked, exit status (0 yes, 1 no) where Landlock is read
QUESTIONS = {
    "free": ("none", "read /etc/passwd", 0),
    "confined": ("one", "read /etc/passwd", 1),
    "granted": ("rules", "list /tmp", 0),  # on / everything may be listed
}


def script():
    """What the guest runs: everything is started, is ready, and only then looked at."""
    lines = []
    for name, options in PROCESSES.items():
        lines += [f"sandboxed {options} >/tmp/{name} 2>&1 &", f"pid_{name}=$!"]
    lines += ["ruled /tmp/ruled 200 3 >/tmp/rules 2>&1 &", "pid_rules=$!"]
    for name in [*PROCESSES, "rules"]:
        lines.append(f"n=0; until grep -q ready /tmp/{name} || [ $n = 100 ]; do sleep 0.1; n=$((n+1)); done; "
                     f"echo '@process {name}'; cat /tmp/{name}")
    for name, (process, options, under) in LOOKS.items():
        options = " ".join(f"'{word}'" for word in options.split())
        target = "self" if process == "self" else f"$pid_{process}"
        lines += [f"echo '@look {name}'; {under} sbx-attest inspect {target} -o json {options} 2>/tmp/err; "
                  f"echo \"@status $?\"; cat /tmp/err"]
    for name, (process, question, _) in QUESTIONS.items():
        lines.append(f"echo '@can {name}'; sbx-attest can $pid_{process} {question}; echo \"@status $?\"")
    lines.append("echo '@budget'; verifier-budget; echo \"@cost $?\"")
    # The second one is held at its first exec inside, and goes on when its input ends.
    lines.append("""echo '@trace'
print-trace sandboxed --landlock-layers 1 --allow /bin --filters 1 -- cat /etc/passwd 2>&1
echo '@hold'
{ n=0; until grep -q call=held /tmp/held || [ $n = 100 ]; do sleep 0.1; n=$((n+1)); done
sleep 0.5; test -e /tmp/mark && echo early >/tmp/early; } 2>/dev/null |
print-trace --hold confined_exec sandboxed --landlock-layers 1 --allow / -- touch /tmp/mark >/tmp/held 2>&1
cat /tmp/held; test -e /tmp/early && echo @early; test -e /tmp/mark && echo @late""")
    lines.append("echo '@can'; sbx-attest can $pid_filters read /etc/passwd -o json")
    return "\n".join(lines)


class Look:
    def __init__(self, text):
        body, _, tail = text.rpartition("@status ")
        self.status, self.text = int(tail.split("\n")[0]), body
        self.err = tail.partition("\n")[2]

    def layer(self, name="landlock"):
        try:
            return json.loads(self.text)["layers"][name]
        except ValueError:
            raise AssertionError(f"no JSON, exit {self.status}: {self.text[:500]} {self.err[:500]}") from None

    @property
    def claims(self):
        return self.layer()["claims"]


def sections(output, marker):
    parts = output.split(f"@{marker} ")[1:]
    return {name: body for name, _, body in (part.partition("\n") for part in parts)}


def trace_cases(kind, abi, traced, held):
    if kind == "blind":
        @case("nothing is traced where kernel memory is locked, and that is the reason given")
        def _():
            check("locked down" in traced and "event" not in traced, traced)
        return

    events = [dict(word.split("=", 1) for word in line.split()[1:]) for line in traced.splitlines()
              if line.startswith("event ")]

    def of(call):
        return [event for event in events if event["call"] == call]

    @case("the calls of a process that confines itself are traced, with what they led to")
    def _():
        # The kernel skips a program where a task that was preempted in it is on the same CPU: counted, whosever call it was.
        check(re.search("lost events=0 calls=[0-9]+ processes=0", traced), traced)
        equal([event["text"] for event in of("exec")],
              ["/bin/sandboxed"] + ([] if kind == "off" else ["/bin/cat"]), "files executed")
        if kind == "off":
            check(any(event["ret"] == "-95" for event in of("landlock_create_ruleset")), traced)
            return
        rule, = of("landlock_add_rule")
        equal((rule["text"], rule["ret"]), ("/bin", "0"), "rule")
        equal([event["ret"] for event in of("landlock_restrict_self")], ["0"], "landlock_restrict_self")
        equal([event["instructions"] for event in of("prctl") + of("seccomp") if "instructions" in event], ["4"], "filters")
        equal([event["status"] for event in of("exit")], ["256"], "exit")

    if kind == "off":
        return

    @case("Landlock's own tracepoints tell what was enforced and denied, where there are any")
    def _():
        enforced, denied = of("landlock_enforce_domain"), of("landlock_deny_access_fs")
        if abi < 11:
            equal((enforced, denied), ([], []), "events")
            return
        equal([(it["complete"], it["process_wide"], it["no_new_privs"]) for it in enforced], [("1", "1", "1")], "enforced")
        equal([(it["domain"], it["text"]) for it in denied], [(enforced[0]["domain"], "/etc/passwd")], "denied")

    @case("who is held at the first exec inside has done nothing, and goes on")
    def _():
        check("comm=touch call=held ret=0 text=confined_exec" in held, held)
        check("@early" not in held and "@late" in held, held)


def cases_for(kind, facts, looks, told, answers, budget):
    abi = int(facts["none"]["abi"])
    trace_cases(kind, abi, *budget.partition("@trace\n")[2].partition("@can\n")[0].split("@hold\n"))

    @case("what the seccomp filters refuse and allow is read from kernel memory, unless that is locked")
    def _():
        said, = [it for it in json.loads(budget.partition("@can\n")[2])["asked"] if it["layer"] == "seccomp"]
        if kind == "blind":
            check(said["answer"] == "unknown" and "locked down" in said["detail"], f"{said}")
        else:
            equal((said["answer"], said["detail"]), ("yes", "its 2 filters allow openat, read"), "seccomp")
        layer = looks["filters"].layer("seccomp")
        equal((layer["state"], layer["claims"]["denied"]), ("unknown", None) if kind == "blind" else ("enforced", ["acct"]),
              "state, what is denied")

    if kind == "off":
        @case("Landlock is built in and not enabled: absent, and the kernel's answer is said")
        def _():
            equal(looks["none"].layer()["state"], "absent", "state")
            equal(abi, -95, "what the kernel answered sandboxed")
            equal(looks["none"].claims["kernel_abi"], 0, "kernel_abi: nothing is offered")
            check("EOPNOTSUPP" in looks["none"].text, "the report does not hold the answer")
            equal(looks["none required"].status, 1, "exit status of a requirement")

        @case("the other layers are seen all the same")
        def _():
            equal(looks["filters"].layer("seccomp")["claims"]["filters"], 2, "filters")
        return

    if kind == "blind":
        @case("kernel memory is locked: unknown with a reason, exit 4 on a requirement, never absent")
        def _():
            for name in ("none", "one", "three", "half"):
                layer = looks[name].layer()
                equal(layer["state"], "unknown", f"{name}: state")
                check("locked down" in layer["gap"]["detail"], f"{name}: lockdown is not given as the reason: {layer['gap']}")
            equal([looks[f"{name} required"].status for name in ("none", "one", "half")], [4, 4, 4], "exit status")
            equal(looks["one"].claims["kernel_abi"], abi, "kernel_abi")

        @case("inside three layers the inspector counts its own without reading kernel memory")
        def _():
            layer = looks["self in three"].layer()
            equal((layer["state"], layer["claims"]["layers"]), ("enforced", 3), "state, layers")
        return

    for name, layers, rules in (("one", 1, 3), ("three", 3, 4)):
        @case(f"{layers} layer(s): enforced, with the layers, {rules} rules and every right of this kernel")
        def _(name=name, layers=layers, rules=rules):
            layer, claims, fact = looks[name].layer(), looks[name].claims, facts[name]
            equal(looks[name].status, 0, "exit status")
            equal((layer["state"], claims["layers"], claims["rules"]), ("enforced", layers, rules), "state, layers, rules")
            equal((claims["tasks_confined"], claims["tasks_total"]), (1, 1), "tasks")
            equal((claims["kernel_abi"], claims["level"]), (abi, abi), "kernel_abi, level")
            errata = int(fact["errata"])
            equal(claims["errata"], errata if errata >= 0 else None, "errata")
            for claim, table, key in (("handled_fs", FS, "fs"), ("handled_net", NET, "net"), ("scoped", SCOPED, "scoped")):
                equal(set(claims[claim]), names(table, int(fact[key], 0)), claim)

    if abi >= 4:
        @case("rules on ports are counted")
        def _():
            equal(looks["ports"].claims["rules"], 2, "rules")

    @case("a domain of ABI 2 rights is level 2 whatever the kernel offers")
    def _():
        equal((looks["old"].layer()["state"], looks["old"].claims["level"]), ("enforced", 2), "state, level")
        equal(looks["old required"].status, 1, "exit status of landlock>=4")

    @case("one thread left outside is partial, 1 of 2")
    def _():
        layer = looks["half"].layer()
        claims = layer["claims"]
        equal((layer["state"], claims["tasks_confined"], claims["tasks_total"]), ("partial", 1, 2), "state, tasks")

    @case("no domain is absent, as read from kernel memory")
    def _():
        equal((looks["none"].layer()["state"], looks["none"].claims["layers"]), ("absent", 0), "state, layers")

    @case("requirements: met on the confined, unmet on the others")
    def _():
        equal([looks[f"{name} required"].status for name in ("one", "half", "none")], [0, 1, 1], "exit status")

    @case("an ordinary user learns nothing of another's process: unknown, exit 4")
    def _():
        look = looks["one by nobody"]
        equal((look.status, look.layer()["state"]), (4, "unknown"), "exit status, state")
        check(look.layer()["gap"]["detail"], "no reason")

    @case("200 rules in 3 layers, with ports where there are any: just what was asked for, every file where it stands")
    def _():
        claims = looks["rules"].claims
        equal(as_told(claims["rule_list"]), told[1], "rules")
        equal({rule["status"] for rule in claims["rule_list"]}, {"live"}, "status")
        equal(claims["rules"], 206 if abi >= 4 else 201, "number of rules")

    @case("CAP_BPF and CAP_PERFMON are enough for state and rules; what else is closed to them is said")
    def _():
        look = looks["one by two capabilities"]
        equal((look.status, look.layer()["state"], look.claims["rules"]), (0, "enforced", 3), "exit status, state, rules")
        rules = looks["rules by two capabilities"].claims["rule_list"]
        equal([rule["layers"] for rule in rules], [rule["layers"] for rule in looks["rules"].claims["rule_list"]], "rights")
        check({rule["status"] for rule in rules} <= {"live", "unknown"}, "a rule that could not be looked up is called gone")

    @case("what a process could do is answered on this kernel, too")
    def _():
        equal({name: int(body.rpartition("@status ")[2].split()[0]) for name, body in answers.items()},
              {name: status for name, (_, _, status) in QUESTIONS.items()}, f"exit status: {answers}")

    @case("root of a user namespace learns nothing: unknown, exit 4")
    def _():
        look = looks["one by root of a user namespace"]
        equal((look.status, look.layer()["state"]), (4, "unknown"), "exit status, state")

    @case("a confined inspector that may use BPF sees the same, and says where it lives")
    def _():
        look = looks["one by a confined root"]
        equal((look.status, look.claims["layers"], look.claims["rules"], look.claims["own_layers"]), (0, 1, 3, 2),
              "exit status, layers, rules, own layers")
        check("landlock.inspector_confined" in {warning["id"] for warning in look.claims["warnings"]}, "no warning")

    @case("inside three layers, with and without BPF, the inspector finds three")
    def _():
        # They grant everything below /: that restricts nothing before there were ports, if it was seen.
        state = "enforced" if abi >= 4 else "partial"
        equal((looks["self in three"].layer()["state"], looks["self in three"].claims["layers"]), (state, 3), "state, layers")
        look = looks["self in three as nobody"]
        equal((look.layer()["state"], look.claims["layers"]), ("enforced", 3), "as nobody: state, layers")
        equal(looks["self in three as nobody"].status, 4, "exit status of a level without BPF")

    @case("the BPF programs load, within their budget of the verifier's instructions")
    def _():
        check("@cost 0" in budget, budget)

    @case("two seccomp filters are counted")
    def _():
        equal(looks["filters"].layer("seccomp")["claims"]["filters"], 2, "filters")


def main(guest, attest, sandboxed, budget, ruled, print_trace):
    series, append, kind = GUESTS[guest]
    fetched = subprocess.run([HERE / "fetch", series], stdout=subprocess.PIPE, text=True)
    if fetched.returncode:
        return "matrix: no kernel"
    kernel = fetched.stdout.split(maxsplit=1)[1].strip()
    with tempfile.TemporaryDirectory(prefix="sbx-matrix-") as scratch:
        guest_script = pathlib.Path(scratch, "script")
        guest_script.write_text(script())
        status, output, console = boot(
            kernel, append, {"sbx-attest": attest, "sandboxed": sandboxed, "verifier-budget": budget, "ruled": ruled,
                            "print-trace": print_trace, "script": guest_script},
            ["sh", "/bin/script"], 240)
    text = output.decode(errors="replace")
    print(f"# {pathlib.Path(kernel).name} {append}")

    @case("the guest boots and runs every look to its end")
    def _():
        check(text.count("@status ") == len(LOOKS) + len(QUESTIONS), f"exit {status}:\n{text[-1500:]}\n{console[-1500:].decode(errors='replace')}")

    before_looks = text.partition("@look ")[0]
    facts = {}
    for name, body in sections(before_looks, "process").items():
        words = body.split()
        facts[name] = dict(word.split("=") for word in words[2:]) if words[:1] == ["ready"] else {"said": body}
    said = facts.pop("rules", {}).get("said", "")
    told = told_rules(said.splitlines()) if "ready" in said else None
    looks = {name: Look(body) for name, body in sections(text.partition("@can ")[0], "look").items() if "@status " in body}
    if "abi" in facts.get("none", {}) and len(looks) == len(LOOKS):
        cases_for(kind, facts, looks, told, sections(text.partition("@budget")[0], "can"), text.partition("@budget")[2])
    failed = tap.run()
    if failed:
        for name, look in looks.items():
            print(f"# {name}: exit {look.status} {look.err.strip()[:300]}")
        print("#", facts)
    return failed


if __name__ == "__main__":
    if sys.argv[1:] == ["list"]:
        print(*GUESTS, sep="\n")
        sys.exit()
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 7 and sys.argv[1] in GUESTS else __doc__)
