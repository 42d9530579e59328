#!/usr/bin/python3
"""narrow_calls.py SBX_ATTEST CALLING PRINT_TRACE TRACED: calls by int $0x80, and of x32, in a guest whose kernel takes the first.

On a machine without 32-bit mode seccomp_calls.py and trace.py have nothing to show of them. Here they are made in the guest, under
filters as several compilers write them, and what came of each is compared with what sbx-attest said there. The programs must be
static.
"""
import base64
import gzip
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
from calls import Call, calls, compare, plainly
from filter_styles import STYLES, keyctl_natively_alone
from filtered import denies, raw
from tap import case, check, equal
from trace_lines import Trace, tells_i386
from ways import connecting_without_inet, warned_of

SERIES = "6.12"  # Debian's cloud kernels take calls by int $0x80, and of x32 none: those end at the filters, or with ENOSYS
WAYS = ("i386", "x32")
GETPID = {"i386": Call("i386", "getpid", 20), "x32": Call("x32", "getpid", 0x40000000 | 39)}
NO_INET = [raw(denies(41, family)) for family in (2, 10)]  # socket(2) of AF_INET, AF_INET6, by the native number
UNDER = {"control": [], **{name: [write()] for name, write in STYLES.items()}, "no_inet": NO_INET,
         "native_alone": [keyctl_natively_alone()]}
OPEN = ("with_arithmetic", "beyond_errno")  # these styles let nearly all calls through by other ways
OF = list({call.line(): call for call in [*GETPID.values(), *calls(WAYS)]}.values())


def script():
    """What the guest runs. Each process lives for as long as its input, a FIFO, is held open."""
    lines = []
    for name, programs in UNDER.items():
        lines.append(f"""mkfifo /tmp/{name}; calling {' '.join(it.hex() for it in programs)} </tmp/{name} >/tmp/{name}.out 2>&1 &
pid=$!; exec 3>/tmp/{name}
n=0; until grep -q ready /tmp/{name}.out 2>/dev/null || [ $n = 100 ]; do sleep 0.1; n=$((n+1)); done
echo '@table {name}'; sbx-attest seccomp $pid -o json 2>/tmp/err >/tmp/table
echo "status $?"; cat /tmp/err; gzip -c /tmp/table | base64
echo '@can {name}'; sbx-attest can $pid connect tcp:80 -o json 2>&1
cat /bin/requests >&3; exec 3>&-; wait $pid
echo '@came {name}'; cat /tmp/{name}.out""")
    lines.append("echo '@trace i386'; print-trace traced i386 2>&1; echo '@end all'")
    return "\n".join(lines)


class Made:
    """In the guest, and what came of it; for compare()."""

    def __init__(self, text):
        first, *came = text.splitlines()
        check(first.startswith("ready "), f"calling said {first}")
        equal(len(came), len(OF), f"answers, up to {came[-1:]}")
        self.came = dict(zip([call.line() for call in OF], came))

    def know(self, of):
        pass

    def what_comes(self, *of):
        return [self.came[call.line()] for call in of]

    def known_to_come(self, call):
        return self.came[call.line()]


def table_in(text):
    status, *lines = text.splitlines()
    equal(status, "status 0", f"exit status: {text[-500:]}")
    return json.loads(gzip.decompress(base64.b64decode("".join(lines))))


def cases_for(said):
    """`said`: by "table like_runc" and the like, what the guest printed."""
    def taken():
        control = Made(said["came control"])
        return [way for way, call in GETPID.items() if plainly(control.known_to_come(call)) == "returned something"]

    @case("this kernel takes calls by int $0x80, and that is what warnings say of each way beside the native one")
    def _():
        check("i386" in taken(), f"getpid(2) tells a pid by {taken()}")
        warned_of(table_in(said["table native_alone"]), taken())

    for style in STYLES:
        @case(f"a filter {style.replace('_', ' ')}: each i386 and x32 call does what the table says")
        def _(style=style):
            of = [call for call in OF if call not in GETPID.values()]
            restricted = compare(table_in(said[f"table {style}"]), Made(said[f"came {style}"]), Made(said["came control"]), of)
            check(len(of) > 200 and (restricted > 10) == (style not in OPEN), f"{restricted} of {len(of)} calls were restricted")

    @case("can: what is refused by the native way alone is a yes, by int $0x80")
    def _():
        asked, = [it for it in json.loads(said["can no_inet"])["asked"] if it["layer"] == "seccomp"]
        equal((asked["answer"], asked["detail"]), connecting_without_inet(WAYS), "connect")

    @case("calls that come by the 32-bit way are told under their names, and say so")
    def _():
        tells_i386(Trace(said["trace i386"]))


def main(attest, calling, print_trace, traced):
    fetched = subprocess.run([HERE / "fetch", SERIES], stdout=subprocess.PIPE, text=True)
    if fetched.returncode:
        return "narrow_calls: no kernel"
    kernel = fetched.stdout.split(maxsplit=1)[1].strip()
    with tempfile.TemporaryDirectory(prefix="sbx-narrow-") as scratch:
        guest_script, requests = pathlib.Path(scratch, "script"), pathlib.Path(scratch, "requests")
        guest_script.write_text(script())
        requests.write_text("".join(call.line() for call in OF))
        status, output, console = boot(
            kernel, "", {"sbx-attest": attest, "calling": calling, "print-trace": print_trace, "traced": traced,
                             "script": guest_script, "requests": requests}, ["sh", "/bin/script"], 240)
    text = output.decode(errors="replace")
    print(f"# {pathlib.Path(kernel).name}")

    @case("the guest boots and makes every call to its end")
    def _():
        check(text.endswith("@end all\n"), f"exit {status}:\n{text[-1500:]}\n{console[-1500:].decode(errors='replace')}")

    _, *parts = re.split(r"^@(\w+ \w+)\n", text, flags=re.M)
    if parts:
        cases_for(dict(zip(parts[::2], parts[1::2])))
    return tap.run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 5 else __doc__)
