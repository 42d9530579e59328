#!/usr/bin/env python3
"""Writes the C++ source that holds the schemas: embed_schema.py NAME SCHEMA [NAME SCHEMA ...] OUT.cc"""
import sys

*pairs, out_name = sys.argv[1:]
delimiter = "schema"
rows = []
for name, path in zip(pairs[::2], pairs[1::2]):
    text = open(path, encoding="ascii").read()
    if f'){delimiter}"' in text:
        sys.exit(f"{path}: contains the end of a raw string")
    # A string literal has its limits: in pieces, which the compiler joins.
    pieces = [text[at:at + 8192] for at in range(0, len(text), 8192)]
    literal = "\n".join(f'R"{delimiter}({piece}){delimiter}"' for piece in pieces)
    rows.append(f'{{"{name}",\n{literal}}},\n')
with open(out_name, "w", encoding="ascii") as out:
    out.write('#include "report/schema.h"\n\n'
              "#include <array>\n\n"
              "namespace sbx {\n\n"
              "std::span<const Schema> schemas() {\n"
              f"  static constexpr std::array<Schema, {len(rows)}> all{{{{\n{''.join(rows)}}}}};\n"
              "  return all;\n"
              "}\n\n"
              "} // namespace sbx\n")
