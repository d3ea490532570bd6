#!/usr/bin/env python3
"""Snapshots in Python: an engine goes on in another one, and what is refused."""

import unittest

import weir
from case import START, SECOND, Case, document, flow, rule


class State(Case):
    def goes_on(self, snapshot, *rules, **options):
        """A new engine behind the one that the snapshot is of."""
        engine = self.engine(*(rules or [rule()]), **options)
        engine.restore(snapshot)
        return engine

    def begun(self, **options):
        engine = self.engine(rule(), **options)
        self.assertEqual(engine.feed([flow(), flow()], now=START), [])
        return engine

    def test_an_engine_goes_on_in_another_with_what_was_open(self):
        engine = self.begun()
        other = self.goes_on(engine.snapshot())
        self.assertEqual(other.stats.open_events, 2)
        for each in (engine, other):  # the snapshot changed nothing in the one that it is of
            (output,) = each.feed([flow(size=7)], now=START + SECOND)
            self.assertEqual((output.reason, output.event["BytesIn"]), ("count", 27))
            self.assertEqual(each.stats.events_in, 3)
            self.assertConserved(each)

    def test_the_clock_goes_on_too(self):
        other = self.goes_on(self.begun().snapshot())
        (output,) = other.advance(START + 60 * SECOND)
        self.assertEqual((output.reason, output.event["BaseEventCount"]), ("lifetime", 2))

    def test_any_bytes_will_do(self):
        snapshot = self.begun().snapshot()
        self.assertIsInstance(snapshot, bytes)
        for data in (bytearray(snapshot), memoryview(snapshot)):
            self.assertEqual(self.goes_on(data).stats.open_events, 2)
        for data in ("text", 5, None):
            with self.assertRaises(TypeError):
                self.engine(rule()).restore(data)

    def test_a_rule_that_changed_closes_its_groups(self):
        other = self.goes_on(self.begun().snapshot(), rule(threshold=4))
        (output,) = other.feed([], now=START)
        self.assertEqual((output.reason, output.event["BaseEventCount"]), ("reload", 2))

    def test_outputs_that_wait_in_the_library_are_part_of_it(self):
        engine = self.begun()
        engine.load(document(rule(threshold=4)))  # closes the group, and has no sink
        other = self.goes_on(engine.snapshot(), rule(threshold=4))
        self.assertEqual(other.stats.waiting_outputs, 1)
        self.assertEqual(self.counts(other.feed([], now=START)), [2])

    def test_bytes_that_are_no_snapshot_change_nothing(self):
        snapshot = self.begun().snapshot()
        altered = bytearray(snapshot)
        altered[len(altered) // 2] ^= 1
        engine = self.engine(rule())
        for data in (b"", b"hello", snapshot[:-1], snapshot[:40], altered):
            with self.assertRaises(weir.InvalidSnapshot) as raised:
                engine.restore(data)
            self.assertIsInstance(raised.exception, ValueError)
        engine.restore(snapshot)  # it is still new
        self.assertEqual(engine.stats.open_events, 2)

    def test_an_engine_that_was_fed_takes_none(self):
        engine = self.begun()
        with self.assertRaisesRegex(weir.InvalidArgument, "was fed"):
            engine.restore(engine.snapshot())

    def test_an_unfinished_line_is_refused_until_its_end_came(self):
        engine = self.engine(rule())
        engine.feed_ndjson(b'{"SourceAddress":"10.0.0.1"}\n{"Sour', now=START)
        with self.assertRaisesRegex(ValueError, "6 bytes of an unfinished line"):
            engine.snapshot()
        engine.feed_ndjson(b'ceAddress":"10.0.0.1"}\n', now=START)
        self.assertEqual(self.goes_on(engine.snapshot()).stats.open_events, 2)

    def test_the_rest_of_a_source_is_fed_again(self):
        engine, source = self.engine(rule()), weir.Source()
        engine.feed_ndjson(b'{"SourceAddress":"10.0.0.1"}\n{"Sour', now=START, source=source)
        snapshot, rest = engine.snapshot(), bytes(source.rest)
        other = self.goes_on(snapshot)
        other.feed_ndjson(rest + b'ceAddress":"10.0.0.1"}\n', now=START)
        self.assertEqual(other.stats.open_events, 2)

    def test_outputs_that_nobody_took_are_refused_until_they_are_taken(self):
        engine = self.engine(rule(threshold=1))
        stream = engine.stream([flow()] * 5, now=START)
        next(stream)
        with self.assertRaisesRegex(ValueError, "4 outputs .* feed"):
            engine.snapshot()
        stream.close()
        self.assertEqual(len(engine.feed([], now=START)), 4)
        self.assertEqual(self.goes_on(engine.snapshot(), rule(threshold=1)).stats.waiting_outputs, 0)

    def test_a_closed_engine_has_none(self):
        engine = self.engine(rule())
        engine.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            engine.snapshot()


if __name__ == "__main__":
    unittest.main()
