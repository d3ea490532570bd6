"""At SIGHUP `weir run` loads its rules again: events count once, kept rules keep buckets, what is bad does nothing."""

import json
import os
import signal
import socket
import threading
import unittest

from program import Case, TIMEOUT, events
from reloads import BAD, CHANGED, KEPT, MORE, RULES, Reloads

SOURCES = 10
LINE = '{"Name":"%s","SourceAddress":"10.0.0.%d"}\n'
# Three events of each source: of `steady`, of `turns`, and one that passes.
ROUND = "".join(LINE % (name, source) for source in range(SOURCES)
                for name in ("steady", "turns", "passes"))


class Feeder(threading.Thread):
    """Gives rounds of events away until it is told to stop."""

    def __init__(self, give):
        super().__init__(daemon=True)
        self.give = give
        self.rounds = 0
        self.stopping = threading.Event()
        self.start()

    def run(self):
        while not self.stopping.wait(0.001) or self.rounds == 0:
            self.give(ROUND)
            self.rounds += 1

    def stop(self):
        self.stopping.set()
        self.join()
        return self.rounds


class HangUps(Reloads):
    def hang_up(self, process, document):
        if document is not None:
            self.write("rules.yaml", document)
        process.process.send_signal(signal.SIGHUP)
        return self.outcome(process)

    def assert_exact(self, out, report, rounds):
        """Every event once, and every bucket of `steady` whole."""
        def of(rule):
            return [event for event in out if event.get("AggregationRuleName") == rule]
        self.assertEqual(sorted(event["BaseEventCount"] for event in of("steady")),
                         [rounds] * SOURCES)
        self.assertEqual({event["S.CloseReason"] for event in of("steady")}, {"flush"})
        self.assertEqual(sum(event["BaseEventCount"] for event in of("turns")), rounds * SOURCES)
        self.assertEqual(sum("BaseEventCount" not in event for event in out), rounds * SOURCES)
        self.assertTrue(report["conservation"]["holds"], report["conservation"])
        self.assertTrue(all(rule["conservation"]["holds"] for rule in report["rules"]))
        stats = report["stats"]
        self.assertEqual((stats["events_in"], stats["rejected"]), (3 * rounds * SOURCES, 0))

    def load_all_sorts(self, process):
        """Good, bad and unchanged documents; returns how many were good and how many bad."""
        for threshold in (11, 7):
            self.assert_reloaded(self.hang_up(process, RULES.format(threshold=threshold)), CHANGED)
            self.assert_reloaded(self.hang_up(process, None), KEPT)
            verdict, shown = self.hang_up(process, BAD)
            self.assertTrue(verdict.startswith("weir: nothing was reloaded"), verdict)
            self.assertIn(f"weir: {self.rules}:3:5: error: ", shown[-3])
            self.assertIn("tresholt: 3", shown[-2])
            self.assertRegex(shown[-1], r"^ +\| +\^~*$")
            self.assert_reloaded(self.hang_up(process, RULES.format(threshold=threshold) + MORE),
                                 "2 rules kept, 0 changed, 1 added, 0 removed")
            self.assert_reloaded(self.hang_up(process, RULES.format(threshold=threshold)),
                                 "2 rules kept, 0 changed, 0 added, 1 removed")
        return 8, 2

    def test_while_events_come_over_tcp(self):
        process = self.start("-i", "tcp://127.0.0.1:0")
        with socket.create_connection(("127.0.0.1", process.port())) as connection:
            feeder = Feeder(lambda text: connection.sendall(text.encode()))
            good, bad = self.load_all_sorts(process)
            rounds = feeder.stop()
        out, report = self.finish(process)
        self.assert_exact(out, report, rounds)
        stats = report["stats"]
        self.assertEqual(
            [stats[name] for name in ("loads", "loads_refused", "rules_kept", "rules_changed",
                                      "rules_added", "rules_removed")],
            [good + 1, bad, 14, 2, 4, 2])

    def test_while_a_file_grows(self):
        self.write("log", "")
        process = self.start("-i", self.path("log"), "--follow")
        with open(self.path("log"), "a") as log:
            def give(text):
                log.write(text)
                log.flush()
            feeder = Feeder(give)
            self.load_all_sorts(process)
            rounds = feeder.stop()
        self.assert_exact(*self.finish(process), rounds)

    def test_while_files_are_read(self):
        rounds = 20000
        source = self.write("in.ndjson", ROUND * rounds)
        for workers in ("1", "3"):
            self.write("rules.yaml", RULES.format(threshold=7))
            process = Case.start(self, "run", "-r", self.rules, "-i", source, "--stats",
                                 self.path("stats.json"), "--workers", workers)
            process.wait_for("stdout")  # it writes to a pipe that nobody reads yet
            self.write("rules.yaml", RULES.format(threshold=1000))
            process.process.send_signal(signal.SIGHUP)
            code, out, error = process.finish()
            self.assertEqual(code, 0, error)
            self.assertIn(f"weir: reloaded {self.rules}: {CHANGED}\n", error)
            self.assertIn("loads        2 taken, 0 refused; rules: 1 kept, 1 changed, 2 added, 0 "
                          "removed\n", error)
            report = json.loads(self.read("stats.json"))
            self.assert_exact(events(out), report, rounds)

    def test_a_hundred_in_a_second_leave_the_last_document(self):
        process = self.start("-i", "tcp://127.0.0.1:0")
        with socket.create_connection(("127.0.0.1", process.port())) as connection:
            feeder = Feeder(lambda text: connection.sendall(text.encode()))
            for number in range(100):
                # Renamed over, so that no half of it is read.
                self.write("next", RULES.format(threshold=5 + number % 2))
                os.rename(self.path("next"), self.rules)
                process.process.send_signal(signal.SIGHUP)
                feeder.stopping.wait(0.005)
            self.write("next", RULES.format(threshold=1) + MORE)
            os.rename(self.path("next"), self.rules)
            process.process.send_signal(signal.SIGHUP)
            while not self.outcome(process)[0].endswith("1 added, 0 removed"):
                pass
            rounds = feeder.stop()
        out, report = self.finish(process)
        self.assert_exact(out, report, rounds)
        self.assertEqual([rule["name"] for rule in report["rules"]], ["steady", "turns", "more"])
        self.assertGreater(report["stats"]["rules_changed"], 1)

    def test_close_the_buckets_of_changed_rules_at_once(self):
        for clock in ("arrival", "event"):
            self.write("rules.yaml", RULES.format(threshold=7))
            process = Case.start(self, "run", "-r", self.rules, "--clock", clock)
            process.feed(LINE % ("turns", 1) + LINE % ("steady", 1) + LINE % ("passes", 1))
            self.assertEqual(process.event()["Name"], "passes")
            self.hang_up(process, RULES.format(threshold=8))
            event = process.event()  # the pipe is still open
            self.assertEqual((event["AggregationRuleName"], event["S.CloseReason"]),
                             ("turns", "reload"))
            code, out, error = process.finish()
            self.assertEqual([event["S.CloseReason"] for event in events(out)], ["flush"], error)

    def test_of_a_document_that_has_gone_change_nothing(self):
        process = self.start()
        process.feed(LINE % ("steady", 1))
        os.unlink(self.rules)
        verdict, shown = self.hang_up(process, None)
        self.assertTrue(verdict.startswith("weir: nothing was reloaded"), verdict)
        self.assertIn(self.rules, shown[-1])
        process.feed(LINE % ("steady", 1))
        out, _ = self.finish(process, None)
        self.assertEqual([event["BaseEventCount"] for event in out], [2])

    def test_of_rules_from_standard_input_are_refused(self):
        process = Case.start(self, "run", "-r", "-", "-i", "tcp://127.0.0.1:0")
        process.feed(RULES.format(threshold=7))
        process.process.stdin.close()
        process.port()
        process.process.send_signal(signal.SIGHUP)
        self.assertIn("standard input cannot be read again", process.line("stderr"))
        self.assertIn("nothing was reloaded", process.line("stderr"))
        process.process.send_signal(signal.SIGTERM)
        self.assertEqual(process.process.wait(TIMEOUT), 0)


if __name__ == "__main__":
    unittest.main()
