"""Programs that listen on sockets, and clients of them."""

import json
import signal
import socket
import struct

from program import Case, TIMEOUT, events

MEBIBYTE = 1 << 20


def line(name):
    return b'{"Name":"%s"}\n' % name.encode()


def counted(message):
    return b"%d %s" % (len(message), message)


def names(found):
    return [event["Name"] for event in found]


def connect(where):
    """Of tcp://HOST:PORT, or unix:///PATH."""
    if where.startswith("unix://"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(where.removeprefix("unix://"))
    else:
        connection = socket.create_connection(("127.0.0.1", port_of(where)))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(TIMEOUT)
    return connection


def port_of(where):
    return int(where.rsplit(":", 1)[1])


def reset(connection):
    """Ends it with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait_for_end(connection):
    """Until the other side has closed."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass


class SocketCase(Case):
    def listen(self, name="tcp://127.0.0.1:0", *arguments):
        process = self.start("run", "-r", self.rules, "-i", name, "--stats", self.path("stats.json"),
                             "--rejects", self.path("rejects"), *arguments)
        process.where = process.address()
        return process

    def stop(self, process):
        """The events that it still wrote."""
        code, out, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)
        return events(out)

    def source(self):
        return json.loads(self.read("stats.json"))["sources"][0]

    def connections(self):
        """(accepted, open, refused, rejected)"""
        counts = self.source()["connections"]
        return tuple(counts[name] for name in ("accepted", "open", "refused", "rejected"))

    def rejects(self):
        return events(self.read("rejects"))
