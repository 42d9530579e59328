"""Launchers of sandboxes, and the process under them."""
import contextlib
import os
import pathlib
import subprocess
import time

from harness import Target, descendants
from tap import check


@contextlib.contextmanager
def launched(command, program, **options):
    """Starts a launcher; the process under it whose program has that name."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          **options) as launcher:
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                for pid in descendants(launcher.pid):
                    with contextlib.suppress(OSError):
                        if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == program:
                            time.sleep(0.1)
                            yield Target(pid, launcher)
                            return
                check(launcher.poll() is None, f"{command[0]} ended: {launcher.returncode}")
                time.sleep(0.05)
            raise AssertionError(f"{command[0]} started no {program}")
        finally:
            below = descendants(launcher.pid)
            launcher.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                launcher.wait(5)
            for pid in below:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
            launcher.kill()
            launcher.stderr.close()
