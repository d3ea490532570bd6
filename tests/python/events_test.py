#!/usr/bin/env python3
"""Events between Python and the library: values of every type, and what is no event."""

import datetime
import enum
import ipaddress
import unittest

import weir
from case import Case, flow


class Values(Case):
    def passed(self, event):
        """The event as the library has it."""
        engine = self.engine()
        engine.create_rule({"type": "host", "name": "n"}, enrich=lambda event: {"S.seen": "yes"})
        (output,) = engine.feed([event])
        self.assertEqual(output.event.pop("S.seen"), "yes")  # it was read back
        return output.event

    def test_values_keep_their_types(self):
        event = {"SourceAddress": "10.0.0.1", "Message": "привет\0!", "BytesIn": -5,
                 "SourcePort": 443, "F.rate": 0.5, "NA.ports": [1, -2], "SA.names": ["a", "", "ж"],
                 "FA.rates": [0.5, 2], "Extra.k": "v"}
        self.assertEqual(self.passed(event), {**event, "FA.rates": [0.5, 2.0]})

    def test_what_has_one_text_is_that_text(self):
        event = self.passed({"SourceAddress": ipaddress.ip_address("10.0.0.1"),
                             "DestinationAddress": ipaddress.ip_address("::1"), "Message": b"\xff!"})
        self.assertEqual(event, {"SourceAddress": "10.0.0.1", "DestinationAddress": "::1",
                                 "Message": "\udcff!"})

    def test_a_time_with_a_zone_is_milliseconds_and_one_without_is_refused(self):
        zone = datetime.timezone(datetime.timedelta(hours=3))
        time = datetime.datetime(2000, 1, 1, 3, 0, 0, 5999, tzinfo=zone)
        self.assertEqual(self.passed({"StartTime": time}), {"StartTime": 946684800005})
        with self.assertRaisesRegex(weir.InvalidEvent, "event 0: field 'StartTime': .* no zone"):
            self.passed({"StartTime": datetime.datetime(2000, 1, 1)})

    def test_subclasses_are_what_they_stand_for(self):
        class Port(enum.IntEnum):
            HTTPS = 443

        class Name(str):
            pass

        self.assertEqual(self.passed({"SourcePort": Port.HTTPS, "Message": Name("x")}),
                         {"SourcePort": 443, "Message": "x"})

    def test_integers_beyond_64_bits_keep_their_digits_as_text(self):
        self.assertEqual(self.passed({"Message": 1 << 64, "BytesIn": (1 << 63) - 1}),
                         {"Message": str(1 << 64), "BytesIn": (1 << 63) - 1})

    def test_half_a_character_does_no_harm(self):
        self.assertEqual(self.passed({"Message": "a\ud800b", "BytesIn": 1}),
                         {"Message": "a?b", "BytesIn": 1})

    def test_none_is_nothing(self):
        self.assertEqual(self.passed({"Message": None, "SA.x": ["a", None], "BytesIn": 1}),
                         {"SA.x": ["a"], "BytesIn": 1})

    def test_extra_may_be_nested(self):
        self.assertEqual(self.passed({"Extra": {"a": "1", "b": {"c": [1]}}}),
                         {"Extra.a": "1", "Extra.b": '{"c": [1]}'})

    def test_structured_fields_cross_as_json(self):
        ti = [{"category": "c", "indicator": "i", "context": {"k": "v"}}]
        self.assertEqual(self.passed({"TI": ti}), {"TI": ti})

    def test_texts_larger_than_any_before_arrive_whole(self):
        big = "xж" * 300_000
        self.assertEqual(self.passed({"Message": big, "SA.x": [big, "y"]}),
                         {"Message": big, "SA.x": [big, "y"]})

    def test_an_event_that_passes_is_what_was_fed_and_a_copy(self):
        fed = flow()
        (output,) = self.engine().feed([fed])
        self.assertEqual((output.kind, output.event), (weir.Kind.BASE, fed))
        output.event["BytesIn"] = 0
        self.assertEqual(fed, flow())


class WrongEvents(Case):
    def refused(self, *events):
        self.seen = self.engine()
        with self.assertRaises(weir.InvalidEvent) as raised:
            self.seen.feed(events)
        return raised.exception

    def test_an_unknown_field_is_named_with_a_suggestion(self):
        error = self.refused(flow(), {"SourceAdress": "x"})
        self.assertEqual(error.index, 1)
        self.assertIn("'SourceAddress'", str(error))

    def test_events_before_the_wrong_one_are_applied_and_come_next(self):
        self.refused(flow(), flow(size=7), {"BytesIn": object()}, flow())
        self.assertEqual(self.seen.stats.events_in, 2)
        self.assertEqual([o.event["BytesIn"] for o in self.seen.feed([])], [10, 7])

    def test_what_is_no_event_is_named(self):
        self.assertRegex(str(self.refused(5)), "event 0: .*dict.*int")
        self.assertRegex(str(self.refused({5: 5})), "name of a field")
        self.assertRegex(str(self.refused({"Message": object()})), "'Message'.*object")

    def test_one_event_instead_of_several_is_refused(self):
        with self.assertRaisesRegex(TypeError, "several"):
            self.engine().feed(flow())


if __name__ == "__main__":
    unittest.main()
