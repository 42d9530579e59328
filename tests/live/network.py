#!/usr/bin/python3
"""network.py SBX_ATTEST SANDBOXED [WORD...]: inspects processes whose network is known, and connects for real.

The host of these tests is a network namespace of its own (LAN), the internet another one (WAN): nothing leaves
this machine, and its own network stays as it is. What is said of a target is confirmed by connections from inside.
"""
import contextlib
import ctypes
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from harness import Bench, Target
from podman import Podman
from tap import case, check, equal

bench = None
podman = None
LAN, WAN = f"sbx-lan-{os.getpid()}", f"sbx-wan-{os.getpid()}"
PUBLIC, PUBLIC6 = "1.1.1.1", "2606:4700:4700::1111"  # of the WAN: these packets go no further
HERE = pathlib.Path(__file__).resolve().parent
USER = ("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "--bounding-set", "-all", "--inh-caps", "-all")


def ip(*arguments):
    subprocess.run(["ip", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def in_net(name, *command):
    return ("nsenter", f"--net=/run/netns/{name}", *command)


LISTEN = """
import socket, sys
held = []
for address in sys.argv[1:]:
    host, port = address.rsplit(':', 1)
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    held.append(socket.create_server((host, int(port)), family=family, backlog=64))
print('ready', flush=True)
sys.stdin.read()
"""
CONNECT = """
import errno, socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
with socket.socket(family) as it:
    it.settimeout(2)
    try:
        it.connect((sys.argv[1], int(sys.argv[2])))
        print('connected')
    except TimeoutError:
        print('ETIMEDOUT')
    except OSError as problem:
        print(errno.errorcode[problem.errno])
"""


@contextlib.contextmanager
def listening(net, *addresses):
    with subprocess.Popen(in_net(net, sys.executable, "-c", LISTEN, *addresses), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as server:
        try:
            equal(server.stdout.readline(), b"ready\n", f"listening on {addresses}")
            yield
        finally:
            server.kill()
            server.communicate()


def connects(target, address, port, user=()):
    """What a connection from the target's network ends with."""
    return subprocess.run(["nsenter", "-t", str(target), "-n", *user, sys.executable, "-c", CONNECT, address, str(port)],
                          stdout=subprocess.PIPE, check=True, timeout=20).stdout.decode().strip()


@contextlib.contextmanager
def machine():
    """LAN, which has a way to the WAN, which has public addresses."""
    made = []
    try:
        for name in (LAN, WAN):
            ip("netns", "add", name)
            made.append(name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "up0", "netns", LAN, "type", "veth", "peer", "name", "down0", "netns", WAN)
        for name, link, v4, v6 in ((LAN, "up0", "203.0.113.2/24", "2001:db8:1::2/64"), (WAN, "down0", "203.0.113.1/24", "2001:db8:1::1/64")):
            ip("-n", name, "addr", "add", v4, "dev", link)
            ip("-n", name, "addr", "add", v6, "dev", link, "nodad")
            ip("-n", name, "link", "set", link, "up")
        ip("-n", LAN, "route", "add", "default", "via", "203.0.113.1")
        ip("-n", LAN, "-6", "route", "add", "default", "via", "2001:db8:1::1")
        ip("-n", WAN, "addr", "add", f"{PUBLIC}/32", "dev", "lo")
        ip("-n", WAN, "-6", "addr", "add", f"{PUBLIC6}/128", "dev", "lo", "nodad")
        ip("-n", WAN, "route", "add", "default", "via", "203.0.113.2")  # whoever asks is answered
        ip("-n", WAN, "-6", "route", "add", "default", "via", "2001:db8:1::2")
        for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            subprocess.run(in_net(LAN, "sysctl", "-q", "-w", f"{key}=1"), check=True)
        with listening(WAN, f"{PUBLIC}:443", f"{PUBLIC6}:443"):
            yield
    finally:
        for name in made:
            ip("netns", "del", name)


count = iter(range(1000))


@contextlib.contextmanager
def private_net(v4=True, v6=False, default=True):
    """A network namespace that hangs on LAN by a veth pair; its name."""
    number = next(count)
    name, link = f"sbx-net-{os.getpid()}-{number}", f"n{number}"
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", link, "netns", LAN, "type", "veth", "peer", "name", "eth0", "netns", name)
        for net, dev, last in ((LAN, link, 1), (name, "eth0", 2)):
            if v4:
                ip("-n", net, "addr", "add", f"10.200.{number}.{last}/24", "dev", dev)
            if v6:
                ip("-n", net, "addr", "add", f"fd00:200:{number}::{last}/64", "dev", dev, "nodad")
            ip("-n", net, "link", "set", dev, "up")
        if v4 and default:
            ip("-n", name, "route", "add", "default", "via", f"10.200.{number}.1")
        if v6 and default:
            ip("-n", name, "-6", "route", "add", "default", "via", f"fd00:200:{number}::1")
        yield name
    finally:
        ip("netns", "del", name)


def gateway(net):
    return f"10.200.{net.rsplit('-', 1)[1]}.1"


def rules(net, text):
    subprocess.run(in_net(net, "nft", "-f", "-"), input=text.encode(), check=True)


@contextlib.contextmanager
def process_in(net, *command, user=USER, env=None):
    command = command or ("sleep", "300")
    with subprocess.Popen(in_net(net, *user, *command), stdin=subprocess.DEVNULL, env=env) as it:
        try:
            wanted = os.path.basename(command[0])
            deadline = time.monotonic() + 10
            while pathlib.Path(f"/proc/{it.pid}/comm").read_text().strip() != wanted[:15]:
                check(time.monotonic() < deadline, f"{wanted} did not start")
                time.sleep(0.01)
            yield Target(it.pid, it)
        finally:
            it.kill()
            it.wait()


def network(target, *arguments, **options):
    result = bench.run("network", target, "-o", "json", *arguments, **options)
    check(result.status in (0, 1, 4), f"exit {result.status}: {result.err}")
    bench.obeys_schema(result.report)
    return result


def claims_of(target, *arguments, **options):
    return network(target, *arguments, **options).claims("network")


def warnings(claims):
    return {it["id"] for it in claims["warnings"]}


# ---------------------------------------------------------------- nothing, and the host's


@case("a network namespace with nothing in it is none, and meets what asks for that")
def _():
    with subprocess.Popen(["unshare", "-n", "sleep", "300"]) as it:
        try:
            time.sleep(0.2)
            result = network(it.pid, "--require", "egress=none", "--require", "egress=none|proxy", "--require", "net.default_route=none",
                             "--require", "network")
            equal((result.status, result.layer("network")["state"]), (0, "enforced"), "status, state")
            claims = result.claims("network")
            equal((claims["egress"], claims["shape"], claims["default_route"]), ("none", "loopback_only", "none"), "verdict")
            equal(connects(it.pid, PUBLIC, 443), "ENETUNREACH", "a real connection")
        finally:
            it.kill()


@case("a process in the host's network is host and absent, and meets nothing that asks for less")
def _():
    with bench.start() as target:
        result = network(target, "--require", "egress=none|proxy")
        equal((result.status, result.layer("network")["state"], result.claims("network")["egress"]), (1, "absent", "host"), "verdict")


# ---------------------------------------------------------------- podman: networks without a way out


@contextlib.contextmanager
def networks():
    try:
        podman("network", "create", "--internal", "--subnet", "10.89.177.0/24", "sbx-int")
        podman("network", "create", "--subnet", "10.89.178.0/24", "sbx-br")
        yield
    finally:
        for name in ("sbx-int", "sbx-br"):
            with contextlib.suppress(AssertionError):
                podman("network", "rm", "-f", name)


@contextlib.contextmanager
def proxy():
    podman("create", "--name", "sbx-proxy", *podman.LIMITS, "--network", "sbx-int:ip=10.89.177.2", podman.IMAGE, "/bin/busybox", "nc", "-ll",
           "-p", "3128", "-e", "cat")
    try:
        podman("network", "connect", "sbx-br", "sbx-proxy")
        podman("start", "sbx-proxy")
        yield podman.seen("sbx-proxy")
    finally:
        podman("rm", "-f", "-t", "0", "sbx-proxy")


@contextlib.contextmanager
def agent(network_option, *options, name="sbx-agent"):
    podman("run", "-d", "--name", name, *podman.LIMITS, "--network", network_option, *options, podman.IMAGE, "/bin/busybox", "sleep", "300")
    try:
        yield Target(podman.seen(name)["State"]["Pid"])
    finally:
        podman("rm", "-f", "-t", "0", name)


@case("podman --internal with a proxy on two networks: proxy, named by its address; a second network for the agent is open")
def _():
    with networks(), proxy() as seen, agent("sbx-int:ip=10.89.177.3", "-e", "HTTP_PROXY=http://10.89.177.2:3128") as target:
        result = network(target, "--require", "egress=proxy", "--require", "net.default_route=none")
        claims = result.claims("network")
        equal((result.status, result.layer("network")["state"], claims["egress"], claims["shape"]), (0, "enforced", "proxy", "internal"), claims["because"])
        equal(claims["proxy"]["addresses"][0], "10.89.177.2", "the proxy")
        check(seen["Id"] in claims["proxy"]["cgroup"], f"the container: {claims['proxy']}")
        equal((connects(target, PUBLIC, 443), connects(target, "10.89.177.2", 3128)), ("ENETUNREACH", "connected"), "real connections")
        equal([it["reached"] for it in claims["proxy_variables"]], [True], "its variable")
        check("10.89.177.2" in bench.run("network", target).out.decode(), "the page names the proxy")

        with agent("sbx-int:ip=10.89.177.4", name="sbx-agent2") as other:
            unset = claims_of(other)
            equal((unset["egress"], unset["proxy_variables"]), ("proxy", []), "without the variable")
            check("network.others_on_link" in warnings(unset), "two agents see each other")

        podman("network", "connect", "sbx-br", "sbx-agent")
        result = network(target, "--require", "egress=none|proxy")
        claims = result.claims("network")
        equal((result.status, claims["egress"], claims["default_route"]), (1, "open", "ipv4"), claims["because"])
        equal(connects(target, PUBLIC, 443), "connected", "a real connection")
        check("network.proxy_not_forced" in warnings(claims), "it is told of a proxy that it need not use")


@case("podman --internal without anybody who leads out is none; two who do are more than a proxy")
def _():
    with networks(), agent("sbx-int:ip=10.89.177.3") as target:
        claims = claims_of(target)
        equal((claims["egress"], claims["shape"]), ("none", "internal"), claims["because"])
        with proxy(), agent("sbx-int:ip=10.89.177.9", name="sbx-second"):
            podman("network", "connect", "sbx-br", "sbx-second")
            claims = claims_of(target)
            equal(claims["egress"], "filtered", claims["because"])
            check("network.several_ways_out" in warnings(claims), warnings(claims))


@case("podman --internal and CAP_NET_ADMIN: it could make itself a route, so nothing holds it")
def _():
    with networks(), proxy(), agent("sbx-int:ip=10.89.177.3", "--cap-add", "NET_ADMIN") as target:
        claims = claims_of(target)
        equal((claims["egress"], claims["may_change"]), ("open", True), claims["because"])
        check("network.may_change" in warnings(claims), warnings(claims))


@case("podman --network none is none, --network host is what that network is")
def _():
    with agent("none") as target:
        equal(claims_of(target)["egress"], "none", "none")
        equal(connects(target, PUBLIC, 443), "ENETUNREACH", "a real connection")
    with agent("host") as target:  # its host is LAN
        claims = claims_of(target)
        equal(claims["egress"], "open", claims["because"])
        equal(connects(target, PUBLIC, 443), "connected", "a real connection")


# ---------------------------------------------------------------- rules

FENCE = """table {family} fence {{ chain output {{ type filter hook output priority 0; policy accept;
oif lo accept; ct state established,related accept; ip daddr {gateway} tcp dport 3128 accept; {last}
}}
}}
"""


@case("a veth and nftables: filtered, with what is let through; without the rule that rejects it is open")
def _():
    with private_net() as net, process_in(net) as target, listening(LAN, f"{gateway(net)}:3128"):
        rules(net, FENCE.format(family="inet", gateway=gateway(net), last="meta l4proto { tcp, udp } reject; reject"))
        result = network(target, "--require", "egress=none|proxy|filtered")
        claims = result.claims("network")
        equal((result.status, result.layer("network")["state"], claims["egress"], claims["shape"]), (0, "enforced", "filtered", "routed_with_rules"),
              claims["because"])
        check(any("3128" in it and gateway(net) in it for it in claims["accepted_ipv4"]), claims["accepted_ipv4"])
        check(connects(target, PUBLIC, 443) != "connected", "a real connection is refused")
        equal(connects(target, gateway(net), 3128), "connected", "one to what is let through")

        rules(net, "flush ruleset\n" + FENCE.format(family="inet", gateway=gateway(net), last=""))
        claims = claims_of(target)
        equal(claims["egress"], "open", claims["because"])
        check("network.no_reject_rule" in warnings(claims), warnings(claims))
        equal(connects(target, PUBLIC, 443), "connected", "a real connection")


@case("rules for IPv4 alone leave IPv6 open, and that is said")
def _():
    with private_net(v6=True) as net, process_in(net) as target:
        rules(net, FENCE.format(family="ip", gateway=gateway(net), last="reject"))
        claims = claims_of(target)
        equal((claims["egress"], claims["egress_ipv4"], claims["egress_ipv6"]), ("open", "filtered", "open"), claims["because"])
        check("network.ipv6_open" in warnings(claims), warnings(claims))
        check(connects(target, PUBLIC, 443) != "connected", "by IPv4")
        equal(connects(target, PUBLIC6, 443), "connected", "by IPv6")


@case("the rules of iptables are read too, as nftables has them and as the old ones are")
def _():
    for program in ("iptables-nft", "iptables-legacy"):
        with private_net() as net, process_in(net) as target:
            for rule in ("-A OUTPUT -o lo -j ACCEPT", f"-A OUTPUT -d {gateway(net)} -p tcp --dport 3128 -j ACCEPT", "-A OUTPUT -j REJECT"):
                subprocess.run(in_net(net, program, *rule.split()), check=True)
            claims = claims_of(target)
            equal(claims["egress"], "filtered", f"{program}: {claims['because']}")
            check(connects(target, PUBLIC, 443) != "connected", f"{program}: a real connection")
            subprocess.run(in_net(net, program, "-F", "OUTPUT"), check=True)
            equal(claims_of(target)["egress"], "open", f"{program} without rules")
            equal(connects(target, PUBLIC, 443), "connected", f"{program} without rules")


@case("a shared network with a rule by user: filtered for one, open for the other, and for whoever may become him")
def _():
    def user(number, *more):
        return ("setpriv", "--reuid", number, "--regid", number, "--clear-groups", *more)

    dropped = ("--bounding-set", "-all", "--inh-caps", "-all")
    with private_net() as net:
        rules(net, """table inet sidecar { chain output { type filter hook output priority 0; policy accept;
oif lo accept; meta skuid 1337 accept; reject
}
}
""")
        for number, verdict, way in (("1000", "filtered", "refused"), ("1337", "open", "connected")):
            with process_in(net, user=user(number, *dropped)) as target:
                claims = claims_of(target)
                equal((claims["egress"], claims["shape"]), (verdict, "shared_with_user_rules"), claims["because"])
                real = connects(target, PUBLIC, 443, user(number))
                equal(real == "connected", way == "connected", f"a real connection of {number}: {real}")
        with process_in(net, user=user("1000", "--inh-caps", "+setuid", "--ambient-caps", "+setuid")) as target:
            claims = claims_of(target)
            equal(claims["egress"], "open", claims["because"])
            check("network.may_change_user" in warnings(claims), warnings(claims))


@case("packet sockets go around the rules: a filter by rules does not hold who may send frames")
def _():
    with private_net() as net:
        rules(net, FENCE.format(family="inet", gateway=gateway(net), last="reject"))
        with process_in(net, user=(*USER[:-4], "--inh-caps", "+net_raw", "--ambient-caps", "+net_raw")) as target:
            claims = claims_of(target)
            equal(claims["egress"], "open", claims["because"])
            check("network.packet_sockets" in warnings(claims), warnings(claims))


@case("a default route in another table, by a rule of policy routing, is found")
def _():
    with private_net(default=False) as net, process_in(net) as target:
        equal(claims_of(target, under=in_net(LAN))["egress"], "none", "without one")
        ip("-n", net, "route", "add", "default", "via", gateway(net), "table", 100)
        claims = claims_of(target, under=in_net(LAN))
        equal((claims["egress"], claims["default_route"]), ("none", "ipv4"), "a table that no rule leads to: " + claims["because"])
        ip("-n", net, "rule", "add", "uidrange", "1000-1000", "lookup", 100)
        claims = claims_of(target)
        equal((claims["egress"], claims["default_route"]), ("open", "ipv4"), claims["because"])
        equal(connects(target, PUBLIC, 443, USER[:6]), "connected", "a real connection")


@case("the host at the other end of the pair, with a service for it, is a way out; with services for all it is none")
def _():
    with private_net(default=False) as net, process_in(net) as target:
        with listening(LAN, "0.0.0.0:2222"):
            claims = claims_of(target, under=in_net(LAN))
            equal(claims["egress"], "none", claims["because"])
            check("network.gateway_serves" in warnings(claims), warnings(claims))
            equal(claims_of(target)["egress"], "proxy", "where LAN is not the host's, it is a neighbour that leads out")
        with listening(LAN, f"{gateway(net)}:3128"):
            claims = claims_of(target, under=in_net(LAN))
            equal((claims["egress"], claims["proxy"]["addresses"][0]), ("proxy", gateway(net)), claims["because"])


# ---------------------------------------------------------------- many sockets

MANY = """
import os, resource, socket, sys
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
kind, count, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
held = []
def bound(type_, i):
    it = socket.socket(socket.AF_INET, type_)
    it.bind((f"127.{number}.{i // 250}.{i % 250 + 1}", 0))
    held.append(it)
    return it
if kind == "pairs":
    held = [socket.socketpair() for _ in range(count // 2)]
elif kind == "connected":
    server = bound(socket.SOCK_STREAM, 0)
    server.listen(100)
    for i in range(count // 2):
        bound(socket.SOCK_STREAM, i + 1).connect(server.getsockname())
        held.append(server.accept()[0])
else:
    for i in range(count):
        it = bound(socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM, i)
        if kind == "listening":
            it.listen(1)
print("ready", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def many_sockets(net, each):
    """So many of each kind, held by as many processes as the bound on descriptors wants."""
    with contextlib.ExitStack() as stack:
        for number, kind in enumerate(("pairs", "connected", "udp", "listening") * 2, 1):
            it = stack.enter_context(subprocess.Popen(in_net(net, sys.executable, "-c", MANY, kind, str(each // 2), str(number)),
                                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            stack.callback(it.kill)
            equal(it.stdout.readline(), b"ready\n", f"{kind}: said")
        yield


@case("100,000 sockets of four kinds are all counted, and soon")
def _():
    def told(target):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        claims = claims_of(target)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return claims, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with private_net() as net, process_in(net) as target:
        _, few = told(target)
        with many_sockets(net, 25_000):
            claims, many = told(target)
        tables = claims["socket_tables"]["tables"]
        equal((tables["unix"]["connected"], tables["tcp"]["connected"], tables["udp"]["bound"], tables["tcp"]["listening"]),
              (25_000, 25_000, 25_000, 25_002), "unix, connected, UDP, listening")
        check(all(it["whole"] for it in tables.values()), f"tables: {tables}")
        print(f"# {(many - few) * 1000:.0f} ms of the processor beside the {few * 1000:.0f} ms without them")
        check(many - few < 0.6, f"they took {many - few:.2f} s of the processor")


# ---------------------------------------------------------------- who answers the calls

BROKER = """
import ctypes, os, struct, time
libc = ctypes.CDLL(None, use_errno=True)
jumps = [(0x20, 0, 0, 4), (0x15, 1, 0, 0xc000003e), (0x06, 0, 0, 0x80000000), (0x20, 0, 0, 0), (0x35, 0, 1, 0x40000000),
         (0x06, 0, 0, 0x80000000), (0x15, 0, 1, 41), (0x06, 0, 0, 0x7fc00000), (0x06, 0, 0, 0x7fff0000)]
code = b''.join(struct.pack('HBBI', *it) for it in jumps)
kept = ctypes.create_string_buffer(code)
program = struct.pack('HxxxxxxQ', len(jumps), ctypes.addressof(kept))
assert libc.prctl(38, 1, 0, 0, 0) == 0
listener = libc.syscall(317, 1, 8, program)
assert listener > 0, os.strerror(ctypes.get_errno())
print('ready', flush=True)
time.sleep(300)
"""


@case("no network, and another process that answers socket(2): what it hands over decides, so it is no none")
def _():
    with subprocess.Popen(["unshare", "-n", sys.executable, "-c", BROKER], stdout=subprocess.PIPE) as it:
        try:
            equal(it.stdout.readline(), b"ready\n", "the filter")
            claims = claims_of(it.pid)
            equal((claims["egress"], claims["shape"], claims["sockets"]["internet"]), ("proxy", "broker", "supervised"), claims["because"])
        finally:
            it.kill()
            it.communicate()


THREADS = """
import ctypes, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def alone():
    assert libc.unshare(0x40000000) == 0
    ready.set()
    time.sleep(300)
ready = threading.Event()
threading.Thread(target=alone, daemon=True).start()
ready.wait()
print('ready', flush=True)
time.sleep(300)
"""


@case("threads in two networks: the one that lets out most decides")
def _():
    with private_net() as net:
        with subprocess.Popen(in_net(net, sys.executable, "-c", THREADS), stdout=subprocess.PIPE) as it:
            try:
                equal(it.stdout.readline(), b"ready\n", "the threads")
                claims = claims_of(it.pid)
                equal((claims["egress"], claims["namespaces"]), ("open", 2), claims["because"])
                check("network.threads_differ" in warnings(claims), warnings(claims))
            finally:
                it.kill()
                it.communicate()


# ---------------------------------------------------------------- who looks, and how


@case("an ordinary user sees by /proc alone that there is no route, but not whose network it is: unknown, never open or none")
def _():
    with subprocess.Popen(["unshare", "-n", "sleep", "300"]) as it:
        try:
            time.sleep(0.2)
            result = network(it.pid, "--require", "net.default_route=none", under=bench.as_nobody)
            claims = result.claims("network")
            equal((claims["egress"], claims["default_route"], result.status), ("unknown", "none", 0), claims["because"])
            check(claims["because"].startswith("loopback only"), claims["because"])
        finally:
            it.kill()
    with private_net() as net, process_in(net) as target:
        result = network(target, "--require", "egress=none|proxy", under=bench.as_nobody)
        equal((result.status, result.layer("network")["state"], result.claims("network")["default_route"]), (4, "unknown", "ipv4"), "as nobody")


@case("nothing is sent, and no mount or user namespace of the target is entered")
def _():
    log = bench.path / "strace"
    with private_net() as net, process_in(net) as target:
        for command in ("inspect", "network", "files"):
            subprocess.run(["strace", "-f", "-y", "-o", log, "-e", "trace=network,setns,chroot,pivot_root,mount,unshare,clone,clone3,fork,vfork",
                            bench.attest, command, str(target)], stdout=subprocess.DEVNULL, check=True, timeout=60)
            text = log.read_text(errors="replace")
            entered = re.findall(r"setns\(\d+<([a-z_]+):\[", text)
            check(set(entered) <= {"net"}, f"{command} entered {set(entered)}")
            check("net" in entered or command == "files", f"{command} did not join the network: the test sees nothing")
            for call in re.findall(r"^\d+ +(?:connect|sendto|sendmsg|sendmmsg)\(.*", text, re.M):
                check("NETLINK" in call or "AF_NETLINK" in call, f"{command} sends: {call}")
            for call in re.findall(r"^\d+ +(?:chroot|pivot_root|mount|unshare)\(.*", text, re.M):
                raise AssertionError(f"{command}: {call}")
            made = set(re.findall(r"socket\((AF_\w+), (?:SOCK_\w+)", text))
            check(made <= {"AF_NETLINK", "AF_INET", "AF_INET6", "AF_UNIX"}, f"{command} makes sockets of {made}")


@case("--probe tries for real, says what came of it, and that can be replayed")
def _():
    recording = bench.path / "probed"
    with private_net() as net, process_in(net) as target:
        rules(net, FENCE.format(family="inet", gateway=gateway(net), last="ip daddr 9.9.9.9 drop; reject"))
        addresses = (f"tcp:{PUBLIC}:443", f"tcp:{gateway(net)}:3128", "tcp:9.9.9.9:1")
        probes = [part for address in addresses for part in ("--probe", address)]
        with listening(LAN, f"{gateway(net)}:3128"):
            tried = {it["address"]: it["result"] for it in claims_of(target, *probes)["attempts"]}
            equal(tried, {f"tcp:{PUBLIC}:443": "ECONNREFUSED", f"tcp:{gateway(net)}:3128": "connected", "tcp:9.9.9.9:1": "ETIMEDOUT"}, "attempts")
            equal(bench.run("capture", target, "--out", recording, *probes).status, 0, "capture")
        again = bench.run("network", "--replay", recording, *probes, "-o", "json")
        equal({it["address"]: it["result"] for it in again.claims("network")["attempts"]}, tried, "replayed")
        equal(bench.run("network", target, "--probe", "udp:1.1.1.1:53").status, 2, "UDP")
        equal(bench.run("network", target, "--probe", "tcp:example.org:443").status, 2, "a name")


@case("a name of an interface that would colour the terminal is shown harmless")
def _():
    with private_net() as net, process_in(net) as target:
        ip("-n", net, "link", "add", "a\x1b[31mb", "type", "veth", "peer", "name", "b0")
        page = bench.run("network", target).out
        check(b"\x1b[31mb" not in page and b"a\\x1b[31mb" in page, page.decode(errors="replace")[:600])


@case("the layer is in inspect, and a recording says the same again")
def _():
    with private_net() as net, process_in(net) as target:
        rules(net, FENCE.format(family="inet", gateway=gateway(net), last="reject"))
        recording = bench.path / "recorded"
        equal(bench.run("capture", target, "--out", recording).status, 0, "capture")
        live, replayed = bench.inspect(target), bench.run("replay", recording, "-o", "json")
        equal(replayed.layer("network"), live.layer("network"), "the layer")
        equal(live.claims("network")["egress"], "filtered", "egress")
        pages = [bench.run("network", "--replay", recording).out for _ in range(2)]
        equal(pages[0], pages[1], "two replays")


def main():
    global bench, podman
    bench = Bench(*sys.argv[1:3])
    with machine():
        podman = Podman(bench.path / "podman", prefix=in_net(LAN))
        podman.image()
        status = tap.run(sys.argv[3:])
        podman.unmount()
    sys.exit(status)


if __name__ == "__main__":
    main()
