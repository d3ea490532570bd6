"""Runs one golden case through the program and compares every line of its output.

  run_case.py CASE [RULES]      CASE is the path without .yaml, .in.ndjson and .out.ndjson

WEIR_PROGRAM and WEIR_LIBRARY say what is tested. In the expected output, a line that passes is
the bytes that came. An aggregated event is written without what follows from the rest: `opened` holds
the clock at its opening (ms) and the ordinal of its opening event, and Type, ID and (unless it is given)
AggregationRuleID are worked out here, independently of the library.
"""

import json
import os
import subprocess
import sys
import uuid

INSTANCE = "golden"
# Of ids that are made of a rule's tenant and name; part of every event, so it never changes.
RULE_NAME_SPACE = uuid.UUID("5a3e8c71-0f2d-4b96-a814-d762e935bc40")


def whole_event(pairs):
    """The members of an aggregated event, from those of the expected line."""
    given = dict(pairs)
    clock_ms, ordinal = given["opened"]
    rule = given.get("AggregationRuleID") or str(
        uuid.uuid5(RULE_NAME_SPACE, f"{given['TenantName']}\0{given['AggregationRuleName']}"))
    name = f"{INSTANCE}\n{clock_ms * 1_000_000}\n{ordinal}"
    made = [("Type", 2), ("ID", str(uuid.uuid5(uuid.UUID(rule), name))), ("AggregationRuleID", rule)]
    members = []
    for member in pairs:
        if member[0] == "AggregationRuleName":
            members += made
        if member[0] not in ("opened", "AggregationRuleID"):
            members.append(member)
    return members


def in_order(pairs):
    """The members of an aggregated event; those behind Timestamp have no order that was promised."""
    names = [name for name, _ in pairs]
    end = names.index("Timestamp") + 1 if "Timestamp" in names else len(pairs)
    return pairs[:end] + sorted(pairs[end:])


def same(expected, actual):
    """As bytes, or, for an aggregated event, as members in their order with their types."""
    pairs = json.loads(expected, object_pairs_hook=list)
    if not any(name == "opened" for name, _ in pairs):
        return expected == actual
    made = json.loads(actual, object_pairs_hook=list)
    return repr(in_order(made)) == repr(in_order(whole_event(pairs)))


def main():
    case = sys.argv[1]
    rules = sys.argv[2] if len(sys.argv) > 2 else case + ".yaml"
    result = subprocess.run(
        [os.environ["WEIR_PROGRAM"], "run", "-r", rules, "-i", case + ".in.ndjson", "--clock", "event",
         "--instance", INSTANCE, "--progress", "never"], capture_output=True, timeout=60)
    if result.returncode != 0:
        sys.exit(f"exit code {result.returncode}: {result.stderr.decode()}")
    with open(case + ".out.ndjson", encoding="utf-8") as file:
        expected = file.read().split("\n")
    actual = result.stdout.decode().split("\n")
    for number, (want, got) in enumerate(zip(expected, actual), 1):
        if want != got and (want == "" or got == "" or not same(want, got)):
            sys.exit(f"line {number} of the output differs\nexpected {want}\nis       {got}")
    if len(expected) != len(actual):
        sys.exit(f"{len(expected) - 1} lines expected, not {len(actual) - 1}:\n{result.stdout.decode()}")


if __name__ == "__main__":
    main()
