"""What the tests of the Python package share. The package comes from PYTHONPATH, the library from
WEIR_LIBRARY."""

import logging
import unittest

import weir

logging.getLogger("weir").addHandler(logging.NullHandler())  # warnings about the rules of tests

SECOND = 10**9
START = 946684800 * SECOND


def rule(threshold=3, lifetime=60, name="by source", **settings):
    return {"name": name, "threshold": threshold, "lifetime": lifetime,
            "identical_fields": ["SourceAddress"], "sum_fields": ["BytesIn"], **settings}


def document(*rules, **sections):
    return {"aggregation": list(rules), **sections}


def flow(source="10.0.0.1", size=10):
    return {"SourceAddress": source, "BytesIn": size}


class Case(unittest.TestCase):
    def engine(self, *rules, sections=None, **options):
        engine = weir.Engine(document(*rules, **(sections or {})), **options)
        self.addCleanup(engine.close)
        return engine

    def assertConserved(self, engine):
        s = engine.stats
        self.assertEqual(s.events_in, s.rejected + s.filtered + s.passed + s.taken)

    def counts(self, outputs):
        """Base events in each aggregated event."""
        return [o.event["BaseEventCount"] for o in outputs if o.kind == "aggregated"]
