#!/usr/bin/env python3
"""Turns Unicode's UnicodeData.txt (simple case mappings) into two tables like that of case folding:
src/filter/make_case_folding.py says how they are read.

usage: make_letter_case.py UnicodeData.txt letter_case_table.h
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "filter"))
from make_case_folding import table, write  # noqa: E402

# Columns of UnicodeData.txt (Unicode Standard Annex #44, section 5.3).
UPPER, LOWER = 12, 13


def main(source, target):
    mapped = {UPPER: {}, LOWER: {}}
    with open(source, encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split(";")
            for column, mapping in mapped.items():
                if len(cells) > column and cells[column]:
                    mapping[int(cells[0], 16)] = int(cells[column], 16)
    if min(len(mapping) for mapping in mapped.values()) < 1000:
        sys.exit(f"{source} holds too few case mappings; "
                 "a complete UnicodeData.txt has over 1000 of each kind")
    write(target, "UnicodeData.txt", "make_letter_case.py", "weir::enrich",
          [table("upper_case", mapped[UPPER]), table("lower_case", mapped[LOWER])])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
