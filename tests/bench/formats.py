"""Formats of lines to aggregates: `weir bench` on logs in memory, and `weir run` on a gzip file beside zcat.

All on one core, the reader of gzip files' own thread included. The rule groups by addresses, or where a format
has none by host and program.
"""
import gzip
import json
import os
import shutil
import statistics
import subprocess
import time

EVENTS = {"zeek": 500_000, "cef": 400_000, "syslog": 500_000}
RULES = """aggregation:
  - name: connections
    threshold: 100
    lifetime: 60
    identical_fields: [SourceAddress, DestinationAddress, DestinationPort, TransportProtocol, DeviceVendor]
    sum_fields: [BytesIn, BytesOut]
    missing: pass
  - name: programs
    threshold: 100
    lifetime: 60
    identical_fields: [DeviceHostName, DeviceProcessName]
"""


def one_core(command):
    return ["taskset", "-c", "0", *command] if shutil.which("taskset") else command


def write_log(build, path, log, events):
    with open(path, "wb") as file:
        subprocess.run([os.path.join(build, "tests", "bench", "write_log"), log, str(events)],
                       stdout=file, check=True)


def measure(build, folder, quick):
    """{format: (events a second, megabytes a second)}, and how fast a gzip file is beside zcat."""
    os.makedirs(folder, exist_ok=True)
    rules, log = os.path.join(folder, "formats.yaml"), os.path.join(folder, "log")
    weir = os.path.join(build, "plugin_host", "weir")
    environment = dict(os.environ, WEIR_LIBRARY=os.path.join(build, "src", "abi", "libweir.so.0"))
    with open(rules, "w", encoding="utf-8") as file:
        file.write(RULES)
    figures = {}
    try:
        for name, events in EVENTS.items():
            write_log(build, log, name, events // 10 if quick else events)
            run = subprocess.run(
                one_core([weir, "bench", "-r", rules, "-i", log, "--json", "--repeat", "1" if quick else "5"]),
                env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            report = json.loads(run.stdout)
            assert report["taken"] == report["events_in"] > 0, f"{name}: events were not taken: {report}"
            figures[name] = (report["events_per_second"]["median"], report["megabytes_per_second"]["median"])
        figures["gzip"] = compressed(build, weir, rules, log, environment, quick)
    finally:
        for path in (log, log + ".gz"):
            if os.path.exists(path):
                os.remove(path)
    return figures


def compressed(build, weir, rules, log, environment, quick):
    """Seconds of `weir run` on a gzip file, and of zcat to nowhere; medians of interleaved runs."""
    write_log(build, log, "zeek", EVENTS["zeek"] // 10 if quick else EVENTS["zeek"] * 2)
    with open(log, "rb") as plain, gzip.open(log + ".gz", "wb", 6) as file:
        shutil.copyfileobj(plain, file)
    commands = ([weir, "run", "-r", rules, "-i", log + ".gz", "-o", "/dev/null", "--progress", "never"],
                ["zcat", log + ".gz"])
    times = ([], [])
    for _ in range(1 if quick else 5):
        for command, seconds in zip(commands, times):
            before = time.perf_counter()
            subprocess.run(one_core(command), env=environment, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - before)
    return tuple(map(statistics.median, times))
