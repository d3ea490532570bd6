"""Real streams of NetFlow through the whole program, against aggregates made by plain SQL.

The key is that of the predefined rule "[OOTB] Netflow 9". Skipped without the data.
"""

import collections
import csv
import json
import os
import unittest

from program import Case, NETFLOW, events

STREAMS = ["nfreplay-v5", "nfreplay-v9", "pmacctd-v9", "pmacctd-v10", "softflowd-v5", "softflowd-v9",
           "softflowd-v10"]
NUMBERS = {"hopopt": "0", "icmp": "1", "igmp": "2", "ipv4": "4", "tcp": "6", "udp": "17", "ipv6": "41",
           "ipv6-frag": "44", "gre": "47", "ah": "51", "ipv6-icmp": "58", "ipv6-opts": "60",
           "ospfigp": "89"}
RULE = """\
schema: kuma
aggregation:
  - name: "[OOTB] Netflow 9"
    threshold: {threshold}
    lifetime: {lifetime}
    identical_fields: [DestinationAddress, DestinationPort, SourceAddress, TransportProtocol,
                       DeviceVendor, DeviceProduct]
    sum_fields: [DeviceCustomString1, BytesIn]
"""


def as_weir_writes(address):
    """The tables write an IPv4-mapped address as ::ffff:102:304."""
    if not address.startswith("::ffff:") or "." in address:
        return address
    high, low = (int(group, 16) for group in address[7:].split(":"))
    return "::ffff:%d.%d.%d.%d" % (high >> 8, high & 255, low >> 8, low & 255)


@unittest.skipUnless(os.path.isdir(NETFLOW), f"no real NetFlow in {NETFLOW}; set WEIR_DATA")
class Aggregates(Case):
    def aggregate(self, stream, threshold, lifetime):
        rules = self.write("rules.yaml", RULE.format(threshold=threshold, lifetime=lifetime))
        source = os.path.join(NETFLOW, "streams", stream + ".pcap")
        result = self.weir("run", "-r", rules, "-i", source, "--stats", self.path("stats.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.report = json.loads(self.read("stats.json"))
        self.assertTrue(self.report["conservation"]["holds"])
        return events(result.stdout)

    def key(self, event):
        # softflowd's template for ICMP has no ports; the tables write 0.
        protocol = event["TransportProtocol"]
        return (event["SourceAddress"], event["DestinationAddress"],
                str(event.get("DestinationPort", 0)), NUMBERS.get(protocol, protocol))

    def sums(self, event):
        return (event["BaseEventCount"], int(event["DeviceCustomString1"]), event["BytesIn"])

    def table(self, stream, name):
        path = os.path.join(NETFLOW, "streams", f"{stream}.{name}.csv")
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                key = (as_weir_writes(row["src"]), as_weir_writes(row["dst"]), row["dport"],
                       row["proto"])
                yield key, (int(row["count"]), int(row["sum_packets"]), int(row["sum_bytes"])), row

    def assert_same(self, ours, wanted):
        """Two dictionaries; shows only where they differ."""
        different = [(key, ours.get(key), wanted.get(key)) for key in {**ours, **wanted}
                     if ours.get(key) != wanted.get(key)]
        self.assertFalse(different, f"key, ours, wanted: {different[:5]}")

    def test_of_everything_are_the_totals_of_each_key(self):
        for stream in STREAMS:
            with self.subTest(stream):
                ours = {self.key(e): self.sums(e) for e in self.aggregate(stream, 2**31 - 1, "365d")}
                wanted = {key: sums for key, sums, _ in self.table(stream, "agg-total")}
                self.assert_same(ours, wanted)

    def test_by_a_threshold_of_100_are_the_chunks_of_each_key(self):
        for stream in STREAMS:
            with self.subTest(stream):
                ours = collections.defaultdict(list)
                for event in self.aggregate(stream, 100, "365d"):
                    ours[self.key(event)].append(self.sums(event))
                wanted = collections.defaultdict(list)
                for key, sums, row in self.table(stream, "agg-limit100"):
                    wanted[key].append((int(row["chunk"]), sums))
                self.assert_same(ours, {key: [sums for _, sums in sorted(chunks)]
                                        for key, chunks in wanted.items()})

    def test_by_a_lifetime_of_10_seconds_are_the_windows_of_each_key(self):
        for stream in STREAMS:
            with self.subTest(stream):
                out = self.aggregate(stream, 100, 10)
                wanted = list(self.table(stream, "agg-limit100-10s"))
                totals = [sum(column) for column in zip(*(self.sums(e) for e in out))]
                self.assertEqual(totals, [sum(c) for c in zip(*(sums for _, sums, _ in wanted))])
                for event in out:
                    self.assertLessEqual(event["BaseEventCount"], 100)
                self.assertEqual(self.report["stats"]["future_times"], 0)
                # nfreplay's export clock for v5 goes backwards in places.
                if stream == "nfreplay-v5":
                    continue
                ours = collections.Counter((self.key(e), e["StartTime"] // 1000, self.sums(e))
                                           for e in out)
                self.assert_same(ours, collections.Counter(
                    (key, int(row["first_export_secs"]), sums) for key, sums, row in wanted))


if __name__ == "__main__":
    unittest.main()
