"""Whole programs on one file of NDJSON: `weir run` and DuckDB, interleaved.

Both read the lines from the system's cache, group them by the same six fields with two sums and a
count, and write the groups as NDJSON. So that they do the same, Weir's threshold is out of reach here, and
the groups of both are compared. Figures are the wall time of the whole process; what a process takes
that reads nothing is measured beside it.
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

DUCKDB = "1.5.6"
KEY = ["SourceAddress", "DestinationAddress", "DestinationPort", "TransportProtocol",
       "DeviceVendor", "DeviceProduct"]
SUMS = ["BytesIn", "BytesOut"]
NUMBERS = {"DestinationPort", *SUMS}
THREADS = (1, 2)

RULE = """aggregation:
  - name: bench
    threshold: {threshold}
    lifetime: 86400
    identical_fields: [{key}]
    sum_fields: [{sums}]
"""
# What DuckDB need not read it is not told of; that is to its advantage.
QUERY = """
  SELECT {key}, sum(BytesIn)::BIGINT AS BytesIn, sum(BytesOut)::BIGINT AS BytesOut,
    count(*) AS BaseEventCount
  FROM read_json('{lines}', format = 'newline_delimited', columns = {columns})
  GROUP BY ALL"""
DUCKDB_PROGRAM = """import duckdb, sys
duckdb.sql("SET threads=" + sys.argv[1])
duckdb.sql("COPY (" + sys.argv[2] + ") TO '" + sys.argv[3] + "' (FORMAT json)")
"""


def install_duckdb(folder):
    """The folder of the package, installed once; None, having said why, where there is none to be had."""
    home = os.path.join(folder, f"duckdb-{DUCKDB}")
    if not os.path.exists(os.path.join(home, "duckdb")):
        shutil.rmtree(home, ignore_errors=True)
        pip = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--root-user-action=ignore", "--only-binary=:all:", "--no-deps", "--target", home,
             f"duckdb=={DUCKDB}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if pip.returncode != 0:
            last = (pip.stdout.strip().splitlines() or ["pip failed"])[-1]
            print(f"bench: going on without DuckDB {DUCKDB}: {last}", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            return None
    return home


class Programs:
    """Commands to be timed; each is called with the file to read and the file to write."""

    def __init__(self, build, folder):
        self.weir = os.path.join(build, "plugin_host", "weir")
        self.environment = dict(os.environ, WEIR_LIBRARY=os.path.join(build, "src", "abi", "libweir.so.0"))
        self.folder = folder
        self.commands = {}  # (name, threads) -> function of lines and out
        for name, threshold in (("weir", 2**31 - 1), ("weir, threshold 100", 100)):
            rules = self.write(f"threshold-{threshold}.yaml", RULE.format(
                threshold=threshold, key=", ".join(KEY), sums=", ".join(SUMS)))
            for threads in THREADS:
                self.commands[name, threads] = lambda lines, out, rules=rules, threads=threads: [
                    self.weir, "run", "-r", rules, "-i", lines, "--format", "ndjson", "-o", out,
                    "--workers", str(threads), "--instance", "bench", "--progress", "never"]
        home = install_duckdb(folder)
        if home is not None:
            self.environment["PYTHONPATH"] = home
            columns = {field: "BIGINT" if field in NUMBERS else "VARCHAR" for field in KEY + SUMS}
            for threads in THREADS:
                self.commands["DuckDB", threads] = lambda lines, out, threads=threads: [
                    sys.executable, "-c", DUCKDB_PROGRAM, str(threads),
                    QUERY.format(key=", ".join(KEY), columns=columns, lines=lines), out]

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run(self, which, lines):
        """Seconds, or None if the program refuses the command."""
        out = os.path.join(self.folder, "out.ndjson")
        if os.path.exists(out):
            os.remove(out)
        before = time.perf_counter()
        run = subprocess.run(self.commands[which](lines, out), env=self.environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        took = time.perf_counter() - before
        if run.returncode != 0:
            print(f"bench: without {which[0]} on {which[1]} threads: "
                  f"{run.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
        return took

    def groups(self):
        """What the last run wrote: key to count and sums."""
        groups = {}
        with open(os.path.join(self.folder, "out.ndjson"), encoding="utf-8") as file:
            for line in file:
                event = json.loads(line)
                groups[tuple(event[field] for field in KEY)] = tuple(
                    event[field] for field in ("BaseEventCount", *SUMS))
        return groups


def measure(build, folder, events, groups, rounds):
    """{(name, threads): (seconds, seconds of a run that reads nothing)}, medians."""
    os.makedirs(folder, exist_ok=True)
    programs = Programs(build, folder)
    lines = os.path.join(folder, "lines.ndjson")
    one_line = os.path.join(folder, "one_line.ndjson")
    writer = os.path.join(build, "tests", "bench", "write_lines")
    try:
        for path, count in ((lines, events), (one_line, 1)):
            with open(path, "wb") as file:
                subprocess.run([writer, str(count), str(groups)], stdout=file, check=True)
                os.fsync(file.fileno())
        for which in list(programs.commands):
            if programs.run(which, one_line) is None:
                del programs.commands[which]
        check(programs, lines)
        times = {which: ([], []) for which in programs.commands}
        order = random.Random(1)
        for _ in range(rounds):
            for which in order.sample(list(times), len(times)):
                times[which][0].append(programs.run(which, lines))
                times[which][1].append(programs.run(which, one_line))
        size = os.path.getsize(lines)
    finally:
        for name in ("lines.ndjson", "one_line.ndjson", "out.ndjson"):
            if os.path.exists(os.path.join(folder, name)):
                os.remove(os.path.join(folder, name))
    return {which: tuple(map(statistics.median, both)) for which, both in times.items()}, size


def check(programs, lines):
    """Ends the program unless all that should make the same groups do."""
    expected = None
    for which in programs.commands:
        if which[0] == "weir, threshold 100":
            continue
        programs.run(which, lines)
        made = programs.groups()
        if expected is None:
            expected = made
        if made != expected:
            sys.exit(f"bench: {which[0]} on {which[1]} threads made other groups than weir on one")
