#!/usr/bin/env python3
"""Callbacks across the boundary: those that raise or enter the engine, and who owns their data."""

import ctypes
import gc
import sys
import unittest

import weir_abi as abi
import weir_ffi
from weir_events import Batch
from case import LIBRARY, START, Case, document, flow, refuse, rule


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
        batch = Batch(LIBRARY, [flow()])
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


if __name__ == "__main__":
    unittest.main()
