"""`weir import`: from what KUMA exported to a document that loads."""

import json
import os
import unittest

from program import Case

FILTERS = os.path.join(os.environ.get("WEIR_DATA", "../shared/data"), "kuma_filters",
                       "filters.ndjson")


def condition(field="Name", value="x", **others):
    return {"group": False, "leftKind": "event", "leftField": field, "op": "=",
            "rightKind": "constant", "constant": value, "filter": None, **others}


def saved(name, *conditions):
    return {"id": "1", "name": name, "root": {"group": True, "conditions": list(conditions)}}


def rule(**others):
    return {"kind": "aggregationRule", "payload": {
        "name": "Flows", "threshold": 5, "window": 10, "identicalFields": ["SourceAddress"],
        "sumFields": ["BytesIn"], **others}}


class Import(Case):
    def import_json(self, value, *options):
        return self.weir("import", self.write("in.json", json.dumps(value)), *options)

    def assert_loads(self, document):
        result = self.weir("validate", self.write("out.yaml", document))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr + document)

    def test_writes_a_document_that_loads(self):
        result = self.import_json([saved("A", condition()),
                                   rule(filter=saved("B", condition(value="y")))])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout, """\
filters:
  A: Name = 'x'
  B: Name = 'y'
aggregation:
  - name: Flows
    threshold: 5
    lifetime: 10
    identical_fields: [SourceAddress]
    sum_fields: [BytesIn]
    filter: filter('B')
""")
        self.assert_loads(result.stdout)

    def test_rules_aggregate(self):
        document = self.import_json(rule(filter=saved("", condition()))).stdout
        events = "".join(json.dumps({"Name": name, "SourceAddress": "10.0.0.1", "BytesIn": 3}) +
                         "\n" for name in ["x", "x", "y"])
        result = self.weir("run", "-r", self.write("out.yaml", document), "-i", "-",
                           "--format", "ndjson", stdin=events)
        self.assertEqual(result.returncode, 0, result.stderr)
        out = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(sorted(event.get("BytesIn", 0) for event in out), [3, 6])

    def test_reads_standard_input(self):
        result = self.weir("import", "-", stdin=json.dumps(saved("A", condition())))
        self.assertEqual((result.returncode, result.stdout), (0, "filters:\n  A: Name = 'x'\n"))

    def test_prints_expressions(self):
        inner = saved("A", condition(), condition(value="it's"))
        outer = saved("B", {"op": "=", "not": True, "filter": inner}, condition("BytesIn", 5))
        result = self.import_json(outer, "--expression")
        expression = "not (Name = 'x' and Name = 'it''s') and BytesIn = 5\n"
        self.assertEqual((result.returncode, result.stdout), (0, expression))
        result = self.import_json([outer, saved("C", condition())], "--expression")
        self.assertEqual(result.stdout, f"# B\n{expression}\n# C\nName = 'x'\n")

    def test_tells_what_could_not_be_imported_and_writes_the_rest(self):
        lines = [saved("A", condition()), saved("B", condition("$x")), {"kind": "dictionary"}]
        path = self.write("in.json", "".join(json.dumps(line) + "\n" for line in lines))
        result = self.weir("import", path)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "filters:\n  A: Name = 'x'\n")
        said = result.stderr.splitlines()
        self.assertEqual(len(said), 2, said)
        self.assertRegex(said[0], r"in\.json:2:\d+: error: '\$x' is a variable of correlation")
        self.assertRegex(said[1], r"in\.json:3:1: error: a resource of the kind 'dictionary'")

    def test_warns_and_goes_on(self):
        result = self.import_json([saved("A", condition()), saved("A", condition(value="y"))])
        self.assertEqual(result.returncode, 0)
        self.assertIn("in.json:1:", result.stderr)
        self.assertIn(": warning: another filter, of other content, has the name 'A'",
                      result.stderr)
        self.assertEqual(result.stdout, "filters:\n  A: Name = 'x'\n  A (2): Name = 'y'\n")

    def test_of_what_is_no_json(self):
        result = self.weir("import", self.write("in.json", '{"root": '))
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr, r"in\.json:1:\d+: error: ")

    def test_of_a_file_that_is_not_there(self):
        self.assert_error(self.weir("import", self.path("none.json")), 1, "none.json")

    def test_help_has_an_example(self):
        result = self.weir("import", "--help")
        self.assertEqual(result.returncode, 0)
        self.assertIn("weir import filters.json > rules.yaml", result.stdout)

    @unittest.skipUnless(os.path.exists(FILTERS), "WEIR_DATA has no kuma_filters")
    def test_of_real_filters(self):
        result = self.weir("import", FILTERS)
        self.assertEqual(result.returncode, 1)  # for the variables of correlation rules
        errors = [line for line in result.stderr.splitlines() if ": error: " in line]
        self.assertEqual(len(errors), 12, errors)
        for line in errors:
            self.assertIn("is a variable of correlation rules", line)
        self.assert_loads(result.stdout)


if __name__ == "__main__":
    unittest.main()
