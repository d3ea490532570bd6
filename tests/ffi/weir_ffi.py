"""Weir for Python, in ctypes alone: an example of how to bind weir.h, and what its tests use.

    library = weir_ffi.Library("libweir.so.0")
    with library.create_engine() as engine:
        engine.load(document)
        outputs = []
        engine.feed([{"SourceAddress": "10.0.0.1", "BytesIn": 60}], now, outputs.append)
        engine.flush(outputs.append)

Four things that a binding must get right, and how this one does:
- A callback that the library may keep (filter, enrich, destroy) must not be collected while it is
  kept. Here the functions given to C are made once, for the life of the module; `user` is a number,
  the key of the Python objects in a table, and the destroy callback takes them out of it.
- An exception must not be lost. It is kept in `engine.exceptions`, and the answer is left as the
  library preset it, so it fails closed.
- Memory passed in must live until the call returns: `Batch` (weir_events.py) owns it.
- Memory handed to a callback dies when the callback returns: it is copied into Python's objects.
"""

import ctypes
import itertools
import threading
from collections import namedtuple

import weir_abi as abi
from weir_abi import sized
from weir_events import Batch, bytes_of, dict_of, encoded

# fields: a dict by name; bytes, message: bytes; cookie: the number that came with a fed event.
Output = namedtuple("Output", "kind reason count fields bytes message line cookie")


class WeirError(Exception):
    """status, message, line, column and offset of weir_error; consumed: what a feed had applied."""

    def __init__(self, name, error, consumed=None):
        super().__init__(f"{name}: {error.message.decode('utf-8', 'replace')}")
        self.status, self.line, self.column = error.status, error.line, error.column
        self.offset, self.consumed = error.offset, consumed
        self.message = error.message.decode("utf-8", "replace")


_users = {}  # user number -> the Python object behind it
_numbers = itertools.count(1)
_users_lock = threading.Lock()


def _register(user):
    with _users_lock:
        number = next(_numbers)
        _users[number] = user
    return number


def _forget(number):
    with _users_lock:
        return _users.pop(number, None)


class Library:
    def __init__(self, path):
        self.c = abi.open_library(path)
        self._ids, self._names = {}, {}

    def call(self, name, *arguments):
        """Calls a fallible function; raises WeirError, or returns 0 or WEIR_STOPPED."""
        error = sized(abi.Error)
        status = getattr(self.c, name)(*arguments, error)
        if status < 0:
            raise WeirError(self.c.weir_status_name(status).decode(), error)
        return status

    def version(self):
        return self.c.weir_version().decode()

    def abi_version(self):
        return divmod(self.c.weir_abi_version(), 1 << 16)

    def field_id(self, name):
        if name not in self._ids:
            text, number = name.encode(), ctypes.c_uint32()
            self.call("weir_field_id", text, len(text), number)
            self._ids[name] = number.value
        return self._ids[name]

    def field_name(self, number):
        if number not in self._names:
            text = abi.Text()
            self.call("weir_field_name", number, text)
            self._names[number] = bytes_of(text).decode()
        return self._names[number]

    def describe(self, topic, document=b""):
        parts = []
        write = abi.WriteFn(lambda user, data, size: parts.append(ctypes.string_at(data, size)))
        topic = topic.encode()
        self.call("weir_describe", topic, len(topic), document, len(document), write, None)
        return b"".join(parts)

    def create_engine(self, clock=abi.CLOCK_HOST, instance=b"", **options):
        return Engine(self, clock, instance, options)


class Engine:
    """Any thread may call load, feed, feed_ndjson, advance, flush and stats."""

    def __init__(self, library, clock, instance, options):
        self.library = library
        self.exceptions = []  # raised in callbacks, oldest first
        self.handle = ctypes.c_void_p()
        buffer = ctypes.create_string_buffer(instance, len(instance) + 1)
        text = abi.Text(ctypes.addressof(buffer), len(instance))
        library.call("weir_create_engine",
                     sized(abi.EngineOptions, clock=clock, instance=text, **options), self.handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        handle, self.handle = self.handle, ctypes.c_void_p()
        self.library.call("weir_destroy_engine", handle)

    def load(self, document):
        document = encoded(document)
        self.library.call("weir_load", self.handle, document, len(document))

    def create_rule(self, document, callbacks=None):
        """callbacks: a Callbacks. Returns a handle for destroy_rule."""
        document, rule = encoded(document), ctypes.c_void_p()
        self.library.call("weir_create_rule", self.handle, document, len(document),
                          callbacks and callbacks.struct(self), rule)
        return rule

    def destroy_rule(self, rule):
        self.library.call("weir_destroy_rule", rule)

    def set_callback(self, name, callbacks):
        name = encoded(name)
        self.library.call("weir_set_callback", self.handle, name, len(name),
                          callbacks.struct(self))

    def feed(self, events, now, sink):
        """events: dicts, or a Batch. sink(output) may return abi.STOP. Returns the number applied;
        after a STOP feed the rest again."""
        batch = events if isinstance(events, Batch) else Batch(self.library, events)
        consumed = ctypes.c_uint64()
        with _SinkCall(self, sink) as c_sink:
            try:
                self.library.call("weir_feed", self.handle, batch.events, len(batch.events), now,
                                  c_sink, consumed)
            except WeirError as error:
                error.consumed = consumed.value
                raise
        return consumed.value

    def feed_ndjson(self, data, now, sink, cursor=None, last=False, form=abi.FORM_NDJSON):
        """Returns the cursor: feed data[cursor.consumed:] again, with more behind it."""
        cursor = cursor or sized(abi.Cursor)
        with _SinkCall(self, sink, form) as c_sink:
            self.library.call("weir_feed_ndjson", self.handle, data, len(data), now,
                              abi.LAST if last else 0, c_sink, cursor)
        return cursor

    def advance(self, now, sink):
        with _SinkCall(self, sink) as c_sink:
            return self.library.call("weir_advance", self.handle, now, c_sink)

    def flush(self, sink, timeout=0):
        with _SinkCall(self, sink) as c_sink:
            return self.library.call("weir_flush", self.handle, timeout, c_sink)

    def stats(self):
        stats = sized(abi.Stats)
        self.library.call("weir_get_stats", self.handle, stats)
        return stats

    def rule_stats(self, index):
        stats = sized(abi.RuleStats)
        self.library.call("weir_get_rule_stats", self.handle, index, stats)
        return stats


class Callbacks:
    """filter(event) -> true to take it; enrich(event) -> a dict of fields to set; events are dicts.
    destroyed() is called when the library has no more use for them."""

    def __init__(self, filter=None, enrich=None, destroyed=None, fields=()):
        self.filter, self.enrich, self.destroyed, self.fields = filter, enrich, destroyed, fields
        self.engine = None

    def struct(self, engine):
        self.engine = engine
        ids = [engine.library.field_id(name) for name in self.fields]
        return sized(abi.Callbacks, filter=_filter if self.filter else abi.FilterFn(),
                     enrich=_enrich if self.enrich else abi.EnrichFn(),
                     fields=(ctypes.c_uint32 * len(ids))(*ids) if ids else None,
                     field_count=len(ids), user=_register(self), destroy=_destroy)


@abi.FilterFn
def _filter(user, events, count, answers):
    self = _users[user]
    for i in range(count):
        try:
            event = dict_of(self.engine.library, events[i])
            answers[i] = abi.TAKE if self.filter(event) else abi.LEAVE
        except BaseException as exception:  # the answer stays "failed", for this event alone
            self.engine.exceptions.append(exception)


@abi.EnrichFn
def _enrich(user, event, additions, answer):
    self = _users[user]
    library = self.engine.library
    try:
        batch = Batch(library, [self.enrich(dict_of(library, event[0])) or {}])
        for field in batch.fields_of(0):
            library.call("weir_set_field", additions, field)
        answer[0] = abi.OK
    except BaseException as exception:
        self.engine.exceptions.append(exception)


@abi.DestroyFn
def _destroy(user):
    self = _forget(user)
    if self is not None and self.destroyed:
        self.destroyed()


@abi.SinkFn
def _accept(user, output, answer):
    engine, sink = _users[user]
    try:
        answer[0] = sink(_output_of(engine.library, output[0])) or abi.ACCEPT
    except BaseException as exception:
        engine.exceptions.append(exception)


class _SinkCall:
    """A sink for the length of one call."""

    def __init__(self, engine, sink, form=abi.FORM_EVENTS):
        self.user, self.form = _register((engine, sink)), form

    def __enter__(self):
        return sized(abi.Sink, form=self.form, accept=_accept, user=self.user)

    def __exit__(self, *_):
        _forget(self.user)


def _output_of(library, output):
    return Output(output.kind, output.reason, output.count, dict_of(library, output.event),
                  bytes_of(output.bytes), bytes_of(output.message), output.line,
                  output.event.cookie)
