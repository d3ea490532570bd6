#!/usr/bin/env python3
"""An engine from its options to its end: statistics, explanations, the log, what it leaves behind."""

import ctypes
import gc
import json
import unittest

import weir
from case import START, Case, document, flow, rule


class Life(Case):
    def test_statistics_have_the_names_of_the_header(self):
        engine = self.engine(rule(threshold=2))
        engine.feed([flow()] * 3, now=START)
        (one,) = engine.rule_stats
        self.assertEqual((one.name, one.taken, one.out, one.open_events), ("by source", 3, 2, 1))
        self.assertEqual((engine.stats.taken, engine.stats.clock), (3, START))

    def test_enrichment_rules_count(self):
        engine = self.engine()
        engine.create_rule({"type": "host", "name": "n", "filter": "BytesIn > 5"},
                           enrich=lambda event: {"Message": "m"})
        engine.feed([flow(), flow(size=1)])
        (one,) = engine.enrichment_stats
        self.assertEqual((one.name, one.type, one.applied, one.skipped), ("n", "host", 1, 1))

    def test_metrics_are_text_for_prometheus(self):
        engine = self.engine(rule(threshold=2))
        engine.feed([flow()] * 3, now=START)
        text = engine.metrics()
        self.assertIn('\nweir_rule_taken_events_total{tenant="Main",rule="by source"} 3\n', text)
        self.assertIn("\nweir_conservation_delta 0\n", text)

    def test_explain_says_why(self):
        engine = self.engine(rule(filter="BytesIn > 5"))
        for event in (flow(size=1), json.dumps(flow(size=1)), json.dumps(flow(size=1)).encode()):
            self.assertIn("BytesIn", json.dumps(engine.explain(event)))
        self.assertEqual(engine.stats.events_in, 0)
        with self.assertRaises(weir.InvalidEvent):
            engine.explain({"no field": 1})

    def test_a_closed_engine_says_so(self):
        engine = self.engine()
        engine.close()
        engine.close()
        self.assertTrue(engine.closed)
        for call in (lambda: engine.feed([flow()]), engine.flush, lambda: engine.stats):
            with self.assertRaisesRegex(ValueError, "closed"):
                call()

    def test_open_buckets_at_the_end_are_warned_of(self):
        with self.assertLogs("weir", "WARNING") as logs, weir.Engine(document(rule())) as engine:
            engine.feed([flow()] * 2)
            engine.feed_ndjson(b'{"x"')
        self.assertRegex(logs.output[0], "2 events .* 0 outputs .* 4 bytes .*flush")

    def test_an_engine_that_nobody_holds_is_destroyed(self):
        users = len(weir._calls._users)
        engine = weir.Engine(document(rule()))
        engine.create_rule(rule(name="b"), filter=lambda event: True)
        del engine
        gc.collect()
        self.assertEqual(len(weir._calls._users), users)

    def test_the_log_goes_to_the_function_with_levels_of_logging(self):
        # A bound that evicts is worth a word of the library; if it says none, the call is still good.
        seen = []
        engine = self.engine(rule(), log=lambda level, message: seen.append((level, message)))
        weir._calls._log(engine._handle._destroy.peek()[2][2], 1, ctypes.addressof(
            ctypes.create_string_buffer(b"careful")), 7)
        self.assertEqual(seen, [(30, "careful")])

    def test_options_that_are_none_are_refused(self):
        with self.assertRaisesRegex(ValueError, "host, event"):
            weir.Engine(clock="wall")
        with self.assertRaisesRegex(ValueError, "events, ndjson"):
            weir.Engine(form="json")
        self.assertEqual(self.counts(self.engine(rule(), max_groups=1).feed(
            [flow(), flow("10.0.0.2")])), [1])

    def test_instances_have_their_own_ids(self):
        ids = {self.engine(rule(threshold=1), instance=name).feed([flow()], now=START)[0].event["ID"]
               for name in ("a", "b", "a")}
        self.assertEqual(len(ids), 2)


if __name__ == "__main__":
    unittest.main()
