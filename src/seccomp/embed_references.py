#!/usr/bin/env python3
"""Writes the C++ source that holds the reference profiles: embed_references.py REFERENCES.json SETS.json OUT.cc OUT.d

Profiles stay JSON, without white space, with systemd's @sets put in; the tool parses those that it compares.
"""
import json
import pathlib
import sys

references, newest_sets, out, depfile = map(pathlib.Path, sys.argv[1:])
data = references.parent
read = {references, newest_sets}


def load(name):
    read.add(data / name)
    return (data / name).read_text(encoding="ascii")


def members(name, sets, seen):
    """The calls of a set, and of the sets in it, each once."""
    for item in sets[name] if name.startswith("@") else [name]:
        if item.startswith("@"):
            yield from members(item, sets, seen)
        elif item not in seen:
            seen.add(item)
            yield item


def expanded(profile, sets):
    for rule in profile["syscalls"]:
        seen = set()
        rule["names"] = [call for name in rule["names"] for call in members(name, sets, seen)]
        rule.pop("comment", None)
    return profile


def certain(profile, names):
    """The names that it lets through, and that it refuses, on the native ABI: whatever the process is."""
    if "SCMP_ARCH_NATIVE" not in profile.get("architectures", ["SCMP_ARCH_NATIVE"]):
        return set(), set()
    named = {name for rule in profile["syscalls"] for name in rule["names"]}
    allowed = set()
    for rule in profile["syscalls"]:
        if not any(rule.get(key) for key in ("args", "includes", "excludes", "otherwise")):
            if rule["action"] == "SCMP_ACT_ALLOW":
                allowed |= set(rule["names"])
        elif rule["action"] != "SCMP_ACT_ALLOW":
            allowed -= set(rule["names"])
    refused_elsewhere = {name for rule in profile["syscalls"] if rule["action"] != "SCMP_ACT_ALLOW"
                         for name in rule["names"]}
    others = set(names) - named
    opened = lets_through(profile)
    return (allowed - refused_elsewhere) | (others if opened else set()), set() if opened else others


def bits(chosen, names):
    words = [0] * (len(names) // 64 + 1)
    for i, name in enumerate(names):
        if name in chosen:
            words[i // 64] |= 1 << i % 64
    return "{" + ", ".join(f"0x{word:x}" for word in words) + "}"


def literal(text):
    # A compiler need not take more than 64 KiB in one literal.
    pieces = [text[i:i + 4000] for i in range(0, len(text), 4000)] or [""]
    return "\n".join(f'R"data({piece})data"' for piece in pieces)


def lets_through(profile):
    return profile["defaultAction"] in {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE"}


def filters_of(version):
    """Of each: its file, its text, and the profile, or None of a program."""
    for part in version["filters"]:
        if "program" in part:
            yield part, part["program"], "".join(load(part["program"]).split()), None
            continue
        sets = json.loads(load(part["sets"])) if "sets" in part else {}
        profile = expanded(json.loads(load(part["profile"])), sets)
        yield part, part["profile"], json.dumps(profile, separators=(",", ":")), profile


def source():
    listed = json.loads(references.read_text(encoding="ascii"))
    names = sorted({name for reference in listed for version in reference["versions"]
                    for _, _, _, profile in filters_of(version) if profile
                    for rule in profile["syscalls"] for name in rule["names"]})
    texts, lines = {}, []
    for reference in listed:
        lines.append(f'    {{"{reference["id"]}", "{reference["title"]}", '
                     f'0x{reference.get("capabilities", "0")}ULL, {{')
        for version in reference["versions"]:
            opened, lets, refuses, filters = True, set(names), set(), []
            for part, name, text, profile in filters_of(version):
                some = certain(profile, names) if profile else (set(), set())
                opened, lets, refuses = opened and bool(profile) and lets_through(profile), lets & some[0], refuses | some[1]
                texts.setdefault(name, (f"text_{len(texts)}", text))
                filters.append(f'{{{texts[name][0]}, {"false" if profile else "true"}, '
                               f'"{part.get("others", "kill_thread")}", "{part.get("x32", "")}"}}')
            lines.append(f'      {{"{version["version"]}", {"true" if opened else "false"}, '
                         f'{bits(lets, names)}, {bits(refuses, names)}, {{{", ".join(filters)}}}}},')
        lines.append("    }},")
    sets = json.loads(newest_sets.read_text(encoding="ascii"))
    yield '#include "seccomp/reference_profile.h"\n\nnamespace sbx {\n\nnamespace {\n'
    for name, text in texts.values():
        yield f"constexpr std::string_view {name} =\n{literal(text)};\n"
    yield "} // namespace\n"
    yield "const std::vector<ReferenceProfile>& reference_profiles() {"
    yield "  static const std::vector<ReferenceProfile> list{"
    yield from lines
    yield "  };\n  return list;\n}\n"
    yield "const std::vector<std::string_view>& reference_names() {"
    yield f'  static const std::vector<std::string_view> list{{{", ".join(json.dumps(name) for name in names)}}};'
    yield "  return list;\n}\n"
    yield "const std::vector<SyscallSet>& syscall_sets() {\n  static const std::vector<SyscallSet> list{"
    for name in sets:
        calls = ", ".join(f'"{call}"' for call in members(name, sets, set()))
        yield f'    {{"{name}", {{{calls}}}}},'
    yield "  };\n  return list;\n}\n\n} // namespace sbx"


out.write_text("\n".join(source()) + "\n", encoding="ascii")
depfile.write_text(f"{out}: {' '.join(str(path) for path in sorted(read))}\n", encoding="ascii")
