#!/usr/bin/env python3
"""Engine of the Python package: values, outputs, documents, lookups, errors."""

import ctypes
import datetime
import enum
import gc
import ipaddress
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import unittest

import weir
from weir import _abi
from case import START, SECOND, Case, document, flow, rule


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


class Documents(Case):
    YAML = "aggregation:\n  - name: x\n    identical_fields: [SourceAdress]\n"

    def test_an_error_says_where(self):
        with self.assertRaises(weir.InvalidDocument) as raised:
            weir.Engine(self.YAML)
        error = raised.exception
        self.assertEqual((error.line, error.column, error.status), (3, 24, -2))
        self.assertTrue(str(error).startswith("3:24: unknown field 'SourceAdress'"), error)
        self.assertIsInstance(error, ValueError)

    def test_a_file_is_a_path_and_names_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rules.yaml"
            path.write_text(self.YAML)
            with self.assertRaisesRegex(weir.InvalidDocument, r"rules\.yaml:3:24: unknown field"):
                weir.Engine(path)
            path.write_text("dictionaries: {D: {file: d.csv}}\nfilter: inDictionary('D', SourceUserName)\n")
            (path.parent / "d.csv").write_text("ann,1\n")
            with weir.Engine(path) as engine:  # d.csv is found beside it
                outputs = engine.feed([{"SourceUserName": "ann"}, {"SourceUserName": "bob"}])
                self.assertEqual([o.event["SourceUserName"] for o in outputs], ["ann"])

    def test_a_name_taken_for_a_document_is_explained(self):
        with self.assertRaisesRegex(weir.InvalidDocument, "pathlib.Path"):
            weir.Engine("rules.yaml")

    def test_a_failed_load_changes_nothing(self):
        engine = self.engine(rule(threshold=2))
        with self.assertRaises(weir.InvalidDocument):
            engine.load(self.YAML)
        self.assertEqual(self.counts(engine.feed([flow()] * 2)), [2])

    def test_a_load_closes_what_changed(self):
        engine = self.engine(rule())
        engine.feed([flow()])
        engine.load(document())
        self.assertEqual([o.reason for o in engine.feed([])], ["reload"])

    def test_rules_come_and_go(self):
        engine = self.engine()
        created = engine.create_rule(rule(threshold=2))
        self.assertEqual(self.counts(engine.feed([flow()] * 3)), [2])
        with self.assertRaises(weir.AlreadyExists):
            engine.create_rule(rule())
        created.destroy()
        created.destroy()
        self.assertEqual([o.reason for o in engine.flush()], ["reload"])
        self.assertEqual(engine.rule_stats, [])


class Lookups(Case):
    def engine_of(self, kind, **settings):
        section = {"dictionary": "dictionaries", "table": "tables"}[kind]
        return self.engine(sections={section: {"L": settings}, "filter": {
            "dictionary": "inDictionary('L', SourceUserName)",
            "table": "table('L', 'owner', SourceUserName) = 'ann'"}[kind]})

    def taken(self, engine):
        names = ["a", "b", "c"]
        outputs = engine.feed([{"SourceUserName": name} for name in names])
        return "".join(o.event["SourceUserName"] for o in outputs)

    def test_a_dictionary_as_dict_text_and_file(self):
        engine = self.engine_of("dictionary")
        self.assertEqual(self.taken(engine), "")
        engine.set_table("dictionary", "L", {"a": "1", "b": 2})
        self.assertEqual(self.taken(engine), "ab")
        engine.set_table("dictionary", "L", "c,1\n", format="csv")
        self.assertEqual(self.taken(engine), "c")
        engine.update_table("dictionary", "L", [{"key": "a", "value": "x"}])
        self.assertEqual(self.taken(engine), "ac")
        engine.erase_from_table("dictionary", "L", ["c", "no such key"])
        self.assertEqual(self.taken(engine), "a")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rows.tsv"
            path.write_text("b\tx\n")
            engine.set_table("dictionary", "L", path)
        self.assertEqual(self.taken(engine), "b")

    def test_a_table_as_dicts(self):
        engine = self.engine_of("table", keys=["user"], columns=["owner"])
        engine.set_table("table", "L", [{"user": "a", "owner": "ann"}, {"user": "b", "owner": "x"}])
        self.assertEqual(self.taken(engine), "a")
        engine.erase_from_table("table", "L", [{"user": "a"}])
        self.assertEqual(self.taken(engine), "")

    def test_mistakes_are_named(self):
        engine = self.engine_of("dictionary")
        with self.assertRaisesRegex(ValueError, "dictionary, table"):
            engine.set_table("dictionaries", "L", {})
        with self.assertRaisesRegex(TypeError, "format="):
            engine.set_table("dictionary", "L", "a,b")
        with self.assertRaisesRegex(TypeError, "list of dicts"):
            engine.set_table("table", "L", {"a": "b"})
        with self.assertRaises(weir.NotFound):
            engine.update_table("dictionary", "none", {"a": "b"})
        with self.assertRaises(weir.InvalidDocument) as raised:
            engine.set_table("dictionary", "L", "a,b\nc\n", format="csv")
        self.assertEqual(raised.exception.line, 2)


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


class Finding(Case):
    def run_python(self, code, **environment):
        variables = {k: v for k, v in os.environ.items() if k != "WEIR_LIBRARY"}
        return subprocess.run([os.sys.executable, "-c", code], env={**variables, **environment},
                              capture_output=True, text=True, timeout=60)

    def test_a_library_that_is_not_there_is_named(self):
        done = self.run_python("import weir; weir.describe.version()", WEIR_LIBRARY="/none.so")
        self.assertIn("LibraryError: cannot load '/none.so'", done.stderr)

    def test_a_library_that_is_not_weir_is_refused(self):
        done = self.run_python("import weir; weir.Engine(library='libc.so.6')")
        self.assertRegex(done.stderr, "LibraryError: 'libc.so.6' has no weir_")

    def test_another_abi_is_refused(self):
        path = os.environ["WEIR_LIBRARY"]
        for version in ("1, 0", "0, 99"):
            done = self.run_python(f"import weir._abi as a; a.ABI_MAJOR, a.ABI_MINOR = {version}; "
                                   f"import weir; weir.Engine(library={path!r})")
            self.assertRegex(done.stderr, "LibraryError: .* has the ABI 0.1, and this package needs")

    def test_a_library_beside_the_package_is_found(self):
        package = pathlib.Path(weir.__file__).parent
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "weir"
            copy.mkdir()
            for file in package.glob("*.py"):
                (copy / file.name).write_bytes(file.read_bytes())
            (copy / "libweir.so.0").symlink_to(os.environ["WEIR_LIBRARY"])
            done = self.run_python("import weir; print(weir.library().path)", PYTHONPATH=folder)
            self.assertEqual(done.stdout.strip(), str(copy.resolve() / "libweir.so.0"), done.stderr)

    def test_structs_are_laid_out_as_the_c_compiler_does(self):
        theirs = json.loads(subprocess.run([os.environ["WEIR_LAYOUT"], "--json"],
                                           capture_output=True, check=True).stdout)
        for name, struct in _abi.STRUCTS.items():
            members = {member: [getattr(struct, member).offset, getattr(struct, member).size]
                       for member, _ in struct._fields_}
            self.assertEqual({"size": ctypes.sizeof(struct), "members": members}, theirs[name], name)
        self.assertEqual(set(_abi.STRUCTS), set(theirs))
        self.assertEqual(weir.Stats._fields, tuple(n for n, _ in _abi.Stats._fields_[2:]))
        self.assertEqual(weir.RuleStats._fields, tuple(n for n, _ in _abi.RuleStats._fields_[2:]))
        self.assertEqual(weir.EnrichmentStats._fields,
                         tuple(n for n, _ in _abi.EnrichmentStats._fields_[2:]))


if __name__ == "__main__":
    unittest.main()
