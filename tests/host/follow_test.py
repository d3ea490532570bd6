"""`weir run --follow`: files that grow, are rotated, truncated, and appear later. No line is lost, none
comes twice."""

import gzip
import json
import os
import signal
import threading
import time
import unittest

from program import Case, RULE, TIMEOUT, events, netflow_v9, send_udp

LINES = 200000
ROTATIONS = 20


def line(number):
    return '{"Name":"%d"}\n' % number


class Follow(Case):
    def append(self, name, text):
        with open(self.path(name), "a") as file:
            file.write(text)

    def follow(self, *names, extra=()):
        arguments = [part for name in names for part in ("-i", self.path(name))]
        return self.start("run", "-r", self.rules, "--follow", *arguments, *extra)

    def names(self, process, count):
        """Of the next events, which pass."""
        return [process.event()["Name"] for _ in range(count)]

    def assert_finished(self, process, rest=""):
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual((code, out), (0, rest), error)
        return error


class Files(Follow):
    def test_are_read_from_their_start_and_as_they_grow(self):
        self.write("log", line(1))
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.append("log", line(2) + line(3)[:5])
        self.assertEqual(self.names(process, 1), ["2"])
        self.append("log", line(3)[5:])
        self.assertEqual(self.names(process, 1), ["3"])
        self.assert_finished(process)

    def test_may_appear_later(self):
        process = self.follow("log")
        self.assertIn("not there yet", process.line("stderr"))
        self.write("log", line(1))
        self.assertEqual(self.names(process, 1), ["1"])
        self.assert_finished(process)

    def test_of_a_pattern_may_appear_later(self):
        self.write("a.log", line(1))
        process = self.follow("*.log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.write("b.log", line(2))
        self.assertEqual(self.names(process, 1), ["2"])
        self.write("c.txt", line(3))
        self.append("a.log", line(4))
        self.assertEqual(self.names(process, 1), ["4"])
        self.assert_finished(process)

    def test_that_are_truncated_are_read_from_their_start(self):
        self.write("log", line(1) + line(2))
        process = self.follow("log")
        self.assertEqual(self.names(process, 2), ["1", "2"])
        for number in range(3, 20):
            self.write("log", line(number) * 2)  # open(…, "w") truncates
            self.assertEqual(self.names(process, 2), [str(number)] * 2)
        self.assert_finished(process)

    def test_end_with_their_last_line_at_the_signal(self):
        self.write("log", line(1) + line(2).strip())
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.assert_finished(process, rest=line(2))

    def test_have_lines_rejected_with_their_numbers(self):
        self.write("log", line(1) + "{bad\n")
        process = self.follow("log")
        self.assertIn(f"{self.path('log')}:2: rejected: ", process.line("stderr"))
        os.rename(self.path("log"), self.path("log.1"))
        self.write("log", line(3) + line(4) + "{bad\n")
        self.assertIn(f"{self.path('log')}:3: rejected: ", process.line("stderr"))
        process.finish(signal.SIGINT)

    def test_are_counted_by_their_names(self):
        self.write("a", line(1))
        self.write("b", "{bad\n")
        stats = self.path("stats")
        process = self.follow("a", "b", extra=("--stats", stats))
        self.assertEqual(self.names(process, 1), ["1"])
        os.rename(self.path("a"), self.path("a.1"))
        self.write("a", line(2))
        self.assertEqual(self.names(process, 1), ["2"])
        error = self.assert_finished(process)
        report = json.loads(self.read("stats"))
        self.assertEqual(report["clock"], "arrival")
        self.assertEqual([(s["name"], s["format"], s["bytes"], s["events"], s["rejected"])
                          for s in report["sources"]],
                         [(self.path("a"), "ndjson", 2 * len(line(1)), 2, 0),
                          (self.path("b"), "ndjson", 5, 1, 1)])
        self.assertIn(f"source       {self.path('a')}: ndjson, 26 B, 2 events, 0 rejected", error)

    def test_that_are_compressed_are_read_once_and_not_followed(self):
        self.write("log", line(1))
        self.write("log.1.gz", gzip.compress(line(0).encode()))
        process = self.follow("log*")
        self.assertEqual(sorted(self.names(process, 2)), ["0", "1"])
        self.write("log.2.gz", gzip.compress(line(7).encode()))
        self.append("log", line(2))
        self.assertEqual(self.names(process, 1), ["2"])
        self.assertIn("is compressed, and is not followed", process.line("stderr"))
        self.assert_finished(process)

    def test_close_their_buckets_on_time(self):
        self.rules = self.write("short.yaml", RULE.format(threshold=100, lifetime="200ms"))
        self.write("log", '{"SourceAddress":"10.0.0.1","BytesIn":10}\n' * 3)
        process = self.follow("log")
        self.assertEqual(process.event()["BaseEventCount"], 3)
        self.assert_finished(process)

    def test_are_followed_beside_a_socket_and_a_pipe(self):
        self.write("log", line(1))
        process = self.follow("log", extra=("-i", "udp://127.0.0.1:0", "-i", "-"))
        port = process.port()
        self.assertEqual(self.names(process, 1), ["1"])
        process.feed(line(2))
        self.assertEqual(self.names(process, 1), ["2"])
        send_udp(port, netflow_v9(("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)))
        self.append("log", line(3))
        self.assertEqual(self.names(process, 1), ["3"])
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual((code, [e["BaseEventCount"] for e in events(out)]), (0, [1]), error)

    def test_do_not_take_the_output(self):
        self.write("a.log", line(1))
        process = self.follow("*.log", extra=("-o", self.path("out.log"), "--rejects",
                                              self.path("rejects.log")))
        self.wait_for("out.log", line(1))
        self.append("a.log", "{bad\n" + line(2))
        self.wait_for("out.log", line(1) + line(2))
        self.append("a.log", line(3))
        self.wait_for("out.log", line(1) + line(2) + line(3))
        process.finish(signal.SIGINT)
        self.assertEqual(self.read("out.log"), line(1) + line(2) + line(3))

    def wait_for(self, name, text):
        deadline = time.monotonic() + TIMEOUT
        while not os.path.exists(self.path(name)) or self.read(name) != text:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_of_captures_are_refused_while_others_go_on(self):
        self.write("log", b"\xd4\xc3\xb2\xa1 and more")
        self.write("good", line(1))
        process = self.follow("log", "good")
        self.assertEqual(self.names(process, 1), ["1"])
        self.assertIn("holds pcap", process.line("stderr"))
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 1, error)


class Rotation(Follow):
    """A writer at full speed, which waits for nobody."""

    def rotate_by_numbers(self):
        """log.1 to log.2 and so on, as logrotate does."""
        for number in range(ROTATIONS, 0, -1):
            if os.path.exists(self.path(f"log.{number}")):
                os.rename(self.path(f"log.{number}"), self.path(f"log.{number + 1}"))
        os.rename(self.path("log"), self.path("log.1"))

    def write_lines(self, late):
        """Lines in files of about equal size; of each some come when it has been renamed."""
        share = LINES // ROTATIONS
        for start in range(0, LINES, share):
            with open(self.path("log"), "wb", buffering=0) as file:
                for number in range(start, start + share - late):
                    file.write(line(number).encode())
                if start + share < LINES:
                    self.rotate_by_numbers()
                for number in range(start + share - late, start + share):
                    file.write(line(number).encode())

    def assert_every_line_comes_once(self, late, *names):
        process = self.follow(*names)
        self.assertIn("waiting for it", process.line("stderr"))  # it watches from here on
        writer = threading.Thread(target=self.write_lines, args=(late,))
        writer.start()
        try:
            seen = [int(name) for name in self.names(process, LINES)]
        finally:
            writer.join()
        self.assertEqual(sorted(seen), list(range(LINES)))
        if not late:
            self.assertEqual(seen, sorted(seen))
        self.assert_finished(process)

    def test_loses_no_line_and_repeats_none(self):
        self.assert_every_line_comes_once(0, "log")

    def test_loses_none_that_is_written_after_the_rename(self):
        self.assert_every_line_comes_once(100, "log")

    def test_repeats_none_where_a_pattern_matches_the_old_files(self):
        self.assert_every_line_comes_once(0, "log*")


class Usage(Follow):
    def test_needs_a_file(self):
        self.assert_error(self.weir("run", "-r", self.rules, "--follow"), 2, "--follow")
        self.assert_error(self.weir("run", "-r", self.rules, "--follow", "-i", "-"), 2, "--follow")

    def test_reads_lines(self):
        result = self.weir("run", "-r", self.rules, "--follow", "-i", self.path("log"), "--format",
                           "pcap")
        self.assert_error(result, 2, "--format pcap")

    def test_of_an_output_is_refused(self):
        log = self.write("log", "")
        result = self.weir("run", "-r", self.rules, "--follow", "-i", log, "-o", log)
        self.assert_error(result, 2, "name two files")


if __name__ == "__main__":
    unittest.main()
