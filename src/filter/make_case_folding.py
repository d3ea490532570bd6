#!/usr/bin/env python3
"""Turns Unicode's CaseFolding.txt (statuses C and S: simple folding) into a two-level table.

A code point's page is case_folding_pages[cp >> 7]; the page's cell cp & 127 holds the index of the
distance to its folded form. Index 0 is "folds to itself", and so is everything past the last page.
"""
import sys

PAGE = 128


def read(path):
    folded = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            parts = [part.strip() for part in line.split("#")[0].split(";")]
            if len(parts) >= 3 and parts[1] in ("C", "S"):
                folded[int(parts[0], 16)] = int(parts[2], 16)
    return folded


def array(name, kind, numbers):
    rows = [
        "    " + " ".join(f"{number}," for number in numbers[start : start + 20])
        for start in range(0, len(numbers), 20)
    ]
    body = "\n".join(rows)
    return f"inline constexpr {kind} {name}[{len(numbers)}] = {{\n{body}\n}};\n"


def table(name, mapped):
    """The arrays NAME_pages, NAME_cells and NAME_distances of a mapping of code points."""
    distances = [0]
    pages = []
    cells = []
    for page in range(max(mapped) // PAGE + 1):
        row = []
        for cp in range(page * PAGE, page * PAGE + PAGE):
            distance = mapped.get(cp, cp) - cp
            if distance not in distances:
                distances.append(distance)
            row.append(distances.index(distance))
        if row not in cells:
            cells.append(row)
        pages.append(cells.index(row))
    if len(distances) > 256 or len(cells) > 256:
        sys.exit(f"{name} no longer fits in 8-bit tables; widen them in {sys.argv[0]}")
    return (array(f"{name}_pages", "std::uint8_t", pages)
            + array(f"{name}_cells", "std::uint8_t", sum(cells, []))
            + array(f"{name}_distances", "std::int32_t", distances))


def write(target, source, script, namespace, tables):
    with open(target, "w", encoding="ascii") as out:
        out.write(f"// Generated from {source} by {script}; do not edit.\n")
        out.write(f"#pragma once\n\n#include <cstdint>\n\nnamespace {namespace} {{\n\n")
        out.write("".join(tables))
        out.write(f"\n}}  // namespace {namespace}\n")


def main(source, target):
    folded = read(source)
    if len(folded) < 1000:
        sys.exit(f"{source} holds {len(folded)} simple foldings; "
                 "a complete CaseFolding.txt has over 1000")
    write(target, "CaseFolding.txt", "make_case_folding.py", "weir::filter",
          [table("case_folding", folded)])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
