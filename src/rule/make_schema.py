#!/usr/bin/env python3
"""Makes a C++ text of the JSON Schema of documents.

usage: make_schema.py document.schema.json schema_text.cpp
"""
import json
import pathlib
import sys

from make_presets import literal


def main(source, made):
    text = pathlib.Path(source).read_text(encoding="utf-8")
    json.loads(text)  # what is no JSON stops the build here
    with open(made, "w", encoding="ascii") as out:
        print('// Made by src/rule/make_schema.py.\n#include "rule/schema_text.h"\n\n'
              "namespace weir::rule {\nstd::string_view schema_text() noexcept {\n  return", file=out)
        for line in text.splitlines(keepends=True):
            print(f"     {literal(line)}", file=out)
        print("      ;\n}\n}  // namespace weir::rule", file=out)


if __name__ == "__main__":
    main(*sys.argv[1:])
