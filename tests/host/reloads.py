"""A `weir run` whose rules change while it runs, and what it tells of that."""

import json
import os
import signal
import time

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

    def assert_reloaded(self, outcome, changes):
        self.assertEqual(outcome[0], f"weir: reloaded {self.rules}: {changes}")

    def finish(self, process, number=signal.SIGINT):
        """(the events that came out, the report)"""
        code, _, error = process.finish(number)
        self.assertEqual(code, 0, error)
        return events(self.read("out")), json.loads(self.read("stats.json"))
