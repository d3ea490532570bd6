"""`weir run` loads its rules again: at SIGHUP, and with --watch when they change. No event is lost or
counted twice, the buckets of rules that stay are not cut, and what is bad changes nothing."""

import json
import os
import select
import signal
import socket
import threading
import time
import unittest

from program import Case, TIMEOUT, events

# Of `steady` no bucket closes before the end.
RULES = """\
aggregation:
  - name: steady
    filter: Name = 'steady'
    threshold: 1000000
    lifetime: 10h
    identical_fields: [SourceAddress]
    output_reason: true
  - name: turns
    filter: Name = 'turns'
    threshold: {threshold}
    lifetime: 10h
    identical_fields: [SourceAddress]
    output_reason: true
"""
MORE = """\
  - name: more
    filter: Name = 'more'
    threshold: 3
    identical_fields: [SourceAddress]
"""
BAD = "aggregation:\n  - name: steady\n    tresholt: 3\n    identical_fields: [SourceAddress]\n"
SOURCES = 10
LINE = '{"Name":"%s","SourceAddress":"10.0.0.%d"}\n'
# Three events of each source: of `steady`, of `turns`, and one that passes.
ROUND = "".join(LINE % (name, source) for source in range(SOURCES)
                for name in ("steady", "turns", "passes"))
KEPT = "2 rules kept, 0 changed, 0 added, 0 removed"
CHANGED = "1 rule kept, 1 changed, 0 added, 0 removed"


class Reloads(Case):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULES.format(threshold=7))

    def start(self, *arguments):
        """Returns when the rules have been loaded."""
        process = super().start("run", "-r", self.rules, "-o", self.path("out"), "--stats",
                                self.path("stats.json"), *arguments)
        deadline = time.monotonic() + TIMEOUT
        while not os.path.exists(self.path("out")) and time.monotonic() < deadline:
            time.sleep(0.01)
        return process

    def outcome(self, process):
        """What a reload came to: the line that says so, and those before it."""
        lines = []
        while True:
            lines.append(process.line("stderr"))
            if lines[-1].startswith(("weir: reloaded", "weir: nothing was reloaded")):
                return lines[-1], lines[:-1]

    def hang_up(self, process, document):
        if document is not None:
            self.write("rules.yaml", document)
        process.process.send_signal(signal.SIGHUP)
        return self.outcome(process)

    def assert_reloaded(self, outcome, changes):
        self.assertEqual(outcome[0], f"weir: reloaded {self.rules}: {changes}")

    def finish(self, process, number=signal.SIGINT):
        """(the events that came out, the report)"""
        code, _, error = process.finish(number)
        self.assertEqual(code, 0, error)
        return events(self.read("out")), json.loads(self.read("stats.json"))

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


class Watch(Reloads):
    def setUp(self):
        super().setUp()
        self.process = None

    def watch(self):
        self.process = self.start("--watch", "-i", "tcp://127.0.0.1:0")
        self.process.port()

    def replace(self, name, text):
        os.rename(self.write("replacement", text), self.path(name))

    def assert_silent(self):
        """Nothing is told for as long as a reload would take."""
        ready, _, _ = select.select([self.process.process.stderr], [], [], 0.5)
        self.assertFalse(ready and self.process.line("stderr"))

    def test_sees_a_document_that_is_replaced(self):
        self.watch()
        for threshold in (8, 9, 10):
            self.replace("rules.yaml", RULES.format(threshold=threshold))
            self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_document_that_is_written_in_place(self):
        self.watch()
        for threshold in (8, 9, 10):
            self.write("rules.yaml", RULES.format(threshold=threshold))
            self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_symbolic_link_that_leads_elsewhere(self):
        """As Kubernetes mounts config maps: file -> ..data/file, ..data -> a folder of the time."""
        os.mkdir(self.path("mount"))
        for number in range(4):
            os.mkdir(self.path(f"mount/..{number}"))
            self.write(f"mount/..{number}/rules.yaml", RULES.format(threshold=7 + number))
        os.symlink("..0", self.path("mount/..data"))
        os.symlink("..data/rules.yaml", self.path("mount/rules.yaml"))
        self.rules = self.path("mount/rules.yaml")
        self.watch()
        for number in range(1, 4):
            os.symlink(f"..{number}", self.path("mount/..data_tmp"))
            os.rename(self.path("mount/..data_tmp"), self.path("mount/..data"))
            self.assert_reloaded(self.outcome(self.process), CHANGED)
            os.unlink(self.path(f"mount/..{number - 1}/rules.yaml"))
            os.rmdir(self.path(f"mount/..{number - 1}"))
        # Where it leads now is watched too.
        self.write("mount/..3/rules.yaml", RULES.format(threshold=20))
        self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_link_to_a_file_in_another_folder(self):
        os.mkdir(self.path("elsewhere"))
        self.write("elsewhere/rules.yaml", RULES.format(threshold=7))
        self.rules = self.path("link.yaml")
        os.symlink("elsewhere/rules.yaml", self.rules)
        self.watch()
        self.write("elsewhere/rules.yaml", RULES.format(threshold=8))
        self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_file_of_a_lookup(self):
        document = """\
dictionaries:
  wanted: {file: wanted.csv}
aggregation:
  - {name: wanted, filter: "inDictionary('wanted', Name)", identical_fields: [Name]}
"""
        self.write("rules.yaml", document)
        self.write("wanted.csv", "key,value\na,1\n")
        process = Case.start(self, "run", "-r", self.rules, "--watch", "--clock", "arrival")
        self.process = process
        process.feed('{"Name":"a"}\n{"Name":"b"}\n')
        self.assertEqual(process.event(), {"Name": "b"})
        self.write("wanted.csv", "key,value\nb,1\n")
        self.assert_reloaded(self.outcome(process),
                             "1 rule kept, 0 changed, 0 added, 0 removed")
        process.feed('{"Name":"b"}\n{"Name":"a"}\n')
        self.assertEqual(process.event(), {"Name": "a"})
        # One that is bad changes nothing, until it is good again.
        self.replace("wanted.csv", "key\nb\n")
        self.assertIn("nothing was reloaded", self.outcome(process)[0])
        process.feed('{"Name":"b"}\n{"Name":"c"}\n')
        self.assertEqual(process.event(), {"Name": "c"})
        self.replace("wanted.csv", "key,value\nb,1\nc,1\n")
        self.assertIn("1 rule kept", self.outcome(process)[0])
        process.feed('{"Name":"c"}\n')
        code, out, error = process.finish()
        self.assertEqual(code, 0, error)
        self.assertEqual({event["Name"]: event["BaseEventCount"] for event in events(out)},
                         {"a": 1, "b": 2, "c": 1})

    def test_leaves_what_has_the_same_bytes_alone(self):
        self.watch()
        self.write("rules.yaml", RULES.format(threshold=7))
        os.utime(self.rules)
        self.assert_silent()
        self.replace("rules.yaml", RULES.format(threshold=7))
        self.write("other.yaml", "in the same folder")
        self.assert_silent()
        _, report = self.finish(self.process)
        self.assertEqual(report["stats"]["loads"], 1)

    def test_tells_of_a_bad_document_once(self):
        self.watch()
        self.replace("rules.yaml", BAD)
        verdict, shown = self.outcome(self.process)
        self.assertIn("nothing was reloaded", verdict)
        self.assertIn(":3:5: error: ", shown[-3])
        self.assert_silent()
        self.replace("rules.yaml", RULES.format(threshold=7))
        self.assert_reloaded(self.outcome(self.process), KEPT)
        self.finish(self.process)

    def test_of_a_hundred_in_a_second_leaves_the_last(self):
        self.watch()
        for number in range(100):
            self.replace("rules.yaml", RULES.format(threshold=8 + number % 2))
            threading.Event().wait(0.005)
        self.replace("rules.yaml", RULES.format(threshold=1) + MORE)
        while not self.outcome(self.process)[0].endswith("1 added, 0 removed"):
            pass
        self.assert_silent()
        _, report = self.finish(self.process)
        self.assertEqual(len(report["rules"]), 3)

    def test_needs_a_file(self):
        self.assert_error(self.weir("run", "-r", "-", "--watch"), 2, "--watch", "standard input")


if __name__ == "__main__":
    unittest.main()
