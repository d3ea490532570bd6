"""What an engine holds, to keep and to look at: snapshots, metrics, counters, answers to why."""

from __future__ import annotations

import itertools
import json
from typing import Any, Dict, Iterator, Mapping, Optional, Union

from . import _abi as abi
from ._handle import Handle
from ._library import Written
from ._pack import Packer
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


def explain(handle: Handle, event: Union[Mapping[str, Any], str, bytes], now: int,
            preset: Optional[str]) -> Dict[str, Any]:
    """now: 0 leaves the clock where it stands."""
    question = abi.sized(abi.Question, now=now)
    packer = Packer(handle.layouts)
    if isinstance(event, Mapping):
        if preset is not None:
            raise TypeError("a preset maps lines; give the event as a line of JSON")
        question.event, _, problem = packer.pack([event])
        if problem is not None:
            raise problem
    else:
        line = event.encode() if isinstance(event, str) else event
        question.line = abi.text_of(line)
        question.preset = handle.library.preset_id(preset) if preset else 0
    with Written() as written:
        handle.call("weir_explain", question, written.write, None)
    answer: Dict[str, Any] = json.loads(written.data)
    return answer


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
