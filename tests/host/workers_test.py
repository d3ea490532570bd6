"""`weir run --workers N`: what comes out does not depend on N."""

import json
import os
import signal
import subprocess
import unittest

from program import Case, PROGRAM, RULE, TIMEOUT

OPTIONS = """\
aggregation:
  - name: dedup
    filter: Class = 'a'
    threshold: 50
    lifetime: 3
    identical_fields: [DestinationAddress]
    unique_fields: [SourceAddress]
    unique_mode: dedup
    other_fields: common
  - name: lone
    filter: Class = 'b'
    threshold: 5
    lifetime: 1
    identical_fields: [BytesIn]
    single: pass
  - name: the others
    threshold: 30
    lifetime: 2
    identical_fields: [DestinationAddress]
    unique_fields: [SourceAddress]
    other_fields: last
    statistics: [{field: BytesIn, function: max, into: N.most}]
"""
MANY = ("1", "2", "4", "7")
START = 1700000000000
LIMIT = 4 << 20  # of a line


def line(i):
    return json.dumps({"Timestamp": START + 7 * i, "SourceAddress": f"10.0.{i % 7}.{i % 250}",
                       "BytesIn": i, "Message": "x" * (i % 300)})


def lines(first, count):
    """Good lines, lines that pass, rejected and blank ones, and ends of lines of both kinds."""
    for i in range(first, first + count):
        yield line(i) + ("\r\n" if i % 5 == 0 else "\n")
        if i % 97 == 0:
            yield '{"Name":"passes","number":%d}\n' % i
        if i % 331 == 0:
            yield "\n"
        if i % 501 == 0:
            yield '{"bad":%d\n' % i


def text(first, count):
    return "".join(lines(first, count))


class Workers(Case):
    format = ()  # options that say it

    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULE.format(threshold=20, lifetime=5))

    def everything(self, workers, *inputs, stdin=b""):
        """Output, rejected lines, statistics, and what was said, but for times."""
        arguments = [part for path in inputs for part in ("-i", path)]
        result = subprocess.run(
            [PROGRAM, "run", "-r", self.rules, *arguments, *self.format, "--clock", "event",
             "--instance", "test", "--stats", self.path("stats.json"), "--rejects",
             self.path("rejects"), "--workers", workers], input=stdin, capture_output=True, timeout=TIMEOUT)
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(self.read("stats.json"))
        for name in ("elapsed_seconds", "events_per_second"):
            report.pop(name)
        for counters in (report["stats"], *report["rules"]):
            counters.pop("open_bytes")  # hashing differs from process to process, so tables do
        said = [part for part in result.stderr.splitlines() if not part.startswith(b"elapsed")]
        with open(self.path("rejects"), "rb") as file:
            return result.stdout, file.read(), report, said

    def assert_the_same(self, *inputs, stdin=b"", events, rejected):
        one = self.everything("1", *inputs, stdin=stdin)
        stats = one[2]["stats"]
        self.assertEqual((stats["events_in"], stats["rejected"]), (events, rejected))
        for workers in MANY[1:]:
            other = self.everything(workers, *inputs, stdin=stdin)
            for part, (expected, found) in enumerate(zip(one, other)):
                self.assertTrue(expected == found, f"part {part} with {workers} workers")

    def test_write_what_one_writes(self):
        source = self.write("in.ndjson", text(0, 20000))
        self.assertGreater(os.path.getsize(source), 4 << 20)
        self.assert_the_same(source, events=20000 + 207 + 40, rejected=40)

    def test_write_it_of_a_last_line_without_an_end(self):
        for rest, rejected in ((line(1), 0), ('{"bad"', 1)):
            source = self.write("in.ndjson", text(1, 6000) + rest)
            self.assert_the_same(source, events=6000 + 61 + 11 + 1, rejected=11 + rejected)

    def test_write_it_of_lines_beyond_the_limit_and_of_those_behind_them(self):
        long = '{"Name":"%s"}\n'
        parts = [text(0, 3000)]
        for size in (LIMIT - 100, LIMIT - 11, LIMIT - 10, LIMIT + 5, 3 * LIMIT):
            parts += [long % ("x" * size), text(1, 400)]
        source = self.write("in.ndjson", "".join(parts) + long.strip() % ("y" * 2 * LIMIT))
        one = self.everything("1", source)
        self.assertEqual(one[2]["stats"]["rejected"], 6 + 3 + 1)
        for workers in MANY[1:]:
            self.assertTrue(one == self.everything(workers, source), workers)

    def test_write_it_where_groups_have_no_room(self):
        rules = RULE.format(threshold=20, lifetime=5) + "bounds: {max_groups: 100}\n"
        self.rules = self.write("bounds.yaml", rules)
        source = self.write("in.ndjson", text(0, 9000))
        self.assertGreater(self.everything("1", source)[2]["stats"]["closed_evicted"], 0)
        self.assert_the_same(source, events=9000 + 93 + 18, rejected=18)

    def test_write_it_of_rules_that_refuse_and_pass_events(self):
        self.rules = self.write("options.yaml", OPTIONS.replace("Class", "DeviceEventClassID"))
        source = self.write("in.ndjson", "".join(
            '{"Timestamp":%d,"SourceAddress":"10.0.0.%d","DestinationAddress":"10.1.0.%d",'
            '"BytesIn":%d,"DeviceEventClassID":"%s"}\n'
            % (START + 3 * i, i % 31, i % 3, i // 9, "abc"[i * i % 7 % 3]) for i in range(30000)))
        stats = self.everything("1", source)[2]["stats"]
        self.assertTrue(stats["refused"] and stats["lone"] and stats["closed_count"], stats)
        self.assert_the_same(source, events=30000, rejected=0)

    def test_write_it_of_several_inputs(self):
        sources = [self.write("one", text(0, 9000) + line(3)), self.write("empty", ""),
                   self.write("two", "\ufeff" + text(9000, 9000)), self.write("three", line(5))]
        rejected = sum(1 for i in range(18000) if i % 501 == 0)
        passed = sum(1 for i in range(18000) if i % 97 == 0)
        self.assert_the_same(*sources, events=18000 + 2 + rejected + passed, rejected=rejected)

    def test_write_it_of_cef(self):
        def lines():
            for i in range(40000):
                if i % 97 == 0:
                    yield "no cef at all\n"
                if i % 331 == 0:
                    yield "\r\n"
                yield (f"CEF:0|Vendor|Product|1|{i % 5}|name|3|src=10.0.{i % 7}.{i % 250} in={i} "
                       f"msg={'x' * (i % 50)}" + ("\r\n" if i % 5 == 0 else "\n"))
        self.format = ("--format", "cef")
        source = self.write("in.cef", "".join(lines()))
        self.assertGreater(os.path.getsize(source), 3 << 20)
        self.assert_the_same(source, events=40000 + 413, rejected=413)

    def test_write_it_of_zeek_whose_fields_change_on_the_way(self):
        fields = ("ts", "uid", "id.orig_h", "orig_bytes")
        def header(names):
            types = {"ts": "time", "uid": "string", "id.orig_h": "addr", "orig_bytes": "count"}
            yield "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
            yield "#path\tconn\n#fields\t" + "\t".join(names) + "\n"
            yield "#types\t" + "\t".join(types[name] for name in names) + "\n"
        def lines():
            names = fields
            for i in range(60000):
                if i % 9000 == 0:
                    names = names[1:] + names[:1]
                    yield from header(names)
                if i % 501 == 0:
                    yield "too few\n"
                values = {"ts": f"{START / 1000 + i:.6f}", "uid": f"C{i}",
                          "id.orig_h": f"10.0.{i % 7}.{i % 250}", "orig_bytes": str(i)}
                yield "\t".join(values[name] for name in names) + "\n"
        self.format = ("--format", "zeek")
        source = self.write("conn.log", "".join(lines()))
        self.assertGreater(os.path.getsize(source), 2 << 20)
        self.assert_the_same(source, events=60000 + 120, rejected=120)

    def test_write_it_of_a_pipe(self):
        self.assert_the_same(stdin=text(0, 9000).encode(), events=9000 + 93 + 18, rejected=18)

    def test_leave_a_broken_input_and_read_the_others(self):
        source = self.write("in.ndjson", text(0, 10))
        compressed = self.write("in.gz", b"\x1f\x8b more")
        result = self.weir("run", "-r", self.rules, "-i", compressed, "-i", source, "--workers", "3")
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"weir: cannot read '{compressed}': its gzip data are broken", result.stderr)
        self.assertIn("events in    12", result.stderr)

    def test_fail_a_strict_run(self):
        source = self.write("in.ndjson", text(0, 9000))
        result = self.weir("run", "-r", self.rules, "-i", source, "--workers", "4", "--strict")
        self.assertEqual(result.returncode, 1)
        self.assertIn("--strict", result.stderr)

    def test_show_progress_in_one_line(self):
        source = self.write("in.ndjson", text(0, 20000))
        result = self.weir("run", "-r", self.rules, "-i", source, "--workers", "4", "--progress",
                           "always")
        self.assertEqual(result.returncode, 0)
        self.assertIn("\x1b[K", result.stderr)

    def test_are_all_measured(self):
        source = self.write("in.ndjson", text(0, 20000))
        one, three = (json.loads(self.weir("bench", "-r", self.rules, "-i", source, "--json",
                                           "--repeat", "2", "--workers", workers).stdout)
                      for workers in ("1", "3"))
        self.assertEqual((one["workers"], three["workers"]), (1, 3))
        for name in ("events_in", "rejected", "passed", "taken", "events_out", "open_groups"):
            self.assertEqual(one[name], three[name])


class Ends(Case):
    def live(self, *extra):
        return self.start("run", "-r", self.rules, "--workers", "4", *extra)

    def test_of_a_full_disk_are_clean(self):
        source = self.write("in.ndjson", '{"Name":"%s"}\n' % ("x" * 1000) * 20000)
        result = self.weir("run", "-r", self.rules, "-i", source, "-o", "/dev/full", "--workers", "4")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stderr.count("weir: "), 1)
        self.assertIn("weir: cannot write to '/dev/full': no space left", result.stderr)

    def test_of_a_pipe_whose_reader_has_gone_do_not_wait_for_more_input(self):
        process = self.live()
        process.process.stdout.close()
        process.feed('{"Name":"passes"}\n')  # and nothing more, but the pipe stays open
        self.assertIn("broken pipe", process.line("stderr"))
        self.assertEqual(process.process.wait(TIMEOUT), 3)

    def test_come_with_the_first_signal_behind_what_has_arrived(self):
        process = self.live()
        process.feed('{"Name":"passes"}\n')
        self.assertEqual(process.event(), {"Name": "passes"})  # at once, though the pipe is open
        process.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.process.pid, os.WSTOPPED | os.WNOWAIT)
        process.feed('{"Name":"two"}\n' * 1000 + '{"Name":"three"}')
        process.process.send_signal(signal.SIGINT)
        process.process.send_signal(signal.SIGCONT)
        code, out, error = process.finish()
        self.assertEqual(code, 0, error)
        self.assertEqual(out, '{"Name":"two"}\n' * 1000 + '{"Name":"three"}\n')

    def test_of_a_file_come_with_the_first_signal(self):
        source = self.write("in.ndjson", '{"Name":"%s"}\n' % ("x" * 1000) * 100000)
        process = self.live("-i", source)
        process.wait_for("stdout")  # it writes to a pipe that nobody reads yet
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        self.assertLess(len(out), os.path.getsize(source))
        self.assertTrue(out.endswith('x"}\n'))
        self.assertIn(f"events in    {out.count(chr(10))} = 0 rejected", error)

    def test_come_at_once_with_the_second_signal(self):
        source = self.write("in.ndjson", '{"Name":"%s"}\n' % ("x" * 1000) * 100000)
        process = self.live("-i", source)
        process.wait_for("stdout")
        process.process.send_signal(signal.SIGINT)
        process.process.send_signal(signal.SIGTERM)
        self.assertEqual(process.process.wait(TIMEOUT), 130)

    def test_on_a_pipe_close_a_bucket_on_time(self):
        self.rules = self.write("short.yaml", RULE.format(threshold=100, lifetime="200ms"))
        process = self.live()
        process.feed('{"SourceAddress":"10.0.0.1","BytesIn":10}\n' * 3)
        self.assertEqual(process.event()["BaseEventCount"], 3)  # the pipe is still open
        self.assertEqual(process.finish()[0], 0)


if __name__ == "__main__":
    unittest.main()
