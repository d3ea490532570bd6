"""Streams: as many events or lines as there are, and more than fit in memory, a step at a time."""

from __future__ import annotations

import itertools
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional

from ._handle import Handle
from .outputs import Output
from .source import Source, blocks_of, chunks_of

Now = Callable[[], int]  # nanoseconds; 0: no time but the events' own


def events(handle: Handle, events: Iterable[Optional[Mapping[str, Any]]],
           now: Now) -> Iterator[Output]:
    for chunk in chunks_of(events):
        at = now()
        try:
            yield from handle.due(at)  # what the clock closes comes in steps
        finally:  # also when the iterator is abandoned here: the events have been taken
            if chunk is not None and not handle.closed:
                handle.feed(chunk, at, handle.waiting.extend, in_steps=True)
        if chunk is not None:
            yield from handle.due(at)
        elif at:
            yield from handle.drained(lambda sink: handle.call("weir_advance", at, sink))


def lines(handle: Handle, source: Source, blocks: Iterable[bytes], now: Now) -> Iterator[Output]:
    for block in itertools.chain(blocks_of(blocks), [None]):
        at = now()
        try:
            yield from handle.due(at)
        finally:
            if not handle.closed:
                handle.feed_lines(source, block or b"", at, block is None, handle.waiting.extend)
        yield from handle.due(at)
