"""Captures and files of datagrams: what is read of them, and what is told."""

import unittest

from program import Case, RULE, events, netflow_v9, pcap

FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)


class Captures(Case):
    def test_are_told_by_their_content(self):
        source = self.write("capture", pcap(netflow_v9(FLOW, FLOW), netflow_v9(FLOW)))
        result = self.weir("run", "-r", self.rules, "-i", source)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([(e["BaseEventCount"], e["BytesIn"]) for e in events(result.stdout)],
                         [(3, 300)])
        self.assertIn("2 datagrams, 3 flows", result.stderr)

    def test_flows_that_pass_have_the_fields_of_the_schema(self):
        rules = self.write("none.yaml", RULE.format(threshold=5, lifetime=60) +
                           "    filter: SourcePort = 1\n")
        source = self.write("capture", pcap(netflow_v9(FLOW)))
        result = self.weir("run", "-r", rules, "-i", source)
        self.assertEqual(events(result.stdout), [{
            "Timestamp": 1700000000000, "SourceAddress": "10.0.0.1",
            "DestinationAddress": "10.0.0.2", "DestinationPort": 443, "TransportProtocol": "tcp",
            "BytesIn": 100, "DeviceCustomString1": "2", "DeviceVendor": "Netflow",
            "DeviceProduct": "NetflowV9", "DeviceAddress": "192.0.2.1"}])

    def test_are_read_on_the_ports_that_are_given(self):
        source = self.write("capture", pcap(netflow_v9(FLOW), port=7777))
        self.assertEqual(self.weir("run", "-r", self.rules, "-i", source).stdout, "")
        result = self.weir("run", "-r", self.rules, "-i", source, "--netflow-port", "1",
                           "--netflow-port", "7777")
        self.assertEqual(len(events(result.stdout)), 1)

    def test_come_through_a_pipe_too(self):
        process = self.start("run", "-r", self.rules)
        process.process.stdin.write(pcap(netflow_v9(FLOW)))
        code, out, error = process.finish()
        self.assertEqual(code, 0, error)
        self.assertEqual(len(events(out)), 1)

    def test_that_end_in_the_middle_of_a_packet_give_what_came_before(self):
        source = self.write("capture", pcap(netflow_v9(FLOW), netflow_v9(FLOW))[:-10])
        result = self.weir("run", "-r", self.rules, "-i", source)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"weir: cannot read the capture '{source}'", result.stderr)
        self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [1])

    def test_cut_by_their_snap_length_are_told(self):
        whole = pcap(netflow_v9(FLOW, FLOW))
        cut = len(whole) - 24 - 16 - 10  # of the packet's bytes
        source = self.write("capture", whole[:24 + 8] + cut.to_bytes(4, "little") +
                            whole[24 + 12:-10])
        result = self.weir("run", "-r", self.rules, "-i", source)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("capture cut  1 datagrams were cut short", result.stderr)

    def test_have_a_summary_of_short_lines(self):
        source = self.write("capture", pcap(*[netflow_v9(FLOW)] * 2000))
        result = self.weir("run", "-r", self.rules, "-i", source)
        for name in ("netflow ", "netflow loss", "capture "):
            self.assertIn("\n" + name, result.stderr)
        self.assertLess(max(map(len, result.stderr.splitlines())), 80)
        self.assertIn("netflow loss 1999 sequence gaps", result.stderr)  # all have the number 1

    def test_datagram_files_that_hold_no_netflow_are_told(self):
        source = self.write("text", "this is no datagram")
        result = self.weir("run", "-r", self.rules, "-i", source, "--format", "netflow")
        self.assertEqual(result.returncode, 0)
        self.assertIn(f"weir: warning: '{source}' is no NetFlow", result.stderr)

    def test_datagram_files_share_their_templates(self):
        whole = netflow_v9(FLOW)
        data_at = len(whole) - 4 - 19
        template = self.write("template", whole[:data_at])
        data = self.write("data", whole[:20] + whole[data_at:])
        result = self.weir("run", "-r", self.rules, "-i", template, "-i", data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(events(result.stdout)), 1)


if __name__ == "__main__":
    unittest.main()
