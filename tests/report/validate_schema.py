#!/usr/bin/env python3
"""Do our reports fit the published schema, and does it refuse what is broken?
validate_schema.py PRINT_EXAMPLES SCHEMA"""
import copy
import json
import subprocess
import sys

from jsonschema import Draft202012Validator


def no_float(text):
    raise ValueError(f"a float: {text}")


def whole_numbers_are_safe(value):
    if isinstance(value, dict):
        return all(whole_numbers_are_safe(v) for v in value.values())
    if isinstance(value, list):
        return all(whole_numbers_are_safe(v) for v in value)
    return not isinstance(value, int) or abs(value) < 2**53


def objects_are_closed(schema, path="#"):
    """Every object with named properties lists them all; a $ref beside them is closed where it points."""
    if isinstance(schema, list):
        return all([objects_are_closed(part, path) for part in schema])
    if not isinstance(schema, dict):
        return True
    closed = True
    if schema.get("type") in ("object", ["object", "null"]) and "properties" in schema:
        closed = schema.get("additionalProperties") is False
        if not closed:
            print(f"not closed: {path}")
    return all([closed] + [objects_are_closed(v, f"{path}/{k}") for k, v in schema.items()])


def at(report, *path):
    for step in path:
        report = report[step]
    return report


def put(*path_and_value):
    *path, last, value = path_and_value
    return lambda report: at(report, *path).__setitem__(last, value)


def drop(*path):
    *path, last = path
    return lambda report: at(report, *path).pop(last)


GAP = {"kind": "denied", "source": "target/landlock", "detail": "EPERM"}

# Of the report whose layers were seen: how to break it, and the words for it.
BROKEN = {
    "a claim is missing": drop("layers", "landlock", "claims", "level"),
    "a claim has the wrong type": put("layers", "landlock", "claims", "level", "2"),
    "a claim is negative": put("layers", "landlock", "claims", "level", -1),
    "a claim is a float": put("layers", "landlock", "claims", "level", 2.5),
    "a claim is a truth value": put("layers", "seccomp", "claims", "filters", True),
    "a claim has passed 2^53": put("layers", "landlock", "claims", "errata", 2**53),
    "a claim is not in the schema": put("layers", "seccomp", "claims", "extra", 1),
    "a right has no such name": put("layers", "landlock", "claims", "handled_fs", ["chmod"]),
    "a network right stands among the file rights": put("layers", "landlock", "claims", "handled_fs", ["bind_tcp"]),
    "a namespace has an extra key": put("layers", "namespaces", "claims", "user", "extra", 1),
    "a namespace is missing": drop("layers", "namespaces", "claims", "time"),
    "unknown without a gap": put("layers", "landlock", "state", "unknown"),
    "a gap without unknown": put("layers", "landlock", "gap", GAP),
    "a gap of no known kind": lambda r: at(r, "layers", "landlock").update(state="unknown", gap={**GAP, "kind": "no"}),
    "a state that is none": put("layers", "landlock", "state", "ok"),
    "a finding without sources": put("layers", "landlock", "sources", []),
    "a source that is a path": put("layers", "landlock", "sources", ["/proc/1/status"]),
    "a finding with an extra key": put("layers", "landlock", "extra", 1),
    "there is no layer at all": lambda report: report["layers"].clear(),
    "a layer is none of ours": put("layers", "firewall", {}),
    "a rule has a status that is none": put("layers", "landlock", "claims", "rule_list", 0, "status", "gone"),
    "a rule grants in a layer that cannot be": put("layers", "landlock", "claims", "rule_list", 0, "layers", {"17": []}),
    "a warning has no remedy": drop("layers", "landlock", "claims", "warnings", 0, "remedy"),
    "a warning is severe in another word": put("layers", "landlock", "claims", "warnings", 0, "severity", "critical"),
    "a layer that is not known": put("layers", "magic", {}),
    "an extra key": put("extra", 1),
    "a missing key": drop("observer"),
    "another schema": put("schema", "sbx-attest/report/v2"),
    "a target with an extra key": put("target", "extra", 1),
    "ticks as a number": put("target", "start_ticks", 5),
    "a platform with an extra key": put("platform", "extra", 1),
    "a verdict without requirements": put("requirements", []),
    "requirements without a verdict": put("verdict", None),
    "a verdict that is none": put("requirements", 0, "verdict", "maybe"),
    "a requirement with an extra key": put("requirements", 0, "extra", 1),
}

# Of the report with a trace.
BROKEN_TRACE = {
    "a trace without its losses": drop("trace", "lost"),
    "a trace with an extra key": put("trace", "extra", 1),
    "an event without its result": drop("trace", "timeline", "list", 0, "result"),
    "an event before the beginning": put("trace", "timeline", "list", 0, "time_us", -1),
    "an errno that is none": put("trace", "skipped_paths", "list", 0, "errno", "ok"),
    "a skipped path without a name": drop("trace", "skipped_paths", "list", 0, "path"),
    "an attempt for a layer that is none": put("trace", "attempted", "magic", {}),
    "a list without its length": drop("trace", "processes", "total"),
    "a count that was not seen": put("trace", "counts", "exits", None),
}


def main():
    output = subprocess.run([sys.argv[1]], check=True, stdout=subprocess.PIPE).stdout
    printed_schema, *texts = output.split(b"\x1e")
    with open(sys.argv[2], "rb") as file:
        published = file.read()
    failures = []
    if printed_schema != published:
        failures.append("the schema in the program is not the published one")
    schema = json.loads(published)
    Draft202012Validator.check_schema(schema)
    if not objects_are_closed(schema):
        failures.append("the schema has an open object")
    validator = Draft202012Validator(schema)

    reports = []
    for text in texts:
        report = json.loads(text.decode("ascii"), parse_float=no_float)
        reports.append(report)
        failures += [f"report {len(reports)}: {e.json_path}: {e.message}" for e in validator.iter_errors(report)]
        if not whole_numbers_are_safe(report):
            failures.append(f"report {len(reports)}: a number that JavaScript cannot hold")
        if json.dumps(report, indent=2, sort_keys=True, ensure_ascii=True) + "\n" != text.decode("ascii"):
            failures.append(f"report {len(reports)}: not canonical")
    states = {finding["state"] for report in reports for finding in report["layers"].values()}
    if states != {"enforced", "partial", "absent", "unknown", "not_applicable"}:
        failures.append(f"the examples have only the states {sorted(states)}")

    for name, breaking in BROKEN.items():
        report = copy.deepcopy(reports[0])
        breaking(report)
        if validator.is_valid(report):
            failures.append(f"accepted, but broken: {name}")
    for name, breaking in BROKEN_TRACE.items():
        report = copy.deepcopy(reports[3])
        breaking(report)
        if validator.is_valid(report):
            failures.append(f"accepted, but broken: {name}")
    unseen = copy.deepcopy(reports[1])
    unseen["layers"]["landlock"]["gap"] = None
    if validator.is_valid(unseen):
        failures.append("accepted, but broken: unknown whose gap is null")

    print("\n".join(failures) or f"{len(reports)} reports fit, {len(BROKEN) + len(BROKEN_TRACE) + 1} broken ones are refused")
    return bool(failures)


sys.exit(main())
