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


def main(source, target):
    folded = read(source)
    if len(folded) < 1000:
        sys.exit(f"{source} holds {len(folded)} simple foldings; "
                 "a complete CaseFolding.txt has over 1000")
    distances = [0]
    pages = []
    cells = []
    for page in range(max(folded) // PAGE + 1):
        row = []
        for cp in range(page * PAGE, page * PAGE + PAGE):
            distance = folded.get(cp, cp) - cp
            if distance not in distances:
                distances.append(distance)
            row.append(distances.index(distance))
        if row not in cells:
            cells.append(row)
        pages.append(cells.index(row))
    if len(distances) > 256 or len(cells) > 256:
        sys.exit(f"{source} no longer fits in 8-bit tables; widen them in {sys.argv[0]}")
    with open(target, "w", encoding="ascii") as out:
        out.write("// Generated from CaseFolding.txt by make_case_folding.py; do not edit.\n")
        out.write("#pragma once\n\n#include <cstdint>\n\nnamespace weir::filter {\n\n")
        out.write(array("case_folding_pages", "std::uint8_t", pages))
        out.write(array("case_folding_cells", "std::uint8_t", sum(cells, [])))
        out.write(array("case_folding_distances", "std::int32_t", distances))
        out.write("\n}  // namespace weir::filter\n")


main(sys.argv[1], sys.argv[2])
