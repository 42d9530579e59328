#!/usr/bin/python3
"""policy_runtimes.py SBX_ATTEST SANDBOXED [WORD...]: what container engines and runtimes were told, held against their
processes, as root: nothing of a healthy container is weaker, and what is asked for beyond it is."""
import contextlib
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench, Target
from podman import Podman
from tap import case, check, equal

bench = podman = None


def compared(target, asked, name="asked.json"):
    """The rows of `asked`, a JSON value, by layer and subject; and the exit status of diff."""
    path = bench.path / name
    path.write_text(json.dumps(asked, indent=1))
    result = bench.run("diff", target, "--policy", path, "-o", "json")
    check(result.status in (0, 1, 4), f"diff ended with {result.status}: {result.err}")
    jsonschema.validate(result.report, bench.schema)
    claims = result.report["layers"]["policy"]["claims"]
    return {(row["layer"], row["subject"], row["wanted"]): row for row in claims["rows"]}, result.status


def is_held(target, asked):
    """Every row was seen, and nothing is weaker."""
    rows, status = compared(target, asked)
    wrong = [row for row in rows.values() if row["drift"] in ("weaker", "unknown")]
    check(not wrong, json.dumps(wrong, indent=1))
    equal(status, 0, "exit status")
    check(len(rows) >= 20, f"only {len(rows)} rows")
    return rows


def weaker(target, asked, change):
    """The rows that are weaker once `change` was made to a copy of what was asked."""
    asked = copy.deepcopy(asked)
    change(asked)
    rows, status = compared(target, asked)
    found = [(layer, subject) for (layer, subject, _), row in rows.items() if row["drift"] == "weaker"]
    equal(status, 1 if found else 0, "exit status")
    return found


def set_at(*keys):
    *path, last, value = keys

    def change(asked):
        for key in path:
            asked = asked[key]
        asked[last] = value
    return change


def take_from(*keys):
    *path, value = keys

    def change(asked):
        for key in path:
            asked = asked[key]
        asked.remove(value)
    return change


def add_to(*keys):
    *path, value = keys

    def change(asked):
        for key in path:
            asked = asked[key]
        asked.append(value)
    return change


for sentence, options in (
        ("podman's defaults", []),
        ("a read-only podman container with volumes", ["--read-only", "-v", "{}/volume:/data", "-v", "{}/volume:/fixed:ro"]),
        ("a podman container for a systemd, read-only", ["--read-only", "--systemd=always"]),
        ("a podman container of another user, without capabilities and new privileges, with one more path masked",
         ["--user", "1000:1001", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
          "--security-opt", "mask=/etc/passwd"]),
        ("a podman container on the host's namespaces",
         ["--pid", "host", "--ipc", "host", "--uts", "host", "--cgroupns", "host"])):
    @case(f"{sentence}: what inspect prints is what the kernel holds")
    def _(options=options):
        with podman.container(*(option.format(bench.path) for option in options)) as (target, seen):
            rows, status = compared(target, [seen])
            wrong = [row for row in rows.values() if row["drift"] in ("weaker", "unknown")]
            check(not wrong, json.dumps(wrong, indent=1))
            equal(status, 0, "exit status")
            check({"seccomp", "capabilities", "namespaces"} <= {layer for layer, _, _ in rows}, f"rows: {list(rows)}")


@case("podman inspect: one deviation in each layer is that row, weaker, and no other")
def _():
    with podman.container() as (target, seen):
        is_held(target, [seen])
        for change, expected in (
                (take_from(0, "BoundingCaps", "CAP_CHOWN"), [("capabilities", "bounding")]),
                (take_from(0, "EffectiveCaps", "CAP_KILL"), [("capabilities", "effective"), ("capabilities", "permitted")]),
                (add_to(0, "HostConfig", "SecurityOpt", "no-new-privileges"), [("no_new_privs", "no_new_privs")]),
                (add_to(0, "HostConfig", "SecurityOpt",
                        'seccomp={"defaultAction": "SCMP_ACT_ERRNO"}'), [("seccomp", "filter")]),
                (set_at(0, "HostConfig", "UsernsMode", "private"), [("namespaces", "namespace user")]),
                (set_at(0, "HostConfig", "ReadonlyRootfs", True), [("mounts", "path /")]),
                (add_to(0, "Config", "CreateCommand", "--security-opt=mask=/etc/passwd"), [("mounts", "path /etc/passwd")]),
                (set_at(0, "Config", "User", "1000"), [("user", "uid")])):
            equal(weaker(target, [seen], change), expected, str(expected))


def bundle(path, **process):
    """A directory with crun's own config.json, over podman's busybox; the config."""
    (path / "rootfs" / "bin").mkdir(parents=True)
    for name in ("proc", "sys", "dev", "tmp", "etc", "srv"):
        (path / "rootfs" / name).mkdir()
    (path / "rootfs" / "etc" / "passwd").write_text("root:x:0:0::/:/bin/sh\n")
    shutil.copy("/bin/busybox", path / "rootfs" / "bin" / "busybox")
    subprocess.run(["crun", "spec"], cwd=path, check=True)
    config = json.loads((path / "config.json").read_text())
    config["process"].update(terminal=False, args=["/bin/busybox", "sleep", "300"], rlimits=[], **process)
    config["mounts"].append({"destination": "/srv", "type": "bind", "source": str(path), "options": ["rbind"]})
    config["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["swapon", "kexec_load"], "action": "SCMP_ACT_ERRNO"}]}
    (path / "config.json").write_text(json.dumps(config))
    return config


@contextlib.contextmanager
def running(runtime, path):
    """A container of the bundle; its first process."""
    name = f"sbx-live-{runtime}-{os.getpid()}"
    root = ["--root", str(bench.path / f"{runtime}-state")]
    with subprocess.Popen([runtime, *root, "run", "--bundle", path, name], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as client:
        try:
            deadline = time.monotonic() + 20
            pid = 0
            while not pid:
                check(client.poll() is None and time.monotonic() < deadline, f"{runtime} did not start it")
                time.sleep(0.05)
                state = subprocess.run([runtime, *root, "state", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                told = json.loads(state.stdout) if state.returncode == 0 else {}
                if told.get("status") == "running" and os.readlink(f"/proc/{told['pid']}/exe").endswith("/busybox"):
                    pid = told["pid"]
            yield Target(pid)
        finally:
            subprocess.run([runtime, *root, "delete", "--force", name], stderr=subprocess.DEVNULL, check=False)
            client.kill()


for runtime in ("crun", "runc"):
    @case(f"{runtime}: the bundle's config.json is what the kernel holds, and a deviation in each layer is told")
    def _(runtime=runtime):
        path = bench.path / runtime
        config = bundle(path)
        with running(runtime, path) as target:
            is_held(target, config)
            linux = config["linux"]
            masked = next(it for it in linux["maskedPaths"] if os.path.exists(it))
            for change, expected in (
                    (take_from("process", "capabilities", "bounding", "CAP_KILL"), [("capabilities", "bounding")]),
                    (set_at("process", "user", "uid", 1), [("user", "uid")]),
                    (add_to("linux", "seccomp", "syscalls", {"names": ["getpid"], "action": "SCMP_ACT_ERRNO"}),
                     [("seccomp", "filter")]),
                    (add_to("linux", "namespaces", {"type": "user"}), [("namespaces", "namespace user")]),
                    (add_to("linux", "maskedPaths", "/etc/passwd"), [("mounts", "path /etc/passwd")]),
                    (add_to("linux", "readonlyPaths", "/srv"), [("mounts", "path /srv")]),
                    (add_to("mounts", {"destination": "/none", "type": "tmpfs"}), []),
                    (add_to("mounts", {"destination": "/tmp", "type": "tmpfs"}), [("mounts", "path /tmp")]),
                    (take_from("linux", "maskedPaths", masked), [])):
                equal(weaker(target, config, change), expected, str(expected))


@case("a process outside of the container is nothing of what the container was told to be")
def _():
    with podman.container("--read-only") as (_, seen), bench.start() as outside:
        rows, status = compared(outside, [seen])
        equal(status, 1, "exit status")
        found = {row["layer"] for row in rows.values() if row["drift"] == "weaker"}
        check({"capabilities", "seccomp", "namespaces", "mounts"} <= found, f"weaker: {found}")


@case("a mask that is taken off and a root that is mounted anew are told of the running container")
def _():
    with podman.container("--read-only", "--cap-add", "SYS_ADMIN") as (target, seen):
        is_held(target, [seen])
        inside = ["nsenter", "-t", str(target.pid), "-m", "/bin/busybox"]
        subprocess.run([*inside, "umount", "/proc/keys"], check=True)
        subprocess.run([*inside, "mount", "-n", "-o", "remount,bind,rw", "none", "/"], check=True)
        rows, status = compared(target, [seen])
        equal(status, 1, "exit status")
        equal({subject for (_, subject, _), row in rows.items() if row["drift"] == "weaker"},
              {"path /", "path /proc/keys"}, "weaker")


if __name__ == "__main__":
    if len(sys.argv) < 3 or os.geteuid() != 0:
        sys.exit(__doc__)
    bench = Bench(sys.argv[1], sys.argv[2])
    (bench.path / "volume").mkdir()
    (bench.path / "podman").mkdir()
    podman = Podman(bench.path / "podman")
    podman.image()
    try:
        sys.exit(tap.run(sys.argv[3:]))
    finally:
        podman.unmount()
