#!/usr/bin/env python3
"""Host filters and enrichers as Python functions."""

import unittest

import weir
from case import Case, flow, rule


class Filters(Case):
    def with_filter(self, **functions):
        engine = self.engine()
        engine.create_rule(rule(threshold=2), **functions)
        return engine

    def test_a_filter_is_asked_about_each_event(self):
        engine = self.with_filter(filter=lambda event: event["BytesIn"] > 5)
        outputs = engine.feed([flow(), flow(size=1), flow()])
        self.assertEqual([o.kind for o in outputs], ["base", "aggregated"])

    def test_a_filter_may_be_asked_about_many(self):
        asked = []

        def choose(events):
            asked.append(len(events))
            return [event["BytesIn"] > 5 for event in events]

        engine = self.with_filter(filter_many=choose)
        outputs = engine.feed([flow(), flow(size=1)] * 400)
        self.assertEqual(self.counts(outputs), [2] * 200)
        self.assertEqual(asked, [512, 288])

    def test_fields_name_what_it_reads(self):
        seen = []
        engine = self.with_filter(filter=seen.append, fields=["BytesIn"])
        engine.feed([{**flow(), "BytesIn": "12"}])
        self.assertEqual(seen, [{"BytesIn": 12}])

    def test_one_that_raises_leaves_the_event_and_is_logged(self):
        engine = self.with_filter(filter=lambda event: 1 // (event["BytesIn"] - 13) + 1)
        with self.assertLogs("weir", "ERROR") as logs:
            outputs = engine.feed([flow(size=14), flow(size=13), flow(size=14)])
        self.assertEqual([o.event["BytesIn"] for o in outputs if o.kind == "base"], [13])
        self.assertEqual(self.counts(outputs), [2])
        self.assertEqual(engine.stats.filter_callbacks_failed, 1)
        self.assertIn("ZeroDivisionError", logs.output[0])
        self.assertConserved(engine)

    def test_the_wrong_number_of_answers_leaves_all(self):
        engine = self.with_filter(filter_many=lambda events: [True])
        with self.assertLogs("weir", "ERROR") as logs:
            engine.feed([flow()] * 3)
        self.assertEqual(engine.stats.filter_callbacks_failed, 3)
        self.assertIn("asked about 3 events and decided about 1", logs.output[0])

    def test_one_that_always_fails_does_not_fill_the_log(self):
        engine = self.with_filter(filter=lambda event: 1 // 0)
        with self.assertLogs("weir", "ERROR") as logs:
            engine.feed([flow()] * 1000)
        self.assertEqual(len(logs.output), 10)  # the first, the second, the fourth, …
        self.assertIn("512 times", logs.output[-1])

    def test_what_asks_python_to_stop_is_raised_by_the_call(self):
        def choose(event):
            raise KeyboardInterrupt

        engine = self.with_filter(filter=choose)
        with self.assertRaises(KeyboardInterrupt):
            engine.feed([flow()])
        self.assertEqual([o.event for o in engine.flush()], [flow()])

    def test_one_that_enters_its_engine_is_told_busy(self):
        engine = self.with_filter(filter=lambda event: engine.stats)
        with self.assertLogs("weir", "ERROR") as logs:
            engine.feed([flow()])
        self.assertIn("weir.errors.Busy", logs.output[0])

    def test_two_kinds_at_once_are_refused(self):
        with self.assertRaises(TypeError):
            self.with_filter(filter=len, filter_many=len)
        with self.assertRaisesRegex(TypeError, "no function"):
            self.with_filter(filter="len")
        with self.assertRaisesRegex(TypeError, "list of names"):
            self.with_filter(filter=len, fields="BytesIn")


class Enrichers(Case):
    def with_enricher(self, enrich, kind="rule"):
        engine = self.engine()
        if kind == "rule":
            engine.create_rule(rule(threshold=2), enrich=enrich)
        else:
            engine.create_rule({"type": "host", "name": "n"}, enrich=enrich)
        return engine

    def test_it_adds_and_replaces_and_takes_away(self):
        engine = self.with_enricher(lambda event: {"Message": f"{event['BytesIn']} bytes",
                                                   "SA.tags": ["a", "b"], "SourceAddress": "::1",
                                                   "BytesIn": None})
        (output,) = engine.feed([flow()] * 2)
        self.assertEqual((output.event["Message"], output.event["SA.tags"]), ("20 bytes", ["a", "b"]))
        self.assertEqual(output.event["SourceAddress"], "::1")
        self.assertNotIn("BytesIn", output.event)

    def test_it_may_add_nothing(self):
        for nothing in (None, {}):
            engine = self.with_enricher(lambda event: nothing, "host")
            (output,) = engine.feed([flow()])
            self.assertEqual(output.event, flow())
            self.assertEqual(engine.stats.enrich_callbacks_failed, 0)

    def test_an_enriched_event_that_passes_has_what_was_added(self):
        engine = self.with_enricher(lambda event: {"Message": "m"}, "host")
        fed = [flow(size=i) for i in range(600)]
        outputs = engine.feed(fed)
        self.assertEqual([o.event for o in outputs], [{**f, "Message": "m"} for f in fed])

    def test_one_that_raises_leaves_the_event_unchanged(self):
        for answer in ({"Message": "x", "BytesIn": "no number"}, {"no such field": 1}, 5):
            engine = self.with_enricher(lambda event: answer)
            with self.assertLogs("weir", "ERROR"):
                (output,) = engine.feed([flow()] * 2)
            self.assertEqual(output.event["BytesIn"], 20)
            self.assertNotIn("Message", output.event)
            self.assertEqual(engine.stats.enrich_callbacks_failed, 1)

    def test_a_name_binds_and_binds_again(self):
        engine = self.engine()
        engine.set_callback("mine", enrich=lambda event: {"Message": "1"})
        engine.load({"enrichment": [{"type": "host", "name": "n", "callback": "mine"}]})
        self.assertEqual(engine.feed([flow()])[0].event["Message"], "1")
        engine.set_callback("mine", enrich=lambda event: {"Message": "2"})
        self.assertEqual(engine.feed([flow()])[0].event["Message"], "2")
        with self.assertRaises(TypeError):
            engine.set_callback("mine")

    def test_functions_are_let_go_with_their_rule(self):
        users = weir._calls._users
        before = len(users)
        engine = self.engine()
        created = engine.create_rule(rule(), filter=lambda event: True)
        self.assertEqual(len(users), before + 2)
        created.destroy()
        self.assertEqual(len(users), before + 1)
        with self.assertRaises(weir.InvalidDocument):
            engine.create_rule({"name": 5}, filter=lambda event: True)
        self.assertEqual(len(users), before + 1)
        engine.close()
        self.assertEqual(len(users), before)


if __name__ == "__main__":
    unittest.main()
