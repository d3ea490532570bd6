"""The engine: rules, events in, events out."""

from __future__ import annotations

import ctypes
import os
from typing import (Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Type, Union)

from . import _abi as abi
from . import _calls, _documents, _explain, _state, _stream
from ._calls import Enrich, Filter, FilterMany, Log, logger
from ._clock import Time, clocks, nanoseconds_at, nanoseconds_of
from ._documents import Document, Rows
from ._handle import Call, Handle, Take
from ._library import Library, Path, library as find_library
from .errors import InvalidDocument
from .outputs import EnrichmentStats, Output, RuleStats, Stats, stats_of
from .rule import Rule
from .source import Source, chunks_of

_forms = {"events": abi.FORM_EVENTS, "ndjson": abi.FORM_NDJSON}
_patience = 30.0  # seconds that a flush waits for lookups, as long as one may take by default


class Engine:
    """Applies rules to events.

        with weir.Engine(rules) as engine:
            for output in engine.stream(events):
                ...

    rules: a document as load() takes it. clock: "host", where `now` of each call moves the clock, or
    "event", where the events' own times do. form: of outputs, "events" (dicts) or "ndjson" (bytes, of
    many lines each). instance: tells this engine's event IDs from another's. directory: where relative
    paths of files in documents start; by default where the document `rules` lies, if it is a file.
    max_groups, max_bytes: bounds on open buckets. max_future_skew: seconds. log: called with a level
    of `logging` and a message; by default they go to the logger "weir". library: libweir.so, if it is
    not to be searched for.

    Any thread may call any method at any time, but for close(). What leaves the engine, feed() and the
    like return as a list, stream() and stream_ndjson() as an iterator; what an exception or an
    abandoned iterator has left over is kept, and comes first from the next call.
    """

    def __init__(self, rules: Optional[Document] = None, *, clock: str = "host",
                 form: str = "events", instance: str = "", directory: Optional[Path] = None,
                 max_groups: int = 0, max_bytes: int = 0, max_future_skew: float = 0,
                 log: Optional[Log] = None, library: Union[Library, Path, None] = None) -> None:
        self._clock = _one_of("clock", clocks, clock)
        if directory is None and isinstance(rules, os.PathLike):
            directory = os.path.dirname(os.path.abspath(rules))
        here, name = os.fsencode(directory or ""), instance.encode()
        self._source = Source()
        self._handle = Handle(find_library(library), abi.sized(
            abi.EngineOptions, clock=self._clock, max_groups=max_groups, max_bytes=max_bytes,
            max_future_skew=nanoseconds_of(max_future_skew), instance=abi.text_of(name),
            directory=abi.text_of(here), log=_calls.log_fn,
            log_user=_calls.register(log or logger.log)), _one_of("form", _forms, form))
        if rules is not None:
            try:
                self.load(rules)
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], *_: object) -> None:
        if kind is None and not self.closed:
            self._warn_of_loss()
        self.close()

    def _warn_of_loss(self) -> None:
        stats = self.stats
        waiting = stats.waiting_outputs + len(self._handle.waiting)
        waiting += stats.held_events
        if stats.open_events or waiting or self._source.rest:
            logger.warning("an engine is closed with %d events in open buckets, %d outputs that nobody "
                           "took and %d bytes of an unfinished line; call flush() before",
                           stats.open_events, waiting, len(self._source.rest))

    def close(self) -> None:
        """Forgets open buckets and outputs that nobody took: flush() first to have them. No other call
        may be running. Doing it twice is good."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        return self._handle.closed

    # ---- Rules

    def load(self, rules: Document) -> None:
        """Takes a document in place of the one before, atomically: its text, YAML or JSON, a dict, or a
        file as a pathlib.Path. Rules whose meaning did not change keep their open buckets, the others
        close theirs. Raises InvalidDocument, with line and column, and changes nothing."""
        text, file = _documents.document_bytes(rules)
        try:
            self._handle.call("weir_load", text, len(text))
        except InvalidDocument as error:
            _documents.explain_failure(error, rules, file)
            raise

    def create_rule(self, rule: Document, *, filter: Optional[Filter] = None,
                    filter_many: Optional[FilterMany] = None, enrich: Optional[Enrich] = None,
                    fields: Optional[Sequence[str]] = None) -> Rule:
        """Adds one aggregation rule, or with `type: host` one enrichment rule, behind those of the
        document.

        filter(event) -> true to take it; filter_many(events) -> as many answers. They decide about
        what the rule's own filter let through, and must depend on nothing but the event.
        enrich(event) -> a dict of fields to set, where None takes a field away, or None.
        fields: those that the functions read; without it they get every field, as it was fed.

        A filter that raises does not take the event, an enricher that raises leaves it as it was: both
        are counted (Stats) and logged. They may not call this engine: that raises Busy."""
        text, file = _documents.document_bytes(rule)
        rule_handle = ctypes.c_void_p()
        functions = self._functions("a rule", filter, filter_many, enrich)
        try:
            self._handle.call("weir_create_rule", text, len(text), functions and functions.struct(fields),
                              rule_handle)
        except InvalidDocument as error:
            _documents.explain_failure(error, rule, file)
            raise
        return Rule(self._handle, rule_handle)

    def set_callback(self, name: str, *, filter: Optional[Filter] = None,
                     filter_many: Optional[FilterMany] = None, enrich: Optional[Enrich] = None,
                     fields: Optional[Sequence[str]] = None) -> None:
        """Binds a name, which documents use (`callback: name`), to functions as create_rule() takes
        them. Binding it again replaces them."""
        functions = self._functions(repr(name), filter, filter_many, enrich)
        if functions is None:
            raise TypeError("a callback needs a filter, filter_many or enrich")
        text = name.encode()
        self._handle.call("weir_set_callback", text, len(text), functions.struct(fields))

    def _functions(self, name: str, filter: Optional[Filter], filter_many: Optional[FilterMany],
                   enrich: Optional[Enrich]) -> Optional[_calls.Functions]:
        if filter is None and filter_many is None and enrich is None:
            return None
        handle = self._handle
        return _calls.Functions(name, handle.library, handle.layouts, handle.unpacker, filter=filter,
                                filter_many=filter_many, enrich=enrich)

    # ---- Lookups

    def set_table(self, kind: str, name: str, rows: Rows, format: Optional[str] = None) -> None:
        """Gives a lookup its rows in place of those before, atomically.

        kind: "dictionary", "table", "active_list", "context_table", "assets" or "directory"; name or
        id: as the document has it, "" for the last two. rows: dicts of columns; of a dictionary also
        one dict; text with its format ("csv", "tsv", "jsonl"); or a file as a pathlib.Path."""
        self._table("weir_set_table", kind, name, rows, format)

    def update_table(self, kind: str, name: str, rows: Rows, format: Optional[str] = None) -> None:
        """Adds rows, each in place of one with the same key; all or none."""
        self._table("weir_update_table", kind, name, rows, format)

    def erase_from_table(self, kind: str, name: str, keys: Rows,
                         format: Optional[str] = None) -> None:
        """Erases the entries with these keys: rows with the key columns; of a dictionary also texts."""
        self._table("weir_erase_from_table", kind, name, keys, format)

    def _table(self, function: str, kind: str, name: str, rows: Rows,
               format: Optional[str]) -> None:
        table, kept = _documents.table(kind, name, rows, format)
        self._handle.call(function, table)
        del kept

    # ---- Events

    def feed(self, events: Iterable[Mapping[str, Any]], *, now: Time = None) -> List[Output]:
        """Applies the rules to events, each a dict by the names of fields, and returns what left.

        Values: str, int, float, bool, datetime (with a zone), IP addresses, lists; None is nothing.
        What is no event, or names no field, raises InvalidEvent: those before it have been applied."""
        handle = self._handle

        def work(take: Take) -> None:
            at = self._nanos(now)
            # What waits in the library, also if there are no events.
            handle.collect(lambda sink: handle.call("weir_feed", None, 0, at, sink, None), take)
            for chunk in chunks_of(events):
                handle.feed(chunk or [], self._nanos(now), take)

        return handle.listed(work)

    def feed_ndjson(self, data: bytes, *, now: Time = None, last: bool = False,
                    source: Optional[Source] = None) -> List[Output]:
        """The same for lines of JSON, in blocks cut anywhere: the rest of the last line waits for the
        next block. last: the block ends the source, so its last line needs no LF. A line that cannot
        be read comes back as a rejected output. source: needed for several at once, or a preset; by
        default there is one, the engine's own."""
        at, mine = self._nanos(now), source or self._source
        return self._handle.listed(
            lambda take: self._handle.feed_lines(mine, data, at, last, take))

    def advance(self, now: Time = None) -> List[Output]:
        """Moves the clock to now, by default the machine's, and closes what is due. Call it while
        nothing comes, so that buckets close on time. With clock="event" say until when."""
        at = self._nanos(now)
        if at == 0:
            raise ValueError("the events' own times are this engine's clock; say until when to advance")
        return self._listed(lambda sink: self._handle.call("weir_advance", at, sink))

    def flush(self, timeout: float = _patience) -> List[Output]:
        """Closes every open bucket. timeout: seconds to wait for lookups on the network, after
        which their events leave without; with none in flight it does not wait."""
        wait = nanoseconds_of(timeout)
        return self._listed(lambda sink: self._handle.call("weir_flush", wait, sink))

    def _listed(self, call: Call) -> List[Output]:
        return self._handle.listed(lambda take: self._handle.collect(call, take))

    # ---- Streams

    def stream(self, events: Iterable[Optional[Mapping[str, Any]]], *, now: Time = None,
               flush: bool = True) -> Iterator[Output]:
        """feed() for as many events as there are, and more than fit in memory: takes 512 at a time, and
        yields what leaves. An event that is None stands for "no more for now": what came is fed at
        once, and the clock advances. flush: closes all buckets when the events end."""
        yield from _stream.events(self._handle, events, lambda: self._nanos(now))
        yield from self._end(now, flush)

    def stream_ndjson(self, blocks: Iterable[bytes], *, now: Time = None, flush: bool = True,
                      source: Optional[Source] = None) -> Iterator[Output]:
        """feed_ndjson() for a binary file, or for blocks of bytes, cut anywhere; the end is the end of
        the source. A binary file is read in blocks of up to 1 MiB."""
        yield from _stream.lines(self._handle, source or Source(), blocks, lambda: self._nanos(now))
        yield from self._end(now, flush)

    def _end(self, now: Time, flush: bool) -> Iterator[Output]:
        handle = self._handle
        if not flush:
            return handle.due(self._nanos(now))
        wait = nanoseconds_of(_patience)
        return handle.drained(lambda sink: handle.call("weir_flush", wait, sink))

    # ---- State

    def snapshot(self) -> bytes:
        """Everything that is open: buckets, outputs that wait in the library, events that wait for the
        network, the clock and the counters; not the documents, functions and lookups. Changes nothing.

        It has all that was fed and has not been returned, or it is refused with ValueError: while an
        unfinished line waits in the engine's own source, and while outputs wait that an exception or
        an iterator, abandoned or in the middle, has left over. Of a Source of your own, which may be
        in the middle of a line, it has what was fed but for `source.rest`: feed that again."""
        return _state.snapshot(self._handle, self._source)

    def restore(self, data: _state.Bytes) -> None:
        """Goes on where snapshot() was taken, in an engine that has its rules, functions and lookups
        but was fed nothing and not advanced yet. Buckets of rules whose meaning did not change stay
        open, those of others close with the reason reload. Raises InvalidSnapshot for bytes that are
        cut, altered or of another version, and changes nothing then."""
        _state.restore(self._handle, data)

    # ---- Why, and how much

    def _nanos(self, now: Time) -> int:
        return nanoseconds_at(now, self._clock)

    def explain(self, event: Union[Mapping[str, Any], str, bytes], *, now: Time = None,
                preset: Optional[str] = None) -> Dict[str, Any]:
        """What would happen to an event, a dict or a line of JSON, and why: docs/explain.md describes
        the answer. Changes nothing. now: None leaves the clock where it stands."""
        return _explain.explain(self._handle, event, 0 if now is None else self._nanos(now), preset)

    def metrics(self) -> str:
        """All counters as Prometheus reads them: docs/metrics.md has the names."""
        return _state.metrics(self._handle)

    @property
    def stats(self) -> Stats:
        struct = abi.sized(abi.Stats)
        self._handle.call("weir_get_stats", struct)
        return stats_of(Stats, struct)

    @property
    def rule_stats(self) -> List[RuleStats]:
        """Of the aggregation rules, in the order in which they are tried."""
        return list(_state.stats_of_rules(self._handle, "weir_get_rule_stats", abi.RuleStats,
                                          RuleStats))

    @property
    def enrichment_stats(self) -> List[EnrichmentStats]:
        """Of the enrichment rules, in the order in which they apply."""
        return list(_state.stats_of_rules(self._handle, "weir_get_enrichment_stats",
                                          abi.EnrichmentStats, EnrichmentStats))


def _one_of(what: str, names: Mapping[str, int], name: str) -> int:
    if name not in names:
        raise ValueError(f"{what} is one of {', '.join(names)}, not {name!r}")
    return names[name]
