"""Containers of podman, in a store of their own."""
import contextlib
import io
import json
import os
import pathlib
import subprocess
import tarfile
import time

from harness import Target
from tap import check

IMAGE = "localhost/sbx-live"
ULIMITS = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")
LIMITS = ("--network", "none", *ULIMITS)


class Podman:
    """Podman with a store of its own, in limits that root without CAP_SYS_RESOURCE can set."""

    IMAGE, LIMITS = IMAGE, ULIMITS

    def __init__(self, path, prefix=()):
        """`prefix`: a command that it is started by."""
        self.path = path
        path.mkdir(exist_ok=True)
        config = path / "containers.conf"
        config.write_text("[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n"
                          f"tmp_dir = \"{path}/tmp\"\n[network]\nnetwork_backend = \"netavark\"\n"
                          f"network_config_dir = \"{path}/net\"\n")
        self.environment = {**os.environ, "CONTAINERS_CONF": str(config)}
        # runc takes any layout of cgroups; crun refuses a hybrid one whose second version still owns a controller.
        self.command = [*prefix, "podman", "--root", f"{path}/root", "--runroot", f"{path}/run", "--storage-driver", "vfs",
                        "--runtime", "runc"]

    def __call__(self, *arguments, **options):
        done = subprocess.run([*self.command, *arguments], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120, **options)
        check(done.returncode == 0, f"podman {arguments[0]}: {done.stderr.decode(errors='replace')[-800:]}")
        return done.stdout.decode().strip()

    def image(self):
        image = io.BytesIO()
        with tarfile.open(fileobj=image, mode="w") as tar:
            for name in ("bin", "etc", "proc", "sys", "dev", "tmp"):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(entry)
            tar.add("/bin/busybox", "bin/busybox")
            entry = tarfile.TarInfo("etc/passwd")
            text = b"root:x:0:0::/:/bin/sh\n"
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        self("import", "-", "sbx-live", input=image.getvalue())

    def seen(self, name):
        """What podman says of a container, once its first process is what it is to be and no longer the runtime's."""
        seen = json.loads(self("inspect", name))[0]
        end = time.monotonic() + 20
        while not os.readlink(f"/proc/{seen['State']['Pid']}/exe").endswith("/busybox"):
            check(time.monotonic() < end, f"{name} has not started")
            time.sleep(0.02)
        return seen

    @contextlib.contextmanager
    def container(self, *options):
        name = f"sbx-live-{os.getpid()}"
        self("run", "-d", "--name", name, *LIMITS, *options, IMAGE, "/bin/busybox", "sleep", "300")
        try:
            seen = self.seen(name)
            yield Target(seen["State"]["Pid"]), seen
        finally:
            self("rm", "-f", "-t", "0", name)

    @contextlib.contextmanager
    def talking(self, name, *options, command):
        """A container whose first process is talked to: the client, and once it has said a line, that and its pid here."""
        with subprocess.Popen([*self.command, "run", "-i", "--name", name, *LIMITS, *options, IMAGE, *command],
                              env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as client:
            try:
                line = client.stdout.readline().decode()
                yield client, line, json.loads(self("inspect", name))[0]["State"]["Pid"]
            finally:
                self("rm", "-f", "-t", "0", name)
                client.kill()
                client.communicate()

    def unmount(self):
        """What podman mounted over its store would keep the directory from being removed."""
        for line in reversed(pathlib.Path("/proc/self/mounts").read_text().splitlines()):
            if line.split()[1].startswith(str(self.path.parent)):
                subprocess.run(["umount", "-l", line.split()[1]], check=False)
