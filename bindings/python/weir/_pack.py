"""Dicts into arrays of weir_event."""

from __future__ import annotations

import ctypes
import datetime
import decimal
import ipaddress
import json
import struct
import sys
import uuid
from array import array
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from . import _abi as abi
from ._library import Library
from .errors import Error, InvalidEvent

FIELD_BYTES = ctypes.sizeof(abi.Field)
EVENT_BYTES = ctypes.sizeof(abi.Event)

_epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_millisecond = datetime.timedelta(milliseconds=1)
_as_text = (ipaddress.IPv4Address, ipaddress.IPv6Address, uuid.UUID, decimal.Decimal)
_structured = (dict, list, tuple, set, frozenset)
_double, _word = struct.Struct("d"), struct.Struct("q")


def _head(number: int, kind: int) -> int:
    """id and kind of a weir_field, as one word."""
    return number | kind << 32 if sys.byteorder == "little" else number << 32 | kind


class _Heads(Dict[str, int]):
    """By name: the first word of a field of one kind. Asks the library for a name but once."""

    def __init__(self, library: Library, kind: int) -> None:
        super().__init__()
        self._library, self._kind = library, kind

    def __missing__(self, name: str) -> int:
        if not isinstance(name, str):
            raise TypeError(f"the name of a field is text, not {name!r}")
        head = self[name] = _head(self._library.field_id(name), self._kind)
        return head


class Layouts:
    """What Packers of one library share."""

    def __init__(self, library: Library) -> None:
        self.heads = [_Heads(library, kind) for kind in range(abi.JSON + 1)]


class Packed(NamedTuple):
    """Events as the library takes them, until the Packer packs the next."""

    address: int
    size: int
    problem: Optional[InvalidEvent]
    """Of the event behind the last, which is none."""


class Packer:
    """Makes arrays of weir_event of dicts. One thread at a time."""

    # Texts go where their address is known before they are gathered, so that fields can have it.
    _first_capacity = 1 << 18
    _kept_capacity = 1 << 24

    def __init__(self, layouts: Layouts, capacity: int = _first_capacity) -> None:
        self._heads = layouts.heads
        self._parts: List[bytes] = []
        self._at = 0  # the address of the next part
        self._reserve(capacity)

    def _reserve(self, capacity: int) -> None:
        self._buffer = ctypes.create_string_buffer(capacity)
        self._base, self._capacity = ctypes.addressof(self._buffer), capacity

    def pack(self, events: Sequence[Mapping[str, Any]], clears: bool = False) -> Packed:
        """Up to the first that is no event. clears: None is an absent field, else it is nothing."""
        if self._capacity > self._kept_capacity:
            self._reserve(self._first_capacity)
        while True:
            try:
                words, sizes, problem = self._words(events, clears, False)
                self._fields = _signed(words)
            except (UnicodeEncodeError, struct.error):  # lone surrogates, integers beyond 64 bits
                words, sizes, problem = self._words(events, clears, True)
                self._fields = _signed(words)
            size = self._at - self._base
            if size <= self._capacity:
                break
            self._reserve(2 * size)  # all addresses change: once more
        ctypes.memmove(self._base, b"".join(self._parts), size)
        self.fields = address = _address(self._fields)
        heads: List[int] = []
        for cookie, count in enumerate(sizes):
            heads += address, count, cookie
            address += count * FIELD_BYTES
        self._events = _signed(heads)
        return Packed(_address(self._events), len(sizes), problem)

    @property
    def field_addresses(self) -> range:
        """Of the fields of all events packed last."""
        return range(self.fields, self.fields + len(self._fields), FIELD_BYTES)

    def _words(self, events: Sequence[Mapping[str, Any]], clears: bool,
               careful: bool) -> Tuple[List[int], List[int], Optional[InvalidEvent]]:
        """The words of all fields, and the number of fields of each event. careful: leaves nothing to
        the quick way of plain texts and integers, which raises for what it cannot do."""
        texts, integers = self._heads[abi.TEXT], self._heads[abi.INTEGER]
        self._parts, self._at = [], self._base
        put, at = self._parts.append, self._base
        words: List[int] = []
        sizes: List[int] = []
        name: Any = None
        for index, event in enumerate(events):
            start = len(words)
            try:
                for name, value in event.items():
                    kind = None if careful else type(value)
                    if kind is str:
                        data = value.encode()
                        size = len(data)
                        words += texts[name], size, at
                        put(data)
                        at += size
                    elif kind is int:
                        words += integers[name], 0, value
                    elif value is not None or clears:
                        self._at = at
                        words += self._other(name, value)
                        at = self._at
            except UnicodeEncodeError:
                raise
            except (Error, TypeError, ValueError, AttributeError) as error:
                self._at = at
                del words[start:]
                return words, sizes, _problem(error, index, event, name)
            sizes.append((len(words) - start) // 3)
        self._at = at
        return words, sizes, None

    def _other(self, name: str, value: Any) -> Sequence[int]:
        """The words of a field that is not simply a text or a 64-bit integer."""
        if value is None:
            return self._heads[abi.ABSENT][name], 0, 0
        if isinstance(value, bool):
            return self._heads[abi.BOOL][name], 0, int(value)
        if isinstance(value, int) and -1 << 63 <= value < 1 << 63:
            return self._heads[abi.INTEGER][name], 0, int(value)
        if isinstance(value, float):
            return self._heads[abi.FLOAT][name], 0, _word.unpack(_double.pack(value))[0]
        if isinstance(value, datetime.datetime):
            return self._heads[abi.INTEGER][name], 0, milliseconds(value)
        if isinstance(value, Mapping) and name == "Extra":
            return [word for key, inner in value.items() if inner is not None
                    for word in self._extra(f"Extra.{key}", inner)]
        if isinstance(value, Mapping):
            return self._text(abi.JSON, name, _json(value))
        if isinstance(value, _structured) or isinstance(value, array):
            return self._array(name, [item for item in value if item is not None])
        return self._text(abi.TEXT, name, _text(value))

    def _extra(self, name: str, value: Any) -> Sequence[int]:
        if isinstance(value, _structured):  # Extra holds texts alone
            return self._text(abi.TEXT, name, _json(value))
        return self._other(name, value)

    def _text(self, kind: int, name: str, data: bytes) -> Sequence[int]:
        return self._heads[kind][name], len(data), self._put(data)

    def _array(self, name: str, values: List[Any]) -> Sequence[int]:
        if any(isinstance(value, _structured) for value in values):
            return self._text(abi.JSON, name, _json(values))
        kinds = set(map(type, values))
        if kinds == {int} and all(-1 << 63 <= value < 1 << 63 for value in values):
            kind, data = abi.INTEGER_ARRAY, array("q", values).tobytes()
        elif kinds and kinds <= {int, float} and float in kinds:
            kind, data = abi.FLOAT_ARRAY, array("d", values).tobytes()
        else:
            kind = abi.TEXT_ARRAY
            texts = [_text(value) for value in values]
            data = struct.pack(f"{2 * len(texts)}Q",
                               *(word for text in texts for word in (self._put(text), len(text))))
        self._put(bytes(-self._at % 8))
        return self._heads[kind][name], len(values), self._put(data)

    def _put(self, data: bytes) -> int:
        address = self._at
        self._parts.append(data)
        self._at += len(data)
        return address


def _signed(words: List[int]) -> bytes:
    return struct.pack(f"{len(words)}q", *words)


def _address(data: bytes) -> int:
    return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0


def milliseconds(time: datetime.datetime) -> int:
    """As time-valued fields have it. A time without a zone is refused: it could be any."""
    if time.tzinfo is None:
        raise ValueError(f"the time {time.isoformat()} has no zone; give it one, such as "
                         "datetime.timezone.utc")
    return (time - _epoch) // _millisecond


def _problem(error: Exception, index: int, event: Any, name: Any) -> InvalidEvent:
    if not isinstance(event, Mapping):
        message = f"an event is a dict of fields, not {type(event).__name__}"
    elif isinstance(error, Error):
        message = error.message
    else:
        message = f"field {name!r}: {error}"
    made = InvalidEvent(message, index, event)
    made.__cause__ = error
    return made


def _text(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half a character: JSON can have that, UTF-8 cannot
            return value.encode("utf-8", "replace")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, (int, float, *_as_text)):
        return str(value).encode()
    raise TypeError(f"a field cannot hold {type(value).__name__}; make it a text, a number, true or "
                    "false, a datetime, or a list of one of them")


def _json(value: Any) -> bytes:
    def plain(other: Any) -> Any:
        if isinstance(other, (set, frozenset)):
            return list(other)
        if isinstance(other, datetime.datetime):
            return milliseconds(other)
        return _text(other).decode("utf-8", "replace")

    return json.dumps(value, ensure_ascii=True, default=plain).encode()
