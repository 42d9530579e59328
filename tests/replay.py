#!/usr/bin/python3
"""replay.py SBX_ATTEST: every recording in fixtures/kernels replays to the report beside it, byte for byte."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import jsonschema

import tap
from tap import case, check, equal

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "kernels"


def replay(attest, directory, *options):
    return subprocess.run([attest, "replay", directory / "recording", *options], env={"COLUMNS": "80"},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def main(attest):
    attest = os.path.abspath(attest)
    schema = json.loads(subprocess.check_output([attest, "schema", "report"]))
    directories = sorted(path for path in FIXTURES.iterdir() if path.is_dir())

    @case("there are recordings of the kernels 6.1, 6.12, 7.0 and 7.3, and of this one as root, user, hidepid, container")
    def _():
        names = " ".join(path.name for path in directories)
        for wanted in ("6.1-debian", "6.12-debian", "7.0-debian", "7.3-debian", "this-root", "this-user", "this-hidepid",
                       "this-container"):
            check(wanted in names, f"no recording {wanted}")

    for directory in directories:
        @case(f"{directory.name} replays to the report beside it, each time")
        def _(directory=directory):
            for _ in range(2):
                done = replay(attest, directory, "-o", "json")
                equal((done.returncode, done.stderr), (0, b""), "exit status")
                check(done.stdout == (directory / "report.json").read_bytes(), "another report.json")
            table = replay(attest, directory, "--ascii").stdout
            check(table == (directory / "report.txt").read_bytes(), f"another report.txt:\n{table.decode()}")
            errors = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(json.loads(done.stdout))]
            equal(errors, [], "what the schema says")

        @case(f"{directory.name}: a replay without one of its answers never makes a state better")
        def _(directory=directory):
            whole = json.loads((directory / "report.json").read_bytes())["layers"]
            index = json.loads((directory / "recording" / "recording.json").read_text())
            for source in index["answered"]:
                if source in ("target/identity",):
                    continue
                less = dict(index, answered=[each for each in index["answered"] if each != source])
                with tempfile.TemporaryDirectory() as scratch:
                    copy = shutil.copytree(directory, scratch, dirs_exist_ok=True)
                    pathlib.Path(copy, "recording", "recording.json").write_text(json.dumps(less))
                    done = replay(attest, pathlib.Path(copy), "-o", "json")
                for layer, finding in json.loads(done.stdout)["layers"].items():
                    before, now = whole[layer]["state"], finding["state"]
                    check(now == before or now == "unknown" or (before, now) == ("enforced", "partial"),
                          f"without {source} {layer} is {now}, with it {before}")

    return tap.run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
