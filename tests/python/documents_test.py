#!/usr/bin/env python3
"""Documents and rows of lookups: as text, dicts and files, and what is wrong with them."""

import pathlib
import tempfile
import unittest

import weir
from case import Case, document, flow, rule


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


if __name__ == "__main__":
    unittest.main()
