"""Rules that ask over the network at a bounded rate: what can wait does, so that each event is asked about in
time, and what the log has to say is said also of a short run."""

import concurrent.futures
import json
import os
import re
import signal
import socket
import time
import unittest

from program import TIMEOUT
from tracer_program import TracerCase

EVENTS = 3000
# In a timeout 1,000 can be asked about: a third of the events.
RULE = """\
enrichment:
  - type: cybertrace
    name: feed
    url: 127.0.0.1:{port}
    rps: 1000
    timeout: 1s
    mapping: {{SourceAddress: ip}}
"""
GROUPS = """\
aggregation:
  - name: by address
    threshold: 1000
    lifetime: 10h
    identical_fields: [SourceAddress]
"""


def lines(count=EVENTS):
    return "".join(f'{{"SourceAddress":"10.0.{i >> 8}.{i & 255}"}}\n' for i in range(count))


class Asking(TracerCase):
    def rules_for(self, port, *more, before=""):
        return before + RULE.format(port=port) + "".join(f"    {one}\n" for one in more)

    def run_it(self, name, rules, *arguments, stdin=""):
        """(what the rule counted, events of the output)"""
        stats, out = self.path(name + ".json"), self.path(name + ".out")
        result = self.weir("run", "-r", self.write(name + ".yaml", rules), "-o", out, "--stats", stats,
                           *arguments, stdin=stdin)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(stats, encoding="utf-8") as file:
            rule = json.load(file)["enrichments"][0]
        with open(out, encoding="utf-8") as file:
            return rule, len(file.readlines())


class Room(Asking):
    @staticmethod
    def size_of(path):
        return os.path.getsize(path) if os.path.exists(path) else 0

    def test_is_waited_for_by_files_pipes_and_a_flush(self):
        tracer = self.serve_feed()
        rules = self.rules_for(tracer.port)
        grouped = self.rules_for(tracer.port, before=GROUPS)
        source = self.write("in.ndjson", lines())
        runs = {
            "file": (rules, "-i", source),
            "workers": (rules, "-i", source, "--workers", "2"),
            "pipe": (rules,),
            "flush": (grouped, "-i", source),
        }
        with concurrent.futures.ThreadPoolExecutor() as pool:
            found = {name: pool.submit(self.run_it, name, *given, stdin=lines() if name == "pipe" else "")
                     for name, given in runs.items()}
        for name, result in found.items():
            rule, out = result.result()
            self.assertEqual((rule["ok"], rule["errors"], out), (EVENTS, 0, EVENTS), name)

    def test_is_waited_for_by_a_followed_file(self):
        tracer = self.serve_feed()
        rules = self.write("rules.yaml", self.rules_for(tracer.port))
        out = self.path("out")
        process = self.start("run", "-r", rules, "--follow", "-i", self.write("in.ndjson", lines()), "-o", out,
                             "--stats", self.path("stats.json"))
        self.wait_for_output(out, len(lines()))
        code, _, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)
        rule = json.loads(self.read("stats.json"))["enrichments"][0]
        self.assertEqual((rule["ok"], rule["errors"]), (EVENTS, 0))

    def wait_for_output(self, path, size=1):
        deadline = time.monotonic() + TIMEOUT
        while self.size_of(path) < size and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertGreaterEqual(self.size_of(path), size)

    def test_that_a_followed_file_waits_for_holds_up_nothing_else(self):
        """All of it would take minutes. What is not read when the run is told to end stays in the file."""
        tracer = self.serve_feed()
        rules = self.write("rules.yaml", self.rules_for(tracer.port).replace("rps: 1000", "rps: 100"))
        out = self.path("out")
        process = self.start("run", "-r", rules, "--follow", "-i", self.write("in.ndjson", lines(60000)), "-o", out,
                             "--stats", self.path("stats.json"))
        self.wait_for_output(out)
        process.process.send_signal(signal.SIGHUP)
        self.assertIn("reloaded", process.line("stderr"))
        code, _, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)
        stats = json.loads(self.read("stats.json"))
        self.assertLess(stats["stats"]["events_in"], 60000)
        self.assertEqual(stats["enrichments"][0]["errors"], 0)

    def test_that_a_flush_waits_for_is_given_up_at_a_signal(self):
        tracer = self.serve_feed()
        rules = self.rules_for(tracer.port, before=GROUPS).replace("rps: 1000", "rps: 10")
        out = self.path("out")
        process = self.start("run", "-r", self.write("rules.yaml", rules), "-i", self.write("in.ndjson", lines()),
                             "-o", out)
        self.wait_for_output(out)
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        self.assertEqual(self.read("out").count("BaseEventCount"), EVENTS)

    def test_of_one_is_not_taken_up_by_a_server_that_is_not_there(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            rules = self.rules_for(nobody.getsockname()[1], "queue: 2").replace("1s", "500ms")
            rule, out = self.run_it("dead", rules, "-i", self.write("in.ndjson", lines(1000)))
        self.assertEqual((rule["errors"], out), (1000, 1000))

    def test_of_one_event_at_a_time_is_enough(self):
        """Of a rule that may ask so rarely that hardly any event may wait."""
        tracer = self.serve_feed()
        rules = self.rules_for(tracer.port).replace("rps: 1000", "rps: 20").replace("1s", "200ms")
        rule, out = self.run_it("rare", rules, "-i", self.write("in.ndjson", lines(20)), "--workers", "2")
        self.assertEqual((rule["ok"], rule["errors"], out), (20, 0, 20))


class Log(Asking):
    def test_has_each_exchange_of_a_short_run(self):
        tracer = self.serve_feed()
        rules = self.write("rules.yaml", self.rules_for(tracer.port, "debug: true"))
        for count in (1, 10):
            error = self.weir("run", "-r", rules, stdin=lines(count)).stderr
            self.assertEqual(len(re.findall(r"feed.*: asked \"KUMA", error)), count, error)

    def test_tells_of_a_server_that_is_not_there(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            rules = self.write("rules.yaml", self.rules_for(nobody.getsockname()[1]).replace("1s", "100ms"))
            error = self.weir("run", "-r", rules, stdin=lines(3)).stderr
        self.assertEqual(error.count("cannot be reached"), 1, error)


if __name__ == "__main__":
    unittest.main()
