#!/usr/bin/python3
"""containers.py PRINT_SOURCE [WORD...]: what runtimes say of containers, by podman's own API and by servers that lie.

As root. WORDs choose the cases whose sentence has them all.
"""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from podman import Podman
from tap import case, check, equal

podman = print_source = directory = None
ID = "a" * 64
MOST_SECONDS = 4  # 1.5 for all of it, and a loaded machine


def told(path):
    """The lines, the errno in place of them, and the seconds it took. Sockets of this machine are asked as well."""
    before = time.monotonic()
    done = subprocess.run([print_source, str(os.getpid()), "host/containers"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60,
                          env={"DOCKER_HOST": f"unix://{path}", "PATH": os.environ["PATH"]})
    took = time.monotonic() - before
    return done.stdout.decode(), done.stderr.decode().split(" ")[0].strip(), took


def outcome(path):
    """What the source says of the socket at `path`: "whole", "cut" or an errno; where nothing answered, that of all."""
    text, error, took = told(path)
    check(took < MOST_SECONDS, f"it took {took:.1f} s")
    for line in text.splitlines():
        words = line.split()
        if words[0] == "source" and words[2] == f":{path}":
            return words[3].lstrip("!"), text
    return error, text


@contextlib.contextmanager
def server(answer):
    """A socket at which `answer(connection, request)` is called for each request."""
    path = pathlib.Path(directory) / f"fake-{time.monotonic_ns()}.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(64)
        done = threading.Event()

        def one(connection):
            with connection, contextlib.suppress(OSError):
                answer(connection, connection.recv(65536).decode(), done)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=one, args=[connection], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield path
        finally:
            done.set()
            listening.shutdown(socket.SHUT_RDWR)
            path.unlink()


def reply(connection, body, status="200 OK"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


@case("containers: podman's own API tells names, processes, networks and the labels that are needed")
def _():
    path = pathlib.Path(directory) / "podman.sock"
    with podman.container("--label", "app=paude", "--label", "private=x") as (target, seen), \
            subprocess.Popen([*podman.command, "system", "service", "--time", "0", f"unix://{path}"], env=podman.environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        try:
            end = time.monotonic() + 20
            while not path.exists():
                check(time.monotonic() < end, "podman's service has not started")
                time.sleep(0.05)
            said, text = outcome(path)
            while said == "ETIMEDOUT" and time.monotonic() < end: # its first answers take longer than we wait
                said, text = outcome(path)
            equal(said, "whole")
            line = next(line for line in text.splitlines() if line.split()[2] == seen["Id"])
            check(f" pid={seen['State']['Pid']} names=:{seen['Name']} " in line, line)
            check(line.endswith(" labels=:app=paude"), line)
        finally:
            service.terminate()


@case("containers: a server that answers well is believed to be one, and its texts are escaped")
def _():
    def answer(connection, request, _):
        if request.startswith("GET /containers/json?all=0 "):
            reply(connection, [{"Id": ID}])
        elif request.startswith(f"GET /containers/{ID}/json "):
            reply(connection, {"Id": ID, "Name": "/a\n,:b", "State": {"Pid": 77}, "Config": {"Labels": {"app": "=\u001b"}}})
    with server(answer) as path:
        said, text = outcome(path)
        equal(said, "whole")
        check(f"container docker {ID} pid=77 names=:a\\x0a\\x2c:b networks= labels=:app=\\x3d\\x1b\n" in text, text)


@case("containers: only what is meant to be read is asked for, by GET")
def _():
    asked = []

    def answer(connection, request, _):
        asked.append(request.split("\r\n")[0])
        reply(connection, [{"Id": ID}] if len(asked) == 1 else {})
    with server(answer) as path:
        outcome(path)
    equal(asked, ["GET /containers/json?all=0 HTTP/1.1", f"GET /containers/{ID}/json HTTP/1.1"])


@case("containers: a server that never answers, or answers for ever, is left at the deadline or the bound")
def _():
    with server(lambda connection, request, done: done.wait(30)) as path:
        equal(outcome(path)[0], "ETIMEDOUT")

    def drip(connection, request, done):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not done.wait(0.05):
            connection.sendall(b" ")
    with server(drip) as path:
        equal(outcome(path)[0], "ETIMEDOUT")

    def flood(connection, request, done):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not done.is_set():
            connection.sendall(b"[" * 65536)
    with server(flood) as path:
        check(outcome(path)[0] in {"EFBIG", "ETIMEDOUT"}, outcome(path)[0])


@case("containers: one container that nobody answers about is there, and nothing is said of it")
def _():
    def answer(connection, request, done):
        if "all=0" in request:
            reply(connection, [{"Id": ID}])
        else:
            done.wait(30)
    with server(answer) as path:
        said, text = outcome(path)
        equal(said, "whole")
        check(f"container docker {ID} pid=!ETIMEDOUT names= networks= labels=\n" in text, text)


@case("containers: hostile answers are refused, with the errno that says why")
def _():
    for body, wanted in ((b"[" * 200_000, "EBADMSG"), (b"{}", "EBADMSG"), (b'[{"Id":"../../../x"}]', "EBADMSG"),
                         (b'[{"Id":"' + b"a" * 63 + b'\\n"}]', "EBADMSG"), (b"\xff\xfe", "EBADMSG")):
        with server(lambda connection, request, _, body=body: reply(connection, body)) as path:
            equal(outcome(path)[0], wanted, repr(body[:40]))
    with server(lambda connection, request, _: reply(connection, b"", "403 Forbidden")) as path:
        equal(outcome(path)[0], "EREMOTEIO")
    with server(lambda connection, request, _: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[")) as path:
        equal(outcome(path)[0], "EBADMSG")
    with server(lambda connection, request, _: None) as path:
        equal(outcome(path)[0], "EBADMSG")


@case("containers: a socket of another user, a file, and a socket that nobody listens at are not asked")
def _():
    with server(lambda connection, request, _: reply(connection, [])) as path:
        equal(outcome(path)[0], "whole")
        os.chown(path, 1234, 1234)
        equal(outcome(path)[0], "EPERM")
    plain = pathlib.Path(directory) / "plain"
    plain.write_text("")
    equal(outcome(plain)[0], "EPERM")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"{directory}/bound")
        equal(outcome(f"{directory}/bound")[0], "ECONNREFUSED")


if __name__ == "__main__":
    if len(sys.argv) < 2 or os.geteuid() != 0:
        sys.exit(__doc__)
    print_source = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="sbx-live-", ignore_cleanup_errors=True) as directory:
        podman = Podman(pathlib.Path(directory) / "podman")
        podman.image()
        try:
            status = tap.run(sys.argv[2:])
        finally:
            podman.unmount()
    sys.exit(status)
