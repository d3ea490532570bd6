#!/usr/bin/env python3
"""Writes a C file that defines every function of RE2 and oneTBB anew, each ending the program.

    g5_make_clash.py OUTPUT LIBRARY...

A host that is linked with it and exports its symbols has "another RE2 and TBB", and the worst kind.
LIBRARY: the files of RE2 and oneTBB that are installed.
"""

import re
import subprocess
import sys


def functions(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True,
                           check=True, text=True).stdout.splitlines()
    for line in lines:
        _, kind, name = line.split()
        name = name.split("@")[0]
        # Only what is theirs: not the copies of std:: templates (weak), nor _init and _fini.
        if kind in "TW" and re.match(r"_ZNK?(3re2|3tbb|3rml)|(TBB|_?tbb)", name):
            yield name


def main():
    output, *libraries = sys.argv[1:]
    names = sorted({name for library in libraries for name in functions(library)})
    if len(names) < 100 or not any("3re2" in n for n in names) or not any("3tbb" in n for n in names):
        sys.exit(f"found {len(names)} functions in {libraries}: not RE2 and oneTBB?")
    with open(output, "w", encoding="ascii") as file:
        file.write("#include <stdio.h>\n#include <stdlib.h>\n"
                   "static void clash(const char* name) {\n"
                   '  fprintf(stderr, "the library called the host\'s %s\\n", name);\n'
                   "  abort();\n}\n")
        for number, name in enumerate(names):
            file.write(f'void clash_{number}(void) __asm__("{name}");\n'
                       f'void clash_{number}(void) {{ clash("{name}"); }}\n')


if __name__ == "__main__":
    main()
