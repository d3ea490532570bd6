"""`weir tracer` asks services over HTTP: answers, failures, slow ones, and clients that do not wait."""

import http.server
import json
import signal
import threading
import time
import unittest
import urllib.parse

from program import TIMEOUT
from tracer_program import FLAGS, TracerCase, connect


class Service(http.server.ThreadingHTTPServer):
    """Answers by the last part of the path."""
    daemon_threads = True

    def __init__(self):
        self.asked, self.connections, self.release = [], set(), threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # whoever asked has gone, which is what some tests are about

    def close(self):
        self.release.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ANSWERS = {"one": {"threat": "bad", "score": 7, "more": {"a": 1}, "a=b": "c"},
               "two": [{"n": 1}, {"n": 2}], "empty": {}, "null": None, "list": [], "number": 7}

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("X-Key")))
        self.server.connections.add(self.client_address)
        name = urllib.parse.unquote(self.path.rsplit("/", 1)[1])
        if name == "slow":
            self.server.release.wait(TIMEOUT)
        body = b"{" if name == "broken" else json.dumps(self.ANSWERS.get(name)).encode()
        if name == "big":
            body = b'{"a": "' + b"x" * (2 << 20) + b'"}'
        self.send_response({"missing": 404, "error": 500, "moved": 302}.get(name, 200))
        if name == "moved":
            self.send_header("Location", "/one")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Services(TracerCase):
    def setUp(self):
        super().setUp()
        self.service = Service()
        self.addCleanup(self.service.close)
        self.url = "http://127.0.0.1:%d/{kind}/{value}" % self.service.server_address[1]

    def ask(self, process, *values):
        return self.look_up(process, b"KUMA|" + b"".join(b"url=%s|" % v for v in values) + b"\n")

    def test_are_asked_with_the_indicator_percent_encoded(self):
        process = self.serve("--http", self.url, "--category", "Web")
        self.assertEqual(self.ask(process, b"one"),
                         [b'Category=Web|MatchedIndicator=one|threat=bad|score=7|more={"a":1}|a_b=c'])
        self.ask(process, "http://a.example/?q=1&r=ж{value}".encode())
        self.assertEqual(self.service.asked[-1][0],
                         "/url/http%3A%2F%2Fa.example%2F%3Fq%3D1%26r%3D%D0%B6%7Bvalue%7D")

    def test_may_answer_with_a_list_or_nothing(self):
        process = self.serve("--http", self.url)
        self.assertEqual([line.split(b"|")[-1] for line in self.ask(process, b"two")], [b"n=1", b"n=2"])
        for name in (b"empty", b"null", b"list", b"missing"):
            self.assertEqual(self.ask(process, name), [], name)
        self.assertIn("5 asked, 1 hits, 4 misses, 0 failures", process.finish(signal.SIGINT)[2])

    def test_that_fail_cost_nothing_but_their_part_of_the_answer(self):
        process = self.serve("--http", self.url, "--csv", self.write("f.csv", "i\none\nerror\n"))
        for name in (b"error", b"broken", b"number", b"big", b"moved"):
            self.assertEqual([line[:10] for line in self.ask(process, name)],
                             [b"Category=f"] if name == b"error" else [], name)
        self.assertIn("status 500", process.line("stderr"))
        self.assertNotIn("/one", [path for path, _ in self.service.asked])
        self.assertIn("5 failures", process.finish(signal.SIGINT)[2])

    def test_that_are_slow_are_not_waited_for_longer_than_the_timeout(self):
        process = self.serve("--http", self.url, "--timeout", "300ms")
        begin = time.monotonic()
        self.assertEqual(self.ask(process, b"slow", b"one")[0].split(b"|")[1], b"MatchedIndicator=one")
        self.assertLess(time.monotonic() - begin, TIMEOUT / 2)

    def test_hold_up_one_connection_only_and_keep_its_order(self):
        process = self.serve("--http", self.url, "--timeout", "60s", "--csv",
                             self.write("f.csv", "i\nfast\n"))
        with connect(process.port) as slow, connect(process.port) as other:
            slow.send(FLAGS + b"KUMA|url=slow|url=one|\nKUMA|url=fast|\nKUMA|url=two|\n")
            self.assertEqual(len(other.ask(b"KUMA|url=fast|\n")), 1)
            self.service.release.set()
            self.assertEqual([len(slow.answer()) for _ in range(3)], [1, 1, 2])

    def test_whose_client_went_away_are_forgotten(self):
        process = self.serve("--http", self.url, "--timeout", "60s")
        for end in ("reset", "close"):
            client = connect(process.port)
            client.send(b"KUMA|url=slow|\n")
            while not any("slow" in path for path, _ in self.service.asked):
                time.sleep(0.01)
            self.service.asked.clear()
            client.reset() if end == "reset" else client.socket.close()
        self.service.release.set()
        self.assertEqual(len(self.ask(process, b"one")), 1)
        self.assertEqual(process.finish(signal.SIGINT)[0], 0)

    def test_may_be_outstanding_when_the_server_ends(self):
        process = self.serve("--http", self.url, "--timeout", "60s")
        with connect(process.port) as client:
            client.send(b"KUMA|url=slow|\n")
            while not self.service.asked:
                time.sleep(0.01)
            self.assertEqual(process.finish(signal.SIGINT)[0], 0)

    def test_are_asked_over_connections_that_stay_with_few_requests_at_a_time(self):
        process = self.serve("--http", self.url, "--http-requests", "2")
        for _ in range(5):
            self.assertEqual(len(self.ask(process, *[b"one"] * 20)), 20)
        self.assertEqual(len(self.service.asked), 100)
        self.assertLessEqual(len(self.service.connections), 2)

    def test_get_headers_from_a_file(self):
        headers = self.write("headers", "X-Key: secret\r\n\nAccept: application/json\n")
        process = self.serve("--http", self.url, "--header-file", headers)
        self.ask(process, b"one")
        self.assertEqual(self.service.asked[-1][1], "secret")
        self.assert_error(self.weir("tracer", "--http", self.url, "--header-file",
                                    self.write("bad", "secret\n")), 1, "no header")

    def test_that_are_not_there_are_failures(self):
        process = self.serve("--http", "http://127.0.0.1:1/{value}")
        self.assertEqual(self.ask(process, b"one"), [])
        self.assertIn("127.0.0.1:1/{value}: a look-up failed", process.line("stderr"))


if __name__ == "__main__":
    unittest.main()
