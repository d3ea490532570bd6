"""`weir run`: inputs, outputs, statistics, live inputs and signals."""

import json
import signal
import socket
import unittest

from program import Case, RULE, TIMEOUT, events, netflow_v9, pcap, send_udp

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

    def test_that_cannot_be_written_are_a_runtime_failure(self):
        result = self.weir("run", "-r", self.rules, "--stats", "/nowhere/stats", stdin=ONE)
        self.assertEqual(result.returncode, 3)
        self.assertIn("/nowhere/stats", result.stderr)


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

    def test_datagram_files_share_their_templates(self):
        whole = netflow_v9(FLOW)
        data_at = len(whole) - 4 - 19
        template = self.write("template", whole[:data_at])
        data = self.write("data", whole[:20] + whole[data_at:])
        result = self.weir("run", "-r", self.rules, "-i", template, "-i", data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(events(result.stdout)), 1)


class LiveInputs(Case):
    def test_close_a_bucket_on_time_without_another_event(self):
        rules = self.write("short.yaml", RULE.format(threshold=100, lifetime="200ms"))
        process = self.start("run", "-r", rules)
        process.feed(ONE * 3)
        self.assertEqual(process.event()["BaseEventCount"], 3)  # the pipe is still open
        process.feed(ONE)
        self.assertEqual(process.event()["BaseEventCount"], 1)
        self.assertEqual(process.finish()[0], 0)

    def test_let_no_output_linger(self):
        process = self.start("run", "-r", self.rules)
        process.feed('{"Name":"passes"}\n')
        self.assertEqual(process.event(), {"Name": "passes"})
        process.feed('{"Name":"passes too"}\n')
        self.assertEqual(process.event(), {"Name": "passes too"})

    def test_over_udp_close_a_bucket_on_time(self):
        rules = self.write("short.yaml", RULE.format(threshold=100, lifetime="200ms"))
        process = self.start("run", "-r", rules, "-i", "udp://127.0.0.1:0")
        send_udp(process.port(), netflow_v9(FLOW, FLOW))
        event = process.event()
        self.assertEqual((event["BaseEventCount"], event["BytesIn"]), (2, 200))

    def test_over_udp_are_flushed_by_the_first_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "--stats",
                                 self.path("stats.json"))
            send_udp(process.port(), netflow_v9(FLOW), netflow_v9(FLOW, FLOW))
            code, out, error = process.finish(number)
            self.assertEqual(code, 0, error)
            self.assertEqual([e["BaseEventCount"] for e in events(out)], [3])
            self.assertIn("events in    3", error)
            self.assertTrue(json.loads(self.read("stats.json"))["interrupted"])

    def test_of_two_sockets_are_heard_together(self):
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-i",
                             "udp://127.0.0.1:0")
        for port in (process.port(), process.port()):
            send_udp(port, netflow_v9(FLOW))
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual([e["BaseEventCount"] for e in events(out)], [2], error)

    def test_over_ipv6_are_heard(self):
        try:
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
                sender.bind(("::1", 0))
        except OSError:
            self.skipTest("this machine has no IPv6")
        process = self.start("run", "-r", self.rules, "-i", "udp://[::1]:0")
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
            sender.sendto(netflow_v9(FLOW), ("::1", process.port()))
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual([e["BaseEventCount"] for e in events(out)], [1], error)

    def test_a_signal_ends_a_silent_pipe_and_leaves_half_a_line(self):
        process = self.start("run", "-r", self.rules)
        process.feed('{"Name":"passes"}\n' + '{"Name":')
        self.assertEqual(process.event(), {"Name": "passes"})
        code, out, error = process.finish(signal.SIGTERM)
        self.assertEqual((code, out), (0, ""), error)
        self.assertIn("events in    1", error)

    def test_a_second_signal_ends_the_program_at_once(self):
        source = self.write("in.ndjson", '{"Name":"%s"}\n' % ("x" * 1000) * 10000)
        process = self.start("run", "-r", self.rules, "-i", source)
        process.wait_for("stdout")  # it writes to a pipe that nobody reads
        process.process.send_signal(signal.SIGINT)
        process.process.send_signal(signal.SIGTERM)
        self.assertEqual(process.process.wait(TIMEOUT), 130)

    def test_an_address_that_is_taken_is_told(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            name = "udp://127.0.0.1:%d" % other.getsockname()[1]
            self.assert_error(self.weir("run", "-r", self.rules, "-i", name), 1, name, "in use")


if __name__ == "__main__":
    unittest.main()
