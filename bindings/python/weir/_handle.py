"""An engine of the library, and what its calls give."""

from __future__ import annotations

import ctypes
import weakref
from collections import deque
from typing import Any, Callable, Deque, Iterator, List, Mapping, Sequence

from . import _abi as abi
from . import _calls
from ._library import Library
from ._pack import EVENT_BYTES, Layouts, Packer
from ._unpack import Unpacker
from .errors import Error
from .outputs import Output
from .source import Source

Call = Callable[[abi.Sink], int]
Take = Callable[[List[Output]], None]

_nothing = _calls.Fed(range(0), ())
_step = 1024  # outputs of a stream that Python holds at once, or as many pieces of lines


class Handle:
    """Owns the library's engine. Outputs that were taken from the library and reached nobody wait here,
    as others do in the library: `waiting` comes first from the next call."""

    def __init__(self, library: Library, options: abi.EngineOptions, form: int) -> None:
        """options.log_user: a registered number, which the handle forgets in the end."""
        self.library, self.layouts = library, Layouts(library)
        self.unpacker = Unpacker(library)
        self.waiting: Deque[Output] = deque()
        self._form = form
        self._packers: List[Packer] = []
        self._engine = ctypes.c_void_p()
        try:
            library.call("weir_create_engine", options, self._engine)
        except BaseException:
            _calls.forget(options.log_user)
            raise
        self._destroy = weakref.finalize(self, _destroy, library, self._engine, options.log_user)
        self._destroy.atexit = False  # other threads may still be inside

    @property
    def closed(self) -> bool:
        return not self._destroy.alive

    def close(self) -> None:
        if self._destroy.alive:
            # Busy, inside a callback: the engine goes on living.
            self.library.call("weir_destroy_engine", self._engine)
            found = self._destroy.detach()
            _calls.forget(found[2][2] if found else 0)

    def call(self, name: str, *arguments: Any) -> int:
        """A function whose first argument is the engine."""
        if self.closed:
            raise ValueError("this engine is closed")
        try:
            return self.library.call(name, self._engine, *arguments)
        finally:
            _calls.raise_what_stopped()

    # ---- Calls with a sink

    def collect(self, call: Call, take: Take, limit: int = 0, fed: _calls.Fed = _nothing) -> int:
        """Makes a call with a sink, and hands on what the sink got, whatever happens."""
        collector = _calls.Collector(self.unpacker, limit, fed)
        user = _calls.register(collector)
        status = abi.STOPPED
        try:
            status = call(_calls.sink(self._form, user))
        except Error:
            if collector.exception is None:
                raise
        finally:
            _calls.forget(user)
            take(collector.items)
        if collector.exception is not None:
            raise collector.exception
        return status

    def listed(self, work: Callable[[Take], object]) -> List[Output]:
        """What waits, and what the work takes; when it raises, all of it waits again."""
        outputs: List[Output] = []
        while self.waiting:
            outputs.append(self.waiting.popleft())
        try:
            work(outputs.extend)
        except BaseException:
            self.waiting.extendleft(reversed(outputs))
            raise
        return outputs

    def drained(self, call: Call) -> Iterator[Output]:
        """What waits, and what the call gives, a step at a time. An iterator that is abandoned leaves
        the rest waiting."""
        status = abi.STOPPED
        while status == abi.STOPPED:
            status = self.collect(call, self.waiting.extend, _step)
            while self.waiting:
                yield self.waiting.popleft()

    # ---- Events

    def feed(self, events: Sequence[Mapping[str, Any]], now: int, take: Take,
             in_steps: bool = False) -> None:
        """Applies a chunk, all of it. in_steps: what leaves beyond a step stays in the library. Raises
        the problem of the first event that is none, when those before it have been applied."""
        packer = self._packers.pop() if self._packers else Packer(self.layouts)
        try:
            address, count, problem = packer.pack(events)
            fed = _calls.Fed(packer.field_addresses, events)
            while count:
                consumed = ctypes.c_uint64()
                self.collect(lambda sink: self.call("weir_feed", address, count, now, sink, consumed),
                             take, _step if in_steps else 0, fed)
                address, count = address + consumed.value * EVENT_BYTES, count - consumed.value
        finally:
            self._packers.append(packer)
        if problem is not None:
            raise problem

    def feed_lines(self, source: Source, block: bytes, now: int, last: bool, take: Take) -> None:
        """Applies the lines that a source has with one more block."""
        with source.lock:
            data = source.gather(block, last)
            if data is None:
                return
            size, flags, cursor = len(data), abi.LAST if last else 0, source.cursor(self.library)
            cursor.consumed = 0
            try:
                self.collect(lambda sink: self.call("weir_feed_ndjson", data, size, now, flags, sink,
                                                    cursor), take)
            finally:
                source.applied(data, cursor.consumed)
            if last:
                source.end()

    def due(self, now: int) -> Iterator[Output]:
        """Moves the clock as a feed of nothing does, so that what closes by it comes in steps."""
        return self.drained(lambda sink: self.call("weir_feed", None, 0, now, sink, None))


def _destroy(library: Library, engine: ctypes.c_void_p, user: int) -> None:
    try:
        library.call("weir_destroy_engine", engine)
    finally:
        _calls.forget(user)
