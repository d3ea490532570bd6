"""Events between C structs and Python's dicts, for weir_ffi.py.

What goes in is a `Batch`, which owns the memory that its structs point to. What comes out is copied, since
it dies when the callback returns.
"""

import ctypes

import weir_abi as abi


class Batch:
    """Events as C structs, with the memory that they point to. May be fed many times, from several
    threads at once."""

    def __init__(self, library, events):
        self._library, self._kept = library, []
        self.events = (abi.Event * len(events))()
        for i, event in enumerate(events):
            fields = (abi.Field * len(event))(*(self._field(*item) for item in event.items()))
            self._kept.append(fields)
            self.events[i] = abi.Event(fields, len(event), i)

    def after(self, count):
        """The events behind the first `count`: what a feed that stopped has not applied."""
        rest = Batch(self._library, [])
        size = len(self.events) - count
        rest.events = (abi.Event * size)(*self.events[count:])
        rest._kept = [self]
        return rest

    def fields_of(self, index):
        event = self.events[index]
        return [event.fields[i] for i in range(event.field_count)]

    def _field(self, name, value):
        number = self._library.field_id(name)
        if value is None:
            return abi.Field(number, abi.ABSENT, 0, 0)
        if isinstance(value, bool):
            return abi.Field(number, abi.BOOL, 0, value)
        if isinstance(value, int):
            return abi.Field(number, abi.INTEGER, 0, value & 0xFFFFFFFFFFFFFFFF)
        if isinstance(value, float):
            return abi.Field(number, abi.FLOAT, 0, abi.bits_of(value))
        if isinstance(value, list):
            return self._array(number, value)
        text = self._text(value)
        return abi.Field(number, abi.TEXT, text.size, text.data or 0)

    def _array(self, number, values):
        if all(isinstance(value, int) for value in values):
            kind, array = abi.INTEGER_ARRAY, (ctypes.c_int64 * len(values))(*values)
        elif all(isinstance(value, float) for value in values):
            kind, array = abi.FLOAT_ARRAY, (ctypes.c_double * len(values))(*values)
        else:
            kind = abi.TEXT_ARRAY
            array = (abi.Text * len(values))(*(self._text(value) for value in values))
        self._kept.append(array)
        return abi.Field(number, kind, len(values), ctypes.addressof(array))

    def _text(self, value):
        data = encoded(value)
        buffer = ctypes.create_string_buffer(data, len(data) + 1)
        self._kept.append(buffer)
        return abi.Text(ctypes.addressof(buffer), len(data))


def encoded(text):
    return text.encode() if isinstance(text, str) else text


def bytes_of(text):
    return ctypes.string_at(text.data, text.size) if text.data else b""


def _string_of(text):
    return bytes_of(text).decode("utf-8", "surrogateescape")


def _value_of(field):
    signed = ctypes.c_int64(field.word).value
    if field.kind == abi.INTEGER:
        return signed
    if field.kind == abi.FLOAT:
        return abi.float_of(field.word)
    if field.kind == abi.BOOL:
        return bool(field.word)
    if field.kind in (abi.TEXT, abi.JSON):
        return _string_of(abi.Text(field.word, field.size))
    if field.kind == abi.INTEGER_ARRAY:
        return list((ctypes.c_int64 * field.size).from_address(field.word)) if field.size else []
    if field.kind == abi.FLOAT_ARRAY:
        return list((ctypes.c_double * field.size).from_address(field.word)) if field.size else []
    if field.kind == abi.TEXT_ARRAY:
        array = (abi.Text * field.size).from_address(field.word) if field.size else []
        return [_string_of(text) for text in array]
    return None


def dict_of(library, event):
    fields = (event.fields[i] for i in range(event.field_count))
    return {library.field_name(field.id): _value_of(field) for field in fields}
