#!/usr/bin/env python3
"""weir.tracer as a server: functions that fail, exit or wait, addresses, and what its selector finds."""

import selectors
import socket
import sys
import threading
import time
import unittest

import weir
from weir import _wire
from tracer_case import BOTNET, FINISHED, KNOWN, TracerCase, known


class Callbacks(TracerCase):
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


class Listening(TracerCase):
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
