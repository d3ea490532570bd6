"""`weir bench`: a rule document over an input in memory."""

import json
import os
import signal
import subprocess
import unittest

from program import Case, PROGRAM, RULE, TIMEOUT, netflow_v9, pcap, wait_until_caught

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'
FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)


class Bench(Case):
    def figures(self, *arguments, stdin=""):
        result = self.weir("bench", "-r", self.rules, "--json", *arguments, stdin=stdin)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_counts_what_a_run_would_write_and_what_stays_open(self):
        source = self.write("in.ndjson", ONE * 250 + '{"Name":"passes"}\n' + "bad\n\n" + ONE.strip())
        figures = self.figures("-i", source, "--repeat", "3")
        self.assertEqual([figures[name] for name in
                          ("events_in", "rejected", "passed", "taken", "events_out", "open_groups",
                           "runs", "bytes")],
                         [253, 1, 1, 251, 4, 1, 3, os.path.getsize(source)])
        self.assertEqual(figures["reduction"], 63.0)

    def test_tells_the_spread_of_the_runs(self):
        source = self.write("in.ndjson", ONE * 1000)
        figures = self.figures("-i", source)
        for name in ("events_per_second", "ns_per_event", "megabytes_per_second"):
            spread = figures[name]
            self.assertLessEqual(0, spread["min"])
            self.assertLessEqual(spread["min"], spread["median"])
            self.assertLessEqual(spread["median"], spread["max"])
        self.assertGreater(figures["events_per_second"]["min"], 0)

    def test_is_a_table_for_people(self):
        source = self.write("in.ndjson", ONE * 1000)
        result = self.weir("bench", "-r", self.rules, "-i", source)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"(?m)^events/s +\d+ \(\d+ to \d+\)$")
        self.assertRegex(result.stdout, r"(?m)^events in +1000 = 0 rejected")
        self.assertIn("use a larger input", result.stderr)
        self.assertLess(max(map(len, result.stdout.splitlines())), 100)

    def test_reads_standard_input_and_rules_from_there(self):
        self.assertEqual(self.figures(stdin="\ufeff" + ONE * 20)["taken"], 20)
        source = self.write("in.ndjson", ONE)
        result = self.weir("bench", "-r", "-", "-i", source, "--repeat", "3",
                           stdin=RULE.format(threshold=1, lifetime=1))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_holds_the_flows_of_a_capture(self):
        source = self.write("capture", pcap(*[netflow_v9(FLOW, FLOW)] * 700))
        figures = self.figures("-i", source)
        self.assertEqual((figures["format"], figures["taken"], figures["events_out"]),
                         ("pcap", 1400, 14))
        self.assertIsNone(figures["megabytes_per_second"])

    def test_holds_the_flows_of_a_datagram(self):
        source = self.write("datagram", netflow_v9(FLOW))
        self.assertEqual(self.figures("-i", source)["taken"], 1)

    def test_of_nothing_is_an_error(self):
        source = self.write("empty", "\n\n")
        self.assert_error(self.weir("bench", "-r", self.rules, "-i", source), 1, source, "no event")

    def test_tells_of_bad_rules_before_it_reads(self):
        bad = self.write("bad.yaml", "agregation: []\n")
        self.assert_error(self.weir("bench", "-r", bad, "-i", "/nowhere"), 1, bad + ":1:1")

    def test_shows_a_warning_about_the_rules_once(self):
        odd = self.write("odd.yaml", RULE.format(threshold=5, lifetime=60) + "polarity: drop\n")
        source = self.write("in.ndjson", ONE)
        result = self.weir("bench", "-r", odd, "-i", source)
        self.assertEqual(result.stderr.count("polarity does nothing"), 1)

    def test_wants_an_input_that_ends(self):
        result = self.weir("bench", "-r", self.rules, "-i", "udp://127.0.0.1:0")
        self.assert_error(result, 2, "udp://127.0.0.1:0", "no end")

    def test_ends_with_a_signal_while_it_reads(self):
        process = self.start("bench", "-r", self.rules)
        process.feed(ONE)
        wait_until_caught(process.process.pid, signal.SIGINT)
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual((code, out), (130, ""), error)
        self.assertRegex(error, r"^weir: interrupted[^\n]*\n$")

    def test_ends_with_a_signal_while_it_measures(self):
        source = self.write("in.ndjson", ONE)
        process = self.start("bench", "-r", self.rules, "-i", source, "--repeat", "1000", "--workers",
                             "2")
        wait_until_caught(process.process.pid, signal.SIGINT)
        code, _, error = process.finish(signal.SIGINT)
        self.assertIn((code, error), [(130, "weir: interrupted\n"),
                                      (130, "weir: interrupted before the input was read\n")])

    def test_runs_at_least_once(self):
        result = self.weir("bench", "-r", self.rules, "--repeat", "0")
        self.assert_error(result, 2, "--repeat")

    def test_to_a_pipe_whose_reader_has_gone_is_a_clear_error(self):
        source = self.write("in.ndjson", ONE)
        reader, writer = os.pipe()
        os.close(reader)
        try:
            result = subprocess.run([PROGRAM, "bench", "-r", self.rules, "-i", source],
                                    stdout=writer, stderr=subprocess.PIPE, text=True,
                                    timeout=TIMEOUT)
        finally:
            os.close(writer)
        self.assertEqual(result.returncode, 3)
        self.assertIn("weir: cannot write to standard output: broken pipe", result.stderr)


if __name__ == "__main__":
    unittest.main()
