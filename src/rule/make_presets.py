#!/usr/bin/env python3
"""Makes the C++ table of the shipped mappings.

usage: make_presets.py PRESET.yaml... presets_table.cpp
"""
import json
import pathlib
import sys


def literal(line):
    """A line of UTF-8 as a C++ string literal: bytes beyond ASCII as octal escapes."""
    text = json.dumps(line, ensure_ascii=False)
    return "".join(c if c < "\x7f" else "".join(f"\\{b:03o}" for b in c.encode()) for c in text)


def main(*arguments):
    *sources, table = (pathlib.Path(argument) for argument in arguments)
    with open(table, "w", encoding="ascii") as out:
        print('// Made by src/rule/make_presets.py.\n#include "rule/presets.h"\n\n'
              "namespace weir::rule {\nnamespace {\nconstexpr Preset preset_table[] = {", file=out)
        for source in sorted(sources, key=lambda path: path.stem):
            text = source.read_text(encoding="utf-8")
            if not text.startswith("# ") or not text.endswith("\n"):
                sys.exit(f"{source}: must begin with a line of comment that says what it maps, and end "
                         "in a line's end")
            print(f"    {{{json.dumps(source.stem)},", file=out)
            for line in text.splitlines(keepends=True):
                print(f"     {literal(line)}", file=out)
            print("    },", file=out)
        print("};\n}  // namespace\n"
              "std::span<const Preset> presets() noexcept { return preset_table; }\n"
              "}  // namespace weir::rule", file=out)


if __name__ == "__main__":
    main(*sys.argv[1:])
