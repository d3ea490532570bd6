#!/usr/bin/env python3
"""Streams: iterators that lose nothing when they are abandoned."""

import io
import itertools
import json
import os
import signal
import sys
import threading
import time
import unittest

import weir
from case import START, Case, flow, rule

LINE = json.dumps(flow()).encode() + b"\n"


class Streams(Case):
    def test_a_stream_ends_with_a_flush(self):
        engine = self.engine(rule(threshold=1000))
        outputs = list(engine.stream(flow() for _ in range(2500)))
        self.assertEqual(self.counts(outputs), [1000, 1000, 500])

    def test_without_a_flush_buckets_stay_open(self):
        engine = self.engine(rule(threshold=2))
        self.assertEqual(self.counts(engine.stream([flow()] * 3, flush=False)), [2])
        self.assertEqual(engine.stats.open_events, 1)

    def test_events_without_end_are_taken_a_chunk_at_a_time(self):
        engine = self.engine(rule(threshold=600))
        output = next(engine.stream(flow() for _ in itertools.count()))
        self.assertEqual(output.event["BaseEventCount"], 600)
        self.assertEqual(engine.stats.events_in, 1024)

    def test_an_abandoned_stream_leaves_its_outputs_to_the_next_call(self):
        for taken in (0, 1, 7, 255, 256, 300):
            engine = self.engine(rule(threshold=2))
            seen = list(itertools.islice(engine.stream([flow()] * 1024), taken))
            rest = engine.flush()
            self.assertEqual(len(seen), taken)
            self.assertEqual(self.counts(seen + rest), [2] * (engine.stats.events_in // 2))
            self.assertEqual(len({o.event["ID"] for o in seen + rest}), len(seen + rest))
            self.assertConserved(engine)

    def test_a_stream_that_is_held_on_to_hides_nothing(self):
        engine = self.engine(rule(threshold=2))
        stream = engine.stream([flow()] * 100)
        seen = [next(stream)]
        seen += engine.feed([flow()] * 2)  # has what the stream has not yielded
        seen += stream
        self.assertEqual(self.counts(seen), [2] * 51)

    def test_an_exception_in_the_body_loses_nothing(self):
        engine = self.engine(rule(threshold=2))
        seen = []
        with self.assertRaises(KeyError):
            for output in engine.stream([flow()] * 512):
                seen.append(output)
                if len(seen) == 3:
                    raise KeyError("body")
        self.assertEqual(self.counts(seen + engine.flush()), [2] * 256)

    def test_more_outputs_than_a_step_come_in_steps(self):
        engine = self.engine(rule(threshold=2, lifetime=10))
        engine.feed([flow(f"10.0.{i // 250}.{i % 250}") for i in range(5000)], now=START)
        stream = engine.stream([flow("10.1.1.1")], now=START + 20 * 10**9)
        seen = [next(stream)]
        stats = engine.stats
        self.assertGreater(stats.waiting_outputs, 2000)  # in the library, not in Python
        seen += stream
        self.assertEqual(self.counts(seen), [1] * 5001)

    def test_none_feeds_what_came_and_advances_the_clock(self):
        engine = self.engine(rule(threshold=100))
        seen = []

        def events():
            yield {"Message": "first"}
            yield None
            seen.append("asked for more")
            yield {"Message": "second"}

        for output in engine.stream(events()):
            seen.append(output.event["Message"])
        self.assertEqual(seen, ["first", "asked for more", "second"])

    def test_a_wrong_event_ends_the_stream_and_those_before_it_count(self):
        engine = self.engine()
        with self.assertRaises(weir.InvalidEvent):
            list(engine.stream([flow(), {"nonsense": 1}]))
        self.assertEqual([o.event for o in engine.flush()], [flow()])


class LineStreams(Case):
    def test_a_file_whose_last_line_has_no_end(self):
        engine = self.engine(rule(threshold=2), form="ndjson")
        outputs = list(engine.stream_ndjson(io.BytesIO(LINE * 3 + LINE[:-1])))
        lines = b"".join(o.data for o in outputs).splitlines()
        self.assertEqual([json.loads(line)["BaseEventCount"] for line in lines], [2, 2])

    def test_blocks_of_any_size(self):
        data = LINE * 50 + b"oops\n"
        for size in (1, 7, 64, 1000, 10_000):
            engine = self.engine(rule(threshold=10))
            blocks = (data[i:i + size] for i in range(0, len(data), size))
            outputs = list(engine.stream_ndjson(blocks))
            self.assertEqual(self.counts(outputs), [10] * 5)
            self.assertEqual([o.line for o in outputs if o.kind == "rejected"], [51])

    def test_an_abandoned_stream_has_applied_what_it_read(self):
        engine = self.engine(rule(threshold=2))
        stream = engine.stream_ndjson([LINE * 100, LINE * 100])
        seen = list(itertools.islice(stream, 3))
        stream.close()
        seen += engine.flush()
        self.assertEqual(self.counts(seen), [2] * 50)
        self.assertEqual(engine.stats.events_in, 100)

    def test_a_pipe_gives_what_it_has(self):
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as source, os.fdopen(writer, "wb", buffering=0) as sink:
            stream = self.engine().stream_ndjson(source)
            sink.write(LINE)
            self.assertEqual(next(stream).event, flow())  # though the pipe is open
            sink.write(LINE)
            self.assertEqual(next(stream).event, flow())

    def test_text_is_refused(self):
        with self.assertRaisesRegex(TypeError, "binary"):
            list(self.engine().stream_ndjson(io.StringIO("{}\n")))


class Signals(Case):
    def test_a_signal_in_the_middle_of_a_feed_is_raised_and_no_output_is_lost(self):
        engine = self.engine(rule(threshold=2))
        stop = threading.Event()

        def interrupt():
            while not stop.wait(0.002):
                os.kill(os.getpid(), signal.SIGUSR1)

        def handler(*_):
            if armed:
                armed.clear()
                raise InterruptedError("the signal")

        armed, outputs, raised = [], [], 0
        # Where Python has just entered the sink there is nobody to catch it but ctypes, which reports
        # it; the library then says that the sink failed.
        self.addCleanup(setattr, sys, "unraisablehook", sys.unraisablehook)
        sys.unraisablehook = lambda report: None
        previous = signal.signal(signal.SIGUSR1, handler)
        self.addCleanup(signal.signal, signal.SIGUSR1, previous)
        thread = threading.Thread(target=interrupt)
        thread.start()
        events = [flow() for _ in range(4096)]
        deadline = time.monotonic() + 60
        try:
            while raised < 10 and time.monotonic() < deadline:
                try:
                    armed.append(True)
                    for output in engine.stream(events, flush=False):
                        outputs.append(output)
                except (InterruptedError, weir.CallbackFailed):
                    raised += 1
        finally:
            armed.clear()
            stop.set()
            thread.join()
        outputs += engine.flush()
        self.assertEqual(raised, 10)
        # What the signal met between two lines of Python may be one output, taken and not yet kept.
        self.assertLessEqual(abs(sum(self.counts(outputs)) - engine.stats.taken), 2 * raised)
        self.assertConserved(engine)


if __name__ == "__main__":
    unittest.main()
