#!/usr/bin/python3
"""doctor.py GUEST SBX_ATTEST SANDBOXED: switches of Debian's kernels that no other machine should be changed for, and whom doctor blames.

The programs must be static. GUEST is one of the table below.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "live"), str(HERE)]
import tap
from boot import boot
from tap import case, check, equal

NOBODY = "sandboxed --uid 65534 --"
NAMESPACES = [f"ns.{kind}" for kind in "mnt pid net ipc uts cgroup time".split()]


def all_of(names, cause):
    return {name: cause for name in names}


# name of a look: what is set first, who looks, whom it must blame ("works" where nobody says no)
LOOKS_6_1 = {
    "plain user": ("", NOBODY, {"landlock": "works", "userns": "works", **all_of(NAMESPACES, "works"), "mount.proc": "works"}),
    "root": ("", "", {"landlock": "works", "userns": "works", **all_of(NAMESPACES, "works")}),
    # The root of the guest is its initramfs.
    "pivot_root": ("", "", {"pivot_root": "initramfs-root", "mount": "works"}),
    "switched off, user": ("kernel.unprivileged_userns_clone=0", NOBODY,
                           {"landlock": "works", "userns": "unprivileged-userns-clone",
                            **all_of(NAMESPACES, "unprivileged-userns-clone"), "mount": "unprivileged-userns-clone"}),
    "switched off, root": ("kernel.unprivileged_userns_clone=0", "", {"userns": "works", **all_of(NAMESPACES, "works")}),
    "no namespaces, user": ("user.max_user_namespaces=0", NOBODY, {"userns": "namespace-limit", "ns.mnt": "namespace-limit"}),
    "no namespaces, root": ("user.max_user_namespaces=0", "", {"userns": "namespace-limit", **all_of(NAMESPACES, "works")}),
    "yama": ("kernel.yama.ptrace_scope=2", NOBODY, {"ptrace": "yama", "userns": "works"}),
}
LOOKS_6_12 = {
    "plain user": ("", NOBODY, {"landlock": "works", "userns": "works", **all_of(NAMESPACES, "works")}),
    "switched off, user": ("kernel.unprivileged_userns_clone=0", NOBODY,
                           {"userns": "unprivileged-userns-clone", "ns.net": "unprivileged-userns-clone"}),
    "no network namespaces": ("user.max_net_namespaces=0", NOBODY,
                              {"userns": "works", "ns.net": "namespace-limit", "ns.mnt": "works", "loopback": "namespace-limit"}),
}
LOOKS_WITHOUT = {
    "plain user": ("", NOBODY, {"landlock": "not-enabled", "userns": "works"}),
}
# name: series, words on the command line, looks
GUESTS = {
    "6.1": ("6.1", "", LOOKS_6_1),
    "6.12": ("6.12", "", LOOKS_6_12),
    "6.12 without Landlock": ("6.12", "lsm=lockdown,yama", LOOKS_WITHOUT),
}


def script(looks):
    """What the guest runs: one switch at a time, set back after the look."""
    lines = []
    for name, (switch, under, _) in looks.items():
        key, _, value = switch.partition("=")
        path = "/proc/sys/" + key.replace(".", "/")
        lines += [f"old=$(cat {path}); echo {value} >{path}"] if switch else []
        lines += [f"echo '@look {name}'; read a x </proc/uptime; {under} sbx-attest doctor -o json 2>&1; s=$?; read b x </proc/uptime; "
                  "echo; echo \"@took $a $b $s\""]
        lines += [f"echo $old >{path}"] if switch else []
    return "\n".join([*lines, "echo '@all'", "ps | grep -c '[s]bx-attest'", ""])


class Look:
    def __init__(self, body):
        text, _, took = body.rpartition("@took ")
        before, after, status = took.split()[:3]
        self.seconds, self.status = float(after) - float(before), int(status)
        try:
            self.abilities = {it["id"]: it for it in json.loads(text)["abilities"]}
        except ValueError:
            raise AssertionError(f"no JSON, exit {self.status}: {text[:500]}") from None

    def cause(self, name):
        it = self.abilities[name]
        return it["refused_by"]["cause"] if it["outcome"] == "refused" else it["outcome"]


def main(guest, attest, sandboxed):
    series, append, looks = GUESTS[guest]
    fetched = subprocess.run([HERE / "fetch", series], stdout=subprocess.PIPE, text=True, check=False)
    if fetched.returncode:
        return "doctor: no kernel"
    kernel = fetched.stdout.split(maxsplit=1)[1].strip()
    with tempfile.TemporaryDirectory(prefix="sbx-doctor-") as scratch:
        guest_script = pathlib.Path(scratch, "script")
        guest_script.write_text(script(looks))
        status, output, console = boot(kernel, append, {"sbx-attest": attest, "sandboxed": sandboxed, "script": guest_script},
                                       ["sh", "/bin/script"], 240)
    text = output.decode(errors="replace")
    print(f"# {pathlib.Path(kernel).name} {append}")

    @case("the guest boots, looks to the end, and no process of ours is left")
    def _():
        check(text.endswith("@all\n0\n"), f"exit {status}:\n{text[-1500:]}\n{console[-1500:].decode(errors='replace')}")

    parts = re.split(r"^@look (.*)\n", text.partition("@all\n")[0], flags=re.M)
    bodies = dict(zip(parts[1::2], parts[2::2]))
    for name, (switch, _, causes) in looks.items():
        @case(f"{name}{', ' + switch if switch else ''}: who says no")
        def _(name=name, causes=causes):
            look = Look(bodies[name])
            print(f"#   {look.seconds:.2f} s in an emulated machine", flush=True)
            equal(look.status, 0, "exit status")
            equal({it: look.cause(it) for it in causes}, causes, "whom it blames")
    return tap.run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 4 and sys.argv[1] in GUESTS else __doc__)
