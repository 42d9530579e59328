"""Real processes to look at, the program that looks, and what the kernel says when it is asked another way."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import jsonschema

from tap import check, equal

NOBODY = 65534
LAYERS = {"landlock", "seccomp", "no_new_privs", "capabilities", "namespaces", "lsm", "network", "filesystem", "vm"}
STATES = {"enforced", "partial", "absent", "unknown", "not_applicable"}


class Result:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr.decode(errors="replace")

    @property
    def report(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise AssertionError(f"no JSON, exit {self.status}: {self.out[:400]!r} {self.err[:400]}") from None

    def layer(self, name):
        return self.report["layers"][name]

    def claims(self, name):
        return self.layer(name)["claims"]


class Bench:
    """The two programs, copied to where any user can run them, and a directory of their own."""

    def __init__(self, attest, sandboxed):
        self.directory = tempfile.TemporaryDirectory(prefix="sbx-live-", ignore_cleanup_errors=True)
        self.path = pathlib.Path(self.directory.name)
        self.path.chmod(0o755)
        self.attest = str(shutil.copy(attest, self.path / "sbx-attest"))
        self.sandboxed = str(shutil.copy(sandboxed, self.path / "sandboxed"))
        self._schema = None
        self.complaints = {}  # what the reports of this run broke, and how often

    def run(self, *arguments, under=(), **options):
        options = {"stdin": subprocess.DEVNULL, "timeout": 30, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   **options}
        return Result(subprocess.run([*under, self.attest, *map(str, arguments)], **options))

    def inspect(self, target, *arguments, **options):
        """The report as JSON. Each is also held against what every report must obey; see `complaints`."""
        result = self.run("inspect", target, "-o", "json", *arguments, **options)
        if result.status in (0, 1, 4):
            try:
                self.obeys(result.report)
            except AssertionError as wrong:
                self.complaints[str(wrong)] = self.complaints.get(str(wrong), 0) + 1
        return result

    def no_complaints(self):
        check(self._schema is not None, "no report was seen")
        check(not self.complaints, "\n".join(f"{times} times: {what}" for what, times in self.complaints.items()))

    def inside(self, *options):
        """A prefix: what follows it runs in such a sandbox."""
        return (self.sandboxed, *map(str, options), "--")

    @property
    def as_nobody(self):
        return ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")

    @property
    def schema(self):
        if self._schema is None:
            self._schema = json.loads(self.run("schema", "report").out)
        return self._schema

    def obeys_schema(self, report):
        validator = jsonschema.validators.validator_for(self.schema)
        validator.check_schema(self.schema)
        errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator(self.schema).iter_errors(report)]
        check(not errors, "the schema refuses the report: " + "; ".join(errors)[:2000])

    def obeys(self, report):
        self.obeys_schema(report)
        equal(report["schema"], "sbx-attest/report/v1", "schema")
        check(LAYERS <= set(report["layers"]), f"layers are missing: {LAYERS - set(report['layers'])}")
        for name, layer in report["layers"].items():
            check(layer["state"] in STATES, f"{name} is {layer['state']}")
            equal(layer["state"] == "unknown", layer["gap"] is not None, f"{name} unknown, and has a gap")
            check(layer["state"] == "unknown" or layer["sources"], f"{name} is {layer['state']} and cites nothing")

    @contextlib.contextmanager
    def start(self, *options, **popen):
        """A sandboxed process; its pid and facts as it tells them."""
        with subprocess.Popen([self.sandboxed, *map(str, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              **popen) as process:
            try:
                line = process.stdout.readline().decode()
                check(line.startswith("ready "), f"sandboxed {options} did not get ready: {line!r}")
                _, pid, *facts = line.split()
                yield Target(int(pid), process, dict(fact.split("=") for fact in facts))
            finally:
                process.kill()
                process.wait()


class Target:
    def __init__(self, pid, process=None, facts=None):
        self.pid, self.process, self.facts = pid, process, facts or {}

    def __str__(self):
        return str(self.pid)

    def number(self, fact):
        return int(self.facts[fact], 0)

    def status(self, tid=None):
        text = pathlib.Path(f"/proc/{self.pid}/task/{tid or self.pid}/status").read_text(errors="surrogateescape")
        return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)

    def tids(self):
        return sorted(int(tid) for tid in os.listdir(f"/proc/{self.pid}/task"))

    def ns(self, kind):
        return int(re.fullmatch(r"\w+:\[(\d+)\]", os.readlink(f"/proc/{self.pid}/ns/{kind}"))[1])


# landlock(7): the rights in the order of their bits.
FS = ("execute write_file read_file read_dir remove_dir remove_file make_char make_dir make_reg make_sock make_fifo "
      "make_block make_sym refer truncate ioctl_dev resolve_unix").split()
NET = "bind_tcp connect_tcp bind_udp connect_send_udp".split()
SCOPED = "abstract_unix_socket signal".split()


def names(table, bits):
    return {name for bit, name in enumerate(table) if bits >> bit & 1}


def told_rules(lines):
    """What ruled.c said: its pid, and by port or by (device, inode, path) what each layer must grant."""
    handled, asked, pid = {}, [], None
    for line in lines:
        kind, *words = line.split()
        if kind == "ready":
            pid = int(words[0])
        elif kind == "handles":
            handled[words[0]] = [int(mask, 16) for mask in words[1:]]
        else:
            asked.append((kind, words))
    rules = {}
    for kind, words in asked:
        key, grants = (tuple(words[:3]), words[3:]) if kind == "path" else (words[0], words[1:])
        table, mask = (FS, 0) if kind == "path" else (NET, 1)
        rules[key] = {layer: names(table, int(access, 16) & handled[layer][mask])
                      for layer, access in (grant.split("=") for grant in grants)}
    return pid, rules


def as_told(rules):
    """The claim rule_list in the form of told_rules()."""
    return {str(rule["port"]) if rule["kind"] == "port" else (rule["device"], rule["inode"], rule["path"]):
            {layer: set(granted) for layer, granted in rule["layers"].items()} for rule in rules}


def capability_names(mask):
    """The names of a mask of capabilities, from the C header."""
    header = pathlib.Path("/usr/include/linux/capability.h").read_text()
    known = {int(n): name.lower() for name, n in re.findall(r"^#define CAP_([A-Z_]+)\s+(\d+)$", header, re.M)}
    return {known.get(bit, str(bit)) for bit in range(64) if mask >> bit & 1}


def descendants(pid):
    """Every process below pid, by parent numbers."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError):
            stat = pathlib.Path(f"/proc/{entry}/stat").read_bytes()
            parents[int(entry)] = int(stat[stat.rindex(b")") + 2:].split()[1])
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return sorted(found)
