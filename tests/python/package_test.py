#!/usr/bin/env python3
"""The package as a user meets it: what its READMEs say, the examples, pip, types."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import weir

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
EXAMPLES = ROOT / "examples" / "python"


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240,
                          **options)


class Documentation(unittest.TestCase):
    def blocks(self, file, least):
        found = BLOCK.findall((ROOT / file).read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(found), least)
        for code, expected in found:
            with tempfile.TemporaryDirectory() as folder:
                done = run(sys.executable, "-B", "-c", code, cwd=folder)
                self.assertEqual(done.returncode, 0, done.stderr.decode())
                self.assertEqual(done.stdout.decode(), expected, code)

    def test_the_programs_of_the_packages_readme_do_what_it_says(self):
        self.blocks("bindings/python/README.md", 4)

    def test_the_program_of_the_readme_does_what_it_says(self):
        self.blocks("README.md", 1)

    def test_the_version_is_the_librarys(self):
        self.assertEqual(weir.__version__, weir.describe.version())


class Examples(unittest.TestCase):
    def test_aggregate(self):
        line = b'{"SourceAddress":"10.0.0.1","DestinationAddress":"10.0.0.2","BytesIn":5}\n'
        done = run(sys.executable, "-B", EXAMPLES / "aggregate.py", ROOT / "examples/netflow9.yaml",
                   input=line * 102 + b"oops\n")
        events = [json.loads(event) for event in done.stdout.splitlines()]
        self.assertEqual([event["BaseEventCount"] for event in events], [100, 2])
        self.assertIn("line 103: ", done.stderr.decode())
        self.assertIn("103 events in, 0 passed, 2 aggregated out", done.stderr.decode())

    def test_aggregate_names_what_is_wrong_with_the_rules(self):
        done = run(sys.executable, "-B", EXAMPLES / "aggregate.py", __file__, input=b"")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"^aggregate: .*package_test\.py:\d+:\d+: ")

    def test_tracer(self):
        with tempfile.TemporaryDirectory() as folder:
            feed = pathlib.Path(folder) / "feed.csv"
            feed.write_text("ip,threat\n192.0.2.1,botnet\n")
            server = subprocess.Popen([sys.executable, "-B", EXAMPLES / "tracer.py", feed,
                                       "127.0.0.1:0"], stdout=subprocess.PIPE)
            try:
                said = server.stdout.readline().decode()
                port = int(re.fullmatch(r"1 indicators at 127\.0\.0\.1:(\d+)\n", said).group(1))
                with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                    client.sendall(b"KUMA|ip=192.0.2.1|\n")
                    self.assertEqual(client.makefile().readline(),
                                     "Category=CSV|MatchedIndicator=192.0.2.1|threat=botnet\n")
                server.send_signal(signal.SIGINT)
                rest, _ = server.communicate(timeout=20)
                self.assertEqual(rest, b"1 lookups, 1 detections\n")
            finally:
                server.kill()
                server.communicate()


class Installation(unittest.TestCase):
    def test_pip_installs_it(self):
        tools = "import setuptools, wheel, pip"
        pythons = [p for p in (sys.executable, "/usr/bin/python3")
                   if os.path.exists(p) and run(p, "-c", tools).returncode == 0]
        if not pythons:
            self.skipTest("no Python with pip, setuptools and wheel")
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        with tempfile.TemporaryDirectory() as folder:
            source, target = pathlib.Path(folder) / "python", pathlib.Path(folder) / "target"
            shutil.copytree(ROOT / "bindings" / "python", source,
                            ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
            done = run(pythons[0], "-m", "pip", "install", "--no-index", "--no-build-isolation",
                       "--no-deps", "--target", target, source, env=environment)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            self.assertTrue((target / "weir" / "py.typed").exists())
            done = run(pythons[0], "-c", "import weir; print(weir.describe.version())", cwd=folder,
                       env={**environment, "PYTHONPATH": str(target)})
            self.assertEqual(done.stdout.decode().strip(), weir.__version__, done.stderr.decode())

    @unittest.skipUnless(shutil.which("mypy"), "no mypy")
    def test_types_are_right(self):
        with tempfile.TemporaryDirectory() as cache:
            package = ROOT / "bindings" / "python" / "weir"
            done = run("mypy", "--strict", "--python-version", "3.9", "--cache-dir", cache, package)
            self.assertEqual(done.returncode, 0, done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
