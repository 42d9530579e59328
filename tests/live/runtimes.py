#!/usr/bin/python3
"""runtimes.py SBX_ATTEST SANDBOXED [WORD...]: inspects what the sandboxes of Debian's packages really put on.

The ground truth is /proc, read here, and what each runtime was told to do. Root is needed.
"""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench, capability_names
from launched import launched
from podman import Podman
from tap import case, check, equal

bench = None
KINDS = "user mnt pid net ipc uts cgroup time".split()
SETS = (("effective", "CapEff"), ("permitted", "CapPrm"), ("inheritable", "CapInh"), ("bounding", "CapBnd"),
        ("ambient", "CapAmb"))
MODES = {"0": "none", "1": "strict", "2": "filter"}


def agrees_with_proc(result, target):
    """All that /proc says of it must be what the report says."""
    status = target.status()
    equal(result.status, 0, "exit status")
    for name, key in SETS:
        equal(set(result.claims("capabilities")[name]), capability_names(int(status[key], 16)), name)
    equal(result.claims("no_new_privs")["tasks_set"] > 0, status["NoNewPrivs"] == "1", "no_new_privs")
    equal(result.layer("seccomp")["state"], "enforced" if status["Seccomp"] != "0" else "absent", "seccomp")
    equal(result.claims("seccomp")["filters"], int(status["Seccomp_filters"]), "seccomp filters")
    for kind in KINDS:
        claim, inode = result.claims("namespaces")[kind], target.ns(kind)
        equal(int(claim["inode"]), inode, f"inode of {kind}")
        own = inode != int(os.readlink(f"/proc/self/ns/{kind}").split("[")[1][:-1])
        if own:
            check(claim["initial"] is False, f"{kind} is not the host's: {claim}")


BWRAP = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--die-with-parent"]


@case("bubblewrap with everything unshared: namespaces its own, no new privileges, no Landlock")
def _():
    with launched([*BWRAP, "--unshare-all", "--cap-drop", "ALL", "sleep", "300"], "sleep") as target:
        result = bench.inspect(target)
        agrees_with_proc(result, target)
        equal([result.layer(name)["state"] for name in ("namespaces", "no_new_privs", "landlock", "seccomp")],
              ["enforced", "enforced", "absent", "absent"], "states")


@case("bubblewrap around a Landlock domain: both are seen")
def _():
    inside = [bench.sandboxed, "--landlock-layers", "2", "--filters", "1", "--allow", "/", "--", "sleep", "300"]
    with launched([*BWRAP, "--unshare-net", *inside], "sleep") as target:
        result = bench.inspect(target, "--require", "landlock>=1", "--require", "seccomp")
        agrees_with_proc(result, target)
        equal((result.claims("landlock")["layers"], result.layer("namespaces")["state"]), (2, "partial"), "layers, state")


@case("inspect self inside bubblewrap, without privileges, says what holds there")
def _():
    result = bench.inspect("self", under=[*BWRAP, "--unshare-all", "--cap-drop", "ALL", "--uid", "65534", "--"])
    equal((result.status, result.report["vantage"]), (0, "self"), "status, vantage")
    equal((result.layer("no_new_privs")["state"], result.layer("capabilities")["state"]), ("enforced", "enforced"), "states")
    check(result.layer("namespaces")["state"] in ("enforced", "unknown"), f"namespaces: {result.layer('namespaces')}")


@case("firejail with seccomp, without capabilities or network")
def _():
    command = ["firejail", "--quiet", "--noprofile", "--seccomp", "--caps.drop=all", "--nonewprivs", "--net=none",
               "sleep", "300"]
    with launched(command, "sleep") as target:
        result = bench.inspect(target)
        agrees_with_proc(result, target)
        equal((result.layer("seccomp")["state"], result.layer("no_new_privs")["state"]), ("enforced", "enforced"), "states")
        equal(result.claims("capabilities")["effective"], [], "effective")


podman = None

for sentence, options in (
        ("podman's defaults", []),
        ("podman without capabilities and without new privileges",
         ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]),
        ("podman without seccomp, on the host's PID and IPC namespaces",
         ["--security-opt", "seccomp=unconfined", "--pid", "host", "--ipc", "host"]),
        ("a privileged podman container", ["--privileged"])):
    @case(f"{sentence}: the report is what /proc says and podman was told")
    def _(options=options):
        with podman.container(*options) as (target, seen):
            result = bench.inspect(target)
            agrees_with_proc(result, target)
            told = {"cap_" + name for name in result.claims("capabilities")["effective"]}
            equal(told, {name.lower() for name in seen["EffectiveCaps"] or []}, "podman's own list of capabilities")
            claims = result.claims("namespaces")
            equal(claims["mnt"]["inode"] != str(os.stat("/proc/self/ns/mnt").st_ino), True, "a mount namespace of its own")
            equal(int(claims["pid"]["inode"]) == os.stat("/proc/self/ns/pid").st_ino, "--pid" in options, "the host's pid")


@case("every report of this run obeyed the schema, as another's validator reads it")
def _():
    bench.no_complaints()


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__)
    bench = Bench(sys.argv[1], sys.argv[2])
    (bench.path / "podman").mkdir()
    podman = Podman(bench.path / "podman")
    podman.image()
    try:
        sys.exit(tap.run(sys.argv[3:]))
    finally:
        podman.unmount()
