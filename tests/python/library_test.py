#!/usr/bin/env python3
"""The library is found, has the ABI of the package, and lays structs out as it does."""

import ctypes
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import weir
from weir import _abi
from case import Case


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
