"""What comes out of an engine: events and counters."""

from __future__ import annotations

import enum
from typing import Any, Dict, NamedTuple, Type, TypeVar

from . import _abi as abi


class _Word(str, enum.Enum):
    """Equal to its text: `output.kind == "aggregated"`."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, specification: str) -> str:
        return format(self.value, specification)


class Kind(_Word):
    """What an output is."""

    BASE = "base"
    """An event that no rule took, or that was passed on."""
    AGGREGATED = "aggregated"
    """One event in place of those of a bucket."""
    LINES = "lines"
    """With form="ndjson": base and aggregated events, in order."""
    REJECTED = "rejected"
    """What could not be read."""


class Reason(_Word):
    """Why a bucket closed."""

    NONE = "none"
    COUNT = "count"
    LIFETIME = "lifetime"
    FLUSH = "flush"
    EVICTED = "evicted"
    RELOAD = "reload"


KINDS = {abi.OUTPUT_BASE: Kind.BASE, abi.OUTPUT_AGGREGATED: Kind.AGGREGATED,
         abi.OUTPUT_LINES: Kind.LINES, abi.OUTPUT_REJECTED: Kind.REJECTED}
REASONS = tuple(Reason)  # in the order of weir.h


class Output(NamedTuple):
    """One output of an engine."""

    kind: Kind
    reason: Reason
    """Of an aggregated event."""
    event: Dict[str, Any]
    """Base, aggregated: its fields. Extra's keys are fields `Extra.<key>`."""
    data: bytes
    """Lines: whole ones. Base and rejected: the line as fed, if there was one."""
    size: int
    """Events in it: lines, or 1."""
    message: str
    """Rejected: why, one sentence."""
    line: int
    """Rejected: the line's number in its source, from 1, or 0."""


class Stats(NamedTuple):
    """Counters of an engine, which never fall, and gauges, as weir.h explains them. At any moment
    events_in = rejected + filtered + passed + taken."""

    events_in: int
    rejected: int
    filtered: int
    passed: int
    taken: int
    aggregated: int
    closed_count: int
    closed_lifetime: int
    closed_flush: int
    closed_evicted: int
    closed_reload: int
    conversion_errors: int
    sums_skipped: int
    sums_saturated: int
    joins_cut: int
    uniques_cut: int
    filter_callbacks_failed: int
    enrich_callbacks_failed: int
    clock_steps_back: int
    future_times: int
    open_groups: int
    open_events: int
    waiting_outputs: int
    clock: int
    refused: int
    lone: int
    open_bytes: int
    held_events: int
    held_bytes: int
    late_events: int
    loads: int
    loads_refused: int
    rules_kept: int
    rules_added: int
    rules_changed: int
    rules_removed: int


class RuleStats(NamedTuple):
    """One aggregation rule's share. taken = out + lone + open_events."""

    name: str
    taken: int
    out: int
    aggregated: int
    closed_count: int
    closed_lifetime: int
    closed_flush: int
    closed_evicted: int
    closed_reload: int
    open_groups: int
    open_events: int
    refused: int
    lone: int
    open_bytes: int
    late_events: int
    sums_skipped: int
    sums_saturated: int
    joins_cut: int
    uniques_cut: int
    oldest_opened: int


class EnrichmentStats(NamedTuple):
    """What one enrichment rule has done. events = applied + skipped + missed + errors, beside those
    that it holds. What follows `dropped_pairs` is of rules that ask over the network."""

    name: str
    type: str
    applied: int
    skipped: int
    missed: int
    errors: int
    cut: int
    dropped_pairs: int
    ok: int
    ok_eof: int
    eof_early: int
    timeout: int
    connect_failed: int
    protocol_error: int
    queue_full: int
    cancelled: int
    retries: int
    cache_hits: int
    held: int
    room: int


_Tuple = TypeVar("_Tuple", Stats, RuleStats, EnrichmentStats)


def stats_of(kind: Type[_Tuple], struct: Any) -> _Tuple:
    """A struct of counters as a tuple of the same names."""
    values = {name: getattr(struct, name) for name in kind._fields}
    for name, value in values.items():
        if isinstance(value, bytes):
            values[name] = value.decode("utf-8", "replace")
    return kind(**values)
