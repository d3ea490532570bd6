#!/usr/bin/env python3
"""What hosts depend on in weir.h, as data: functions, callbacks, constants, structs.

    signatures.py freeze HEADER LIBRARY      prints it as JSON: the record of a release
    signatures.py check HEADER LIBRARY RECORD...

check is gate G6: everything in the records is still there and the same. What may be added: functions,
constants, and members at the end of a struct that says its size. A member `unused` may get a name.
Names of parameters are nobody's business. Needs nm.
"""
import json
import re
import subprocess
import sys

# Passed in arrays, or of a size that is promised: they never change.
FROZEN = {"weir_text", "weir_field", "weir_event", "weir_member", "weir_record", "weir_error"}


def words(text):
    """One space between words, none before a star."""
    return re.sub(r"\s*\*", "*", " ".join(text.split()))


def type_of(parameter):
    """`const char* bytes` is `const char*`."""
    return re.sub(r"(?<=[\s*])\w+$", "", words(parameter)).strip()


def types_of(parameters):
    return [type_of(one) if " " in words(one) else words(one) for one in parameters.split(",")]


def statements(header):
    """Of the header without comments and preprocessing, split where no brace is open."""
    text = re.sub(r"/\*.*?\*/", " ", header, flags=re.S)
    text = re.sub(r"^[ \t]*#.*(?:\\\n.*)*$", "", text, flags=re.M)
    text = text.replace('extern "C" {', "")
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        depth = max(depth, 0)  # the brace that ends extern "C"
        if letter == ";" and depth == 0:
            yield text[start:at].strip().lstrip("}").strip()
            start = at + 1


def read(header):
    found = {"functions": {}, "callbacks": {}, "constants": {}, "structs": {}}
    for statement in statements(header):
        if match := re.fullmatch(r"WEIR_API\s+(.*?)(\w+)\s*\((.*)\)", statement, re.S):
            result, name, parameters = match.groups()
            found["functions"][name] = [words(result), *types_of(parameters)]
        elif match := re.fullmatch(r"typedef\s+(.*?)\(\*(\w+)\)\s*\((.*)\)", statement, re.S):
            result, name, parameters = match.groups()
            found["callbacks"][name] = [words(result), *types_of(parameters)]
        elif match := re.fullmatch(r"enum\s*\{(.*)\}", statement, re.S):
            for entry in filter(None, (one.strip() for one in match[1].split(","))):
                name, value = entry.split("=")
                found["constants"][name.strip()] = int(value)
        elif match := re.fullmatch(r"typedef\s+struct\s+\w+\s*\{(.*)\}\s*(\w+)", statement, re.S):
            members = filter(None, (one.strip() for one in match[1].split(";")))
            found["structs"][match[2]] = [words(one) for one in members]
        elif not re.fullmatch(r"typedef\s+struct\s+(\w+)\s+\1", statement):
            sys.exit(f"cannot read this declaration: {' '.join(statement.split())}")
    return found


def versions(library):
    """The version of each symbol: `weir_feed@@WEIR_0`."""
    listing = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout
    return dict(re.findall(r" T (weir_\w+)@+(\w+)$", listing, re.M))


def same_member(released, today):
    kind, name = released.rsplit(None, 1) if " " in released else (released, "")
    return released == today or (name.startswith("unused") and today.startswith(kind + " "))


def differences(released, today):
    for kind in ("functions", "callbacks", "constants", "symbols"):
        for name, what in released[kind].items():
            if name not in today[kind]:
                yield f"{name} is gone"
            elif today[kind][name] != what:
                yield f"{name} was {what} and is {today[kind][name]}"
    for name, members in released["structs"].items():
        now = today["structs"].get(name, [])
        if len(now) < len(members) or (name in FROZEN and len(now) != len(members)):
            yield f"struct {name} had {len(members)} members and has {len(now)}"
        for old, new in zip(members, now):
            if not same_member(old, new):
                yield f"struct {name}: the member '{old}' is '{new}'"


def main():
    task, header, library, *records = sys.argv[1:]
    with open(header, encoding="utf-8") as file:
        today = read(file.read())
    today["symbols"] = versions(library)
    if task == "freeze":
        json.dump(today, sys.stdout, indent=1)
        print()
        return 0
    if not records or not today["functions"] or not today["symbols"]:
        sys.exit("nothing to compare: a record, a header with functions, and a library are needed")
    broken = False
    for record in records:
        with open(record, encoding="utf-8") as file:
            released = json.load(file)
        for difference in differences(released, today):
            print(f"{record}: {difference}", file=sys.stderr)
            broken = True
        print(f"{record}: {sum(len(part) for part in released.values())} promises looked at")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
