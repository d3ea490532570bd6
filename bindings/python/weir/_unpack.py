"""weir_events into dicts."""

from __future__ import annotations

import ctypes
import json
import struct
import sys
from array import array
from typing import Any, Dict, List, Tuple

from . import _abi as abi
from ._library import Library

_field_bytes = ctypes.sizeof(abi.Field)
_event_bytes = ctypes.sizeof(abi.Event)
_double, _word = struct.Struct("d"), struct.Struct("Q")


class _Named(Dict[int, Tuple[str, int]]):
    """By the first word of a field: its name and its kind."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library

    def __missing__(self, head: int) -> Tuple[str, int]:
        low, high = head & 0xFFFFFFFF, head >> 32
        number, kind = (low, high) if sys.byteorder == "little" else (high, low)
        named = self[head] = (self._library.field_name(number), kind)
        return named


class Unpacker:
    """Makes dicts of weir_events. Any thread may use it."""

    _three_words = struct.Struct("3Q")

    def __init__(self, library: Library) -> None:
        self._named = _Named(library)

    def event(self, fields: int, count: int) -> Dict[str, Any]:
        if count == 0:
            return {}
        named, string_at = self._named, ctypes.string_at
        event: Dict[str, Any] = {}
        words = string_at(fields, count * _field_bytes)
        for head, size, word in self._three_words.iter_unpack(words):
            name, kind = named[head]
            if kind == abi.TEXT:
                event[name] = string_at(word, size).decode("utf-8", "surrogateescape")
            elif kind == abi.INTEGER:
                event[name] = word if word < 1 << 63 else word - (1 << 64)
            elif kind != abi.ABSENT:
                event[name] = _value(kind, size, word)
        return event

    def events(self, events: int, count: int) -> List[Dict[str, Any]]:
        words = ctypes.string_at(events, count * _event_bytes)
        return [self.event(fields, size)
                for fields, size, _ in self._three_words.iter_unpack(words)]


def _value(kind: int, size: int, word: int) -> Any:
    if kind == abi.FLOAT:
        return _double.unpack(_word.pack(word))[0]
    if kind == abi.BOOL:
        return bool(word)
    if kind == abi.JSON:
        return json.loads(abi.string_of(word, size) or "null")
    if kind in (abi.INTEGER_ARRAY, abi.FLOAT_ARRAY):
        values = array("q" if kind == abi.INTEGER_ARRAY else "d")
        values.frombytes(ctypes.string_at(word, size * 8) if size else b"")
        return values.tolist()
    if kind == abi.TEXT_ARRAY:
        texts = struct.unpack(f"{2 * size}Q", ctypes.string_at(word, size * 16) if size else b"")
        return [abi.string_of(*pair) for pair in zip(texts[::2], texts[1::2])]
    return None
