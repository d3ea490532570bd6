"""A `weir tracer` for the tests, and clients of it."""

import socket
import struct

from program import Case, TIMEOUT

FLAGS = b"X-KF-SendFinishedEventX-KF-ReplyBack"
FINISH = b"LookupFinished\n"
FEED = """\
ioc,threat,score
http://Evil.example/,phishing,90
192.0.2.0/24,network,10
192.0.2.7,host,70
192.0.0.0/16,wide,1
2001:db8::/32,six,6
44D88612FEA8A8F36DE82E1278ABB02F,eicar,
"""
HIT = b"Category=feed|MatchedIndicator=192.0.2.7|threat=host|score=70"


def connect(port, host="127.0.0.1"):
    return Client(socket.create_connection((host, port), TIMEOUT))


class Client:
    def __init__(self, connection):
        self.socket = connection
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        """The next line without LF; b"" at the end of the connection."""
        while b"\n" not in self.rest:
            block = self.socket.recv(65536)
            if not block:
                return b""
            self.rest += block
        line, self.rest = self.rest.split(b"\n", 1)
        return line

    def answer(self):
        """Detection lines up to the finish line."""
        lines = []
        while True:
            line = self.line()
            if line == b"LookupFinished":
                return lines
            if not line.startswith(b"Category="):
                raise AssertionError(f"{line!r} behind {lines}")
            lines.append(line)

    def ask(self, data):
        self.send(data)
        return self.answer()

    def at_end(self):
        """Whether the server has closed it, in good order or not."""
        try:
            return self.rest == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class TracerCase(Case):
    def serve(self, *arguments):
        """A server that listens; its process has `port` and `told`, the lines before."""
        process = self.start("tracer", "--listen", "127.0.0.1:0", *arguments)
        process.told = []
        while True:
            try:
                line = process.line("stdout")
            except AssertionError as error:
                raise AssertionError(process.finish()[2]) from error
            if line.startswith("listening on "):
                process.port = int(line.rsplit(":", 1)[1])
                return process
            process.told.append(line)

    def serve_feed(self, *arguments):
        return self.serve("--csv", self.write("feed.csv", FEED), *arguments)

    def look_up(self, process, request):
        with connect(process.port) as client:
            return client.ask(FLAGS + request)
