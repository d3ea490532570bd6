#!/usr/bin/env python3
"""weir.tracer: the lookup protocol, however its bytes arrive, and clients that behave badly."""

import contextlib
import socket
import struct
import threading
import time
import unittest

from weir import _wire
from tracer_case import BOTNET, FINISHED, HANDSHAKE, PHISHING, TracerCase


class Protocol(TracerCase):
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


class BadClients(TracerCase):
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


if __name__ == "__main__":
    unittest.main()
