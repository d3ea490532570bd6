"""What the tests of weir.tracer share: a server of a few known indicators, clients, and its answers."""

import socket
import unittest

import weir

HANDSHAKE = b"X-KF-SendFinishedEventX-KF-ReplyBack"
FINISHED = b"LookupFinished\n"
KNOWN = {"10.0.0.1": {"threat": "botnet", "score": 5},
         "http://a.example/?ip=9.9.9.9": [{"threat": "phishing"}, {"Category": "Other", "x": None}]}
BOTNET = b"Category=Tracer|MatchedIndicator=10.0.0.1|threat=botnet|score=5\n"
PHISHING = (b"Category=Tracer|MatchedIndicator=http://a.example/?ip=9.9.9.9|threat=phishing\n"
            b"Category=Other|MatchedIndicator=http://a.example/?ip=9.9.9.9\n")


def known(kind, value):
    return KNOWN.get(value)


class TracerCase(unittest.TestCase):
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
