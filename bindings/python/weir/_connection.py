"""Sockets of a tracer."""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from typing import Deque, Tuple

from . import _wire


class Connection:
    """Of one client."""

    __slots__ = ("sock", "number", "lines", "requests", "out", "busy", "ended", "used", "watched")

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.number = sock, sock.fileno()
        self.lines = _wire.Lines()
        self.requests: Deque[object] = deque()
        self.out = bytearray()
        self.busy = False  # a worker has its request
        self.ended = False  # the client sends no more
        self.used = time.monotonic()
        self.watched = selectors.EVENT_READ


def listening(address: Tuple[str, int]) -> socket.socket:
    host, port = address
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM,
                               flags=socket.AI_PASSIVE)
    family, kind, protocol, _, where = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(where)
        sock.listen(1024)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"cannot listen at {host}:{port}: {error.strerror}") from error
    return sock
