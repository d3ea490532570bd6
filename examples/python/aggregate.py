#!/usr/bin/env python3
"""Aggregates NDJSON from standard input to standard output.

usage: PYTHONPATH=bindings/python aggregate.py RULES < EVENTS
"""

import pathlib
import sys

import weir


def main(rules: str) -> None:
    try:
        engine = weir.Engine(pathlib.Path(rules), form="ndjson")
    except (weir.Error, OSError) as error:
        sys.exit(f"aggregate: {error}")
    with engine:
        for output in engine.stream_ndjson(sys.stdin.buffer):
            if output.kind == "rejected":
                print(f"line {output.line}: {output.message}", file=sys.stderr)
            else:
                sys.stdout.buffer.write(output.data)
        stats = engine.stats
        print(f"{stats.events_in} events in, {stats.passed + stats.lone} passed, "
              f"{stats.aggregated} aggregated out", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: aggregate.py RULES < EVENTS")
    main(sys.argv[1])
