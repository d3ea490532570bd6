"""`weir run`: inputs, outputs, statistics, live inputs and signals."""

import json
import struct
import unittest

from program import Case, RULE, events, netflow_v9, pcap

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'
FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)


class Ndjson(Case):
    def test_from_standard_input_is_aggregated(self):
        result = self.weir("run", "-r", self.rules, stdin=ONE * 7)
        self.assertEqual(result.returncode, 0, result.stderr)
        out = events(result.stdout)
        self.assertEqual([(e["BaseEventCount"], e["BytesIn"]) for e in out], [(7, 70)])

    def test_that_passes_leaves_as_the_bytes_that_came(self):
        line = '{ "Name" : "a\\u0041" , "x":[1, 2] }\n'
        self.assertEqual(self.weir("run", "-r", self.rules, stdin=line).stdout, line)

    def test_of_several_files_is_read_in_turn(self):
        one = self.write("one.ndjson", ONE * 3)
        two = self.write("two.ndjson", ONE.strip() + "\n" + ONE.strip())  # no LF at the end
        out = self.path("out.ndjson")
        result = self.weir("run", "-r", self.rules, "-i", one, "-i", two, "-o", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([e["BaseEventCount"] for e in events(self.read("out.ndjson"))], [5])
        self.assertEqual(result.stdout, "")

    def test_without_a_line_is_no_event(self):
        empty = self.write("empty", "")
        result = self.weir("run", "-r", self.rules, "-i", empty)
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertIn("events in    0", result.stderr)

    def test_of_a_missing_file_is_an_error_before_anything_is_read(self):
        one = self.write("one.ndjson", ONE)
        result = self.weir("run", "-r", self.rules, "-i", one, "-i", "/nowhere")
        self.assert_error(result, 1, "/nowhere")
        self.assertEqual(result.stdout, "")

    def test_line_longer_than_a_block_is_one_event(self):
        line = '{"Name":"%s"}\n' % ("x" * (3 << 20))
        source = self.write("long.ndjson", ONE + line + ONE)
        result = self.weir("run", "-r", self.rules, "-i", source)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(line, result.stdout)

    def test_line_beyond_the_limit_is_one_rejected_line(self):
        source = self.write("long.ndjson", '{"Name":"%s"}\n' % ("x" * (9 << 20)) + ONE)
        stats = self.path("stats.json")
        result = self.weir("run", "-r", self.rules, "-i", source, "--stats", stats)
        self.assertEqual(result.returncode, 0, result.stderr)
        counted = json.loads(self.read("stats.json"))["stats"]
        self.assertEqual((counted["rejected"], counted["taken"]), (1, 1))
        self.assertIn(":1: rejected: ", result.stderr)


class Beginnings(Case):
    def test_with_a_byte_order_mark_are_read_as_without(self):
        source = self.write("in.ndjson", b"\xef\xbb\xbf" + ONE.encode() * 3)
        result = self.weir("run", "-r", self.rules, "-i", source)
        self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [3])
        self.assertIn("0 rejected", result.stderr)
        result = self.weir("run", "-r", self.rules, stdin="\ufeff" + ONE)
        self.assertIn("0 rejected", result.stderr)


class Guesses(Case):
    """An input of which nothing could be read is told with the format that was found."""

    def test_that_let_nothing_through_are_told(self):
        path = self.write("in.txt", "plain text\nmore of it\n")
        result = self.weir("run", "-r", self.rules, "-i", path)
        self.assertEqual(result.returncode, 0)
        self.assertIn(f"weir: warning: all of '{path}' was rejected; its first bytes made it ndjson",
                      result.stderr)
        result = self.weir("run", "-r", self.rules, stdin="plain text")
        self.assertIn("all of standard input was rejected", result.stderr)

    def test_that_let_something_through_or_were_none_are_not(self):
        path = self.write("in.txt", "plain text\n{}\n")
        self.assertNotIn("warning", self.weir("run", "-r", self.rules, "-i", path).stderr)
        self.write("in.txt", "plain text\n")
        result = self.weir("run", "-r", self.rules, "-i", path, "--format", "ndjson")
        self.assertNotIn("warning", result.stderr)
        self.assertNotIn("warning", self.weir("run", "-r", self.rules, "-i", "/dev/null").stderr)


class Rejects(Case):
    def run_it(self, *extra):
        source = self.write("in.ndjson", ONE + "not json\n" + ONE + "\n[1]\n" + '{"a":}\n')
        return source, self.weir("run", "-r", self.rules, "-i", source, *extra)

    def test_are_shown_with_their_line_and_do_not_fail_the_run(self):
        source, result = self.run_it()
        self.assertEqual(result.returncode, 0)
        for line in (2, 5, 6):
            self.assertIn(f"{source}:{line}: rejected: ", result.stderr)

    def test_are_kept_in_a_file(self):
        source, result = self.run_it("--rejects", self.path("rejects"))
        kept = events(self.read("rejects"))
        self.assertEqual([(r["source"], r["line"], r["text"]) for r in kept],
                         [(source, 2, "not json"), (source, 5, "[1]"), (source, 6, '{"a":}')])
        self.assertTrue(all(r["reason"] for r in kept))

    def test_fail_a_strict_run_behind_its_output(self):
        _, result = self.run_it("--strict")
        self.assertEqual(result.returncode, 1)
        self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [2])
        self.assertIn("--strict", result.stderr)

    def test_more_than_five_are_counted_only(self):
        source = self.write("in.ndjson", "x\n" * 50)
        result = self.weir("run", "-r", self.rules, "-i", source)
        self.assertEqual(result.stderr.count(": rejected: "), 5)
        self.assertIn("50 rejected", result.stderr)


class Statistics(Case):
    def test_hold_the_law_of_conservation(self):
        rules = self.write("some.yaml", RULE.format(threshold=4, lifetime=60) +
                           "filter: Name = 'dropped'\npolarity: drop\n")
        source = self.write("in.ndjson", ONE * 10 + '{"Name":"dropped"}\n' * 3 +
                            '{"Name":"passes"}\n' + "bad\n" * 2)
        result = self.weir("run", "-r", rules, "-i", source, "--stats", self.path("stats.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(self.read("stats.json"))
        stats = report["stats"]
        self.assertEqual([stats[name] for name in ("events_in", "rejected", "filtered", "passed",
                                                   "taken")], [16, 2, 3, 1, 10])
        self.assertEqual(stats["events_in"], stats["rejected"] + stats["filtered"] +
                         stats["passed"] + stats["taken"])
        self.assertTrue(report["conservation"]["holds"])
        self.assertIn("events_in 16 = rejected 2 + filtered 3", report["conservation"]["equation"])
        self.assertTrue(all(rule["conservation"]["holds"] for rule in report["rules"]))
        self.assertEqual(sum(rule["taken"] for rule in report["rules"]), stats["taken"])
        self.assertEqual(report["sources"][0]["bytes"], len(ONE) * 10 + 19 * 3 + 18 + 8)

    def test_of_values_that_do_not_fit_are_in_the_summary(self):
        line = '{"SourceAddress":"10.0.0.1","BytesIn":"many"}\n'
        result = self.weir("run", "-r", self.rules, stdin=line)
        self.assertIn("\nconversion   1 value did not fit its field and", result.stderr)
        result = self.weir("run", "-r", self.rules, stdin=line * 2)
        self.assertIn("\nconversion   2 values did not fit their fields", result.stderr)
        self.assertNotIn("conversion", self.weir("run", "-r", self.rules, stdin="{}\n").stderr)

    def test_have_numbers_without_noise(self):
        source = self.write("in.ndjson", ONE * 6 + "bad\n" * 2 + '{"Name":"passes"}\n')
        result = self.weir("run", "-r", self.rules, "-i", source, "--stats", self.path("stats.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        text = self.read("stats.json")
        self.assertRegex(text, r'"elapsed_seconds": \d+\.\d{6},')
        self.assertRegex(text, r'"events_per_second": \d+,')
        self.assertEqual(json.loads(text)["reduction"], 3.5)  # (9 - 2 rejected) / 2
        self.assertIn("reduction    3.5 to 1", result.stderr)
        self.assertIsNone(json.loads(text)["failure"])


class Progress(Case):
    def test_is_one_line_rewritten_in_place(self):
        source = self.write("in.ndjson", ONE * 100000)
        result = self.weir("run", "-r", self.rules, "-i", source, "--progress", "always")
        self.assertIn("\x1b[K", result.stderr)
        self.assertIn("events", result.stderr)

    def test_is_not_shown_where_there_is_no_terminal(self):
        source = self.write("in.ndjson", ONE * 100000)
        self.assertNotIn("\x1b[K", self.weir("run", "-r", self.rules, "-i", source).stderr)


class Clocks(Case):
    LINES = "".join('{"SourceAddress":"10.0.0.1","Timestamp":%d}\n' % t
                    for t in (1700000000000, 1700000059999, 1700000060000))

    def test_of_a_file_is_the_events(self):
        source = self.write("in.ndjson", self.LINES)
        out = events(self.weir("run", "-r", self.rules, "-i", source).stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [2, 1])

    def test_of_standard_input_is_the_arrival(self):
        out = events(self.weir("run", "-r", self.rules, stdin=self.LINES).stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [3])

    FUTURE = "".join('{"SourceAddress":"10.0.0.1","Timestamp":%d}\n' % t
                     for t in (4102444800000, 4102444859999, 4102444860000))  # the year 2100

    def test_of_events_is_bounded_by_the_machines_and_that_is_told(self):
        source = self.write("in.ndjson", self.FUTURE)
        for given in ({"stdin": self.FUTURE}, {}):
            result = self.weir("run", "-r", self.rules, "--clock", "event",
                               *([] if given else ["-i", source]), **given)
            self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [3])
            self.assertIn("clock        3 times too far ahead of this machine's were not used",
                          result.stderr)

    def test_of_one_bad_date_does_not_keep_buckets_open_for_ever(self):
        bad = '{"SourceAddress":"10.0.0.9","Timestamp":4102444800000}\n'
        source = self.write("in.ndjson", bad + self.LINES)
        out = events(self.weir("run", "-r", self.rules, "-i", source).stdout)
        self.assertEqual(sorted(e["BaseEventCount"] for e in out), [1, 1, 2])

    def test_of_one_capture_bounds_nothing_else(self):
        far = 2114380800  # 2037
        late = self.write("late.pcap", pcap(netflow_v9(FLOW), time=far))
        elsewhere = self.write("elsewhere.pcap", pcap(netflow_v9(FLOW), port=53, time=far) +
                               pcap(netflow_v9(FLOW, export=far))[24:])
        line = self.write("line.ndjson", '{"Timestamp":%d,"SourceAddress":"10.0.0.1"}\n' % (far * 1000))
        for inputs in ((late, line), (elsewhere,)):
            with self.subTest(inputs):
                arguments = [part for path in inputs for part in ("-i", path)]
                result = self.weir("run", "-r", self.rules, *arguments, "--stats", self.path("stats"))
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(json.loads(self.read("stats"))["stats"]["future_times"], 1)

    def test_of_a_packet_beyond_all_times_is_bounded(self):
        packet = pcap(netflow_v9(FLOW))[24 + 16:]
        packet += bytes(-len(packet) % 4)

        def block(kind, body):
            size = struct.pack("<I", len(body) + 12)
            return struct.pack("<I", kind) + size + body + size
        seconds = struct.pack("<HHBxxxI", 9, 1, 0, 0)  # the unit of the times, and no more options
        capture = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        capture += block(1, struct.pack("<HHI", 101, 0, 65535) + seconds)
        for high, low in ((0x7FFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (2, 0x25C17D04)):
            header = struct.pack("<IIIII", 0, high, low, len(packet), len(packet))
            path = self.write("hostile.pcapng", capture + block(6, header + packet))
            result = self.weir("run", "-r", self.rules, "-i", path)
            self.assertEqual((result.returncode, len(events(result.stdout))), (0, 1), result.stderr)

    def test_of_a_capture_is_bounded_by_the_times_of_its_packets(self):
        # Packets of 2037, the last year that every reader of captures knows: this machine is behind.
        def packet(seconds):
            flow = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + bytes(40)
            datagram = struct.pack(">HHIIIIBBH", 5, 1, 0, seconds, 0, 0, 0, 0, 0) + flow
            udp = struct.pack(">HHHH", 2055, 2055, 8 + len(datagram), 0) + datagram
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + bytes([10, 0, 0, 7] * 2)
            return struct.pack("<IIII", seconds, 0, len(ip) + len(udp), len(ip) + len(udp)) + ip + udp
        start = 2114380800
        capture = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
        capture += b"".join(packet(start + t) for t in (0, 59, 60))
        path = self.path("future.pcap")
        with open(path, "wb") as file:
            file.write(capture)
        result = self.weir("run", "-r", self.rules, "-i", path)
        self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [2, 1])
        self.assertNotIn("\nclock ", result.stderr)

    def test_can_be_chosen(self):
        source = self.write("in.ndjson", self.LINES)
        out = events(self.weir("run", "-r", self.rules, "-i", source, "--clock", "arrival").stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [3])
        out = events(self.weir("run", "-r", self.rules, "--clock", "event", stdin=self.LINES).stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [2, 1])


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
