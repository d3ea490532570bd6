"""Sources of events: lines between one block and the next, chunks of dicts."""

from __future__ import annotations

import threading
from typing import Any, Iterable, Iterator, List, Mapping, Optional

from . import _abi as abi
from ._library import Library

block_bytes = 1 << 20
_Event = Mapping[str, Any]


class Source:
    """Where a source of lines stands: the rest of its last line, and the count of its lines.

    preset: the mapping of its lines (weir.describe.presets()); by default the document's own."""

    def __init__(self, preset: Optional[str] = None) -> None:
        self.preset = preset
        self.rest = bytearray()
        self.lock = threading.Lock()  # held while the source is fed
        self._cursor: Any = None

    @property
    def lines(self) -> int:
        """That have been read."""
        return int(self._cursor.lines) if self._cursor is not None else 0

    @property
    def events(self) -> int:
        """In them, rejected ones included."""
        return int(self._cursor.events) if self._cursor is not None else 0

    def gather(self, data: bytes, last: bool) -> Optional[bytes]:
        """What is to be fed now, the block with what was left before it; None: nothing yet. Where all
        that lacks is an LF it waits, so that a long line in small pieces is read once."""
        if not self.rest and (last or b"\n" in data or len(data) >= abi.MAX_EVENT_BYTES):
            return data  # as most blocks: not copied
        searched = len(self.rest)
        self.rest += data
        whole = last or len(self.rest) >= abi.MAX_EVENT_BYTES
        return bytes(self.rest) if whole or self.rest.find(b"\n", searched) >= 0 else None

    def cursor(self, library: Library) -> Any:
        if self._cursor is None:
            self._cursor = abi.sized(abi.Cursor)
            self._cursor.preset = library.preset_id(self.preset) if self.preset else 0
        return self._cursor

    def applied(self, data: bytes, count: int) -> None:
        """Of what gather() gave."""
        self.rest = bytearray(memoryview(data)[count:])

    def end(self) -> None:
        """The next block begins a new source."""
        self._cursor = None


def blocks_of(data: Any) -> Iterator[bytes]:
    """Of a binary file, or of an iterable of bytes."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        yield bytes(data)
        return
    read: Any = getattr(data, "read1", None) or getattr(data, "read", None)
    blocks: Iterable[Any] = iter(lambda: read(block_bytes), b"") if read is not None else data
    for block in blocks:
        if isinstance(block, str):
            raise TypeError("lines are bytes; open the file in binary mode")
        yield bytes(block)


def chunks_of(events: Iterable[Optional[_Event]]) -> Iterator[Optional[List[_Event]]]:
    """Of the size that the library works in. None where an event is None."""
    if isinstance(events, (Mapping, str, bytes)):
        raise TypeError(f"events are several dicts, not one {type(events).__name__}")
    chunk: List[_Event] = []
    for event in events:
        if event is not None:
            chunk.append(event)
        if chunk and (event is None or len(chunk) == abi.CHUNK_EVENTS):
            yield chunk
            chunk = []
        if event is None:
            yield None
    if chunk:
        yield chunk
