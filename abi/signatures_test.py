"""G6 finds what would break a host, and lets pass what would not: changes to today's header against a
record of it.

    signatures_test.py HEADER LIBRARY
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SIGNATURES = pathlib.Path(__file__).with_name("signatures.py")
HEADER, LIBRARY = sys.argv.pop(1), sys.argv.pop(1)


def run(*arguments):
    return subprocess.run([sys.executable, SIGNATURES, *arguments], capture_output=True, text=True,
                          check=False)


class Gate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.record = self.folder / "signatures.json"
        self.record.write_text(run("freeze", HEADER, LIBRARY).stdout, encoding="utf-8")

    def check(self, before, after):
        """The gate on today's header with one text in place of another."""
        text = pathlib.Path(HEADER).read_text(encoding="utf-8")
        self.assertIn(before, text)
        changed = self.folder / "weir.h"
        changed.write_text(text.replace(before, after, 1), encoding="utf-8")
        return run("check", os.fspath(changed), LIBRARY, os.fspath(self.record))

    def assert_good(self, before, after):
        checked = self.check(before, after)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def assert_broken(self, before, after, said):
        checked = self.check(before, after)
        self.assertEqual(checked.returncode, 1, checked.stdout)
        self.assertIn(said, checked.stderr)

    def test_unchanged(self):
        self.assert_good("WEIR_OK = 0,", "WEIR_OK = 0,")

    def test_a_function_goes(self):
        self.assert_broken("WEIR_API const char* weir_version(void);", "", "weir_version is gone")

    def test_a_parameter_changes_its_type(self):
        self.assert_broken("weir_status_name(int32_t status)", "weir_status_name(int64_t status)",
                           "weir_status_name was")

    def test_a_parameter_changes_its_name(self):
        self.assert_good("weir_status_name(int32_t status)", "weir_status_name(int32_t code)")

    def test_a_constant_changes(self):
        self.assert_broken("WEIR_BUSY = -5,", "WEIR_BUSY = -50,", "WEIR_BUSY was -5 and is -50")

    def test_a_constant_comes(self):
        self.assert_good("WEIR_BUSY = -5,", "WEIR_BUSY = -5, WEIR_TIRED = -99,")

    def test_a_member_comes_at_the_end(self):
        self.assert_good("} weir_stats;", "uint64_t newer; } weir_stats;")

    def test_a_member_comes_in_between(self):
        self.assert_broken("  uint64_t filtered;", "  uint64_t newer; uint64_t filtered;",
                           "struct weir_stats: the member 'uint64_t filtered'")

    def test_a_frozen_struct_grows(self):
        self.assert_broken("} weir_field;", "uint64_t newer; } weir_field;",
                           "struct weir_field had 4 members")

    def test_an_unused_member_gets_a_name(self):
        self.assert_good("  uint32_t unused;\n  weir_filter_fn filter;",
                         "  uint32_t flags;\n  weir_filter_fn filter;")

    def test_a_callback_changes(self):
        self.assert_broken("typedef void (*weir_destroy_fn)(void* user);",
                           "typedef int (*weir_destroy_fn)(void* user);", "weir_destroy_fn was")

    def test_no_record_is_no_success(self):
        self.assertNotEqual(run("check", HEADER, LIBRARY).returncode, 0)


if __name__ == "__main__":
    unittest.main()
