#!/usr/bin/env python3
"""Puts a CSV file behind KUMA's cybertrace enrichment: the first column is the indicator, the others
are what is known of it.

usage: PYTHONPATH=bindings/python tracer.py FEED.csv [HOST:PORT]
"""

import csv
import sys

import weir


def main(feed: str, listen: str = "127.0.0.1:16666") -> None:
    with open(feed, newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        key = (rows.fieldnames or [""])[0]
        known = {row.pop(key): row for row in rows}
    server = weir.tracer(lambda kind, value: known.get(value), listen, category="CSV")
    print(f"{len(known)} indicators at {server.address[0]}:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.close()
        print(f"{server.stats.lookups} lookups, {server.stats.detections} detections")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: tracer.py FEED.csv [HOST:PORT]")
    main(*sys.argv[1:])
