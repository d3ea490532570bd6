"""Every shipped example is good, warns of nothing, and does what its own tests say."""

import glob
import os
import unittest

from program import Case

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")


class Examples(Case):
    def examples(self):
        paths = sorted(glob.glob(os.path.join(FOLDER, "**", "*.yaml"), recursive=True))
        names = [os.path.basename(path) for path in paths]
        for name in ("netflow9.yaml", "postfix.yaml", "communigate-pro.yaml", "lookups.yaml"):
            self.assertIn(name, names)
        return paths

    def test_are_good_and_warn_of_nothing(self):
        for path in self.examples():
            with self.subTest(os.path.basename(path)):
                result = self.weir("validate", "--deny-warnings", path)
                self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)

    def test_pass_their_tests(self):
        for path in self.examples():
            with self.subTest(os.path.basename(path)):
                result = self.weir("test", path)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertRegex(result.stdout.splitlines()[-1], r"^[1-9]\d* passed, 0 failed$")


if __name__ == "__main__":
    unittest.main()
