#!/usr/bin/python3
"""ruleset.py PRINT_PASSAGES: packet filter rules as the kernel applies them, and as we read and evaluate them.

Two network namespaces with a veth pair between them. In the one, rules are loaded by nft(8), iptables-nft(8) and
iptables-legacy(8); from there packets are sent, by TCP and UDP, IPv4 and IPv6, to the other, where every packet is
counted as it comes in. What the rules let through arrives there; what they refuse does not.
"""
import ctypes
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time

LINK = "wire0"
HOSTS = {4: ["10.77.0.2", "10.77.0.3", "203.0.113.9"], 6: ["fd77::2", "fd77::3", "2001:db8::9"]}
PORTS = [22, 53, 80, 443, 3128]
UIDS = [1000, 1337]
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}\n{text or ''}")
    return done.stdout


def join(fd):
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Stage:
    """A holder process in each namespace; the far one takes every packet that comes."""

    def __init__(self):
        die_with_us = lambda: libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        self.holders = [subprocess.Popen(["unshare", "-n", "sleep", "infinity"], preexec_fn=die_with_us) for _ in range(2)]
        self.old = False  # whether the older iptables holds rules
        own = os.readlink("/proc/self/ns/net")
        for holder in self.holders:
            while os.readlink(f"/proc/{holder.pid}/ns/net") == own:
                time.sleep(0.01)
        self.near, self.far = (os.open(f"/proc/{h.pid}/ns/net", os.O_RDONLY) for h in self.holders)
        self.pid = self.holders[0].pid
        near, far = (["nsenter", f"--net=/proc/{h.pid}/ns/net"] for h in self.holders)
        run(*near, "ip", "link", "add", LINK, "type", "veth", "peer", "name", "wire1", "netns", str(self.holders[1].pid))
        for inside, link, last in ((near, LINK, 1), (far, "wire1", 2)):
            run(*inside, "sysctl", "-qw", f"net.ipv6.conf.{link}.accept_dad=0", "net.ipv6.conf.all.accept_dad=0")
            run(*inside, "ip", "address", "add", f"10.77.0.{last}/24", "dev", link)
            run(*inside, "ip", "-6", "address", "add", f"fd77::{last}/64", "dev", link, "nodad")
            run(*inside, "ip", "link", "set", link, "up")
            run(*inside, "ip", "link", "set", "lo", "up")
        run(*near, "ip", "route", "add", "default", "via", "10.77.0.2")
        run(*near, "ip", "-6", "route", "add", "default", "via", "fd77::2")
        for address in ["10.77.0.3", "203.0.113.9"]:
            run(*far, "ip", "address", "add", f"{address}/32", "dev", "wire1")
        for address in ["fd77::3", "2001:db8::9"]:
            run(*far, "ip", "-6", "address", "add", f"{address}/128", "dev", "wire1", "nodad")
        self.inside = near
        line = run(*near, "ip", "-o", "link", "show", LINK)
        self.index = int(line.split(":")[0])
        # Neighbours are known beforehand: what is counted is the first packet, and no question before it.
        mac = {}
        for inside, link in ((near, LINK), (far, "wire1")):
            mac[link] = run(*inside, "ip", "-o", "link", "show", link).split("link/ether ")[1].split()[0]
        for address in ["10.77.0.2", "10.77.0.3", "fd77::2", "fd77::3"]:
            run(*near, "ip", "neighbour", "replace", address, "lladdr", mac["wire1"], "dev", LINK, "nud", "permanent")
        for address in ["10.77.0.1", "fd77::1"]:
            run(*far, "ip", "neighbour", "replace", address, "lladdr", mac[LINK], "dev", "wire1", "nud", "permanent")
        self.tap = self.in_far()

    def in_far(self):
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        join(self.far)
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))  # ETH_P_ALL
        tap.bind(("wire1", 3))
        tap.setblocking(False)
        join(here)
        os.close(here)
        return tap

    def arrivals(self, wait):
        """(protocol, address, port) of all packets that came in."""
        seen = set()
        until = time.monotonic() + wait
        while True:
            ready, _, _ = select.select([self.tap], [], [], max(0, until - time.monotonic()))
            if not ready:
                return seen
            data, where = self.tap.recvfrom(2048)
            if where[2] == 4:  # PACKET_OUTGOING
                continue
            if where[1] == 0x0800:
                head = (data[0] & 15) * 4
                seen.add((data[9], socket.inet_ntop(socket.AF_INET, data[16:20]), int.from_bytes(data[head + 2:head + 4], "big")))
            elif where[1] == 0x86DD:
                seen.add((data[6], socket.inet_ntop(socket.AF_INET6, data[24:40]), int.from_bytes(data[42:44], "big")))

    def send(self, uid, packets):
        """Starts a connection, or sends a datagram, for each, as that user, from the near namespace."""
        child = os.fork()
        if child == 0:
            try:
                join(self.near)
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                for protocol, address, port in packets:
                    family = socket.AF_INET6 if ":" in address else socket.AF_INET
                    kind = socket.SOCK_STREAM if protocol == 6 else socket.SOCK_DGRAM
                    with socket.socket(family, kind) as s:
                        s.setblocking(False)
                        try:
                            s.connect((address, port))
                            if protocol == 17:
                                s.send(b"x")
                        except OSError:
                            pass
            finally:
                os._exit(0)
        os.waitpid(child, 0)

    def clear(self):
        run(*self.inside, "nft", "flush", "ruleset")
        if not self.old:
            return
        self.old = False
        for tool in ("iptables-legacy", "ip6tables-legacy"):
            for table in ("filter", "nat", "mangle", "raw"):
                run(*self.inside, tool, "-t", table, "-F")
                run(*self.inside, tool, "-t", table, "-X")
            run(*self.inside, tool, "-P", "OUTPUT", "ACCEPT")

    def load(self, rules):
        kind, text = rules
        if kind == "nft":
            run(*self.inside, "nft", "-f", "-", text=text)
            return
        for line in filter(None, (l.strip() for l in text.splitlines())):
            tool, *words = line.split()
            self.old = self.old or tool.endswith("legacy")
            run(*self.inside, tool, *words)

    def close(self):
        for holder in self.holders:
            holder.kill()
            holder.wait()


def base(rules, policy="accept", family="inet", name="t", hook="output", priority=0, kind="filter"):
    body = "\n".join("  " + r for r in rules)
    return f"table {family} {name} {{\n chain c {{\n  type {kind} hook {hook} priority {priority}; policy {policy};\n{body}\n }}\n}}\n"


def known():
    yield "no rules", ("nft", "")
    yield "a proxy alone", ("nft", base(['oif "lo" accept', "ct state established,related accept",
                                         "ip daddr 10.77.0.2 tcp dport 3128 accept", "meta l4proto { tcp, udp } reject"]))
    yield "by user", ("nft", base(["meta skuid 1337 accept", "reject"]))
    yield "redirect", ("nft", base(["meta l4proto tcp redirect to :15001"], family="ip", hook="output", priority=-100, kind="nat"))
    yield "redirect and a filter that wants lo", ("nft", base(["ip protocol tcp redirect"], "accept", "ip", "n", "output", -100, "nat")
                                                  + base(['oifname "lo" accept', "udp dport 53 accept"], "drop"))
    yield "redirect and a filter that wants the address", ("nft", base(["ip protocol tcp redirect"], "accept", "ip", "n", "output", -100, "nat")
                                                           + base(["ip daddr 127.0.0.1 accept"], "drop"))
    yield "dnat", ("nft", base(["ip daddr 203.0.113.9 tcp dport 80 dnat to 10.77.0.3:443"], "accept", "ip", "n", "output", -100, "nat"))
    yield "nat of a late priority", ("nft", base(["ip daddr 203.0.113.9 dnat to 10.77.0.3"], "accept", "ip", "n", "output", 50, "nat")
                                     + base(["ip daddr 203.0.113.9 drop"]))
    yield "drop in postrouting", ("nft", base(["accept"]) + base(["tcp dport 80 drop"], name="p", hook="postrouting"))
    yield "drop by policy", ("nft", base(["tcp dport { 80, 443 } accept", "udp dport 53 accept"], "drop"))
    yield "IPv4 alone", ("nft", base(["reject"], family="ip"))
    yield "IPv6 alone", ("nft", base([], "drop", family="ip6"))
    yield "intervals", ("nft", base(["ip daddr { 10.77.0.3-10.77.0.9, 203.0.113.0/24 } tcp dport 50-100 drop",
                                     "ip6 daddr { fd77::3-fd77::ff, 2001:db8::/32 } udp dport != { 22, 53 } drop"]))
    yield "pairs", ("nft", base(["ip daddr . tcp dport { 10.77.0.2 . 22-90, 203.0.113.0/24 . 443 } accept",
                                 "ip6 daddr . udp dport { fd77::2 . 53 } accept"], "drop"))
    yield "a verdict map", ("nft", "table inet t { chain x { udp dport 1 accept; ip daddr 10.77.0.2 drop; }; chain c { type filter hook "
                            "output priority 0; policy accept; tcp dport vmap { 22 : drop, 80 : jump x, 443 : goto x }; tcp dport 80 drop; } ;}\n")
    yield "return", ("nft", "table inet t { chain x { tcp dport 80 return; tcp dport 443 accept; drop; }; chain c { type filter hook "
                     "output priority 0; policy accept; meta l4proto tcp jump x; tcp dport 80 ip6 daddr fd77::2 drop; } ;}\n")
    yield "dormant", ("nft", "table inet t { flags dormant; chain c { type filter hook output priority 0; policy drop; } ;}\n")
    yield "before conntrack", ("nft", base(["ct state invalid drop"], name="a", priority=-300) + base(["ct state new accept"]))
    yield "ct state new", ("nft", base(["ct state new tcp dport 80 drop", "ct state established drop"]))
    yield "notrack", ("nft", base(["tcp dport 80 notrack"], name="a", priority=-300) + base(["ct state untracked drop", "ct state new accept"], "drop"))
    yield "marks", ("nft", base(["tcp dport 80 meta mark set 7", "udp dport 53 meta mark set 8"], name="a", priority=-150)
                    + base(["meta mark 7 drop", "meta mark & 8 == 8 drop"]))
    yield "flags of a first packet", ("nft", base(["tcp flags & (fin|syn|rst|ack) == syn tcp dport 80-443 drop"]))
    yield "an interface by its beginning", ("nft", base(['oifname "wi*" tcp dport 22 drop', 'oifname "lo*" drop', f'oif {LINK} udp dport 22 drop']))
    yield "no interface it came by", ("nft", base(['iif "lo" drop', 'iifname "wire0" drop']))
    yield "egress", ("nft", f"table netdev e {{ chain e {{ type filter hook egress device {LINK} priority 0; policy accept; tcp dport 80 drop; ip6 daddr fd77::3 drop; }} ;}}\n")
    yield "limits", ("nft", base(["tcp dport 80 limit rate 1/day burst 1 packets accept", "tcp dport 80 drop", "udp dport 53 limit rate 1/second counter"]))
    yield "a set that rules change", ("nft", "table inet t { set s { type ipv4_addr; flags dynamic; size 100; }; chain c { type filter hook output "
                                      "priority 0; policy accept; udp dport 53 add @s { ip daddr }; ip daddr @s tcp dport 22 drop; } ;}\n")
    yield "nft owner group", ("nft", base(["meta skgid 1337 drop", "meta skuid 1000-1200 tcp dport 80 drop"]))
    yield "iptables-nft", ("tools", """
        iptables-nft -A OUTPUT -p tcp --dport 80 -m owner --uid-owner 1000 -j REJECT
        iptables-nft -A OUTPUT -p udp -m multiport --dports 53,100:500 -j DROP
        iptables-nft -A OUTPUT -d 203.0.113.0/24 ! -o lo -m conntrack --ctstate NEW -j REJECT
        ip6tables-nft -A OUTPUT -p tcp ! -d fd77::2 -j DROP""")
    yield "iptables-nft nat", ("tools", """
        iptables-nft -t nat -A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports 15001
        iptables-nft -t nat -A OUTPUT -p udp -j DNAT --to-destination 10.77.0.3:99
        ip6tables-nft -P OUTPUT DROP
        ip6tables-nft -A OUTPUT -p tcp --syn -m state --state NEW --dport 22 -j ACCEPT""")
    yield "iptables-legacy", ("tools", """
        iptables-legacy -N web
        iptables-legacy -A web -d 10.77.0.2 -j RETURN
        iptables-legacy -A web -p tcp -m multiport --dports 80,443 -j DROP
        iptables-legacy -A OUTPUT -m owner --uid-owner 1337 -j ACCEPT
        iptables-legacy -A OUTPUT -o wi+ -g web
        iptables-legacy -A OUTPUT -j DROP
        ip6tables-legacy -P OUTPUT DROP
        ip6tables-legacy -A OUTPUT -p udp --dport 50:60 -j ACCEPT
        ip6tables-legacy -A OUTPUT -d 2001:db8::/32 -p tcp -j ACCEPT""")
    yield "iptables-legacy nat", ("tools", """
        iptables-legacy -t nat -A OUTPUT -p tcp -m iprange --dst-range 10.77.0.3-203.0.113.255 -j REDIRECT --to-ports 15001
        iptables-legacy -t nat -A OUTPUT -p udp -d 203.0.113.9 -j DNAT --to-destination 10.77.0.2
        iptables-legacy -A OUTPUT -d 10.77.0.2 -p udp --dport 53 -j DROP
        iptables-legacy -t mangle -A OUTPUT -p tcp --dport 22 -j MARK --set-mark 5
        iptables-legacy -A OUTPUT -m mark --mark 5 -j REJECT""")
    yield "iptables-legacy raw and conntrack", ("tools", """
        iptables-legacy -t raw -A OUTPUT -p udp -j CT --notrack
        iptables-legacy -A OUTPUT -m conntrack --ctstate UNTRACKED -m udp -p udp --dport 53 -j DROP
        iptables-legacy -A OUTPUT -m conntrack ! --ctstate NEW -p tcp -j DROP
        iptables-legacy -A OUTPUT -m addrtype --dst-type LOCAL -j DROP""")


def random_rules(dice):
    def condition():
        host4, host6 = dice.choice(HOSTS[4]), dice.choice(HOSTS[6])
        port, other = dice.choice(PORTS), dice.choice(PORTS)
        proto = dice.choice(["tcp", "udp", "th"])
        return dice.choice([
            f"ip daddr {host4}", f"ip6 daddr {host6}", f"ip daddr != {host4}/{dice.choice([8, 24, 31])}",
            f"ip6 daddr {host6}/{dice.choice([16, 64, 127])}", f"meta l4proto {dice.choice(['tcp', 'udp'])}",
            f"tcp dport {port}", f"udp dport != {port}", f"meta l4proto {{ tcp, udp }} th dport {min(port, other)}-{max(port, other) + 1}",
            f"tcp dport {{ {port}, {other + 1} }}", f"meta skuid {dice.choice(['', '!= '])}{dice.choice(UIDS)}", f'oifname "{dice.choice([LINK, "lo", "w*"])}"',
            f"ip daddr . tcp dport {{ {host4} . {port} }}", "ct state new", "ct state established", f"meta mark {dice.choice([0, 1])}",
            "meta nfproto ipv4", f"ip daddr & 0.0.0.{dice.choice([1, 3])} == 0.0.0.{dice.choice([0, 1])}", f"udp dport > {port}"])

    def verdict(deeper, reject):
        return dice.choice(["accept", "drop", reject, "return", "continue", "meta mark set 1", "counter"] + ([f"jump {deeper}", f"goto {deeper}"] * 2 if deeper else []))

    tables = []
    for number in range(dice.randint(1, 2)):
        chains = []
        hook = dice.choice(["output", "output", "postrouting"])
        reject = "reject" if hook == "output" else "drop"  # the kernel rejects in no postrouting
        for name, deeper in (("b", None), ("a", "b"), ("c", "a")):
            head = ""
            if name == "c":
                head = f"type filter hook {hook} priority {dice.choice([-150, 0, 50])}; policy {dice.choice(['accept', 'accept', 'drop'])};"
            rules = "\n".join(f"   {' '.join(condition() for _ in range(dice.randint(0, 2)))} {verdict(deeper, reject)}" for _ in range(dice.randint(1, 5)))
            chains.append(f"  chain {name} {{ {head}\n{rules}\n  }}")
        tables.append(f"table inet t{number} {{\n" + "\n".join(chains) + "\n}\n")
    return "".join(tables)


def check(stage, tool, name, rules):
    """What was asked and what came; raises where they differ."""
    stage.clear()
    stage.load(rules)
    packets = [(p, h, port) for p in (6, 17) for v in (4, 6) for h in HOSTS[v] for port in PORTS]
    counts = {}
    for uid in UIDS:
        said = {}
        for version in (4, 6):
            asked = [p for p in packets if (":" in p[1]) == (version == 6)]
            words = [str(w) for p in asked for w in p]
            out = run(tool, str(stage.pid), f"{LINK}:{stage.index}", str(uid), str(version), *words).split()
            said.update(zip(asked, out))
        stage.arrivals(0)
        stage.send(uid, packets)
        came = stage.arrivals(0.05)
        for packet, word in said.items():
            counts[word] = counts.get(word, 0) + 1
            wrong = (word == "accepted" and packet not in came) or (word in ("refused", "redirected") and packet in came)
            if wrong:
                dump = run(*stage.inside, "nft", "list", "ruleset")
                raise AssertionError(f"{name}: {packet} of user {uid} is said to be {word}, and {'came' if packet in came else 'did not come'}\n"
                                     f"{rules[1]}\n{dump}")
    return counts


def taken(stage, dice):
    """Random rules that nft(8) takes: it refuses some that contradict themselves (udp and tcp at once)."""
    for _ in range(50):
        rules = ("nft", random_rules(dice))
        try:
            stage.clear()
            stage.load(rules)
        except RuntimeError:
            continue
        return rules
    raise AssertionError("nft takes none of the random rules")


def main(tool, seed=None, rounds=25):
    seed = int(seed) if seed else random.randrange(1 << 30)
    dice = random.Random(seed)
    stage = Stage()
    total, done = {}, 0
    try:
        cases = list(known()) + [(f"random {seed} {i}", taken(stage, dice)) for i in range(int(rounds))]
        for name, rules in cases:
            for word, count in check(stage, tool, name, rules).items():
                total[word] = total.get(word, 0) + count
            done += 1
        assert total.get("accepted", 0) > 500 and total.get("refused", 0) > 500 and total.get("redirected", 0) > 20, total
        assert total.get("undecided", 0) * 5 < sum(total.values()), total
        print(f"{done} rulesets agree with the kernel: {total}")
    finally:
        stage.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
