#!/usr/bin/env python3
"""What is fed leaves as outputs: chunks of events, lines cut anywhere, several threads, the clock."""

import collections
import datetime
import json
import socket
import threading
import unittest

import weir
from case import START, SECOND, Case, flow, rule


class Feeding(Case):
    def test_the_threshold_makes_one_event_of_three(self):
        engine = self.engine(rule())
        outputs = engine.feed([flow(), flow(), flow(size=5), flow("10.0.0.2")], now=START)
        (output,) = outputs
        self.assertEqual((output.kind, output.reason, output.size), ("aggregated", "count", 1))
        self.assertEqual(output.event["BaseEventCount"], 3)
        self.assertEqual(output.event["BytesIn"], 25)
        self.assertEqual(f"{output.kind} {output.reason}", "aggregated count")
        self.assertConserved(engine)

    def test_many_chunks_of_a_generator_are_all_applied(self):
        engine = self.engine(rule(threshold=1000))
        outputs = engine.feed(flow() for _ in range(5000)) + engine.flush()
        self.assertEqual(self.counts(outputs), [1000] * 5)

    def test_advance_closes_what_is_due_and_flush_the_rest(self):
        engine = self.engine(rule(lifetime=10))
        engine.feed([flow()], now=START)
        engine.feed([flow("10.0.0.2")], now=START + 5 * SECOND)
        ten = datetime.datetime(2000, 1, 1, 0, 0, 10, tzinfo=datetime.timezone.utc)
        self.assertEqual([o.reason for o in engine.advance(ten)], ["lifetime"])
        self.assertEqual([o.reason for o in engine.flush()], ["flush"])

    def test_the_clock_of_the_events_needs_no_now(self):
        engine = self.engine(rule(lifetime=10), clock="event")
        times = [START // 10**6, START // 10**6 + 20_000]
        outputs = engine.feed([{**flow(), "Timestamp": time} for time in times])
        self.assertEqual([o.reason for o in outputs], ["lifetime"])
        with self.assertRaisesRegex(ValueError, "until when"):
            engine.advance()

    def test_a_time_that_is_no_integer_is_refused(self):
        for now in (1.5, "now"):
            with self.assertRaises(TypeError):
                self.engine().feed([], now=now)
        with self.assertRaisesRegex(ValueError, "zone"):
            self.engine().feed([], now=datetime.datetime.now())

    def test_an_exception_of_the_iterable_loses_no_output(self):
        engine = self.engine(rule(threshold=2))

        def events():
            yield from [flow()] * 512
            raise OSError("the source broke")

        with self.assertRaisesRegex(OSError, "broke"):
            engine.feed(events())
        self.assertEqual(self.counts(engine.feed([])), [2] * 256)

    def test_eight_threads_share_one_engine(self):
        engine = self.engine(rule(threshold=7))
        outputs, failures = [], []

        def work():
            try:
                for _ in range(20):
                    outputs.extend(engine.feed(flow(f"10.0.0.{i % 9}") for i in range(600)))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outputs += engine.flush()
        self.assertEqual(failures, [])
        self.assertEqual(sum(self.counts(outputs)), 8 * 20 * 600)
        self.assertEqual(len({o.event["ID"] for o in outputs}), len(outputs))
        self.assertConserved(engine)


class Lines(Case):
    LINE = json.dumps(flow()).encode() + b"\n"

    def test_lines_cut_at_every_byte_are_whole_again(self):
        data = self.LINE * 3 + b"oops\n" + self.LINE[:-1]
        for cut in range(1, len(data)):
            engine = self.engine(rule())
            outputs = engine.feed_ndjson(data[:cut]) + engine.feed_ndjson(data[cut:], last=True)
            outputs += engine.flush()
            self.assertEqual(self.counts(outputs), [3, 1])
            (rejected,) = [o for o in outputs if o.kind == "rejected"]
            self.assertEqual((rejected.line, rejected.data), (4, b"oops"))
            self.assertTrue(rejected.message)

    def test_lines_a_byte_at_a_time(self):
        engine = self.engine(rule())
        outputs = []
        for i in range(len(self.LINE) * 3):
            outputs += engine.feed_ndjson((self.LINE * 3)[i:i + 1])
        self.assertEqual(self.counts(outputs), [3])

    def test_bytes_out(self):
        engine = self.engine(rule(), form="ndjson")
        outputs = engine.feed_ndjson(self.LINE * 3 + b'{"Message": "other"}\n')
        self.assertEqual({o.kind for o in outputs}, {weir.Kind.LINES})
        self.assertEqual(sum(o.size for o in outputs), 2)
        first, second = b"".join(o.data for o in outputs).splitlines()
        self.assertEqual(json.loads(first)["BaseEventCount"], 3)
        self.assertEqual(second, b'{"Message": "other"}')

    def test_sources_do_not_mix(self):
        engine = self.engine(rule(threshold=2))
        one, other = weir.Source(), weir.Source()
        outputs = engine.feed_ndjson(self.LINE[:9], source=one)
        outputs += engine.feed_ndjson(self.LINE + b"oops\n", source=other)
        outputs += engine.feed_ndjson(self.LINE[9:] + b"oops\n", source=one)
        self.assertEqual(sorted(self.counts(outputs)), [2])
        self.assertEqual([o.line for o in outputs if o.kind == "rejected"], [2, 2])
        self.assertEqual((one.lines, one.events), (2, 2))

    def test_a_source_ends_and_begins_again(self):
        engine = self.engine()
        engine.feed_ndjson(b"\n\noops", last=True)
        (rejected,) = engine.feed_ndjson(b"oops\n")
        self.assertEqual(rejected.line, 1)

    def test_a_preset_maps(self):
        source = weir.Source(preset="suricata")
        (output,) = self.engine().feed_ndjson(b'{"src_ip": "10.0.0.1"}\n', source=source)
        self.assertEqual(output.event["SourceAddress"], "10.0.0.1")
        with self.assertRaises(weir.NotFound):
            self.engine().feed_ndjson(b"{}\n", source=weir.Source(preset="surikata"))

    def test_more_than_4_mib_without_lf_is_one_rejected_line(self):
        engine = self.engine()
        outputs = []
        for _ in range(7):
            outputs += engine.feed_ndjson(b"x" * (1 << 20))
        outputs += engine.feed_ndjson(b"\n" + self.LINE)
        self.assertEqual([o.kind for o in outputs], ["rejected", "base"])
        self.assertConserved(engine)


class BesideFeeds(Case):
    DOCUMENT = """\
aggregation:
  - {{name: g, filter: "Name = 'g'", threshold: 1000, lifetime: 10h, identical_fields: [SourceAddress]}}
enrichment:
  - {{type: cybertrace, name: f, url: "127.0.0.1:{port}", rps: 100, timeout: 2s, mapping: {{SourceAddress: ip}}}}
"""

    def test_a_flush_closes_its_buckets_though_others_take_all_the_room(self):
        with socket.socket() as server:  # that takes connections and answers nothing
            server.bind(("127.0.0.1", 0))
            server.listen(100)
            engine = weir.Engine(self.DOCUMENT.format(port=server.getsockname()[1]))
            self.addCleanup(engine.close)
            engine.feed([{"Name": "g", "SourceAddress": f"10.0.{i >> 8}.{i & 255}"} for i in range(500)])
            flushed = threading.Event()
            open_groups = collections.Counter()  # how often so many were

            def feed():
                while not flushed.is_set():
                    engine.feed([{"Name": "x", "SourceAddress": "10.1.1.1"}])
                    open_groups[engine.stats.open_groups] += 1

            feeder = threading.Thread(target=feed)
            feeder.start()
            while engine.stats.events_in < 1000:
                pass
            open_groups.clear()
            engine.flush(timeout=1.5)
            flushed.set()
            feeder.join()
            self.assertGreater(open_groups[0], open_groups[500], open_groups)
            engine.flush(timeout=0)
            self.assertConserved(engine)


if __name__ == "__main__":
    unittest.main()
