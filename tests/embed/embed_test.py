#!/usr/bin/env python3
"""Runs both programs of examples/embed on the same lines.

usage: embed_test.py FEED_C EXAMPLES LIBRARY
"""
import json
import subprocess
import sys
import unittest

FEED_C, EXAMPLES, LIBRARY = sys.argv[1:4]
RULES = f"{EXAMPLES}/netflow9.yaml"
FLOW = '{"SourceAddress":"10.0.0.1","DestinationAddress":"10.0.0.2","BytesIn":%d}'


def run(program, rules, lines):
    return subprocess.run(program + [LIBRARY, rules], input="\n".join(lines).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


class Embed(unittest.TestCase):
    programs = ([FEED_C], [sys.executable, f"{EXAMPLES}/embed/feed.py"])

    def test_hundred_flows_become_one_event_and_the_rest_another(self):
        for program in self.programs:
            done = run(program, RULES, [FLOW % n for n in range(103)])
            events = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([e["BaseEventCount"] for e in events], [100, 3], done.stderr)
            self.assertEqual(sum(e["BytesIn"] for e in events), sum(range(103)))

    def test_a_bad_line_is_named_and_the_rest_goes_on(self):
        for program in self.programs:
            done = run(program, RULES, [FLOW % 1, "oops", FLOW % 2])
            self.assertIn(b"line 2: ", done.stderr)
            self.assertEqual(json.loads(done.stdout)["BaseEventCount"], 2)

    def test_a_bad_document_is_named_by_line_and_column(self):
        rules = f"{EXAMPLES}/embed/feed.c"  # surely no rules
        for program in self.programs:
            done = run(program, rules, [])
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stderr.decode(), r"\d+\D+\d+: \w+")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
