#!/usr/bin/env python3
"""weir.tracer: the lookup protocol, however its bytes arrive, and functions that fail."""

import contextlib
import selectors
import socket
import struct
import sys
import threading
import time
import unittest

import weir
from weir import _wire

HANDSHAKE = b"X-KF-SendFinishedEventX-KF-ReplyBack"
FINISHED = b"LookupFinished\n"
KNOWN = {"10.0.0.1": {"threat": "botnet", "score": 5},
         "http://a.example/?ip=9.9.9.9": [{"threat": "phishing"}, {"Category": "Other", "x": None}]}


def known(kind, value):
    return KNOWN.get(value)


BOTNET = b"Category=Tracer|MatchedIndicator=10.0.0.1|threat=botnet|score=5\n"
PHISHING = (b"Category=Tracer|MatchedIndicator=http://a.example/?ip=9.9.9.9|threat=phishing\n"
            b"Category=Other|MatchedIndicator=http://a.example/?ip=9.9.9.9\n")


class Case(unittest.TestCase):
    def serve(self, callback=known, **options):
        server = weir.tracer(callback, "127.0.0.1:0", **options)
        self.addCleanup(server.close)
        return server.start()

    def connect(self, server):
        client = socket.create_connection(server.address, timeout=20)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(client.close)
        return client

    def answer(self, client, size):
        """So many bytes."""
        data = b""
        while len(data) < size:
            more = client.recv(size - len(data))
            if not more:
                break
            data += more
        return data

    def assertAnswers(self, client, request, expected):
        client.sendall(request)
        self.assertEqual(self.answer(client, len(expected)), expected)

    def assertEnds(self, client):
        self.assertEqual(client.recv(1), b"")


class Protocol(Case):
    EXCHANGE = (HANDSHAKE + b"KUMA|ip=10.0.0.1|\nKUMA|url=http://a.example/?ip=9.9.9.9|ip=8.8.8.8|\r\n"
                + b"KUMA|\n")
    ANSWER = BOTNET + FINISHED + PHISHING + FINISHED + FINISHED

    def test_an_exchange_as_kuma_has_it(self):
        client = self.connect(self.serve())
        client.sendall(HANDSHAKE)
        self.assertAnswers(client, b"KUMA|ip=10.0.0.1|\n", BOTNET + FINISHED)
        self.assertAnswers(client, b"KUMA|hash=00|url=x|\n", FINISHED)  # on the same connection

    def test_bytes_split_at_every_place(self):
        server = self.serve()
        for cut in range(1, len(self.EXCHANGE)):
            client = self.connect(server)
            client.sendall(self.EXCHANGE[:cut])
            time.sleep(0.001)
            client.sendall(self.EXCHANGE[cut:])
            self.assertEqual(self.answer(client, len(self.ANSWER)), self.ANSWER, cut)
            client.close()

    def test_a_byte_at_a_time(self):
        client = self.connect(self.serve())
        for i in range(len(self.EXCHANGE)):
            client.sendall(self.EXCHANGE[i:i + 1])
        self.assertEqual(self.answer(client, len(self.ANSWER)), self.ANSWER)

    def test_the_cutting_alone_split_at_every_two_places(self):
        data = self.EXCHANGE + b"PING\nX-KF-ReplyBackip=1\n\xff\nlast"
        whole = _wire.Lines()
        expected = [*whole.feed(data), *whole.end()]
        self.assertEqual(len(expected), 7)
        for i in range(len(data)):
            for j in range(i, len(data), 3):
                lines = _wire.Lines()
                found = []
                for part in (data[:i], data[i:j], data[j:]):
                    found += lines.feed(part)
                self.assertEqual(found + [*lines.end()], expected)

    def test_ping_with_lf_and_without(self):
        server = self.serve()
        for ping in (b"X-KF-ReplyBackPING", b"X-KF-ReplyBackPING\n", b"PING\r\n"):
            client = self.connect(server)
            self.assertAnswers(client, ping, b"PONG\n")
            self.assertAnswers(client, b"\nip=10.0.0.1\n", BOTNET + FINISHED)
        self.assertEqual(server.stats.pings, 3)
        client = self.connect(server)
        for byte in b"X-KF-ReplyBackPING":
            client.sendall(bytes([byte]))
            time.sleep(0.001)
        self.assertEqual(client.recv(100), b"PONG\n")

    def test_pipelined_requests_are_answered_in_order(self):
        server = self.serve(lambda kind, value: {"n": value})
        client = self.connect(server)
        requests = b"".join(b"KUMA|ip=%d|\n" % n for n in range(5000))
        expected = b"".join(b"Category=Tracer|MatchedIndicator=%d|n=%d\nLookupFinished\n" % (n, n)
                            for n in range(5000))
        threading.Thread(target=client.sendall, args=[requests]).start()
        self.assertEqual(self.answer(client, len(expected)), expected)

    def test_lines_of_other_clients(self):
        asked = []
        client = self.connect(self.serve(lambda kind, value: asked.append((kind, value))))
        lines = [b"10.0.0.1", b"name=value", b"http://a/?b=c", b"ip=1.1.1.1", b"x|md5=5|hash=7|ip=",
                 "ключ=значение".encode()]
        for line in lines:
            self.assertAnswers(client, line + b"\n", FINISHED)
        self.assertEqual(asked, [("any", "10.0.0.1"), ("any", "value"), ("any", "http://a/?b=c"),
                                 ("ip", "1.1.1.1"), ("hash", "7"), ("any", "ключ=значение")])

    def test_what_would_break_a_line_becomes_a_space(self):
        server = self.serve(lambda kind, value: {"a|b=c": "x|y\r\nz\0", "l": [1, 2], "t": True})
        self.assertAnswers(self.connect(server), b"KUMA|ip=1|\n",
                           b"Category=Tracer|MatchedIndicator=1|a b c=x y  z |l=1,2|t=true\n"
                           + FINISHED)

    def test_a_last_line_without_lf_is_answered_at_the_end(self):
        client = self.connect(self.serve())
        client.sendall(b"KUMA|ip=10.0.0.1|")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(self.answer(client, 1000), BOTNET + FINISHED)


class BadClients(Case):
    def test_bad_utf8_gets_a_finish_line_and_the_rest_goes_on(self):
        server = self.serve()
        client = self.connect(server)
        self.assertAnswers(client, b"KUMA|ip=\xff\xfe|\n", FINISHED)
        self.assertAnswers(client, b"KUMA|ip=10.0.0.1|\n", BOTNET + FINISHED)
        self.assertEqual(server.stats.bad_lines, 1)

    def test_a_line_that_is_too_long_gets_one_finish_line(self):
        server = self.serve()
        client = self.connect(server)
        self.assertAnswers(client, b"x" * 200_000 + b"\nKUMA|ip=10.0.0.1|\n",
                           FINISHED + BOTNET + FINISHED)
        self.assertAnswers(client, b"KUMA|url=" + b"y" * 65_000 + b"|\n", FINISHED)
        self.assertEqual(server.stats.bad_lines, 1)

    def test_resets_do_no_harm(self):
        server = self.serve()
        for request in (b"", b"X-KF", b"KUMA|ip=10.0.0.1|\n" * 1000):
            for _ in range(20):
                client = self.connect(server)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(request)
                client.close()
        self.assertAnswers(self.connect(server), b"KUMA|ip=10.0.0.1|\n", BOTNET + FINISHED)

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        server = self.serve(lambda kind, value: {"x": "y" * 10_000})
        lazy = self.connect(server)
        lazy.settimeout(0.5)
        with contextlib.suppress(socket.timeout):
            for _ in range(100_000):
                lazy.sendall(b"KUMA|ip=1|\n" * 100)
        client = self.connect(server)
        client.sendall(b"KUMA|ip=1|\n")
        self.assertTrue(self.answer(client, 10_000))
        self.assertLess(server.stats.requests, 10_000)  # the rest waits in the client's socket

    def test_many_connections(self):
        server = self.serve()
        clients = [self.connect(server) for _ in range(500)]
        for client in clients:
            client.sendall(b"KUMA|ip=10.0.0.1|\n")
        for client in clients:
            self.assertEqual(self.answer(client, len(BOTNET + FINISHED)), BOTNET + FINISHED)
        self.assertEqual(server.stats.open_connections, 500)

    def test_connections_beyond_the_limit_are_closed(self):
        server = self.serve(max_connections=2)
        first, second = self.connect(server), self.connect(server)
        for client in (first, second):
            self.assertAnswers(client, b"ip=1\n", FINISHED)
        self.assertEnds(self.connect(server))
        first.close()
        deadline = time.monotonic() + 10
        while server.stats.open_connections > 1 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertAnswers(self.connect(server), b"ip=1\n", FINISHED)
        self.assertEqual(server.stats.refused, 1)

    def test_silent_connections_are_closed(self):
        self.assertEnds(self.connect(self.serve(idle=0.1)))


class Callbacks(Case):
    def test_one_that_raises_is_logged_and_the_line_is_finished(self):
        def fail(kind, value):
            return known(kind, value) or 1 // 0

        server = self.serve(fail)
        client = self.connect(server)
        with self.assertLogs("weir", "ERROR") as logs:
            self.assertAnswers(client, b"KUMA|ip=no|ip=10.0.0.1|\n", BOTNET + FINISHED)
        self.assertIn("ZeroDivisionError", logs.output[0])
        self.assertEqual((server.stats.failed, server.stats.lookups), (1, 2))

    def test_one_that_exits_does_not_end_the_server(self):
        for workers in (0, 2):
            client = self.connect(self.serve(lambda kind, value: sys.exit(1), workers=workers))
            with self.assertLogs("weir", "ERROR"):
                self.assertAnswers(client, b"ip=1\n", FINISHED)

    def test_answers_larger_than_the_room_for_them_all_come(self):
        client = self.connect(self.serve(lambda kind, value: {"x": "y" * 100_000}))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        client.sendall(b"ip=1\n" * 100)
        size = len("Category=Tracer|MatchedIndicator=1|x=\n") + 100_000 + len(FINISHED)
        self.assertEqual(len(self.answer(client, 100 * size)), 100 * size)

    def test_an_answer_that_is_none_is_logged(self):
        for wrong in ("text", 5, ["text"]):
            client = self.connect(self.serve(lambda kind, value: wrong))
            with self.assertLogs("weir", "ERROR"):
                self.assertAnswers(client, b"KUMA|ip=1|\n", FINISHED)

    def test_workers_wait_side_by_side_and_answers_keep_their_order(self):
        barrier = threading.Barrier(4, timeout=10)

        def slow(kind, value):
            if value == "wait":
                barrier.wait()  # for three other connections
            return {"v": value}

        server = self.serve(slow, workers=4)
        clients = [self.connect(server) for _ in range(4)]
        for client in clients:
            client.sendall(b"ip=wait\nip=2\nPING\nip=3\n")
        expected = b"".join(b"Category=Tracer|MatchedIndicator=%s|v=%s\nLookupFinished\n%s" % (v, v, p)
                            for v, p in ((b"wait", b""), (b"2", b"PONG\n"), (b"3", b"")))
        for client in clients:
            self.assertEqual(self.answer(client, len(expected)), expected)

    def test_workers_outlive_their_clients(self):
        server = self.serve(lambda kind, value: time.sleep(0.05), workers=2)
        for _ in range(5):
            client = self.connect(server)
            client.sendall(b"ip=1\nip=2\n")
            client.close()
        self.assertAnswers(self.connect(server), b"ip=1\n", FINISHED)

    def test_it_may_stop_the_server(self):
        server = weir.tracer(lambda kind, value: server.stop(), "127.0.0.1:0")
        self.addCleanup(server.close)
        client = self.connect(server)
        client.sendall(b"ip=1\n")
        server.serve_forever()  # on this thread, until then
        self.assertEqual(server.stats.lookups, 1)


class Listening(Case):
    def test_as_a_context_it_serves_and_then_is_gone(self):
        with weir.tracer(known, "127.0.0.1:0", category="C") as server:
            self.assertAnswers(self.connect(server), b"ip=10.0.0.1\n", b"Category=C|")
            address = server.address
        with self.assertRaises(OSError):
            socket.create_connection(address, timeout=5)

    def test_addresses(self):
        of = _wire.address_of
        self.assertEqual(of("127.0.0.1:5"), ("127.0.0.1", 5))
        self.assertEqual(of("[::1]:5"), ("::1", 5))
        self.assertEqual(of(5), ("127.0.0.1", 5))
        self.assertEqual(of(("h", 5)), ("h", 5))
        self.assertEqual(of(":5"), ("", 5))
        for wrong in ("127.0.0.1", "::1:5", "h:x", "h:70000"):
            with self.assertRaisesRegex(ValueError, "host:port"):
                of(wrong)

    def test_an_address_in_use_is_named(self):
        server = self.serve()
        with self.assertRaisesRegex(OSError, f"cannot listen at 127.0.0.1:{server.port}"):
            weir.tracer(known, server.address)

    def test_a_callback_is_a_function(self):
        with self.assertRaises(TypeError):
            weir.tracer(KNOWN)


class OneOf:
    """A listener that gives one connection."""

    def __init__(self, listener):
        self.listener, self.given = listener, False

    def accept(self):
        if self.given:
            raise BlockingIOError
        self.given = True
        self.listener.setblocking(True)
        try:
            return self.listener.accept()
        finally:
            self.listener.setblocking(False)


class Selected(unittest.TestCase):
    """What one turn of the selector has found may be old by the time it is looked at."""

    def test_an_event_of_a_dropped_connection_is_not_that_of_the_next(self):
        server = weir.tracer(known, "127.0.0.1:0")
        self.addCleanup(server.close)

        clients = [socket.create_connection(server.address, timeout=20) for _ in range(2)]
        for client in clients:
            self.addCleanup(client.close)

        def accepted():
            before = set(server._connections.values())
            listener, server._listener = server._listener, OneOf(server._listener)
            server._accept()
            server._listener = listener
            return (set(server._connections.values()) - before).pop()

        first = accepted()
        server._drop(first)
        second = accepted()
        self.assertEqual(second.number, first.number)
        server._serve(first, selectors.EVENT_READ)
        self.assertIs(server._connections.get(second.number), second)


if __name__ == "__main__":
    unittest.main()
