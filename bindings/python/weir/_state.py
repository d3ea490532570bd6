"""What an engine holds, to keep and to look at: snapshots, metrics, counters."""

from __future__ import annotations

import itertools
from typing import Any, Iterator, Union

from . import _abi as abi
from ._handle import Handle
from ._library import Written
from .errors import NotFound
from .outputs import stats_of
from .source import Source

Bytes = Union[bytes, bytearray, memoryview]


def snapshot(handle: Handle, source: Source) -> bytes:
    """source: the engine's own. Raises ValueError where the library does not hold all that was fed and
    has not been taken."""
    with source.lock:  # no block of it is half applied
        if source.rest:
            raise ValueError(f"{len(source.rest)} bytes of an unfinished line are in no snapshot: feed "
                             "its end before, or use a Source of your own and feed its `rest` again")
        if handle.waiting:
            raise ValueError(f"{len(handle.waiting)} outputs that left the engine and reached nobody are "
                             "in no snapshot: take them before, with feed([]) or by going on with "
                             "the stream")
        with Written() as written:
            handle.call("weir_snapshot", written.write, None)
        return written.data


def restore(handle: Handle, data: Bytes) -> None:
    kept = bytes(memoryview(data))
    handle.call("weir_restore", kept, len(kept))


def metrics(handle: Handle) -> str:
    with Written() as written:
        handle.call("weir_get_metrics", written.write, None)
    return written.data.decode()


def stats_of_rules(handle: Handle, function: str, struct_type: Any, kind: Any) -> Iterator[Any]:
    """One after the other, by the function that gets those of a rule at an index."""
    for index in itertools.count():
        struct = abi.sized(struct_type)
        try:
            handle.call(function, index, struct)
        except NotFound:
            return
        yield stats_of(kind, struct)
