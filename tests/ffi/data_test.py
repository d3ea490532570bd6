#!/usr/bin/env python3
"""Data across the boundary: fields, documents, events and lines in, outputs out."""

import json
import random
import unittest

import weir_abi as abi
from case import LIBRARY, SECOND, START, Case, document, flow, rule


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


if __name__ == "__main__":
    unittest.main()
