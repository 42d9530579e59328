#!/usr/bin/python3
"""doctor_replay.py SBX_ATTEST: recordings of doctor from real places, and whom it must blame in each.

The table was written by hand, from what each place was made of; fixtures/doctor/README.md says how they were recorded.
"""
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

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "doctor"
NAMESPACES = [f"ns.{kind}" for kind in "mnt pid net ipc uts cgroup time".split()]
MOUNTS = ["mount", "mount.proc", "mount.devpts", "pivot_root", "loopback"]


def all_of(names, cause):
    return {name: cause for name in names}


# name: causes ("works" and "unknown" too), launchers, the best of those that are installed or need no program
PLACES = {
    "podman-locked-docker-profile": (
        {"landlock": "works", "seccomp": "works", "no_new_privs": "works", **all_of(["userns", *NAMESPACES, *MOUNTS], "seccomp-filter"),
         "cgroup": "read-only-mount", "kvm": "no-device"},
        {"bubblewrap": "no", "codex": "no", "srt": "no", "podman-rootless": "no", "unshare": "no", "landlock": "fully",
         "openshell-b": "fully", "openshell-a": "no"}, "landlock"),
    "podman-default": (
        {"landlock": "works", **all_of(["userns", *NAMESPACES, "mount", "pivot_root"], "works"), "mount.proc": "masked-proc"},
        {"bubblewrap": "with-less", "codex": "with-less", "srt": "with-less", "podman-rootless": "no", "landlock": "fully"}, "landlock"),
    # Its system calls end at Sentry, which has no Landlock and no user notification. Its namespaces keep their
    # numbers, so that there are new ones is not seen.
    "gvisor": (
        {"landlock": "not-built", "seccomp": "works", "seccomp.notify": "not-built", "ns.mnt": "unknown", "mount": "unknown",
         "bpf": "not-built"},
        {"landlock": "no", "bubblewrap": "no", "openshell-b": "no", "unshare": "unknown"}, None),
    # Its filter refuses the calls of Landlock, though the kernel has it.
    "nspawn": (
        {"landlock": "seccomp-filter", "bpf": "seccomp-filter", **all_of(["seccomp", "userns", *NAMESPACES, *MOUNTS], "works")},
        {"landlock": "no", "bubblewrap": "fully", "openshell-b": "no"}, None),
    "chroot-user": (
        {"landlock": "works", "seccomp": "works", **all_of(["userns", *NAMESPACES, *MOUNTS], "chroot"), "cgroup": "not-mounted"},
        {"bubblewrap": "no", "unshare": "no", "landlock": "fully"}, "landlock"),
    # The kernel that libkrun brings.
    "libkrun-guest": (
        {"landlock": "not-built", **all_of(["seccomp", "userns", *NAMESPACES, *MOUNTS], "works"), "btf": "unknown"},
        {"landlock": "no", "openshell-a": "with-less", "openshell-b": "no", "codex": "fully", "unshare": "fully"}, "unshare"),
}


def said(attest, recording):
    done = subprocess.run([attest, "doctor", "--replay", recording, "-o", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    equal((done.returncode, done.stderr), (0, b""), "exit status and complaint")
    return json.loads(done.stdout)


def cause(ability):
    return ability["refused_by"]["cause"] if ability["outcome"] == "refused" else ability["outcome"]


def main(attest):
    attest = os.path.abspath(attest)
    schema = json.loads(subprocess.check_output([attest, "schema", "doctor"]))

    @case("each recording is in the table")
    def _():
        equal({path.name for path in FIXTURES.iterdir() if path.is_dir()}, set(PLACES), "recordings")

    for name, (causes, launchers, best) in PLACES.items():
        @case(f"{name}: who says no, what engages, and what is best")
        def _(name=name, causes=causes, launchers=launchers, best=best):
            document = said(attest, FIXTURES / name / "recording")
            errors = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]
            equal(errors, [], "what the schema says")
            abilities = {it["id"]: it for it in document["abilities"]}
            equal({it: cause(abilities[it]) for it in causes}, causes, "who said no")
            engages = {it["id"]: it["engages"] for it in document["launchers"]}
            equal({it: engages[it] for it in launchers}, launchers, "launchers")
            equal(document["best"]["installed"], best, "the best")

        @case(f"{name}: without one of its answers nothing is better known than with it")
        def _(name=name):
            whole = {it["id"]: it["outcome"] for it in said(attest, FIXTURES / name / "recording")["abilities"]}
            index = json.loads((FIXTURES / name / "recording" / "recording.json").read_text())
            check(len(index["answered"]) > 4, f"{index}")
            for source in index["answered"]:
                with tempfile.TemporaryDirectory() as scratch:
                    copy = shutil.copytree(FIXTURES / name, scratch, dirs_exist_ok=True) + "/recording"
                    less = dict(index, answered=[each for each in index["answered"] if each != source])
                    pathlib.Path(copy, "recording.json").write_text(json.dumps(less))
                    for ability in said(attest, copy)["abilities"]:
                        outcome = ability["outcome"]
                        # Root may write any map, whatever /etc says: who it is is another answer.
                        if ability["id"] != "subids":
                            check(outcome in (whole[ability["id"]], "unknown"),
                                  f"without {source} {ability['id']} is {outcome}, with it {whole[ability['id']]}")
    return tap.run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 2 else __doc__)
