#!/usr/bin/env python3
"""Eight threads in one engine: they share buckets, and every output leaves once."""

import random
import threading
import unittest

import weir_abi as abi
import weir_ffi
from weir_events import Batch
from case import LIBRARY, START, Case, flow, refuse, rule


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
        batch = Batch(LIBRARY, [flow(f"10.0.0.{i % 20}") for i in range(1200)])

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
