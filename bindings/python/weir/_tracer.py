"""A server of lookups for KUMA's `cybertrace` enrichment, with a function as its source."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import (Any, Callable, Deque, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple,
                    Union)

from . import _wire
from ._calls import Failures, logger
from ._connection import Connection, listening

Found = Union[None, Mapping[str, Any], Iterable[Mapping[str, Any]]]
Callback = Callable[[str, str], Found]

_read_bytes = 1 << 16
_most_unsent = 1 << 18  # of a client that does not read: until it does, it is not read either
_most_queued = 1024  # requests of one client


class TracerStats(NamedTuple):
    """Counters, and one gauge."""

    open_connections: int
    """gauge"""
    connections: int
    refused: int
    """Beyond max_connections."""
    requests: int
    """Lines, bad ones included: each has got a finish line."""
    lookups: int
    """Calls of the callback."""
    detections: int
    failed: int
    """Lookups whose callback raised."""
    bad_lines: int
    """Too long, or no UTF-8."""
    pings: int


def tracer(callback: Callback, listen: Union[str, int, Tuple[str, int]] = "127.0.0.1:16666", *,
           category: str = "Tracer", workers: int = 0, idle: float = 600,
           max_connections: int = 10_000) -> "Tracer":
    """A server that listens at once, and answers from `with` or serve_forever() on.

        with weir.tracer(lookup, "127.0.0.1:0") as server:
            print(server.port)

    callback(kind, value): what is known of a "url", an "ip" or a "hash" ("any" if the client does not
    say), as a dict of context, a list of such dicts, or None. Members "Category" and
    "MatchedIndicator" stand in for `category` and the value. What it raises is logged, and the client
    is told that nothing is known. workers: threads that call it; 0, the best for a quick function:
    the thread of the server. idle: seconds after which a silent connection is closed."""
    return Tracer(callback, listen, category, workers, idle, max_connections)


class Tracer:
    """One thread with a selector; see tracer()."""

    def __init__(self, callback: Callback, listen: Union[str, int, Tuple[str, int]], category: str,
                 workers: int, idle: float, max_connections: int) -> None:
        if not callable(callback):
            raise TypeError(f"{callback!r} is no function")
        self._callback, self._category = callback, category
        self._idle, self._max_connections = idle, max_connections
        self._failures = Failures("the callback of a tracer")
        self._counters: Dict[str, int] = dict.fromkeys(TracerStats._fields, 0)
        self._connections: Dict[int, Connection] = {}
        self._answers: Deque[Tuple[Connection, bytes, Dict[str, int]]] = deque()  # of workers
        self._workers = ThreadPoolExecutor(workers, "weir-tracer") if workers else None
        self._thread: Optional[threading.Thread] = None
        self._stopping = threading.Event()
        self._serving = threading.Lock()
        self._listener = listening(_wire.address_of(listen))
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._paused_until = 0.0  # of accepting
        for sock in (self._listener, self._wake_reader, self._wake_writer):
            sock.setblocking(False)
        self._selector.register(self._wake_reader, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self.address: Tuple[str, int] = self._listener.getsockname()[:2]
        """Where it listens: host and port."""

    @property
    def port(self) -> int:
        return self.address[1]

    @property
    def stats(self) -> TracerStats:
        counters = dict(self._counters, open_connections=len(self._connections))
        return TracerStats(**counters)

    # ---- Its life

    def start(self) -> "Tracer":
        """Serves in a thread of its own."""
        if self._thread is not None:
            raise RuntimeError("this tracer is serving already")
        self._thread = threading.Thread(target=self.serve_forever, name="weir-tracer", daemon=True)
        self._thread.start()
        return self

    def __enter__(self) -> "Tracer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def serve_forever(self) -> None:
        """Serves on this thread until stop(), or until a signal raises."""
        with self._serving:
            swept = time.monotonic()
            while not self._stopping.is_set():
                for key, events in self._selector.select(1.0):
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.fileobj is self._wake_reader:
                        self._deliver()
                    else:
                        self._serve(key.data, events)
                now = time.monotonic()
                if now - swept >= 1.0:
                    swept = now
                    self._sweep(now)

    def stop(self) -> None:
        """Ends serving, from any thread; also from the callback. Connections stay until close()."""
        self._stopping.set()
        self._wake()

    def close(self) -> None:
        """Stops, and closes everything. Not from the callback."""
        self.stop()
        if self._thread is not None:
            self._thread.join()
        with self._serving:
            if self._workers is not None:
                self._workers.shutdown(wait=True)
            for connection in list(self._connections.values()):
                self._drop(connection)
            self._selector.close()
            for sock in (self._listener, self._wake_reader, self._wake_writer):
                sock.close()

    def _wake(self) -> None:
        try:
            self._wake_writer.send(b".")
        except OSError:
            pass  # full: it will wake; closed: there is nobody to wake

    # ---- Connections

    def _accept(self) -> None:
        for _ in range(64):
            try:
                sock, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # no more files, most likely: others may close theirs
                logger.warning("a tracer cannot accept connections for a second: %s", error)
                self._selector.unregister(self._listener)
                self._paused_until = time.monotonic() + 1
                return
            if len(self._connections) >= self._max_connections:
                self._counters["refused"] += 1
                sock.close()
                continue
            self._counters["connections"] += 1
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock)
            self._connections[sock.fileno()] = connection
            self._selector.register(sock, selectors.EVENT_READ, connection)

    def _sweep(self, now: float) -> None:
        if self._paused_until and now >= self._paused_until:
            self._paused_until = 0.0
            self._selector.register(self._listener, selectors.EVENT_READ)
        for connection in list(self._connections.values()):
            if now - connection.used > self._idle and not connection.busy:
                self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        # One that is dropped may be told of once more, when another has its number already.
        if self._connections.get(connection.number) is connection:
            del self._connections[connection.number]
            if connection.watched:
                self._selector.unregister(connection.sock)
            connection.sock.close()
            connection.requests.clear()

    def _serve(self, connection: Connection, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                data = connection.sock.recv(_read_bytes)
                connection.used = time.monotonic()
                connection.requests.extend(
                    connection.lines.feed(data) if data else connection.lines.end())
                connection.ended = not data
            self._proceed(connection)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:  # reset by the client
            self._drop(connection)

    def _proceed(self, connection: Connection) -> None:
        """Answers what can be answered now, sends what can be sent, and waits for the rest."""
        more = True
        while more:
            self._answer_some(connection)
            if connection.out:
                sent = connection.sock.send(connection.out)
                del connection.out[:sent]
                connection.used = time.monotonic()
            more = bool(connection.requests) and not connection.busy and not connection.out
        waits = connection.busy or bool(connection.requests)
        if connection.ended and not waits and not connection.out:
            self._drop(connection)
            return
        wanted = selectors.EVENT_WRITE if connection.out else 0
        if not connection.ended and len(connection.requests) < _most_queued and \
                len(connection.out) < _most_unsent:
            wanted |= selectors.EVENT_READ
        self._watch(connection, wanted)

    def _answer_some(self, connection: Connection) -> None:
        """As many requests as there is room for answers."""
        while connection.requests and not connection.busy and len(connection.out) < _most_unsent:
            request = connection.requests.popleft()
            if self._workers is None or not isinstance(request, str):
                self._take(connection, *self._answer(request))
            else:  # one at a time: answers have the order of the requests
                connection.busy = True
                self._workers.submit(self._work, connection, request)

    def _watch(self, connection: Connection, wanted: int) -> None:
        if wanted == connection.watched:
            return
        if not connection.watched:
            self._selector.register(connection.sock, wanted, connection)
        elif wanted:
            self._selector.modify(connection.sock, wanted, connection)
        else:
            self._selector.unregister(connection.sock)
        connection.watched = wanted

    # ---- Answers

    def _take(self, connection: Connection, answer: bytes, counted: Dict[str, int]) -> None:
        connection.out += answer
        for name, count in counted.items():
            self._counters[name] += count

    def _work(self, connection: Connection, request: str) -> None:
        """On a worker."""
        self._answers.append((connection, *self._answer(request)))
        self._wake()

    def _deliver(self) -> None:
        try:
            self._wake_reader.recv(4096)
        except BlockingIOError:
            pass
        while self._answers:
            connection, answer, counted = self._answers.popleft()
            connection.busy = False
            self._take(connection, answer, counted)
            if self._connections.get(connection.number) is connection:
                self._serve(connection, 0)

    def _answer(self, request: object) -> Tuple[bytes, Dict[str, int]]:
        """The bytes, and what they count for."""
        if request is _wire.Lines.PING:
            return _wire.PONG, {"pings": 1}
        if not isinstance(request, str):
            return _wire.FINISHED, {"requests": 1, "bad_lines": 1}
        lines: List[bytes] = []
        counted = {"requests": 1, "lookups": 0, "failed": 0}
        for kind, value in _wire.indicators(request):
            counted["lookups"] += 1
            try:
                lines += self._look_up(kind, value)
            except BaseException as exception:
                if isinstance(exception, KeyboardInterrupt) and \
                        threading.current_thread() is threading.main_thread():
                    raise  # of the user, who wants the server to end
                counted["failed"] += 1
                self._failures.log(exception)
        counted["detections"] = len(lines)
        return b"".join([*lines, _wire.FINISHED]), counted

    def _look_up(self, kind: str, value: str) -> List[bytes]:
        found = self._callback(kind, value)
        if found is None:
            return []
        if isinstance(found, (str, bytes)):
            raise TypeError(f"the callback is to return a dict, a list of dicts or None, not {found!r}")
        contexts = [found] if isinstance(found, Mapping) else list(found)
        return [_wire.detection(self._category, value, context) for context in contexts]
