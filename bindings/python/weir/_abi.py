"""weir.h in ctypes, one to one: constants, structs, function types, prototypes.

What callbacks and feeds are given in bulk (events, fields, outputs) has addresses for pointers: it is
read and written many at a time, with struct and array, for ctypes takes a microsecond for a member.
"""

from __future__ import annotations

import ctypes
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int32, c_int64, c_uint32,
                    c_uint64, c_void_p)
from typing import Any, FrozenSet, List, Tuple

# Of the header that this was written from: a library of the same major and no smaller minor will do.
ABI_MAJOR, ABI_MINOR = 0, 1
# Status
OK, STOPPED = 0, 1
INVALID_ARGUMENT, INVALID_DOCUMENT, NOT_FOUND, ALREADY_EXISTS, BUSY = -1, -2, -3, -4, -5
CALLBACK_FAILED, NO_MEMORY, LIMIT, NOT_SUPPORTED, INTERNAL = -6, -7, -8, -9, -10
INVALID_SNAPSHOT = -11
# Kinds of a field
ABSENT, INTEGER, FLOAT, TEXT, BOOL = range(5)
INTEGER_ARRAY, FLOAT_ARRAY, TEXT_ARRAY, JSON = range(5, 9)
# Limits
CHUNK_EVENTS, MAX_FIELDS, MAX_NESTING, MAX_FIELD_IDS = 512, 4096, 64, 65536
MAX_EVENT_BYTES = 4194304
# Sinks: forms, kinds of output, reasons, answers
FORM_EVENTS, FORM_NDJSON = 0, 1
OUTPUT_BASE, OUTPUT_AGGREGATED, OUTPUT_LINES, OUTPUT_REJECTED = 1, 2, 3, 4
REASON_NONE, REASON_COUNT, REASON_LIFETIME, REASON_FLUSH, REASON_EVICTED, REASON_RELOAD = range(6)
ACCEPT, STOP = 1, 2
# Engines, filters, sources
CLOCK_HOST, CLOCK_EVENT = 0, 1
LOG_WARNING, LOG_INFORMATION = 1, 2
LEAVE, TAKE = 0, 1
LAST = 1
# Lookups: kinds, formats of rows
DICTIONARY, TABLE, ACTIVE_LIST, CONTEXT_TABLE, ASSETS, DIRECTORY = range(1, 7)
CSV, TSV, JSON_LINES = 1, 2, 3


class Error(Structure):
    _fields_ = [("struct_size", c_uint32), ("status", c_int32), ("offset", c_int64),
                ("line", c_uint32), ("column", c_uint32), ("message", c_char * 488)]


class Text(Structure):
    # The address as a number: ctypes would turn a char* into bytes up to the first NUL.
    _fields_ = [("data", c_void_p), ("size", c_uint64)]


class Field(Structure):
    _fields_ = [("id", c_uint32), ("kind", c_uint32), ("size", c_uint64), ("word", c_uint64)]


class Event(Structure):
    _fields_ = [("fields", c_void_p), ("field_count", c_uint64), ("cookie", c_uint64)]


class Output(Structure):
    _fields_ = [("struct_size", c_uint32), ("kind", c_uint32), ("reason", c_uint32),
                ("unused", c_uint32), ("count", c_uint64), ("event", Event), ("bytes", Text),
                ("message", Text), ("line", c_uint64)]


WriteFn: Any = CFUNCTYPE(None, c_void_p, c_void_p, c_uint64)
SinkFn: Any = CFUNCTYPE(None, c_void_p, c_void_p, POINTER(c_int32))
LogFn: Any = CFUNCTYPE(None, c_void_p, c_uint32, c_void_p, c_uint64)
FilterFn: Any = CFUNCTYPE(None, c_void_p, c_void_p, c_uint64, POINTER(c_int32))
EnrichFn: Any = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, POINTER(c_int32))
DestroyFn: Any = CFUNCTYPE(None, c_void_p)


class Sink(Structure):
    _fields_ = [("struct_size", c_uint32), ("form", c_uint32), ("accept", SinkFn),
                ("user", c_void_p)]


class EngineOptions(Structure):
    _fields_ = [("struct_size", c_uint32), ("clock", c_uint32), ("max_groups", c_uint64),
                ("max_bytes", c_uint64), ("max_future_skew", c_int64), ("instance", Text),
                ("log", LogFn), ("log_user", c_void_p), ("directory", Text)]


class Table(Structure):
    _fields_ = [("struct_size", c_uint32), ("kind", c_uint32), ("name", Text),
                ("format", c_uint32), ("unused", c_uint32), ("rows", Text)]


class Callbacks(Structure):
    _fields_ = [("struct_size", c_uint32), ("unused", c_uint32), ("filter", FilterFn),
                ("enrich", EnrichFn), ("fields", POINTER(c_uint32)), ("field_count", c_uint64),
                ("user", c_void_p), ("destroy", DestroyFn)]


class Cursor(Structure):
    _fields_ = [("struct_size", c_uint32), ("state", c_uint32), ("consumed", c_uint64),
                ("lines", c_uint64), ("preset", c_uint32), ("unused", c_uint32),
                ("events", c_uint64)]


class Member(Structure):
    _fields_ = [("key", c_void_p), ("key_size", c_uint32), ("kind", c_uint32), ("size", c_uint64),
                ("word", c_uint64)]


class Record(Structure):
    _fields_ = [("members", POINTER(Member)), ("member_count", c_uint64), ("cookie", c_uint64),
                ("text", Text), ("line", c_uint64), ("arrived", c_int64), ("problem", Text),
                ("preset", c_uint32), ("unused", c_uint32)]


def _counters(*names: str) -> List[Tuple[str, Any]]:
    return [(name, c_uint64) for name in names]


class Question(Structure):
    _fields_ = [("struct_size", c_uint32), ("preset", c_uint32), ("now", c_int64),
                ("event", c_void_p), ("record", POINTER(Record)), ("line", Text)]


class Stats(Structure):
    _fields_ = [("struct_size", c_uint32), ("unused", c_uint32)] + _counters(
        "events_in", "rejected", "filtered", "passed", "taken", "aggregated", "closed_count",
        "closed_lifetime", "closed_flush", "closed_evicted", "closed_reload", "conversion_errors",
        "sums_skipped", "sums_saturated", "joins_cut", "uniques_cut", "filter_callbacks_failed",
        "enrich_callbacks_failed", "clock_steps_back", "future_times", "open_groups",
        "open_events", "waiting_outputs") + [("clock", c_int64)] + _counters(
            "refused", "lone", "open_bytes", "held_events", "held_bytes", "late_events",
            "loads", "loads_refused", "rules_kept", "rules_added", "rules_changed",
            "rules_removed")


class RuleStats(Structure):
    _fields_ = [("struct_size", c_uint32), ("name_size", c_uint32),
                ("name", c_char * 520)] + _counters(
                    "taken", "out", "aggregated", "closed_count", "closed_lifetime",
                    "closed_flush", "closed_evicted", "closed_reload", "open_groups",
                    "open_events", "refused", "lone", "open_bytes", "late_events", "sums_skipped",
                    "sums_saturated", "joins_cut", "uniques_cut") + [("oldest_opened", c_int64)]


class EnrichmentStats(Structure):
    _fields_ = [("struct_size", c_uint32), ("name_size", c_uint32), ("name", c_char * 520),
                ("type", c_char * 24)] + _counters(
                    "applied", "skipped", "missed", "errors", "cut", "dropped_pairs", "ok", "ok_eof",
                    "eof_early", "timeout", "connect_failed", "protocol_error", "queue_full",
                    "cancelled", "retries", "cache_hits", "held", "room")


# By their names in weir.h, for the test that compares layouts.
STRUCTS = {
    "weir_error": Error, "weir_text": Text, "weir_field": Field, "weir_event": Event,
    "weir_output": Output, "weir_sink": Sink, "weir_engine_options": EngineOptions,
    "weir_callbacks": Callbacks, "weir_cursor": Cursor,
    "weir_member": Member, "weir_record": Record, "weir_stats": Stats,
    "weir_table": Table, "weir_question": Question,
    "weir_rule_stats": RuleStats, "weir_enrichment_stats": EnrichmentStats,
}

_error = POINTER(Error)
# Every function's arguments. Handles are void*; each returns a status, but for the first three.
PROTOTYPES = {
    "weir_abi_version": [],
    "weir_version": [],
    "weir_status_name": [c_int32],
    "weir_field_id": [c_char_p, c_uint64, POINTER(c_uint32), _error],
    "weir_field_name": [c_uint32, POINTER(Text), _error],
    "weir_preset_id": [c_char_p, c_uint64, POINTER(c_uint32), _error],
    "weir_describe": [c_char_p, c_uint64, c_char_p, c_uint64, WriteFn, c_void_p, _error],
    "weir_create_engine": [POINTER(EngineOptions), POINTER(c_void_p), _error],
    "weir_destroy_engine": [c_void_p, _error],
    "weir_create_rule": [c_void_p, c_char_p, c_uint64, POINTER(Callbacks), POINTER(c_void_p),
                         _error],
    "weir_destroy_rule": [c_void_p, _error],
    "weir_set_callback": [c_void_p, c_char_p, c_uint64, POINTER(Callbacks), _error],
    "weir_load": [c_void_p, c_char_p, c_uint64, _error],
    "weir_set_field": [c_void_p, c_void_p, _error],
    "weir_set_table": [c_void_p, POINTER(Table), _error],
    "weir_update_table": [c_void_p, POINTER(Table), _error],
    "weir_erase_from_table": [c_void_p, POINTER(Table), _error],
    "weir_explain": [c_void_p, POINTER(Question), WriteFn, c_void_p, _error],
    "weir_feed": [c_void_p, c_void_p, c_uint64, c_int64, POINTER(Sink), POINTER(c_uint64),
                  _error],
    "weir_feed_ndjson": [c_void_p, c_char_p, c_uint64, c_int64, c_uint32, POINTER(Sink),
                         POINTER(Cursor), _error],
    "weir_feed_records": [c_void_p, POINTER(Record), c_uint64, c_int64, POINTER(Sink),
                          POINTER(c_uint64), _error],
    "weir_create_batch": [c_void_p, POINTER(c_void_p), _error],
    "weir_destroy_batch": [c_void_p, _error],
    "weir_read_ndjson": [c_void_p, c_char_p, c_uint64, c_uint32, POINTER(Cursor), _error],
    "weir_read_records": [c_void_p, POINTER(Record), c_uint64, _error],
    "weir_feed_batch": [c_void_p, c_int64, c_uint64, POINTER(Sink), _error],
    "weir_advance": [c_void_p, c_int64, POINTER(Sink), _error],
    "weir_flush": [c_void_p, c_int64, POINTER(Sink), _error],
    "weir_get_stats": [c_void_p, POINTER(Stats), _error],
    "weir_get_rule_stats": [c_void_p, c_uint64, POINTER(RuleStats), _error],
    "weir_get_enrichment_stats": [c_void_p, c_uint64, POINTER(EnrichmentStats), _error],
    "weir_get_metrics": [c_void_p, WriteFn, c_void_p, _error],
    "weir_snapshot": [c_void_p, WriteFn, c_void_p, _error],
    "weir_restore": [c_void_p, c_char_p, c_uint64, _error],
}
RESULTS = {"weir_abi_version": c_uint32, "weir_version": c_char_p, "weir_status_name": c_char_p}
# Younger than the ABI's number says: without them the rest works.
OPTIONAL: FrozenSet[str] = frozenset({
    "weir_get_enrichment_stats", "weir_get_metrics", "weir_snapshot", "weir_restore"})


def sized(struct_type: Any, **members: Any) -> Any:
    """A struct that is passed singly: struct_size set, the rest zero or as given."""
    return struct_type(struct_size=ctypes.sizeof(struct_type), **members)


def text_of(data: bytes) -> Text:
    """Borrows the bytes: keep them until the call has returned."""
    return Text(ctypes.cast(c_char_p(data), c_void_p), len(data))


def string_of(address: int, size: int) -> str:
    """What is no UTF-8 becomes surrogates, which encode to the same bytes again."""
    return ctypes.string_at(address, size).decode("utf-8", "surrogateescape") if size else ""
