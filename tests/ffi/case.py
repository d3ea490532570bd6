"""What the tests of the library seen from Python share.

    WEIR_LIBRARY=…/libweir.so WEIR_LAYOUT=…/layout_test python3 structs_test.py
"""

import json
import os
import unittest

import weir_abi as abi
import weir_ffi

SECOND = 10**9
START = 946684800 * SECOND
LIBRARY = weir_ffi.Library(os.environ["WEIR_LIBRARY"])


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
