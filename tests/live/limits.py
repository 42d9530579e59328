#!/usr/bin/python3
"""limits.py PRINT_SOURCE [WORD...]: what podman was told to limit and to put into an environment, by what is read of it.

As root. WORDs choose the cases whose sentence has them all.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from podman import Podman
from tap import case, check, equal

podman = print_source = None


def source(target, name):
    done = subprocess.run([print_source, str(target), name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
    check(done.returncode == 0, f"{name}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def own_groups(target):
    """What stands in the files of the target's own groups, by name; those that it has in any hierarchy."""
    found, own = {}, None
    for line in source(target, "target/cgroup_limits").splitlines():
        kind, *words = line.split()
        if kind == "hierarchy":
            own = dict(word.split("=", 1) for word in words[1:] if "=" in word)["path"]
        elif kind == "group" and words[0] == own:
            found.update((name, value) for name, value in (word.split("=", 1) for word in words[1:])
                         if value != "!ENOENT")
    return found


@case("limits: memory, processes and CPU of a container are what podman was told")
def _():
    with podman.container("--memory", "64m", "--pids-limit", "50", "--cpus", "0.5") as (target, _):
        files = own_groups(target)
        equal(files.get("memory.limit_in_bytes", files.get("memory.max")), str(64 << 20), "memory")
        equal(files["pids.max"], "50", "pids")
        quota = files.get("cpu.max", "").replace("\\x20", " ").split() or [files["cpu.cfs_quota_us"],
                                                                           files["cpu.cfs_period_us"]]
        equal(int(quota[0]) * 2, int(quota[1]), "half of a CPU")


@case("limits: those of a container without any say so")
def _():
    with podman.container("--pids-limit", "-1") as (target, _):
        files = own_groups(target)
        equal(files["pids.max"], "max", "pids")
        check(files.get("memory.max") == "max" or int(files["memory.limit_in_bytes"]) > 1 << 62, f"memory: {files}")
        check(files.get("cpu.max", "").startswith("max") or files.get("cpu.cfs_quota_us") == "-1", f"cpu: {files}")


@case("limits: every group of the way up is told, to the root of each hierarchy")
def _():
    with podman.container() as (target, _):
        groups = []
        for line in source(target, "target/cgroup_limits").splitlines() + ["hierarchy"]:
            kind, *words = line.split()
            if kind == "hierarchy" and groups:
                path = pathlib.PurePosixPath(groups[0])
                equal(groups, [str(path), *map(str, path.parents)], "groups")
                groups = []
            elif kind == "group":
                groups.append(words[0])


@case("environment: names and proxies of a container are told, and neither its secrets nor its passwords")
def _():
    with podman.container("--env", "API_TOKEN=hush-hush", "--env", "EMPTY_KEY=",
                          "--env", "https_proxy=http://user:hush-hush@10.0.0.9:3128") as (target, _):
        names, proxies = source(target, "target/environ_names"), source(target, "target/proxies")
        for line in ("name API_TOKEN value=1 left_out=0", "name EMPTY_KEY value=0 left_out=0", "end more=0"):
            check(line in names.splitlines(), f"{line} is missing:\n{names}")
        equal(proxies, "https_proxy scheme=http host=10.0.0.9 port=3128 credentials=1\nend more=0\n", "proxies")
        check("hush" not in names + proxies and "user" not in proxies, "a secret was told")


if __name__ == "__main__":
    if len(sys.argv) < 2 or os.geteuid() != 0:
        sys.exit(__doc__)
    print_source = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="sbx-live-", ignore_cleanup_errors=True) as directory:
        podman = Podman(pathlib.Path(directory))
        podman.image()
        try:
            status = tap.run(sys.argv[2:])
        finally:
            podman.unmount()
    sys.exit(status)
