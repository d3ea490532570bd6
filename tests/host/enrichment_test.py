"""`weir run` with rules of type cybertrace beside `weir tracer`: two processes, compared with a plain
join of the events with the feeds."""

import gzip
import ipaddress
import json
import os
import signal
import unittest

from tracer_program import TracerCase

DATA = os.environ.get("WEIR_DATA", "../shared/data")
WARNING_LISTS = os.path.join(DATA, "ti", "misp-warninglists")

RULES = """\
schema: kuma
map: {{preset: zeek}}
enrichment:
  - type: cybertrace
    name: clouds
    url: 127.0.0.1:{port}
    connections: 20
    rps: 0
    mapping: {{DestinationAddress: ip}}
    filter: not DestinationAddress = ''
"""


class Feed:
    """Networks with a name: which is the smallest that an address lies in?"""

    def __init__(self, networks):
        self.by_length = {}
        for network in networks:
            parsed = ipaddress.ip_network(network, strict=False)
            key = (parsed.version, parsed.prefixlen)
            self.by_length.setdefault(key, {})[int(parsed.network_address)] = network

    def find(self, address):
        bits = address.max_prefixlen
        for length in range(bits, -1, -1):
            networks = self.by_length.get((address.version, length))
            if networks is not None:
                found = networks.get(int(address) >> (bits - length) << (bits - length))
                if found is not None:
                    return found
        return None


def load_warning_list(path):
    with open(path, encoding="utf-8") as file:
        text = json.load(file)
    networks = []
    for item in text["list"]:
        try:
            ipaddress.ip_network(item, strict=False)
        except ValueError:
            continue
        networks.append(item)
    return networks


class EnrichmentCase(TracerCase):
    def run_with(self, process, events, *more, rules=RULES):
        self.write("ti.yaml", rules.format(port=process.port))
        result = self.weir("run", "-r", self.path("ti.yaml"), "-i", events, "-o",
                           self.path("out.ndjson"), "--stats", self.path("stats.json"), *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(self.path("out.ndjson"), encoding="utf-8") as file:
            return [json.loads(line) for line in file], json.loads(self.read("stats.json"))

class BesideATracer(EnrichmentCase):
    def test_every_event_leaves_once_with_what_the_feed_says(self):
        self.write("feed.csv", "network,score\n10.0.0.0/8,1\n10.1.0.0/16,2\n10.1.2.3,3\n")
        process = self.serve("--csv", self.path("feed.csv"), "--kind", "ip")
        count = 20_000
        with open(self.path("in.ndjson"), "w", encoding="utf-8") as file:
            for i in range(count):
                address = f"{10 if i % 3 else 11}.{i // 65536 % 3}.{i // 256 % 256}.{i % 256}"
                file.write(json.dumps({"DestinationAddress": address, "ExternalID": str(i)}) + "\n")
        events, stats = self.run_with(process, self.path("in.ndjson"),
                                      rules=RULES.replace("map: {{preset: zeek}}\n", ""))
        self.assertEqual(sorted(int(event["ExternalID"]) for event in events), list(range(count)))
        feed = Feed(["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"])
        hits = 0
        for event in events:
            found = feed.find(ipaddress.ip_address(event["DestinationAddress"]))
            self.assertEqual([entry["indicator"] for entry in event.get("TI", [])],
                             [found] if found else [], event)
            hits += found is not None
        rule = stats["enrichments"][0]
        self.assertEqual((rule["applied"], rule["missed"], rule["errors"], rule["held"]),
                         (hits, count - hits, 0, 0))

    def test_a_server_that_is_gone_costs_no_event(self):
        self.write("feed.csv", "network,score\n10.0.0.0/8,1\n")
        process = self.serve("--csv", self.path("feed.csv"), "--kind", "ip")
        process.finish(signal.SIGKILL)
        count = 300
        with open(self.path("in.ndjson"), "w", encoding="utf-8") as file:
            for i in range(count):
                file.write(json.dumps({"DestinationAddress": "10.0.0.1", "ExternalID": str(i)})
                           + "\n")
        rules = RULES.replace("map: {{preset: zeek}}\n", "") + "    timeout: 500ms\n"
        events, stats = self.run_with(process, self.path("in.ndjson"), rules=rules)
        self.assertEqual(sorted(int(event["ExternalID"]) for event in events), list(range(count)))
        self.assertEqual(stats["enrichments"][0]["connect_failed"], count)


@unittest.skipUnless(os.path.isdir(WARNING_LISTS), f"no real data in {DATA}")
class RealData(EnrichmentCase):
    def test_zeek_events_are_what_a_join_with_the_feeds_gives(self):
        names = ["microsoft-azure", "amazon-aws", "google-gcp", "cloudflare", "akamai",
                 "public-dns-v4", "rfc1918"]
        sources, feeds = [], {}
        for name in names:
            path = os.path.join(WARNING_LISTS, name + ".json")
            feeds[name] = Feed(load_warning_list(path))
            sources += ["--list", path, "--category", name, "--kind", "ip"]
        process = self.serve(*sources)
        with gzip.open(os.path.join(DATA, "zeek", "ssl.log.gz"), "rt", encoding="utf-8") as packed:
            self.write("ssl.log", packed.read())
        events, stats = self.run_with(process, self.path("ssl.log"))
        self.assertGreater(len(events), 40_000)
        found_of, hits = {}, 0
        for event in events:
            address = event.get("DestinationAddress")
            if address not in found_of:
                parsed = ipaddress.ip_address(address)
                found_of[address] = [(name, found) for name in names
                                     if (found := feeds[name].find(parsed)) is not None]
            self.assertEqual([(entry["category"], entry["indicator"])
                              for entry in event.get("TI", [])], found_of[address], address)
            hits += bool(found_of[address])
        self.assertGreater(hits, 1000)
        rule = stats["enrichments"][0]
        self.assertEqual((rule["applied"], rule["missed"], rule["errors"]),
                         (hits, len(events) - hits, 0))


if __name__ == "__main__":
    unittest.main()
