"""Zeek's logs as it writes them by default, and the same logs in JSON: the same events, field by field.

Needs the real logs of WEIR_DATA; without them a log of two records is compared with its JSON."""
import glob
import gzip
import os
import unittest

from program import Case, events

DATA = os.environ.get("WEIR_DATA", "")
LOGS = sorted(glob.glob(os.path.join(DATA, "zeek", "*.log.gz")))

SMALL = ("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
         "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers\trejected\n"
         "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tvector[string]\tbool\n"
         "1521911720.865716\tC1\t10.0.0.1\t41772\t10.0.0.2\t53\tudp\ta.example\tb.example,192.0.2.1\tF\n"
         "1521911721.000000\tC2\t::1\t41773\t10.0.0.2\t53\ttcp\t-\t(empty)\tT\n")
SMALL_JSON = (
    '{"_path":"dns","ts":"2018-03-24T17:15:20.865716Z","uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":41772,'
    '"id.resp_h":"10.0.0.2","id.resp_p":53,"proto":"udp","query":"a.example",'
    '"answers":["b.example","192.0.2.1"],"rejected":false}\n'
    '{"_path":"dns","ts":1521911721.0,"uid":"C2","id":{"orig_h":"::1","orig_p":41773,"resp_h":"10.0.0.2",'
    '"resp_p":53},"proto":"tcp","answers":[],"rejected":true}\n')


def is_close(one, other):
    """Numbers of the JSON went through a float of 32 bits."""
    if isinstance(one, float) or isinstance(other, float):
        return abs(one - other) <= 1e-3 * max(abs(one), abs(other), 1e-3)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_close, one, other))
    return one == other


class Logs(Case):
    def setUp(self):
        super().setUp()
        self.rules = self.write("none.yaml", "schema: kuma\n")

    def events_of(self, path, format_):
        result = self.weir("run", "-r", self.rules, "-i", path, "--format", format_)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("= 0 rejected", result.stderr, path)
        return events(result.stdout)

    def compare(self, log, lines):
        tabs, objects = self.events_of(log, "zeek"), self.events_of(lines, "zeek-json")
        self.assertEqual(len(tabs), len(objects), log)
        for number, (one, other) in enumerate(zip(tabs, objects), 1):
            self.assertEqual(one.keys(), other.keys(), f"{log}, record {number}")
            for field, value in one.items():
                self.assertTrue(is_close(value, other[field]),
                                f"{log}, record {number}, {field}: {value!r} and {other[field]!r}")
        return len(tabs)

    def test_of_our_own_equal_their_json(self):
        log, lines = self.write("dns.log", SMALL), self.write("dns.json", SMALL_JSON)
        self.assertEqual(self.compare(log, lines), 2)
        first = self.events_of(log, "zeek")[0]
        self.assertEqual((first["Timestamp"], first["SourcePort"], first["DestinationAddress"]),
                         (1521911720865, 41772, "10.0.0.2"))

    @unittest.skipUnless(LOGS, "skipped: no real logs; set WEIR_DATA")
    def test_of_a_real_network_equal_their_json(self):
        compared = 0
        for log in LOGS:
            lines = log.replace(".log.gz", ".json.gz")
            if os.path.exists(lines) and self.first_value(log):
                compared += self.compare(log, lines)
        self.assertGreater(compared, 150_000)

    @staticmethod
    def first_value(log):
        with gzip.open(log, "rt", encoding="utf-8", errors="replace") as file:
            return any(not line.startswith("#") for line in file)


if __name__ == "__main__":
    unittest.main()
