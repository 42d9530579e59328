#!/usr/bin/env python3
"""Writes the C++ source that holds the schemas: embed_schema.py NAME SCHEMA [NAME SCHEMA ...] OUT.cc"""
import sys

*pairs, out_name = sys.argv[1:]
arrays, rows = [], []
for name, path in zip(pairs[::2], pairs[1::2]):
    text = open(path, encoding="ascii").read()
    # Characters one by one: the length of a string literal has its limits.
    lines = (",".join(map(str, text[at:at + 32].encode("ascii"))) for at in range(0, len(text), 32))
    arrays.append(f"constexpr char {name}[]{{\n" + ",\n".join(lines) + "};\n")
    rows.append(f'Schema{{"{name}", {{{name}, sizeof {name}}}}}')
with open(out_name, "w", encoding="ascii") as out:
    out.write('#include "report/schema.h"\n\n'
              "#include <array>\n\n"
              "namespace sbx {\n\n"
              "namespace {\n" + "".join(arrays) + "} // namespace\n\n"
              "std::span<const Schema> schemas() {\n"
              f"  static constexpr std::array all{{{', '.join(rows)}}};\n"
              "  return all;\n"
              "}\n\n"
              "} // namespace sbx\n")
