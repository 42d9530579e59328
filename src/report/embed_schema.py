#!/usr/bin/env python3
"""Writes the C++ source that holds a schema: embed_schema.py SCHEMA OUT.cc"""
import sys

text = open(sys.argv[1], encoding="ascii").read()
delimiter = "schema"
if f'){delimiter}"' in text:
    sys.exit(f"{sys.argv[1]}: contains the end of a raw string")
with open(sys.argv[2], "w", encoding="ascii") as out:
    out.write('#include "report/schema.h"\n\n'
              "namespace sbx {\n\n"
              "std::string_view report_schema() {\n"
              f'  return R"{delimiter}({text}){delimiter}";\n'
              "}\n\n"
              "} // namespace sbx\n")
