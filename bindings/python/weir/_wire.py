"""The lookup protocol of CyberTrace as a server sees it, in bytes and no sockets.

Plain TCP, UTF-8, lines that end in LF; CR is ignored. A client may begin with flags, glued to each
other and to what follows, split anywhere. A request is `KUMA|url=V|ip=V|hash=V|` LF. Its answer is any
number of lines `Category=C|MatchedIndicator=V|key=value|…`, then `LookupFinished`. The health check is
PING, without LF, answered PONG.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, List, Mapping, Optional, Tuple, Union

FINISHED = b"LookupFinished\n"
PONG = b"PONG\n"
LONGEST_LINE = 65536

Indicator = Tuple[str, str]
"""What is asked about: "url", "ip", "hash" or, of another client's line, "any"; and its value."""

_flags = (b"X-KF-SendFinishedEvent", b"X-KF-ReplyBack", b"X-KF-SaveStatistic")
_kinds = ("url", "ip", "hash")
_other = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*=(.*)", re.DOTALL)
_breaking = str.maketrans({character: " " for character in "|\r\n\0"})


class Lines:
    """Cuts the bytes of a connection into what they ask for."""

    PING = object()
    BAD = object()
    """A line that is too long or no UTF-8: it gets a finish line."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._searched = 0  # bytes of _rest that hold no LF
        self._skipping = False  # of a line that is too long

    def feed(self, data: bytes) -> Iterator[Union[str, object]]:
        """Lines without their LF, PING or BAD. To be exhausted."""
        self._rest += data
        while True:
            end = self._rest.find(b"\n", self._searched)
            if end < 0:
                break
            line = bytes(self._rest[:end])
            del self._rest[:end + 1]
            self._searched = 0
            yield from self._line(line)
        if self._skipping or len(self._rest) > LONGEST_LINE:
            self._skipping = True
            self._rest.clear()
        elif self._rest.endswith(b"PING") and _without_flags(self._rest) == b"PING":
            self._rest.clear()
            yield self.PING
        self._searched = len(self._rest)

    def end(self) -> Iterator[Union[str, object]]:
        """The connection ended: what came without LF is a line too."""
        line = bytes(self._rest)
        self._rest.clear()
        if line or self._skipping:
            yield from self._line(line)

    def _line(self, line: bytes) -> Iterator[Union[str, object]]:
        if self._skipping or len(line) > LONGEST_LINE:
            self._skipping = False
            yield self.BAD
            return
        line = _without_flags(line.replace(b"\r", b""))
        if line == b"PING":
            yield self.PING
        elif line:  # the LF behind a PING, or behind the flags, asks for nothing
            try:
                yield line.decode()
            except UnicodeDecodeError:
                yield self.BAD


def _without_flags(line: Union[bytes, bytearray]) -> bytes:
    line = bytes(line)
    found = True
    while found:
        found = False
        for flag in _flags:
            if line.startswith(flag):
                line, found = line[len(flag):], True
    return line


def indicators(line: str) -> List[Indicator]:
    """Every `url=`, `ip=` and `hash=` piece between bars, wherever it stands. A line without bars that
    is none is of another client: the value of `name=value`, or the whole line."""
    found: List[Indicator] = []
    pieces = line.split("|")
    for piece in pieces:
        kind, equals, value = piece.partition("=")
        if equals and kind in _kinds and value:
            found.append((kind, value))
    if not found and len(pieces) == 1:
        other = _other.fullmatch(line)
        value = other.group(1) if other else line
        if value and not (other and line.partition("=")[0] in _kinds):
            found.append(("any", value))
    return found


def detection(category: str, indicator: str, context: Mapping[str, Any]) -> bytes:
    """A detection line. Members "Category" and "MatchedIndicator" stand in for the two."""
    category = _clean(context.get("Category", category))
    matched = _clean(context.get("MatchedIndicator", indicator))
    parts = [f"Category={category}", f"MatchedIndicator={matched}"]
    for key, value in context.items():
        if key not in ("Category", "MatchedIndicator") and value is not None:
            parts.append(f"{_clean(key).replace('=', ' ')}={_clean(value)}")
    return ("|".join(parts) + "\n").encode("utf-8", "replace")


def _clean(value: Any) -> str:
    """What would break the line becomes a space."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, (list, tuple, set, frozenset)):
        value = ",".join(map(str, value))
    return str(value).translate(_breaking)


def address_of(listen: Union[str, int, Tuple[str, int]]) -> Tuple[str, int]:
    """"host:port", "[::1]:port", ":port" (every address), a port of 127.0.0.1, or a pair."""
    if isinstance(listen, tuple):
        return listen[0], int(listen[1])
    if isinstance(listen, int):
        return "127.0.0.1", listen
    host, colon, port = listen.rpartition(":")
    number: Optional[int] = int(port) if port.isascii() and port.isdigit() else None
    if not colon or number is None or number > 65535 or (":" in host and not host.startswith("[")):
        raise ValueError(f"{listen!r} is no address to listen at; write host:port or [IPv6]:port")
    return host.strip("[]"), number
