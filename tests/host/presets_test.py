"""The shipped mappings, and what docs/mapping.md says of mappings."""

import os
import re
import unittest

from program import Case

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def preset_files():
    folder = os.path.join(ROOT, "presets")
    return sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".yaml"))


def preset_text(name):
    with open(os.path.join(ROOT, "presets", name + ".yaml"), encoding="utf-8") as file:
        return file.read()


class Presets(Case):
    def test_are_listed_with_a_line_each(self):
        result = self.weir("presets")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0].split(), ["NAME", "DESCRIPTION"])
        self.assertEqual([line.split()[0] for line in lines[1:]], preset_files())
        for name, line in zip(preset_files(), lines[1:]):
            comment = preset_text(name).splitlines()[0]
            self.assertEqual(line.split(None, 1)[1], comment.removeprefix("# "))

    def test_are_printed_as_they_are_written(self):
        for name in preset_files():
            result = self.weir("presets", name)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stdout, preset_text(name))

    def test_are_documents_to_which_rules_can_be_added(self):
        for name in preset_files():
            printed = self.weir("presets", name).stdout
            rule = "aggregation:\n  - {name: r, identical_fields: [SourceAddress]}\n"
            for text in (printed, printed + rule, rule + printed):
                result = self.weir("validate", self.write("pasted.yaml", text))
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertIn("no errors", result.stdout + result.stderr)

    def test_that_are_not_there_are_told(self):
        self.assert_error(self.weir("presets", "zek"), 1, "'zek'", "did you mean 'zeek'")
        self.assert_error(self.weir("presets", "nothing like it"), 1, *preset_files())

    def test_have_names_that_a_document_may_state(self):
        for name in preset_files():
            result = self.weir("validate", self.write("named.yaml", f"map: {{preset: {name}}}\n"))
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class TheDocs(Case):
    def blocks(self):
        with open(os.path.join(ROOT, "docs", "mapping.md"), encoding="utf-8") as file:
            return re.findall(r"^```(.*)\n((?:.*\n)*?)```$", file.read(), re.MULTILINE)

    def test_have_examples_that_are_good_documents(self):
        examples = [text for kind, text in self.blocks() if kind == "yaml"]
        self.assertGreater(len(examples), 7)
        for text in examples:
            result = self.weir("validate", self.write("example.yaml", text))
            self.assertEqual(result.returncode, 0, text + result.stdout + result.stderr)

    def test_show_the_diagnostics_of_their_bad_example(self):
        (wrong,) = [text for kind, text in self.blocks() if kind == "yaml wrong"]
        (shown,) = [text for kind, text in self.blocks() if kind == ""]
        path = self.write("mapping.yaml", wrong)
        result = self.weir("validate", path)
        self.assertEqual(result.returncode, 1)
        printed = [line for line in (result.stdout + result.stderr).splitlines() if ": error: " in line]
        self.assertEqual([line.replace(path, "mapping.yaml") for line in printed],
                         shown.splitlines())


if __name__ == "__main__":
    unittest.main()
