"""What the library calls back: sinks, filters, enrichers, the log.

- A function that the library may keep must not be collected while it is kept. The functions given to C
  are made once, for the life of the module; `user` is a number, the key of the Python object in a
  table. weir_destroy_fn takes it out.
- No exception gets lost. One in a filter or an enricher is logged, and the answer is left as the
  library preset it, so it fails closed. What asks Python to stop (KeyboardInterrupt, SystemExit) is
  raised when the call has returned.
"""

from __future__ import annotations

import ctypes
import itertools
import logging
import struct
import threading
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence

from . import _abi as abi
from ._library import Library
from ._pack import Layouts, Packer
from ._unpack import Unpacker
from .outputs import KINDS, REASONS, Output

Filter = Callable[[Dict[str, Any]], object]
FilterMany = Callable[[List[Dict[str, Any]]], Sequence[object]]
Enrich = Callable[[Dict[str, Any]], Optional[Mapping[str, Any]]]
Log = Callable[[int, str], object]

logger = logging.getLogger("weir")

_users: Dict[int, Any] = {}
_numbers = itertools.count(1)
_stop = threading.local()


def register(user: Any) -> int:
    number = next(_numbers)
    _users[number] = user
    return number


def forget(number: int) -> None:
    _users.pop(number, None)


def raise_what_stopped() -> None:
    """To be called when a call into the library has returned."""
    exception = getattr(_stop, "exception", None)
    if exception is not None:
        _stop.exception = None
        raise exception


class Failures:
    """Logs what a function of the user's raises: the first time, the second, the fourth, …, so that one
    that always fails does not fill the log."""

    def __init__(self, what: str) -> None:
        self.what, self.count = what, 0

    def add(self, exception: BaseException) -> None:
        if not isinstance(exception, Exception):
            _stop.exception = exception
        else:
            self.log(exception)

    def log(self, exception: BaseException) -> None:
        self.count += 1
        if self.count & (self.count - 1) == 0:
            logger.error("%s failed (%d times so far)", self.what, self.count, exc_info=exception)


# ---- Outputs

_output = struct.Struct("4I9Q")  # weir_output


class Fed(NamedTuple):
    """Events that a call feeds, and where their fields lie."""

    fields: range
    events: Sequence[Mapping[str, Any]]


class Collector:
    """The sink of one call: gathers outputs, and stops after `limit` of them; 0: never. An event that
    leaves with the very fields that were fed is not read back: it is a copy of what was fed."""

    def __init__(self, unpacker: Unpacker, limit: int = 0, fed: Fed = Fed(range(0), ())) -> None:
        self.unpacker, self.limit, self.fed = unpacker, limit, fed
        self.items: List[Output] = []
        self.exception: Optional[BaseException] = None

    def take(self, address: int) -> int:
        (_, kind, reason, _, count, fields, field_count, cookie, data, data_size, message,
         message_size, line) = _output.unpack(ctypes.string_at(address, _output.size))
        if field_count and fields in self.fed.fields:
            event = dict(self.fed.events[cookie])
        else:
            event = self.unpacker.event(fields, field_count)
        self.items.append(Output(
            KINDS[kind], REASONS[reason], event,
            ctypes.string_at(data, data_size) if data_size else b"", count,
            abi.string_of(message, message_size), line))
        return abi.STOP if len(self.items) == self.limit else abi.ACCEPT


def _accept(user: int, output: int, answer: Any) -> None:
    collector: Collector = _users[user]
    before = len(collector.items)
    try:
        answer[0] = collector.take(output)
    except BaseException as exception:  # also what a signal raises: here is where Python looks
        collector.exception = exception
        if len(collector.items) > before:
            answer[0] = abi.STOP  # it has been taken


def sink(form: int, user: int) -> abi.Sink:
    made: abi.Sink = abi.sized(abi.Sink, form=form, accept=_accept_fn, user=user)
    return made


# ---- Filters and enrichers


class Functions:
    """The host's functions of a rule, or under a name."""

    def __init__(self, name: str, library: Library, layouts: Layouts, unpacker: Unpacker, *,
                 filter: Optional[Filter], filter_many: Optional[FilterMany],
                 enrich: Optional[Enrich]) -> None:
        if filter is not None and filter_many is not None:
            raise TypeError("filter and filter_many are two ways to say one thing; give one")
        for function in (filter, filter_many, enrich):
            if function is not None and not callable(function):
                raise TypeError(f"{function!r} is no function")
        self.library, self.layouts, self.unpacker = library, layouts, unpacker
        self.filter, self.filter_many, self.enrich = filter, filter_many, enrich
        self.failures = Failures(f"the callback of {name}")

    def struct(self, fields: Optional[Sequence[str]]) -> abi.Callbacks:
        """Made over to the library, which destroys it once, also when the call with it fails."""
        if isinstance(fields, str):
            raise TypeError("fields is a list of names")
        ids = [self.library.field_id(name) for name in fields or ()]
        filters = self.filter or self.filter_many
        made: abi.Callbacks = abi.sized(
            abi.Callbacks, filter=_filter_fn if filters else abi.FilterFn(),
            enrich=_enrich_fn if self.enrich else abi.EnrichFn(),
            fields=(ctypes.c_uint32 * len(ids))(*ids) if ids else None, field_count=len(ids),
            user=register(self), destroy=_destroy_fn)
        return made

    def decide(self, events: List[Dict[str, Any]], answers: Any) -> None:
        if self.filter_many is not None:
            decisions = [bool(decision) for decision in self.filter_many(events)]
            if len(decisions) != len(events):
                raise ValueError(f"a filter was asked about {len(events)} events and decided about "
                                 f"{len(decisions)}")
            for i, decision in enumerate(decisions):
                answers[i] = abi.TAKE if decision else abi.LEAVE
            return
        assert self.filter is not None
        for i, event in enumerate(events):
            try:
                answers[i] = abi.TAKE if self.filter(event) else abi.LEAVE
            except BaseException as exception:  # the answer stays "failed", for this event alone
                self.failures.add(exception)
                if not isinstance(exception, Exception):
                    return

    def add(self, event: Dict[str, Any], additions: int) -> None:
        assert self.enrich is not None
        added = self.enrich(event)
        if not added:
            return
        packer = Packer(self.layouts, capacity=1 << 12)
        packed = packer.pack([added], clears=True)
        if packed.problem is not None:
            raise packed.problem
        for address in packer.field_addresses:
            self.library.call("weir_set_field", additions, address)


def _filter(user: int, events: int, count: int, answers: Any) -> None:
    functions: Functions = _users[user]
    try:
        functions.decide(functions.unpacker.events(events, count), answers)
    except BaseException as exception:
        functions.failures.add(exception)


def _enrich(user: int, event: int, additions: int, answer: Any) -> None:
    functions: Functions = _users[user]
    try:
        functions.add(functions.unpacker.events(event, 1)[0], additions)
        answer[0] = abi.OK
    except BaseException as exception:
        functions.failures.add(exception)


def _destroy(user: int) -> None:
    forget(user)


# ---- The log

_levels = {abi.LOG_WARNING: logging.WARNING, abi.LOG_INFORMATION: logging.INFO}


def _log(user: int, level: int, message: int, size: int) -> None:
    try:
        _users[user](_levels.get(level, logging.WARNING), abi.string_of(message, size))
    except BaseException as exception:
        if isinstance(exception, Exception):
            logger.exception("the log function failed")
        else:
            _stop.exception = exception


# What C calls, for the life of the module.
_accept_fn, _filter_fn, _enrich_fn = abi.SinkFn(_accept), abi.FilterFn(_filter), abi.EnrichFn(_enrich)
_destroy_fn, log_fn = abi.DestroyFn(_destroy), abi.LogFn(_log)
