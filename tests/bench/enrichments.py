"""What enrichment costs that asks over the network: `weir tracer` under load, and `weir run` that asks it, for
scripts/bench; and the table of it, with that of rules in memory (tests/bench/enrich.cpp)."""
import json
import os
import re
import socket
import statistics
import subprocess
import tempfile

# Rows of the table of rules that ask nobody: a title, and what stands in it.
ROWS = (
    ("`constant`, `event`, `dictionary`", ("constant", "event", "dictionary")),
    ("`table` with two keys and two columns", ("table",)),
    ("conversions: `lower`, `trim`, `replace`, `regexp`", ("event/lower", "event/trim", "event/replace", "event/regexp")),
)
EVENTS = 300_000
DEAD_EVENTS, ASKED = 1_000_000, 100
FILTERS = {"SourceAddress = '10.0.0.1'": 1, "SourceAddress inSubnet '10.0.0.0/24'": ASKED}  # events of theirs
CONSTANT = "enrichment:\n  - {type: constant, name: site, target: DeviceHostName, value: edge}\n"


class Tracer:
    """A server of a feed that has 192.0.2.0/24, on a port of its own."""

    def __init__(self, build, folder):
        feed = os.path.join(folder, "feed.csv")
        with open(feed, "w", encoding="utf-8") as file:
            file.write("network,threat\n192.0.2.0/24,test\n10.0.0.0/9,half\n")
        self.process = subprocess.Popen(
            [os.path.join(build, "plugin_host", "weir"), "tracer", "--listen", "127.0.0.1:0", "--csv", feed,
             "--kind", "ip"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if found := re.match(r"listening on .*:(\d+)", line):
                self.port = int(found[1])
                return
        raise RuntimeError("weir tracer does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


def lookups(build, port, seconds, *arguments):
    out = subprocess.run([os.path.join(build, "tests", "bench", "tracer_load"), str(port), "--seconds", str(seconds),
                          *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout
    return float(re.search(r"([\d.]+) lookups/s", out)[1])


def write_events(path, count):
    """From as many addresses of 10.0.0.0/8."""
    with open(path, "w", encoding="utf-8") as file:
        for i in range(count):
            file.write(f'{{"SourceAddress":"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}","DestinationPort":443,'
                       f'"DeviceVendor":"Netflow","Name":"flow record","BytesIn":{i}}}\n')


def run(build, folder, events, document):
    """What `weir run` reports of one."""
    rules, stats = os.path.join(folder, "rules.yaml"), os.path.join(folder, "stats.json")
    with open(rules, "w", encoding="utf-8") as file:
        file.write(document)
    environment = dict(os.environ, WEIR_LIBRARY=os.path.join(build, "src", "abi", "libweir.so.0"))
    subprocess.run([os.path.join(build, "plugin_host", "weir"), "run", "-r", rules, "-i", events, "-o", "/dev/null",
                    "--stats", stats], env=environment, check=True, stderr=subprocess.DEVNULL)
    with open(stats, encoding="utf-8") as file:
        return json.load(file)


def cybertrace(port, *more):
    """A rule as YAML, with more settings."""
    return (f"  - type: cybertrace\n    name: feed\n    url: 127.0.0.1:{port}\n    connections: 50\n    rps: 0\n"
            "    mapping: {SourceAddress: ip}\n" + "".join(f"    {one}\n" for one in more))


def enriched(build, port, folder):
    """Events a second through a rule that asks about each."""
    events = os.path.join(folder, "events.ndjson")
    if not os.path.exists(events):
        write_events(events, EVENTS)
    report = run(build, folder, events, "enrichment:\n" + cybertrace(port))
    rule = report["enrichments"][0]
    assert rule["applied"] + rule["missed"] == EVENTS, f"events were not asked about: {rule}"
    return report["events_per_second"]


def beside_a_dead_server(build, folder, rounds):
    """By what events are slower that a rule does not ask about, whose server is down: a fraction for each of
    FILTERS. Runs with the rule and without it take turns. A few events are asked about, so that the rule knows of
    its server."""
    events = os.path.join(folder, "many.ndjson")
    write_events(events, ASKED)
    with open(events, "ab") as file:
        subprocess.run([os.path.join(build, "tests", "bench", "write_lines"), str(DEAD_EVENTS), "100000"], stdout=file,
                       check=True)
    ratios = {condition: [] for condition in FILTERS}
    with socket.socket() as nobody:  # bound and not listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        for _ in range(rounds):
            plain = run(build, folder, events, CONSTANT)["events_per_second"]
            for condition, matching in FILTERS.items():
                rule = cybertrace(nobody.getsockname()[1], f"filter: {condition}", "timeout: 50ms")
                report = run(build, folder, events, CONSTANT + rule)
                asked = report["enrichments"][1]
                assert asked["errors"] == matching and asked["skipped"] == ASKED + DEAD_EVENTS - matching, asked
                ratios[condition].append(plain / report["events_per_second"])
    return [statistics.median(each) - 1 for each in ratios.values()]


def measure(build, quick):
    """Figures a second, medians."""
    rounds, seconds = (1, 1) if quick else (5, 3)
    with tempfile.TemporaryDirectory() as folder, Tracer(build, folder) as tracer:
        kept, new, events = [], [], []
        dead = beside_a_dead_server(build, folder, 3 * rounds)
        for _ in range(rounds):
            kept.append(lookups(build, tracer.port, seconds, "--connections", "50"))
            new.append(lookups(build, tracer.port, seconds, "--connections", "50", "--new"))
            events.append(enriched(build, tracer.port, folder))
    return {"kept": statistics.median(kept), "new": statistics.median(new), "run": statistics.median(events),
            "dead": dead}


def table(times, network):
    def figures(names):
        return " · ".join(f"{times[name]:.0f}" for name in names)

    return [("rules that ask nobody, ns an event in memory", "each"),
            *((title, figures(names)) for title, names in ROWS),
            ("`weir tracer`, 50 connections kept open, no pipelining", f"{network['kept'] / 1000:.0f} k lookups a second"),
            ("… a new connection for each", f"{network['new'] / 1000:.0f} k"),
            ("`weir run` that asks it about each event, 50 connections", f"{network['run'] / 1000:.0f} k events a second"),
            ("time of `weir run` more with a rule whose server is down, for events that its filter leaves out: `=`, `inSubnet`",
             " · ".join(f"{100 * more:+.1f} %" for more in network["dead"]))]
