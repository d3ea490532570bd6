#!/usr/bin/env python3
"""weir.describe: what Weir knows."""

import json
import pathlib
import tempfile
import unittest

import weir
from case import document, rule

KUMA = json.dumps([{"kind": "aggregationRule", "name": "x"}])


class Describe(unittest.TestCase):
    def test_fields(self):
        by_name = {field["name"]: field for field in weir.describe.fields()}
        self.assertEqual(by_name["BytesIn"]["type"], "number")

    def test_schema(self):
        self.assertIn("aggregation", weir.describe.schema()["properties"])

    def test_presets(self):
        self.assertIn("cef", weir.describe.presets())
        self.assertIn("SourceAddress", weir.describe.preset("cef"))
        with self.assertRaisesRegex(weir.NotFound, "cef"):
            weir.describe.preset("ceff")

    def test_diagnostics_name_places(self):
        self.assertEqual(weir.describe.diagnostics(document(rule())), [])
        (found,) = weir.describe.diagnostics("aggregation:\n  - name: x\n    identical_fields: [A]\n")
        self.assertEqual((found.severity, found.line, found.column), ("error", 3, 24))
        self.assertIn("'A'", found.message)

    def test_files_of_a_document_lie_beside_it_or_in_the_directory(self):
        text = ("dictionaries: {D: {file: d.csv}}\nfilter: inDictionary('D', Message)\n"
                "tests: [{name: t, steps: [{advance: 1s}]}]\n")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rules.yaml"
            path.write_text(text)
            (path.parent / "d.csv").write_text("a,b\n")
            self.assertEqual(weir.describe.diagnostics(path), [])
            self.assertEqual(weir.describe.diagnostics(text, folder), [])
            self.assertNotEqual(weir.describe.diagnostics(text), [])
            self.assertEqual([t["name"] for t in weir.describe.tests(path)], ["t"])

    def test_tests(self):
        tests = [{"name": "t", "steps": [{"advance": "1s"}]}]
        (found,) = weir.describe.tests(document(rule(), tests=tests))
        self.assertEqual((found["name"], len(found["steps"])), ("t", 1))

    def test_imports(self):
        filters = {"root": {"operator": "and", "conditions": []}}
        made = weir.describe.import_kuma({"kind": "filter", "name": "f", "payload": filters})
        self.assertIsInstance(made.document, str)
        self.assertIsInstance(weir.describe.expressions({"kind": "filter", "name": "f",
                                                         "payload": filters}).expressions, list)

    def test_versions(self):
        self.assertRegex(weir.describe.version(), r"^\d+\.\d+\.\d+$")
        self.assertEqual(weir.describe.abi_version(), (0, 1))


if __name__ == "__main__":
    unittest.main()
