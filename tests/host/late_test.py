"""Late events in `weir run` and `weir explain`: told, counted, rejected with their lines."""

import json
import unittest

from program import Case, RULE, events

START = 1700000000000


def line(time, source="10.0.0.1"):
    return json.dumps({"Timestamp": time, "SourceAddress": source}) + "\n"


class Late(Case):
    def setUp(self):
        super().setUp()
        self.documents = {policy: self.write(policy + ".yaml", (
            "event_time: {allowed_lateness: 5s, late_events: %s, max_future_skew: 10s}\n" % policy +
            RULE.format(threshold=100, lifetime=60))) for policy in ("next", "pass", "reject")}

    def run_late(self, policy, text, *arguments):
        source = self.write("in.ndjson", text)
        stats = self.path("stats.json")
        result = self.weir("run", "-r", self.documents[policy], "-i", source, "--stats", stats,
                           *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(self.read("stats.json"))
        self.assertTrue(report["conservation"]["holds"])
        return result, report

    def test_are_told_and_counted(self):
        result, report = self.run_late("next", line(START) + line(START - 12300))
        self.assertIn("late         1 event was behind the clock", result.stderr)
        self.assertEqual(report["stats"]["late_events"], 1)
        self.assertEqual(report["rules"][0]["late_events"], 1)
        self.assertEqual([(e["BaseEventCount"], e["StartTime"]) for e in events(result.stdout)],
                         [(2, START - 12300)])

    def test_that_there_are_none_is_not_told(self):
        result, report = self.run_late("next", line(START) + line(START - 5000))
        self.assertNotIn("late ", result.stderr)
        self.assertEqual(report["stats"]["late_events"], 0)

    def test_pass_as_they_came(self):
        late = line(START - 12300)
        result, _ = self.run_late("pass", line(START) + late)
        self.assertTrue(result.stdout.startswith(late))

    def test_are_kept_with_their_line_where_they_are_rejected(self):
        late = line(START - 12300)
        reason = "late: its time is 12.3 s behind the clock; allowed_lateness is 5 s"
        rejects = self.path("rejects.ndjson")
        result, report = self.run_late("reject", line(START) + "\n" + late, "--rejects", rejects)
        self.assertIn(f":3: rejected: {reason}", result.stderr)
        self.assertEqual(report["stats"]["rejected"], 1)
        kept = events(self.read("rejects.ndjson"))
        self.assertEqual([(e["line"], e["reason"], e["text"]) for e in kept],
                         [(3, reason, late.rstrip("\n"))])

    def test_are_the_same_for_any_number_of_workers(self):
        text = "".join(line(START + 20 * i - (i * 7919 % 9000), f"10.0.{i % 50}.{i % 9}")
                       for i in range(40000))
        for policy in self.documents:
            with self.subTest(policy):
                results = []
                for workers in ("1", "3"):
                    result, report = self.run_late(policy, text, "--workers", workers,
                                                   "--instance", "i")
                    del report["stats"]["open_bytes"]
                    self.assertGreater(report["stats"]["late_events"], 10000)
                    results.append((result.stdout, report["stats"]))
                self.assertEqual(results[0], results[1])

    def test_one_date_in_2099_moves_nothing(self):
        text = "".join(line(4070908800000 if i == 5 else START + 1000 * i) for i in range(30))
        result, report = self.run_late("next", text)
        self.assertIn("clock        1 times too far ahead", result.stderr)
        self.assertEqual(report["stats"]["late_events"], 0)
        self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [30])

    def test_are_explained(self):
        before = self.write("before.ndjson", line(START))
        expected = {"next": "and it goes on like any other", "pass": "it is offered to no rule",
                    "reject": "The event is rejected: late: its time is 12.3 s behind the clock"}
        for policy, words in expected.items():
            with self.subTest(policy):
                result = self.weir("explain", "-r", self.documents[policy], "--after", before,
                                   line(START - 12300))
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn(words, result.stdout)


if __name__ == "__main__":
    unittest.main()
