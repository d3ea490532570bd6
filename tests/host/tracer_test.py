"""`weir tracer`: the protocol, and what it tells."""

import json
import select
import signal
import socket
import subprocess
import time
import unittest

from program import Case, PROGRAM, TIMEOUT
from tracer_program import FEED, FLAGS, HIT, TracerCase, connect


class Protocol(TracerCase):
    def test_answers_with_the_context_and_a_finish_line(self):
        process = self.serve_feed("--category", "My feed")
        self.assertEqual(self.look_up(process, b"KUMA|ip=192.0.2.7|\n"),
                         [b"Category=My feed|MatchedIndicator=192.0.2.7|threat=host|score=70"])
        self.assertEqual(self.look_up(process, b"KUMA|ip=198.51.100.1|\n"), [])

    def test_the_longest_network_counts(self):
        process = self.serve_feed()
        for address, threat in ((b"192.0.2.7", b"host"), (b"192.0.2.8", b"network"),
                                (b"192.0.3.1", b"wide"), (b"2001:DB8:0::1", b"six"),
                                (b"::ffff:192.0.2.7", b"host")):
            self.assertIn(b"threat=" + threat, self.look_up(process, b"KUMA|ip=%s|\n" % address)[0])

    def test_hosts_and_hashes_are_found_in_any_case_and_without_scheme(self):
        process = self.serve_feed()
        for value in (b"url=evil.EXAMPLE", b"url=https://evil.example/", b"url=http://Evil.example",
                      b"hash=44d88612fea8a8f36de82e1278abb02f"):
            self.assertEqual(len(self.look_up(process, b"KUMA|%s|\n" % value)), 1, value)
        self.assertEqual(self.look_up(process, b"KUMA|url=http://evil.example/other|\n"), [])

    def test_a_context_that_is_empty_is_left_out(self):
        process = self.serve_feed()
        self.assertEqual(self.look_up(process, b"KUMA|hash=44D88612FEA8A8F36DE82E1278ABB02F|\n"),
                         [b"Category=feed|MatchedIndicator=44D88612FEA8A8F36DE82E1278ABB02F|"
                          b"threat=eicar"])

    def test_several_indicators_of_a_line_are_answered_together(self):
        process = self.serve_feed()
        found = self.look_up(process, b"KUMA|url=evil.example|ip=192.0.2.7|ip=198.51.100.1|"
                                      b"ip=192.0.2.9|\n")
        self.assertEqual([line.split(b"threat=")[1].split(b"|")[0] for line in found],
                         [b"phishing", b"host", b"network"])

    def test_requests_may_be_split_at_every_byte(self):
        process = self.serve_feed()
        stream = FLAGS + b"KUMA|ip=192.0.2.7|\r\nKUMA|url=none|\n"
        with connect(process.port) as client:
            for byte in stream:
                client.send(bytes([byte]))
            self.assertEqual((client.answer(), client.answer()), ([HIT], []))
        for at in range(1, len(stream)):
            with connect(process.port) as client:
                client.send(stream[:at])
                # The server has read the first part when the answer to another has come.
                self.look_up(process, b"KUMA|ip=192.0.2.8|\n")
                client.send(stream[at:])
                self.assertEqual((client.answer(), client.answer()), ([HIT], []), at)

    def test_pipelined_requests_are_answered_in_order(self):
        process = self.serve_feed()
        with connect(process.port) as client:
            client.send(FLAGS + b"".join(
                b"KUMA|ip=192.0.2.%d|\n" % number if number % 3 else b"KUMA|ip=203.0.113.1|\n"
                for number in range(256)) * 20)
            for number in list(range(256)) * 20:
                answer = client.answer()
                self.assertEqual(len(answer), 1 if number % 3 else 0)
                if number % 3 and number != 7:
                    self.assertIn(b"192.0.2.0/24", answer[0])

    def test_flags_may_stand_before_any_line_and_are_not_needed(self):
        process = self.serve_feed()
        with connect(process.port) as client:
            self.assertEqual(client.ask(b"KUMA|ip=192.0.2.7|\n"), [HIT])
            self.assertEqual(client.ask(FLAGS + b"X-KF-SaveStatisticKUMA|ip=192.0.2.7|\n"), [HIT])

    def test_health_checks_are_answered_with_or_without_a_line_end(self):
        process = self.serve_feed()
        for ping in (b"X-KF-ReplyBackPING", FLAGS + b"PING", b"PING\n", b"X-KF-ReplyBackPING\r\n"):
            with connect(process.port) as client:
                client.send(ping)
                self.assertEqual(client.line(), b"PONG")
                client.send(b"PING")
                self.assertEqual(client.line(), b"PONG")
                self.assertEqual(client.ask(b"\nKUMA|ip=192.0.2.7|\n"), [HIT])
        with connect(process.port) as client:
            for byte in b"X-KF-ReplyBackPING":
                client.send(bytes([byte]))
            self.assertEqual(client.line(), b"PONG")

    def test_lines_of_other_clients_are_looked_up(self):
        process = self.serve_feed()
        for line in (b"192.0.2.7", b"ip=192.0.2.7", b"anything=192.0.2.7", b"x|ip=192.0.2.7"):
            self.assertEqual(self.look_up(process, line + b"\n"), [HIT], line)

    def test_a_url_with_ip_in_its_query_is_one_indicator(self):
        process = self.serve_feed()
        self.assertEqual(self.look_up(process, b"KUMA|url=http://a.example/?ip=192.0.2.7|\n"), [])

    def test_what_is_no_utf8_is_looked_up_as_bytes(self):
        process = self.serve_feed()
        with connect(process.port) as client:
            self.assertEqual(client.ask(FLAGS + b"KUMA|url=\xff\xfe\x00|\n"), [])
            self.assertEqual(client.ask(bytes(range(128, 256)) + b"\n"), [])
            self.assertEqual(client.ask(b"KUMA|ip=192.0.2.7|\n"), [HIT])

    def test_bad_and_long_lines_get_a_finish_line_and_keep_the_step(self):
        process = self.serve_feed()
        with connect(process.port) as client:
            self.assertEqual(client.ask(b"KUMA|\n"), [])
            self.assertEqual(client.ask(b"KUMA|url=" + b"a" * (70 << 10) + b"|\n"), [])
            self.assertEqual(client.ask(b"KUMA|url=" + b"a" * (3 << 20) + b"|\nKUMA|ip=1.2.3.4|\n"),
                             [])
            self.assertEqual(client.answer(), [])
            self.assertEqual(client.ask(b"KUMA|ip=192.0.2.7|\n"), [HIT])
        _, _, error = process.finish(signal.SIGINT)
        self.assertIn("3 bad lines (2 too long)", error)

    def test_a_last_line_needs_no_line_end(self):
        process = self.serve_feed()
        with connect(process.port) as client:
            client.send(b"ip=192.0.2.7")
            client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(client.answer(), [HIT])
            self.assertTrue(client.at_end())


class Telling(TracerCase):
    def test_the_statistics_say_what_was_asked_and_found(self):
        process = self.serve_feed("--stats", self.path("stats.json"))
        with connect(process.port) as client:
            client.ask(b"KUMA|ip=192.0.2.7|ip=203.0.113.9|\n")
            client.send(b"PING\n")
            client.line()
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        stats = json.loads(self.read("stats.json"))
        self.assertEqual([stats[name] for name in ("connections", "requests", "lookups",
                                                   "requests_found", "health_checks")],
                         [1, 1, 2, 1, 1])
        source = stats["sources"][0]
        self.assertEqual([source[name] for name in ("lookups", "hits", "misses", "failures",
                                                    "indicators")], [2, 1, 1, 0, 6])
        self.assertIn("2 asked, 1 hits, 1 misses, 0 failures", error)

    def test_the_statistics_may_go_to_standard_output(self):
        process = self.serve_feed("--stats", "-")
        code, out, _ = process.finish(signal.SIGTERM)
        self.assertEqual((code, json.loads(out)["requests"]), (0, 0))

    def test_statistics_that_cannot_be_written_fail(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.Popen([PROGRAM, "tracer", "--listen", "127.0.0.1:0", "--stats", "-", "--quiet",
                                        "--csv", self.write("feed.csv", FEED)], stdout=full, stderr=subprocess.PIPE)
            with process:
                time.sleep(0.3)
                process.send_signal(signal.SIGTERM)
                error = process.stderr.read().decode()
        self.assertEqual(process.returncode, 3, error)
        self.assertIn("cannot write to standard output", error)

    def test_quiet_says_nothing(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = self.start("tracer", "--listen", f"127.0.0.1:{port}", "--quiet", "--csv",
                             self.write("feed.csv", FEED))
        for _ in range(TIMEOUT * 100):
            try:
                client = connect(port)
                break
            except ConnectionRefusedError:
                select.select([], [], [], 0.01)
        with client:
            self.assertEqual(client.ask(b"ip=192.0.2.7\n"), [HIT])
        self.assertEqual(process.finish(signal.SIGINT), (0, "", ""))

    def test_debug_shows_each_exchange(self):
        process = self.serve_feed("--debug")
        with connect(process.port) as client:
            client.ask(FLAGS + b"KUMA|ip=192.0.2.7|\r\n")
        shown = [process.line("stderr").split(" ", 1)[1] for _ in range(3)]
        self.assertEqual(shown, ["> " + FLAGS.decode() + "KUMA|ip=192.0.2.7|\\r", "< " + HIT.decode(),
                                 "< LookupFinished"])

    def test_an_address_that_is_taken_is_told(self):
        process = self.serve_feed()
        result = self.weir("tracer", "--csv", self.path("feed.csv"), "--listen",
                           f"127.0.0.1:{process.port}")
        self.assert_error(result, 1, f"127.0.0.1:{process.port}", "in use", "another port")


class Options(Case):
    def test_of_a_source_stand_behind_it(self):
        feed = self.write("feed.csv", FEED)
        for line, parts in (
                (["--category", "a", "--csv", feed], ["--category 'a' stands before any source"]),
                (["--csv", feed, "--query", "SELECT 1"],
                 ["--query belongs to --sqlite", f"not to --csv '{feed}'"]),
                (["--csv", feed, "--kind", "ip", "--kind", "url"], ["--kind stands twice"]),
                (["--csv", feed, "--kind", "domain"], ["'domain' is not one of url, ip, hash"]),
                (["--jsonl", feed], ["needs --key NAME"]),
                (["--sqlite", feed], ["needs --query SQL"]),
                (["--http", "ftp://a/{value}"], ["no URL"]),
                (["--http", "http://a.example/look"], ["{value}"]),
                (["--http", "http://{value}/"], ["{value}", "path"]),
                (["--csv", feed, "--listen", "127.0.0.1"], ["HOST:PORT"]),
                (["--csv", feed, "--idle", "5"], ["--idle"]),
                (["--csv", feed, "--timeout", "0s"], ["--timeout"]),
                (["--csv", feed, "--max-connections", "0"], ["--max-connections"]),
                ([], ["name a source"])):
            self.assert_error(self.weir("tracer", *line), 2, *parts)


if __name__ == "__main__":
    unittest.main()
