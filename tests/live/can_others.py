#!/usr/bin/python3
"""can_others.py SBX_ATTEST [SEED [ROUNDS]]: what sbx-attest says of ports and of other processes, against the deed.

Families of processes share Landlock layers and have more of their own; each is asked about each.
"""
import collections
import random
import sys


from actors import *
import tap  # found by what actors.py did to the path
from tap import case, check

PORTS = (80, 8080, 8081, 0)
PORT_BITS = {"bind": BIND_TCP, "connect": CONNECT_TCP}
# Of a port that nobody listens at, or that somebody has already: allowed, and of no use.
NO_MATTER_OF_PERMISSION = {"ECONNREFUSED", "EADDRINUSE"}


def layer_by_chance(chance):
    net = chance.choice([0, 0, BIND_TCP, CONNECT_TCP, BIND_TCP | CONNECT_TCP])
    ports = [(port, net & chance.choice([1, 2, 3])) for port in PORTS if chance.random() < 0.5]
    scoped = chance.choice([0, SCOPE_SIGNAL])
    return {"handled": READ * (not net and not scoped or chance.random() < 0.3), "net": net,
            "ports": [it for it in ports if it[1]], "scoped": scoped}


def member_by_chance(chance):
    uid, gid = chance.choice([0, 1000, 1000, 1001]), chance.choice([0, 1000])
    capabilities = chance.choice([(), (), (KILL,), (SYS_PTRACE,), (NET_BIND_SERVICE,)])
    layers = [layer_by_chance(chance) for _ in range(chance.choice([0, 0, 1, 2]))]

    def confine():
        become(uid, gid, (), capabilities)
        for layer in layers:
            restrict(**layer)

    return confine, f"uid {uid} gid {gid} capabilities {capabilities} layers {layers}"


def families_by_chance(chance):
    families = []
    for _ in range(2):
        shared = [layer_by_chance(chance) for _ in range(chance.choice([0, 1, 2]))]
        members = [member_by_chance(chance) for _ in range(3)]

        def confine(layers=shared):
            for layer in layers:
                restrict(**layer)

        words = [f"shared {shared}; {words}" for _, words in members]
        families.append((Family(confine, [confine_one for confine_one, _ in members]), words))
    return families


def compare(attest, seed, tally):
    chance = random.Random(seed)
    wrong = []
    families = families_by_chance(chance)
    everybody = [(family, number, family.pids[number], words[number])
                 for family, words in families for number in range(len(words))]
    try:
        for family, number, pid, words in everybody:
            questions = [(deed, other) for deed in ("signal", "ptrace") for _, _, other, _ in everybody]
            questions += [(deed, f"tcp:{port}") for deed in ("bind", "connect") for port in PORTS if port or deed == "bind"]
            for deed, what in chance.sample(questions, 8):
                said = asked(attest, pid, deed, what)
                did = family.does(number, deed, what)
                tally[said["answer"]] += 1
                # A child of the one who was asked about does it: to its parent, that is not to itself.
                if what == pid:
                    continue
                denied = did not in ("", *NO_MATTER_OF_PERMISSION)
                if said["answer"] != "unknown" and denied != (said["answer"] == "no"):
                    wrong.append(f"seed {seed}: {deed} {what}: said {said['answer']} ({said['decided_by']}), did {did or 'it'}; "
                                 f"{words}; {[w for _, _, p, w in everybody if p == what]}; {said['asked']}")
                for layer in said["asked"]:
                    tally[f"unknown: {layer['layer']}"] += layer["answer"] == "unknown"
                    tally[f"{layer['layer']} says no"] += layer["answer"] == "no"
    finally:
        for family, _ in families:
            family.end()
    return wrong


def main():
    attest = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261121
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 6
    tally = collections.Counter()

    @case(f"can: what it says of ports and processes in {rounds} rounds by chance (seed {seed}) is what the kernel does")
    def _():
        wrong = []
        for number in range(rounds):
            wrong += compare(attest, seed + number, tally)
        check(not wrong, "\n".join(wrong))
        for needed in ("yes", "no", "landlock says no", "permissions says no"):
            check(tally[needed] > rounds, f"too few: {needed} of {tally}")

    status = tap.run()
    print(f"# {dict(tally)}")
    sys.exit(status)


if __name__ == "__main__":
    main()
