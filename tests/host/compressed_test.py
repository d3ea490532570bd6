"""Compressed inputs, and several inputs at once: gzip, zstd, patterns, what each of them gave."""

import gzip
import json
import os
import resource
import signal
import struct
import subprocess
import unittest

from program import NETFLOW, Case, PROGRAM, TIMEOUT, events, netflow_v9, pcap

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'
FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)


def zstd(data):
    """A frame of blocks that hold their bytes as they are (RFC 8878)."""
    parts = [data[at : at + 100000] for at in range(0, len(data), 100000)] or [b""]
    blocks = b"".join(struct.pack("<I", (part is parts[-1]) | len(part) << 3)[:3] + part
                      for part in parts)
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data)) + blocks


def passing(count, first=0):
    return "".join('{"Name":"%d","Message":"%s"}\n' % (i, "x" * (i % 50))
                   for i in range(first, first + count))


class Compressed(Case):
    def run_bytes(self, *arguments, stdin=b"", code=0):
        result = subprocess.run([PROGRAM, "run", "-r", self.rules, *arguments], input=stdin,
                                capture_output=True, timeout=TIMEOUT)
        self.assertEqual(result.returncode, code, result.stderr)
        return result.stdout.decode(), result.stderr.decode()

    def test_files_are_read_whatever_their_names(self):
        text = passing(30000)
        for compress in (gzip.compress, zstd):
            for extra in ((), ("--workers", "3")):
                source = self.write("in.log", compress(text.encode()))
                out, error = self.run_bytes("-i", source, *extra)
                self.assertTrue(out == text, error)

    def test_pipes_are_read(self):
        text = passing(30000)
        for compress in (gzip.compress, zstd):
            for extra in ((), ("--workers", "3")):
                out, error = self.run_bytes(*extra, stdin=compress(text.encode()))
                self.assertTrue(out == text, error)

    def test_files_as_standard_input_are_read(self):
        text = passing(30000)
        with open(self.write("in", gzip.compress(text.encode())), "rb") as source:
            result = subprocess.run([PROGRAM, "run", "-r", self.rules], stdin=source,
                                    capture_output=True, timeout=TIMEOUT)
        self.assertTrue(result.stdout.decode() == text, result.stderr)

    def test_parts_that_follow_one_another_are_one_source(self):
        text = passing(10)
        for compress in (gzip.compress, zstd):
            parts = b"".join(compress(text[at : at + 7].encode()) for at in range(0, len(text), 7))
            self.assertEqual(self.run_bytes(stdin=parts)[0], text)

    def test_file_that_is_cut_short_gives_what_came_before_and_the_others_are_read(self):
        text = passing(30000)
        for compress in (gzip.compress, zstd):
            whole = compress(text.encode())
            for workers in ("1", "3"):
                cut = self.write("cut", whole[: len(whole) // 2])
                good = self.write("good", "{\"Name\":\"good\"}\n")
                out, error = self.run_bytes("-i", cut, "-i", good, "--workers", workers, code=1)
                *lines, last = out.splitlines(keepends=True)
                self.assertEqual(last, "{\"Name\":\"good\"}\n")
                self.assertTrue(text.startswith("".join(lines)))
                self.assertGreater(len(lines), 1000)
                self.assertIn(f"weir: cannot read '{cut}': ", error)
                self.assertIn(f"at byte {len(whole) // 2} (it ends in the middle)", error)
                self.assertIn(" 0 rejected", error)  # the line that was cut is left

    def test_pipe_that_is_cut_short_is_told(self):
        whole = gzip.compress(passing(3000).encode())
        out, error = self.run_bytes(stdin=whole[:-1], code=1)
        self.assertEqual(out, passing(3000))
        self.assertIn("weir: cannot read standard input: ", error)

    def test_capture_is_read(self):
        capture = self.write("c", gzip.compress(pcap(netflow_v9(FLOW), netflow_v9(FLOW))))
        out, error = self.run_bytes("-i", capture)
        self.assertEqual([e["BaseEventCount"] for e in events(out)], [2], error)
        self.assertIn("capture      2 packets", error)

    def test_datagram_is_read(self):
        source = self.write("d", zstd(netflow_v9(FLOW)))
        self.assertEqual(len(events(self.run_bytes("-i", source)[0])), 1)

    def test_pipe_beside_a_socket_is_read_as_it_comes(self):
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-i", "-")
        process.port()
        for number in range(3):
            process.process.stdin.write(gzip.compress(passing(1000, number).encode()))
            self.assertEqual([int(process.event()["Name"]) for _ in range(1000)],
                             list(range(number, number + 1000)))
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual((code, out), (0, ""), error)

    def test_file_is_measured_decompressed(self):
        source = self.write("in.gz", gzip.compress((ONE * 30000).encode()))
        result = self.weir("bench", "-r", self.rules, "-i", source, "--repeat", "1", "--json")
        self.assertEqual(json.loads(result.stdout)["events_in"], 30000, result.stderr)

    def test_files_are_counted_as_they_are(self):
        sources = [self.write("a.gz", gzip.compress((ONE * 9 + "{bad\n").encode())),
                   self.write("b", ONE), self.write("c", netflow_v9(FLOW)), self.write("d", "")]
        arguments = [part for source in sources for part in ("-i", source)]
        for workers in ("1", "2"):
            _, error = self.run_bytes(*arguments, "--stats", self.path("stats"), "--workers",
                                      workers)
            report = json.loads(self.read("stats"))["sources"]
            self.assertEqual([(s["name"], s["format"], s["bytes"], s["events"], s["rejected"])
                              for s in report],
                             [(source, kind, os.path.getsize(source), *counts)
                              for source, kind, counts in
                              zip(sources, ("ndjson", "ndjson", "netflow", "ndjson"),
                                  ((10, 1), (1, 0), (1, 0), (0, 0)))])
            self.assertIn(f"source       {sources[0]}: ndjson, ", error)
            self.assertIn("10 events, 1 rejected", error)
            self.assertIn(f"{sources[0]}:10: rejected: ", error)


class RealLogs(Case):
    """Zeek's, compressed, all at once: each has its own header, and what comes out does not depend on
    the number of workers."""

    def test_are_read_whatever_the_number_of_workers(self):
        folder = os.path.join(os.path.dirname(NETFLOW), "zeek")
        if not os.path.isdir(folder):
            self.skipTest("no real data")
        outputs = []
        for workers in ("1", "3"):
            result = self.weir("run", "-r", self.rules, "-i", os.path.join(folder, "*.log.gz"),
                               "--workers", workers, "--instance", "test", "--stats",
                               self.path("stats"))
            self.assertEqual(result.returncode, 0, result.stderr)
            report = json.loads(self.read("stats"))
            self.assertEqual({s["format"] for s in report["sources"]}, {"zeek"})
            self.assertEqual(sum(s["events"] for s in report["sources"]),
                             report["stats"]["events_in"])
            self.assertEqual(report["stats"]["rejected"], 0, result.stderr)
            outputs.append(result.stdout)
        self.assertGreater(report["stats"]["events_in"], 100000)
        self.assertTrue(outputs[0] == outputs[1])


class Patterns(Case):
    def names(self, *arguments, code=0):
        result = self.weir("run", "-r", self.rules, *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        return [e["Name"] for e in events(result.stdout)], result.stderr

    def test_are_expanded_in_order(self):
        for name in ("b.log", "a.log", "c.txt"):
            self.write(name, '{"Name":"%s"}\n' % name)
        self.write("d.log", gzip.compress(b'{"Name":"d.log"}\n'))
        self.assertEqual(self.names("-i", self.path("*.log"))[0], ["a.log", "b.log", "d.log"])
        self.assertEqual(self.names("-i", self.path("c*"), "-i", self.path("[ab].log"))[0],
                         ["c.txt", "a.log", "b.log"])

    def test_may_be_names(self):
        self.write("[a].log", '{"Name":"it"}\n')
        self.write("a.log", '{"Name":"another"}\n')
        self.assertEqual(self.names("-i", self.path("[a].log"))[0], ["it"])

    def test_that_match_nothing_are_told(self):
        result = self.weir("run", "-r", self.rules, "-i", self.path("*.log"))
        self.assert_error(result, 1, "no file matches", "*.log'")

    def test_may_match_more_files_than_can_be_open(self):
        for i in range(500):
            self.write(f"{i:03}.log", '{"Name":"%03d"}\n' % i)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
        try:
            names, error = self.names("-i", self.path("*.log"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.assertEqual(names, ["%03d" % i for i in range(500)])
        self.assertEqual(error.count("\nsource "), 10)
        self.assertIn("source       and 491 more", error)

    def test_leave_a_match_that_cannot_be_opened(self):
        self.write("a.log", '{"Name":"a"}\n')
        os.symlink("nowhere", self.path("b.log"))
        self.write("c.log", '{"Name":"c"}\n')
        names, error = self.names("-i", self.path("*.log"), code=1)
        self.assertEqual(names, ["a", "c"])
        self.assertIn(f"weir: cannot open '{self.path('b.log')}': ", error)

    def test_that_match_the_output_are_refused(self):
        out = self.write("b.log", "kept")
        result = self.weir("run", "-r", self.rules, "-i", self.path("*.log"), "-o", out)
        self.assert_error(result, 2, "name two files")
        self.assertEqual(self.read("b.log"), "kept")


if __name__ == "__main__":
    unittest.main()
