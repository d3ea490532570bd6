"""`weir explain`: what would happen to an event, and why; and the examples of docs/explain.md."""

import json
import os
import pty
import re
import shlex
import subprocess
import unittest

from program import Case, PROGRAM, TIMEOUT

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RULES = """\
filter: not Name = 'noise'
aggregation:
  - name: dns
    threshold: 3
    lifetime: 10
    identical_fields: [SourceAddress]
    filter: DestinationPort = 53 and Message = Name
  - name: rest
    threshold: 1
    identical_fields: [SourceAddress]
    filter: SourceAddress = '10.0.0.9'
"""
DNS = {"Timestamp": 1767225600000, "SourceAddress": "10.0.0.1", "DestinationPort": 53,
       "Message": "m", "Name": "m"}


class Explain(Case):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULES)

    def explain(self, event, *arguments, code=0, **more):
        text = event if isinstance(event, str) else json.dumps(event)
        result = self.weir("explain", "-r", self.rules, text, *arguments, **more)
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def answer(self, event, *arguments, **more):
        return json.loads(self.explain(event, "--json", *arguments, **more))

    def last_line(self, event, *arguments, **more):
        return self.explain(event, *arguments, **more).splitlines()[-1]

    def test_ends_with_the_outcome_in_a_sentence(self):
        self.assertEqual(self.last_line(DNS),
                         "Rule 'dns' takes the event: it opens a bucket as event 1 of 3, for 10 s.")
        self.assertEqual(self.last_line({"SourceAddress": "10.0.0.9"}),
                         "Rule 'rest' takes the event: it becomes an aggregated event at once, for "
                         "the threshold is 1.")
        self.assertEqual(self.last_line({"Name": "noise"}),
                         "The engine's filter drops the event, which does not match it.")
        self.assertEqual(self.last_line({"Name": "x"}), "No rule takes the event: it passes.")
        self.assertIn("The event is rejected: ", self.last_line("{torn", code=1))

    def test_marks_truths_and_what_decided(self):
        lines = [line.strip() for line in self.explain({**DNS, "Message": "it"}).splitlines()]
        self.assertIn("✗ rule 'dns' does not take it: its filter is false", lines)
        self.assertIn("✓ DestinationPort = 53  (53)", lines)
        self.assertIn("✗ Message = Name  (\"it\" and \"m\")  ← decided", lines)
        lines = self.explain({**DNS, "DestinationPort": 1}).splitlines()
        self.assertIn("    ✓ Message = Name  (\"m\" and \"m\"; not needed)", lines)

    def test_tells_a_key_and_a_bucket(self):
        before = self.write("before.ndjson", (json.dumps(DNS) + "\n") * 2)
        later = {**DNS, "Timestamp": DNS["Timestamp"] + 2500}
        text = self.explain(later, "--after", before)
        self.assertIn("  key     SourceAddress \"10.0.0.1\"\n", text)
        self.assertIn("  bucket  open since 2026-01-01T00:00:00Z: 2 of 3 events, 7.5 s left\n", text)
        self.assertIn("it closes the open bucket as event 3 of 3", text)
        rule = self.answer(later, "--after", before)["rules"][0]
        self.assertEqual((rule["effect"], rule["count"]), ("closes", 3))
        self.assertEqual(rule["bucket"], {"open": True, "count": 2, "opened": DNS["Timestamp"],
                                          "deadline": DNS["Timestamp"] + 10000, "left": 7500})
        due = {**DNS, "Timestamp": DNS["Timestamp"] + 10000}
        self.assertIn("the open bucket is due and closes first; it opens a bucket",
                      self.last_line(due, "--after", before))

    def test_tells_how_much_of_the_file_before_was_lost(self):
        before = self.write("before.ndjson", json.dumps(DNS) + "\n{torn\n")
        result = self.weir("explain", "-r", self.rules, json.dumps(DNS), "--after", before)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stderr,
                         f"weir: warning: 1 of 2 events of '{before}' could not be read\n")
        self.assertIn("as event 2 of 3", result.stdout)

    def test_moves_the_clock_to_a_time(self):
        before = self.write("before.ndjson", json.dumps(DNS))
        for now in ("2026-01-01T00:00:04Z", "2026-01-01T03:00:04+03:00", "1767225604000"):
            answer = self.answer(DNS, "--after", before, "--now", now)
            self.assertEqual(answer["clock"], 1767225604000)
            self.assertEqual(answer["rules"][0]["bucket"]["left"], 6000)
        gone = self.answer(DNS, "--after", before, "--now", "2026-01-01T00:00:10.5Z")
        self.assertEqual(gone["rules"][0]["bucket"], {"open": False})
        for bad in ("yesterday", "2026-02-30T00:00:00Z", "2026-01-01", "-5", "2026-01-01T00:00:00"):
            result = self.weir("explain", "-r", self.rules, "{}", "--now=" + bad)
            self.assert_error(result, 2, f"'{bad}' is no time")

    def test_takes_the_event_from_wherever_it_is(self):
        plain = self.answer(DNS)
        spread = json.dumps(DNS, indent=2) + "\n"
        self.assertEqual(self.answer("@" + self.write("event.json", spread)), plain)
        self.assertEqual(self.answer("-", stdin=spread), plain)

    def test_takes_other_formats(self):
        cef = "CEF:0|v|p|1|id|m|3|src=10.0.0.1 dpt=53 msg=m"
        self.assertEqual(self.answer(cef)["rules"][0]["key"], {"SourceAddress": "10.0.0.1"})
        self.assertEqual(self.answer(cef, "--format", "syslog", code=1)["outcome"], "rejected")
        syslog = "<34>Oct 11 22:14:15 host su[1]: failed"
        self.assertEqual(self.answer(syslog)["outcome"], "passed")
        zeek = '{"ts": 1767225600.0, "uid": "C", "id.orig_h": "10.0.0.9", "id.resp_h": "10.0.0.2"}'
        self.assertEqual(self.answer(zeek)["rules"][1]["takes"], True)
        log = ("#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\n#types\ttime\taddr\n"
               "1767225600.0\t10.0.0.9\n")
        self.assertEqual(self.answer("@" + self.write("conn.log", log))["rules"][1]["takes"], True)

    def test_refuses_what_is_no_single_event(self):
        def refused(code, event, *parts, arguments=(), stdin=""):
            result = self.weir("explain", "-r", self.rules, event, *arguments, stdin=stdin)
            self.assert_error(result, code, *parts)
        refused(1, "{}\n{}", "several events")
        refused(1, "neither\nof them", "several lines")
        refused(1, "CEF:0|v|p|1|id|m|3|\nCEF:0|v|p|1|id|m|3|", "several events")
        refused(1, "-", "no event", stdin=" \n")
        refused(1, "@" + self.path("nowhere"), "nowhere")
        name = self.write("event.json", "{}")
        refused(2, name, f"'{name}' is a file; write @{name} for what it holds")
        refused(1, "{}", "nowhere", arguments=("--after", self.path("nowhere")))
        refused(2, "{}", "pcap", arguments=("--format", "pcap"))
        refused(2, "-", "'-'", arguments=("--after", "-"))
        self.rules = self.write("bad.yaml", "filter: Nam = 'a'\n")
        refused(1, "{}", "bad.yaml:1:", "did you mean 'Name'?")

    def test_writes_what_comes_from_events_on_one_line(self):
        text = self.explain({**DNS, "Message": "a\nb\x1b[31m" + "x" * 500})
        (line,) = [line for line in text.splitlines() if "Message" in line]
        self.assertIn(r'"a\nb\u001b[31mxxx', line)
        self.assertIn(r'"\x9b31m\x7fé"', self.explain({**DNS, "Message": "\x9b31m\x7fé"}))
        self.assertIn("…", line)
        self.assertLess(len(line), 150)

    def test_tells_which_enrichment_would_ask_over_the_network(self):
        self.rules = self.write("asking.yaml", """\
enrichment:
  - {type: constant, name: mark, target: DeviceAction, value: seen}
  - {type: cybertrace, name: feeds, url: '127.0.0.1:1', mapping: {RequestUrl: url}}
""")
        event = {"RequestUrl": "http://example.org/"}
        shown = self.explain(event)
        self.assertIn("enrichment 'mark' runs", shown)
        self.assertIn("enrichment 'feeds' would ask over the network; nobody was asked", shown)
        told = json.loads(self.explain(event, "--json"))["enrichment"]
        self.assertEqual([one.get("asks") for one in told], [None, True])

    def test_colors_only_when_it_is_told_or_sees_a_terminal(self):
        self.assertNotIn("\x1b", self.explain(DNS))
        self.assertIn("\x1b[32m✓\x1b[0m", self.explain(DNS, "--color", "always"))
        self.assertIn("\x1b", self.on_terminal({"NO_COLOR": ""}))
        self.assertNotIn("\x1b", self.on_terminal({"NO_COLOR": "1"}))
        self.assertNotIn("\x1b", self.on_terminal({"NO_COLOR": ""}, "--color", "never"))
        plain = re.sub("\x1b\\[[0-9]*m", "", self.explain(DNS, "--color", "always"))
        self.assertEqual(plain, self.explain(DNS))

    def on_terminal(self, env, *arguments):
        ours, theirs = pty.openpty()
        result = subprocess.run([PROGRAM, "explain", "-r", self.rules, json.dumps(DNS), *arguments],
                                stdout=theirs, timeout=TIMEOUT,
                                env={**os.environ, "TERM": "xterm", **env})
        self.assertEqual(result.returncode, 0)
        os.close(theirs)
        text = b""
        try:
            while block := os.read(ours, 65536):
                text += block
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        return text.decode()


class TheDocs(Case):
    def setUp(self):
        super().setUp()
        with open(os.path.join(ROOT, "docs", "explain.md"), encoding="utf-8") as file:
            self.blocks = re.findall(r"^```(.+)\n((?:.*\n)*?)```$", file.read(), re.MULTILINE)
        self.write("rules.yaml", self.of_kind("yaml")[0])
        self.write("before.ndjson", self.of_kind("ndjson")[0])

    def of_kind(self, wanted):
        return [text for kind, text in self.blocks if kind == wanted]

    def run_line(self, line, *more):
        words = shlex.split(line.removeprefix("$ weir "))
        result = subprocess.run([PROGRAM, *words, *more], capture_output=True, text=True,
                                timeout=TIMEOUT, cwd=self.path("."))
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_show_what_the_program_prints(self):
        sessions = self.of_kind("console")
        self.assertEqual(len(sessions), 2)
        for session in sessions:
            line, shown = session.split("\n", 1)
            self.assertEqual(self.run_line(line), shown)

    def test_show_what_the_library_answers(self):
        line = self.of_kind("console")[0].split("\n", 1)[0]
        (shown,) = self.of_kind("json")
        self.assertEqual(json.loads(self.run_line(line, "--json")), json.loads(shown))


if __name__ == "__main__":
    unittest.main()
