"""`weir lookup`: what it sends, shows and says."""

import socket
import threading
import unittest

from program import Case
from tracer_program import FLAGS, TracerCase


class Lookup(TracerCase):
    def test_shows_the_exchange_and_what_was_found(self):
        process = self.serve_feed()
        result = self.weir("lookup", f"127.0.0.1:{process.port}", "--url", "http://evil.example",
                           "--ip", "192.0.2.7", "--hash", "00")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertRegex(lines[0], rf"^connected to 127.0.0.1:{process.port} in \d+\.\d\d ms$")
        self.assertEqual(lines[1:5], [
            "> " + FLAGS.decode() + "KUMA|url=http://evil.example|ip=192.0.2.7|hash=00|",
            "< Category=feed|MatchedIndicator=http://Evil.example/|threat=phishing|score=90",
            "< Category=feed|MatchedIndicator=192.0.2.7|threat=host|score=70", "< LookupFinished"])
        self.assertRegex(lines[5], r"^2 detections in \d+\.\d\d ms$")

    def test_says_by_its_exit_code_whether_something_was_found(self):
        process = self.serve_feed()
        result = self.weir("lookup", f"127.0.0.1:{process.port}", "--ip", "203.0.113.1")
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        self.assertIn("nothing found in", result.stdout)

    def test_pings(self):
        process = self.serve_feed()
        result = self.weir("lookup", f"localhost:{process.port}", "--ping")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("> X-KF-ReplyBackPING\n< PONG\nalive in", result.stdout)


class Server(threading.Thread):
    """Answers each connection with the same bytes when something came, and closes it."""

    def __init__(self, answer):
        super().__init__(daemon=True)
        self.answer, self.came = answer, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.start()

    def run(self):
        connection, _ = self.socket.accept()
        with connection, self.socket:
            self.came = connection.recv(65536)
            if self.answer is not None:
                connection.sendall(self.answer)
            else:
                connection.recv(1)  # until the client goes


class OtherServers(Case):
    def test_may_end_their_answer_with_the_connection(self):
        for answer in (b"Category=a|MatchedIndicator=x\nLookupFinishedLookupFinished",
                       b"Category=a|MatchedIndicator=x\r\n7 LookupFinished\n",
                       b"Category=a|MatchedIndicator=x\n\nLookupFinished"):
            server = Server(answer)
            result = self.weir("lookup", server.address, "--url", "x")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("1 detection in", result.stdout)
            self.assertEqual(server.came, FLAGS + b"KUMA|url=x|\n")

    def test_that_break_off_or_talk_nonsense_are_told(self):
        for answer, part in ((b"Category=a|MatchedIndicator=x\n", "ended before"), (b"", "ended before"),
                             (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no answer of the")):
            server = Server(answer)
            self.assert_error(self.weir("lookup", server.address, "--url", "x"), 3, server.address, part)

    def test_that_do_not_answer_are_told(self):
        server = Server(None)
        self.assert_error(self.weir("lookup", server.address, "--url", "x", "--timeout", "100ms"), 3,
                          server.address, "100 ms", "--timeout")

    def test_that_are_not_there_are_told(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % probe.getsockname()[1]
        self.assert_error(self.weir("lookup", address, "--url", "x"), 3, address, "refused")


class Usage(Case):
    def test_is_checked(self):
        for line, parts in ((["127.0.0.1:1"], ["nothing to look up"]), (["127.0.0.1"], ["HOST:PORT"]),
                            (["127.0.0.1:1", "--url", "a|b"], ["--url 'a|b' cannot be sent"]),
                            (["127.0.0.1:1", "--url", "a\nb"], ["cannot be sent"]),
                            (["127.0.0.1:1", "--ping", "--ip", "1"], ["--ping"]),
                            ([], ["server is required"])):
            self.assert_error(self.weir("lookup", *line), 2, *parts)


if __name__ == "__main__":
    unittest.main()
