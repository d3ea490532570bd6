"""`weir test`: what passes, what fails and how that looks; carets under what is wrong; --deny-warnings."""

import os
import pty
import re
import subprocess
import unittest

from program import Case, PROGRAM, TIMEOUT

RULES = """\
schema: kuma
aggregation:
  - name: by address
    threshold: 3
    lifetime: 10
    identical_fields: [SourceAddress]
    sum_fields: [BytesIn]
    unique_fields: [DestinationPort]
    filter: SourceAddress inSubnet '10.0.0.0/8'
tests:
"""

FLOW = "{SourceAddress: 10.0.0.1, BytesIn: 10, DestinationPort: 443}"


class Tests(Case):
    def document(self, *steps, rules=RULES):
        """A document of one test, whose first step is on line 13."""
        text = rules + "  - name: the test\n    steps:\n"
        return self.write("rules.yaml", text + "".join(f"      - {step}\n" for step in steps))

    def run_steps(self, *steps, rules=RULES):
        return self.weir("test", self.document(*steps, rules=rules))

    def assert_passes(self, *steps, rules=RULES):
        result = self.run_steps(*steps, rules=rules)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertTrue(result.stdout.endswith("\n1 passed, 0 failed\n"), result.stdout)

    def assert_fails(self, *steps, lines=(), rules=RULES):
        result = self.run_steps(*steps, rules=rules)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertTrue(result.stdout.endswith("\n0 passed, 1 failed\n"), result.stdout)
        shown = result.stdout.replace(self.path(""), "").splitlines()
        for line in lines:
            self.assertIn(line, shown)
        return shown


class Passing(Tests):
    def test_is_told_with_file_and_line(self):
        path = self.document("feed: {event: %s, repeat: 3}" % FLOW, "expect: [{BaseEventCount: 3}]")
        result = self.weir("test", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout, f"pass {path}:11: the test\n1 passed, 0 failed\n")

    def test_compares_by_value_and_any_fields(self):
        self.assert_passes(
            "feed: [%s, %s, {SourceAddress: 10.0.0.1, Extra: {k: v}}]" % (FLOW, FLOW),
            'expect: [{BytesIn: 20.0, DestinationPort: [443], Name: null, SourceAddress: "10.0.0.1"}]')

    def test_moves_a_clock_that_starts_in_2000(self):
        self.assert_passes("feed: [%s]" % FLOW, "advance: 9999ms", "expect: []", "advance: 1ms",
                           "expect: [{Timestamp: 946684810000, StartTime: 946684800000}]")

    def test_flushes(self):
        for flush in ("flush: true", "flush:", "flush"):
            self.assert_passes("feed: [%s]" % FLOW, flush, "expect: [{BaseEventCount: 1}]")

    def test_sees_what_passes(self):
        self.assert_passes("feed: [{SourceAddress: 192.0.2.1, Type: 2, Extra: {k: v}}]",
                           "expect: []",
                           "expect_passed: [{SourceAddress: 192.0.2.1, Type: 2, Extra.k: v}]")

    def test_sees_fields_of_an_open_schema(self):
        rules = "schema: open\naggregation:\n- {name: a, identical_fields: [host]}\ntests:\n"
        self.assert_passes("feed: [{host: a}, {user: b, n: 1.5}]", "expect_passed: [{user: b, n: 1.5}]",
                           "flush", "expect: [{host: a}]", rules=rules)

    def test_feeds_keys_of_the_source(self):
        self.assert_passes("feed: [{src: 10.0.0.1, a: {b: 7}}, {src: 192.0.2.1}]", "flush",
                           "expect: [{SourceAddress: 10.0.0.1, BytesIn: 7}]",
                           "expect_passed: [{SourceAddress: 192.0.2.1}]",
                           rules="map: {src: SourceAddress, a.b: BytesIn}\n" + RULES)

    def test_may_leave_buckets_open(self):
        self.assert_passes("feed: [%s]" % FLOW)

    def test_starts_afresh(self):
        path = self.write("two.yaml", RULES + "".join(
            "  - {name: %s, steps: [{feed: [%s, %s]}, {expect: []}]}\n" % (name, FLOW, FLOW)
            for name in "ab"))
        result = self.weir("test", path)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("2 passed, 0 failed", result.stdout)


class Failing(Tests):
    def test_shows_expected_and_got_side_by_side(self):
        shown = self.assert_fails(
            "feed: {event: %s, repeat: 3}" % FLOW,
            'expect: [{BaseEventCount: 3, BytesIn: "30", Name: x, SourceAddress: null}]')
        self.assertEqual(shown[:-1], [
            "FAIL rules.yaml:11: the test",
            "  rules.yaml:14: 1 aggregated event expected, 1 came",
            "  rules.yaml:14: event 1:",
            "      field           expected  got",
            "      BaseEventCount  3         3",
            '    ! BytesIn         "30"      30  (only the type differs: write 30 without quotes)',
            '    ! Name            "x"       absent',
            '    ! SourceAddress   absent    "10.0.0.1"',
        ])

    def test_shows_long_values_below_each_other(self):
        long = "x" * 50
        self.assert_fails(
            "feed: [{SourceAddress: 192.0.2.1, Name: %s}]" % (long + "y"),
            "expect_passed: [{Name: %s}]" % (long + "z"),
            lines=["    ! Name", f'        expected  "{long}z"', f'        got       "{long}y"'])

    def test_tells_what_did_not_come(self):
        self.assert_fails("feed: [%s]" % FLOW, "expect: [{BaseEventCount: 1}]",
                          lines=["  rules.yaml:14: 1 aggregated event expected, none came",
                                 "  rules.yaml:14: event 1, which did not come:"])

    def test_tells_what_nothing_expects_and_goes_on_beside_it(self):
        shown = self.assert_fails(
            "feed: [{SourceAddress: 10.0.0.1}, {SourceAddress: 10.0.0.2}, {SourceAddress: 10.0.0.3}]",
            "flush", "expect: [{SourceAddress: 10.0.0.1}, {SourceAddress: 10.0.0.3}]",
            lines=["  rules.yaml:15: 2 aggregated events expected, 3 came",
                   "  event 2, which nothing expects:"])
        self.assertFalse([line for line in shown if "event 3" in line], shown)

    def test_compares_in_order(self):
        self.assert_fails("feed: [{SourceAddress: 10.0.0.1}, {SourceAddress: 10.0.0.2}]", "flush",
                          "expect: [{SourceAddress: 10.0.0.2}, {SourceAddress: 10.0.0.1}]")

    def test_tells_what_is_left_over(self):
        self.assert_fails("feed: {event: %s, repeat: 3}" % FLOW,
                          lines=["  rules.yaml:11: at its end 1 aggregated event is left over; add "
                                 "'expect' for it"])
        self.assert_fails("feed: [{Name: a}, {Name: b}]", "expect: []",
                          lines=["  rules.yaml:11: at its end 2 passed events are left over; add "
                                 "'expect_passed' for them"])

    def test_tells_of_events_that_still_wait(self):
        rules = """\
enrichment:
  - {type: cybertrace, name: feeds, url: '127.0.0.1:1', mapping: {RequestUrl: url}}
tests:
"""
        result = self.weir("test", self.document("feed: [{RequestUrl: 'http://a'}]", rules=rules))
        self.assertEqual(result.returncode, 1)
        self.assertIn("at its end 1 event waits for an answer from the network; add 'flush'",
                      result.stdout)

    def test_tells_of_a_rejected_event(self):
        many = ", ".join(f"k{i}: 1" for i in range(5000))  # an event has at most 4096 fields
        rules = "schema: open\ntests:\n"
        path = self.document("feed:\n          - {a: 1}\n          - {%s}" % many, rules=rules)
        result = self.weir("test", path)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"  {path}:7: the event is rejected: ", result.stdout)

    def test_stops_at_the_first_difference_but_not_at_the_first_test(self):
        path = self.write("two.yaml", RULES + """\
  - {name: a, steps: [{feed: [%s]}, {expect: [{}]}, {expect: [{}]}]}
  - {name: b, steps: [{feed: [%s]}, {expect: []}]}
""" % (FLOW, FLOW))
        result = self.weir("test", path)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout.count("did not come"), 1)
        self.assertIn("pass ", result.stdout)
        self.assertIn("1 passed, 1 failed", result.stdout)

    def test_is_coloured_on_a_terminal_only(self):
        path = self.document("feed: [%s]" % FLOW, "expect: [{}]")
        self.assertNotIn("\x1b", self.weir("test", path).stdout)
        main, side = pty.openpty()
        env = {**os.environ, "TERM": "xterm"}
        env.pop("NO_COLOR", None)
        subprocess.run([PROGRAM, "test", path], stdout=side, timeout=TIMEOUT, env=env)
        self.assertIn(b"\x1b[31mFAIL", os.read(main, 65536))
        os.close(main)
        os.close(side)


class TheDocs(Case):
    def test_have_an_example_that_passes(self):
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
        with open(os.path.join(root, "docs", "tests.md"), encoding="utf-8") as file:
            text = file.read()
        (example,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        path = self.write("rules.yaml", example)
        self.assertEqual(self.weir("validate", "--deny-warnings", path).returncode, 0)
        self.assertIn("2 passed, 0 failed", self.weir("test", path).stdout)
        wrong = self.write("rules.yaml", example.replace("BytesIn: 1000", 'BytesIn: "1000"'))
        shown = self.weir("test", wrong).stdout.replace(self.path(""), "")
        (block,) = re.findall(r"^```\n(FAIL .*?)0 passed", text, re.MULTILINE | re.DOTALL)
        self.assertIn(block, shown)


class Documents(Tests):
    def test_that_are_bad_are_shown_with_a_caret_and_the_others_run(self):
        bad = self.write("bad.yaml", "filter: Nme = 1\ntests: [{name: a, steps: [{fed: []}]}]\n")
        good = self.document("feed: [%s]" % FLOW)
        result = self.weir("test", bad, good)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, f"""\
{bad}:1:9: error: unknown field 'Nme'; did you mean 'Name'?
  1 | filter: Nme = 1
    |         ^~~
{bad}:2:28: error: unknown key 'fed'; did you mean 'feed'?
  2 | tests: [{{name: a, steps: [{{fed: []}}]}}]
    |                            ^~~
""")
        self.assertIn("1 passed, 0 failed", result.stdout)

    def test_without_tests_are_told(self):
        path = self.write("none.yaml", RULES + "  []\n")
        result = self.weir("test", path)
        self.assertEqual((result.returncode, result.stdout), (0, "0 passed, 0 failed\n"))
        self.assertEqual(result.stderr, f"{path}: no tests\n")

    def test_that_need_a_function_are_told_that_there_is_none(self):
        rules = RULES.replace("    threshold: 3\n", "    threshold: 3\n    callback: f\n")
        result = self.run_steps("feed: [%s]" % FLOW, rules=rules)
        self.assertEqual(result.returncode, 1)
        self.assertIn("this program has no callbacks; rule 'by address' needs one", result.stderr)

    def test_that_are_missing_are_told(self):
        result = self.weir("test", "/nowhere.yaml")
        self.assertEqual(result.returncode, 1)
        self.assertIn("/nowhere.yaml", result.stderr)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_stop_where_the_output_is_full(self):
        rules = self.document(f"feed: {{event: {FLOW}}}", "flush: true", "expect: []")
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, "test", rules, rules], stdout=full,
                                    stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
        self.assert_error(result, 3, "cannot write to standard output: no space left on device")

    def test_are_needed(self):
        self.assert_error(self.weir("test"), 2, "FILE")


class Warnings(Case):
    def setUp(self):
        super().setUp()
        self.odd = self.write("odd.yaml", "aggregation:\n"
                                          "- {name: a, identical_fields: [Name], threshold: 1}\n")

    def test_are_shown_with_a_caret(self):
        result = self.weir("validate", self.odd)
        self.assertEqual(result.returncode, 0)
        lines = result.stdout.splitlines()
        self.assertTrue(lines[0].startswith(f"{self.odd}:2:50: warning: a threshold of 1"), lines)
        self.assertEqual(lines[1:], ["  2 | - {name: a, identical_fields: [Name], threshold: 1}",
                                     "    | " + " " * 49 + "^"])
        self.assertIn("no errors", result.stderr)

    def test_can_be_denied(self):
        result = self.weir("validate", "--deny-warnings", self.odd)
        self.assertEqual(result.returncode, 1)
        self.assertNotIn("no errors", result.stderr)
        self.assertEqual(self.weir("validate", "--deny-warnings", self.rules).returncode, 0)

    def test_are_shown_by_run_with_a_caret(self):
        result = self.weir("run", "-r", self.odd)
        self.assertEqual(result.returncode, 0)
        self.assertIn("\n    | " + " " * 49 + "^\n", result.stderr)

    def test_run_shows_the_line_of_an_error(self):
        bad = self.write("bad.yaml", "filter: Nme = 1\n")
        result = self.weir("run", "-r", bad)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, f"weir: {bad}:1:9: error: unknown field 'Nme'; did you mean "
                                        "'Name'?\n  1 | filter: Nme = 1\n    |         ^~~\n")


if __name__ == "__main__":
    unittest.main()
