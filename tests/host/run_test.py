"""`weir run`: lines, what is told of them, and progress."""

import json
import unittest

from program import Case, RULE, events

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'


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


if __name__ == "__main__":
    unittest.main()
