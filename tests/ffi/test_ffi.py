#!/usr/bin/env python3
"""The library seen from Python: layouts, data in and out, callbacks that fail, threads, ownership.

    WEIR_LIBRARY=…/libweir.so WEIR_LAYOUT=…/layout_test python3 test_ffi.py
"""

import ctypes
import gc
import json
import os
import random
import subprocess
import sys
import threading
import unittest

import weir_abi as abi
import weir_ffi

SECOND = 10**9
START = 946684800 * SECOND
LIBRARY = None


def rule(threshold=3, lifetime=60, name="by source", **settings):
    return json.dumps({"name": name, "threshold": threshold, "lifetime": lifetime,
                       "identical_fields": ["SourceAddress"], "sum_fields": ["BytesIn"],
                       **settings})


def document(*rules):
    return json.dumps({"aggregation": [json.loads(text) for text in rules]})


def flow(source="10.0.0.1", size=10):
    return {"SourceAddress": source, "BytesIn": size}


def refuse(output):
    raise RuntimeError("the sink's exception")


def setUpModule():
    global LIBRARY
    LIBRARY = weir_ffi.Library(os.environ["WEIR_LIBRARY"])


class Case(unittest.TestCase):
    def engine(self, *rules, **options):
        engine = LIBRARY.create_engine(**options)
        self.addCleanup(engine.close)
        if rules:
            engine.load(document(*rules))
        self.outputs = []
        return engine

    def feed(self, engine, *events, now=START):
        return engine.feed(list(events), now, self.outputs.append)

    def aggregated(self):
        return [o.fields for o in self.outputs if o.kind == abi.OUTPUT_AGGREGATED]

    def assertConserved(self, engine):
        s = engine.stats()
        self.assertEqual(s.events_in, s.rejected + s.filtered + s.passed + s.taken)
        r = engine.rule_stats(0)
        self.assertEqual(r.taken, r.out + r.open_events)

    def assertStatus(self, status, function, *arguments, **named):
        with self.assertRaises(weir_ffi.WeirError) as raised:
            function(*arguments, **named)
        self.assertEqual(raised.exception.status, status, raised.exception)
        return raised.exception


class Layout(Case):
    def test_ctypes_lays_structs_out_as_the_c_compiler_does(self):
        output = subprocess.run([os.environ["WEIR_LAYOUT"], "--json"], capture_output=True,
                                check=True).stdout
        ours = {}
        for name, struct in abi.STRUCTS.items():
            members = {}
            for member, _ in struct._fields_:
                place = getattr(struct, member)
                members[member] = [place.offset, place.size]
            ours[name] = {"size": ctypes.sizeof(struct), "members": members}
        self.assertEqual(ours, json.loads(output))

    def test_the_library_has_the_abi_of_the_binding(self):
        self.assertEqual(LIBRARY.abi_version(), (0, 1))
        self.assertRegex(LIBRARY.version(), r"^\d+\.\d+\.\d+$")


class Data(Case):
    def test_field_ids_and_names_are_inverse(self):
        for name in ("SourceAddress", "S.Имя", "NA.Ports", "Extra.a.b"):
            self.assertEqual(LIBRARY.field_name(LIBRARY.field_id(name)), name)

    def test_an_unknown_field_is_not_found_with_a_suggestion(self):
        error = self.assertStatus(abi.NOT_FOUND, LIBRARY.field_id, "DestinationAdress")
        self.assertIn("'DestinationAddress'", error.message)

    def test_a_document_with_an_error_says_where(self):
        engine = self.engine()
        text = "aggregation:\n  - name: x\n    identical_fields: [SourceAdress]\n"
        error = self.assertStatus(abi.INVALID_DOCUMENT, engine.load, text)
        self.assertEqual((error.line, error.column), (3, 24))
        self.assertIn("'SourceAddress'", error.message)

    def test_the_threshold_makes_one_event_of_three(self):
        engine = self.engine(rule())
        self.assertEqual(self.feed(engine, flow(), flow(), flow(size=5), flow("10.0.0.2")), 4)
        (event,) = self.aggregated()
        self.assertEqual(event["BaseEventCount"], 3)
        self.assertEqual(event["BytesIn"], 25)
        self.assertEqual(event["SourceAddress"], "10.0.0.1")
        self.assertEqual(self.outputs[0].reason, abi.REASON_COUNT)
        self.assertConserved(engine)

    def test_advance_closes_what_is_due_and_flush_the_rest(self):
        engine = self.engine(rule(lifetime=10))
        self.feed(engine, flow())
        self.feed(engine, flow("10.0.0.2"), now=START + 5 * SECOND)
        engine.advance(START + 10 * SECOND, self.outputs.append)
        engine.flush(self.outputs.append)
        self.assertEqual([o.reason for o in self.outputs],
                         [abi.REASON_LIFETIME, abi.REASON_FLUSH])

    def test_an_event_that_no_rule_takes_passes_with_its_cookie(self):
        engine = self.engine()
        self.feed(engine, flow(), {"Message": "привет\0!", "BytesIn": None})
        self.assertEqual([o.kind for o in self.outputs], [abi.OUTPUT_BASE] * 2)
        self.assertEqual([o.cookie for o in self.outputs], [0, 1])
        self.assertEqual(self.outputs[1].fields["Message"], "привет\0!")

    def test_ndjson_in_and_ndjson_out(self):
        engine = self.engine(rule())
        line = json.dumps(flow()).encode() + b"\n"
        data = line * 3 + b'{"Message": "other"}\n' + line[:5]
        cursor = engine.feed_ndjson(data, START, self.outputs.append)
        self.assertEqual((cursor.consumed, cursor.lines), (len(data) - 5, 4))
        lines = b"".join(o.bytes for o in self.outputs).splitlines()
        self.assertEqual(json.loads(lines[0])["BaseEventCount"], 3)
        self.assertEqual(lines[1], b'{"Message": "other"}')
        cursor = engine.feed_ndjson(line[:5], START, self.outputs.append, cursor, last=True)
        rejected = self.outputs[-1]
        self.assertEqual((rejected.kind, rejected.line, rejected.bytes),
                         (abi.OUTPUT_REJECTED, 5, line[:5]))
        self.assertTrue(rejected.message)
        self.assertConserved(engine)

    def test_lines_between_reloads_are_read_by_the_rules_that_hold(self):
        engine = self.engine()
        line = b'{"SourceAddress": "10.0.0.1", "DestinationAddress": "10.0.0.2", "BytesIn": 7}\n'
        for number in range(60):
            fields = ["SourceAddress", "DestinationAddress", "BytesIn"]
            random.Random(number).shuffle(fields)
            fields = fields[:1 + number % 3]
            # Two loads, so that what the last feed used is freed and its memory used again.
            engine.load(document())
            engine.load(document(rule(threshold=2, name=f"rule {number}", identical_fields=fields,
                                      sum_fields=[])))
            self.outputs = []
            engine.feed_ndjson(line * 2, START, self.outputs.append, form=abi.FORM_EVENTS)
            (event,) = self.aggregated()
            self.assertEqual({name: event[name] for name in fields if name in event},
                             {name: json.loads(line)[name] for name in fields}, number)

    def test_describe_gives_json(self):
        fields = json.loads(LIBRARY.describe("fields"))
        self.assertIn("SourceAddress", [field["name"] for field in fields])
        self.assertEqual(json.loads(LIBRARY.describe("diagnostics", document(rule()).encode())), [])
        self.assertIn("aggregation", json.loads(LIBRARY.describe("schema"))["properties"])
        self.assertStatus(abi.NOT_FOUND, LIBRARY.describe, "no such topic")


class FailingCallbacks(Case):
    def with_rule(self, callbacks):
        engine = self.engine()
        engine.create_rule(rule(threshold=2), callbacks)
        return engine

    def test_a_filter_that_raises_leaves_the_event(self):
        def choose(event):
            return event["BytesIn"] // (event["BytesIn"] - 13) or True

        engine = self.with_rule(weir_ffi.Callbacks(filter=choose))
        self.feed(engine, flow(), flow(size=13), flow())
        self.assertEqual([f["BytesIn"] for f in self.aggregated()], [20])
        self.assertEqual([o.fields["BytesIn"] for o in self.outputs if o.kind == abi.OUTPUT_BASE],
                         [13])
        self.assertEqual(engine.stats().filter_callbacks_failed, 1)
        self.assertIsInstance(engine.exceptions[0], ZeroDivisionError)
        self.assertConserved(engine)

    def test_an_enricher_that_raises_leaves_the_event_unchanged(self):
        def enrich(event):
            return {"Message": f"sum {100 // (event['BytesIn'] - 26)}"}

        engine = self.with_rule(weir_ffi.Callbacks(enrich=enrich))
        self.feed(engine, flow(size=13), flow(size=13), flow(), flow())
        plain, enriched = self.aggregated()
        self.assertNotIn("Message", plain)
        self.assertEqual(plain["BytesIn"], 26)
        self.assertEqual(enriched["Message"], "sum -17")
        self.assertEqual(engine.stats().enrich_callbacks_failed, 1)

    def test_an_enricher_that_fails_after_setting_a_field_leaves_the_event_unchanged(self):
        def enrich(event):
            return {"Message": "first", "BytesIn": "no number"}

        engine = self.with_rule(weir_ffi.Callbacks(enrich=enrich))
        self.feed(engine, flow(), flow())
        (event,) = self.aggregated()
        self.assertNotIn("Message", event)
        self.assertEqual(event["BytesIn"], 20)
        self.assertEqual(engine.exceptions[0].status, abi.INVALID_ARGUMENT)

    def test_what_a_sink_that_raises_was_shown_is_offered_again(self):
        engine = self.engine(rule(threshold=2))
        error = self.assertStatus(abi.CALLBACK_FAILED, engine.feed, [flow()] * 4, START, refuse)
        self.assertEqual(error.consumed, 4)
        self.assertEqual(engine.stats().waiting_outputs, 2)
        self.feed(engine)
        self.assertEqual([f["BaseEventCount"] for f in self.aggregated()], [2, 2])
        self.assertEqual(engine.stats().waiting_outputs, 0)
        self.assertConserved(engine)

    def test_a_sink_that_stops_has_taken_that_output(self):
        engine = self.engine(rule(threshold=2))
        engine.feed([flow()] * 6, START, lambda o: self.outputs.append(o) or abi.STOP)
        self.assertEqual(len(self.outputs), 1)
        self.feed(engine)
        self.assertEqual(len(self.outputs), 3)
        self.assertEqual(len({f["ID"] for f in self.aggregated()}), 3)

    def test_an_exception_that_ctypes_itself_swallows_fails_closed(self):
        engine = self.engine(rule(threshold=1))
        swallowed = []
        self.addCleanup(setattr, sys, "unraisablehook", sys.unraisablehook)
        sys.unraisablehook = lambda report: swallowed.append(report.exc_type)
        raising = abi.SinkFn(lambda user, output, answer: refuse(output))
        batch = weir_ffi.Batch(LIBRARY, [flow()])
        self.assertStatus(abi.CALLBACK_FAILED, LIBRARY.call, "weir_feed", engine.handle,
                          batch.events, 1, START,
                          abi.sized(abi.Sink, accept=raising), ctypes.c_uint64())
        self.assertEqual(swallowed, [RuntimeError])
        self.feed(engine)
        self.assertEqual(len(self.outputs), 1)

    def test_a_callback_that_enters_its_engine_is_told_busy(self):
        engine = self.engine()
        created = engine.create_rule(rule(threshold=1))
        calls = [lambda: engine.stats(), lambda: engine.load(document(rule(5))),
                 lambda: engine.flush(None), lambda: engine.feed([flow()], START, None),
                 lambda: engine.feed_ndjson(b"{}\n", START, None),
                 lambda: engine.advance(START, None), lambda: engine.create_rule(rule(name="b")),
                 lambda: engine.destroy_rule(created),
                 lambda: LIBRARY.call("weir_destroy_engine", engine.handle)]
        told = []

        def sink(output):
            for call in calls:
                try:
                    call()
                    told.append(None)
                except weir_ffi.WeirError as error:
                    told.append(error.status)

        engine.feed([flow()], START, sink)
        self.assertEqual(told, [abi.BUSY] * len(calls))

    def test_a_filter_that_enters_its_engine_is_told_busy(self):
        engine = self.with_rule(weir_ffi.Callbacks(filter=lambda event: engine.stats()))
        self.feed(engine, flow())
        self.assertEqual([o.kind for o in self.outputs], [abi.OUTPUT_BASE])
        self.assertEqual(engine.exceptions[0].status, abi.BUSY)

    def test_a_callback_may_enter_another_engine(self):
        engine, other = self.engine(rule(threshold=1)), self.engine(rule(threshold=1))
        seen = []
        engine.feed([flow()], START, lambda o: other.feed([flow()], START, seen.append) and None)
        self.assertEqual([o.fields["BaseEventCount"] for o in seen], [1])
        self.assertEqual(engine.exceptions, [])


class Ownership(Case):
    def counting(self, **named):
        self.destroyed = 0

        def destroyed():
            self.destroyed += 1

        return weir_ffi.Callbacks(filter=lambda event: True, destroyed=destroyed, **named)

    def test_user_data_is_destroyed_with_its_rule(self):
        engine = self.engine()
        created = engine.create_rule(rule(), self.counting())
        self.feed(engine, flow())
        self.assertEqual(self.destroyed, 0)
        engine.destroy_rule(created)
        self.assertEqual(self.destroyed, 1)

    def test_user_data_is_destroyed_once_with_its_engine(self):
        engine = LIBRARY.create_engine()
        engine.create_rule(rule(), self.counting())
        engine.close()
        self.assertEqual(self.destroyed, 1)

    def test_user_data_is_destroyed_when_create_fails(self):
        engine = self.engine()
        self.assertStatus(abi.INVALID_DOCUMENT, engine.create_rule, "name: [", self.counting())
        self.assertEqual(self.destroyed, 1)
        engine.create_rule(rule())
        self.assertStatus(abi.ALREADY_EXISTS, engine.create_rule, rule(), self.counting())
        self.assertEqual(self.destroyed, 1)

    def test_user_data_is_destroyed_when_the_engine_is_null(self):
        engine = self.engine()
        callbacks = self.counting().struct(engine)
        self.assertStatus(abi.INVALID_ARGUMENT, LIBRARY.call, "weir_create_rule", None, b"", 0,
                          callbacks, ctypes.c_void_p())
        self.assertEqual(self.destroyed, 1)

    def test_a_name_bound_again_destroys_what_it_was_bound_to(self):
        engine = LIBRARY.create_engine()
        engine.set_callback("mine", self.counting())
        engine.set_callback("mine", weir_ffi.Callbacks(filter=lambda event: False))
        self.assertEqual(self.destroyed, 1)
        engine.close()
        self.assertEqual(self.destroyed, 1)

    def test_callbacks_survive_a_collection_of_garbage(self):
        engine = self.engine()
        engine.create_rule(rule(threshold=1), weir_ffi.Callbacks(filter=lambda event: True))
        gc.collect()
        self.feed(engine, flow())
        self.assertEqual(len(self.aggregated()), 1)


class StructSize(Case):
    """A struct may grow: what the library does not know must be zero."""

    class Larger(ctypes.Structure):
        _fields_ = [("known", abi.EngineOptions), ("later", ctypes.c_uint64)]

    def create(self, options):
        handle = ctypes.c_void_p()
        pointer = ctypes.cast(ctypes.byref(options), ctypes.POINTER(abi.EngineOptions))
        LIBRARY.call("weir_create_engine", pointer, handle)
        LIBRARY.call("weir_destroy_engine", handle)

    def larger(self, tail):
        options = self.Larger(later=tail)
        options.known.struct_size = ctypes.sizeof(self.Larger)
        return options

    def test_a_larger_struct_with_a_zero_tail_is_accepted(self):
        self.create(self.larger(0))

    def test_a_larger_struct_with_a_tail_that_is_not_zero_is_refused(self):
        self.assertStatus(abi.NOT_SUPPORTED, self.create, self.larger(1))

    def test_a_smaller_struct_is_accepted_and_the_rest_reads_as_zero(self):
        options = abi.EngineOptions(struct_size=abi.EngineOptions.max_groups.offset,
                                    max_future_skew=-1)
        self.create(options)

    def test_a_struct_without_a_size_is_refused(self):
        self.assertStatus(abi.INVALID_ARGUMENT, self.create, abi.EngineOptions())

    def test_statistics_fill_no_more_than_the_host_knows(self):
        engine = self.engine()
        self.feed(engine, flow())
        stats = abi.Stats(struct_size=abi.Stats.rejected.offset, taken=77)
        LIBRARY.call("weir_get_stats", engine.handle, stats)
        self.assertEqual((stats.events_in, stats.taken), (1, 77))

    def test_a_smaller_error_is_not_overrun(self):
        error = abi.Error(struct_size=abi.Error.message.offset + 16)
        error.message = b"x" * 100
        guard = bytes(error)[error.struct_size:]
        LIBRARY.c.weir_field_id(b"no such field", 13, ctypes.c_uint32(), error)
        self.assertEqual(error.status, abi.NOT_FOUND)
        self.assertEqual(bytes(error)[error.struct_size:], guard)


class Threads(Case):
    THREADS, BATCHES, SIZE, THRESHOLD = 8, 40, 256, 7

    def run_threads(self, work):
        failures = []

        def guarded(number):
            try:
                work(number)
            except BaseException as exception:
                failures.append(exception)

        threads = [threading.Thread(target=guarded, args=[n]) for n in range(self.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_eight_threads_share_buckets_and_nothing_is_lost(self):
        engine = self.engine(rule(threshold=self.THRESHOLD))
        outputs = [[] for _ in range(self.THREADS)]
        fed = [0] * self.THREADS

        def work(number):
            choose = random.Random(number)
            for _ in range(self.BATCHES):
                events = [flow(f"10.0.0.{choose.randrange(50)}", choose.randrange(1000))
                          for _ in range(self.SIZE)]
                events[0] = {"Message": "no rule takes this"}
                engine.feed(events, START, outputs[number].append)
                fed[number] += sum(event.get("BytesIn", 0) for event in events)

        self.run_threads(work)
        engine.flush(outputs[0].append)

        self.outputs = [output for some in outputs for output in some]
        batches = self.THREADS * self.BATCHES
        aggregated = self.aggregated()
        self.assertEqual(sum(f["BaseEventCount"] for f in aggregated), batches * (self.SIZE - 1))
        self.assertEqual(sum(f["BytesIn"] for f in aggregated), sum(fed))
        self.assertLessEqual(max(f["BaseEventCount"] for f in aggregated), self.THRESHOLD)
        self.assertEqual(len({f["ID"] for f in aggregated}), len(aggregated))
        stats = engine.stats()
        self.assertEqual((stats.events_in, stats.passed), (batches * self.SIZE, batches))
        # Threads shared buckets: at most one short bucket a source, left for the flush.
        short = [f for f in aggregated if f["BaseEventCount"] < self.THRESHOLD]
        self.assertLessEqual(len(short), 50)
        self.assertEqual(engine.exceptions, [])
        self.assertConserved(engine)

    def test_sinks_that_stop_and_fail_in_eight_threads_get_every_output_once(self):
        engine = self.engine(rule(threshold=2))
        accepted = [[] for _ in range(self.THREADS)]
        batch = weir_ffi.Batch(LIBRARY, [flow(f"10.0.0.{i % 20}") for i in range(1200)])

        def work(number):
            choose = random.Random(number)

            def sink(output):
                answer = choose.randrange(20)
                if answer == 0:
                    refuse(output)
                accepted[number].append(output)
                return abi.STOP if answer == 1 else abi.ACCEPT

            for _ in range(6):
                rest = batch
                while len(rest.events):
                    try:
                        applied = engine.feed(rest, START, sink)
                    except weir_ffi.WeirError as error:
                        self.assertEqual(error.status, abi.CALLBACK_FAILED)
                        applied = error.consumed
                    rest = rest.after(applied)

        self.run_threads(work)
        engine.flush(accepted[0].append)
        self.outputs = [output for some in accepted for output in some]
        aggregated = self.aggregated()
        self.assertEqual(sum(f["BaseEventCount"] for f in aggregated), self.THREADS * 6 * 1200)
        self.assertEqual(len({f["ID"] for f in aggregated}), len(aggregated))
        self.assertConserved(engine)


if __name__ == "__main__":
    unittest.main()
