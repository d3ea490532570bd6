"""`weir run --watch` loads its rules again when they, or the files of their lookups, change."""

import os
import select
import threading
import unittest

from program import Case, events
from reloads import BAD, CHANGED, KEPT, MORE, RULES, Reloads


class Watch(Reloads):
    def setUp(self):
        super().setUp()
        self.process = None

    def watch(self):
        self.process = self.start("--watch", "-i", "tcp://127.0.0.1:0")
        self.process.port()

    def replace(self, name, text):
        os.rename(self.write("replacement", text), self.path(name))

    def assert_silent(self):
        """Nothing is told for as long as a reload would take."""
        ready, _, _ = select.select([self.process.process.stderr], [], [], 0.5)
        self.assertFalse(ready and self.process.line("stderr"))

    def test_sees_a_document_that_is_replaced(self):
        self.watch()
        for threshold in (8, 9, 10):
            self.replace("rules.yaml", RULES.format(threshold=threshold))
            self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_document_that_is_written_in_place(self):
        self.watch()
        for threshold in (8, 9, 10):
            self.write("rules.yaml", RULES.format(threshold=threshold))
            self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_symbolic_link_that_leads_elsewhere(self):
        """As Kubernetes mounts config maps: file -> ..data/file, ..data -> a folder of the time."""
        os.mkdir(self.path("mount"))
        for number in range(4):
            os.mkdir(self.path(f"mount/..{number}"))
            self.write(f"mount/..{number}/rules.yaml", RULES.format(threshold=7 + number))
        os.symlink("..0", self.path("mount/..data"))
        os.symlink("..data/rules.yaml", self.path("mount/rules.yaml"))
        self.rules = self.path("mount/rules.yaml")
        self.watch()
        for number in range(1, 4):
            os.symlink(f"..{number}", self.path("mount/..data_tmp"))
            os.rename(self.path("mount/..data_tmp"), self.path("mount/..data"))
            self.assert_reloaded(self.outcome(self.process), CHANGED)
            os.unlink(self.path(f"mount/..{number - 1}/rules.yaml"))
            os.rmdir(self.path(f"mount/..{number - 1}"))
        # Where it leads now is watched too.
        self.write("mount/..3/rules.yaml", RULES.format(threshold=20))
        self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_link_to_a_file_in_another_folder(self):
        os.mkdir(self.path("elsewhere"))
        self.write("elsewhere/rules.yaml", RULES.format(threshold=7))
        self.rules = self.path("link.yaml")
        os.symlink("elsewhere/rules.yaml", self.rules)
        self.watch()
        self.write("elsewhere/rules.yaml", RULES.format(threshold=8))
        self.assert_reloaded(self.outcome(self.process), CHANGED)
        self.finish(self.process)

    def test_sees_a_file_of_a_lookup(self):
        document = """\
dictionaries:
  wanted: {file: wanted.csv}
aggregation:
  - {name: wanted, filter: "inDictionary('wanted', Name)", identical_fields: [Name]}
"""
        self.write("rules.yaml", document)
        self.write("wanted.csv", "key,value\na,1\n")
        process = Case.start(self, "run", "-r", self.rules, "--watch", "--clock", "arrival")
        self.process = process
        process.feed('{"Name":"a"}\n{"Name":"b"}\n')
        self.assertEqual(process.event(), {"Name": "b"})
        self.write("wanted.csv", "key,value\nb,1\n")
        self.assert_reloaded(self.outcome(process),
                             "1 rule kept, 0 changed, 0 added, 0 removed")
        process.feed('{"Name":"b"}\n{"Name":"a"}\n')
        self.assertEqual(process.event(), {"Name": "a"})
        # One that is bad changes nothing, until it is good again.
        self.replace("wanted.csv", "key\nb\n")
        self.assertIn("nothing was reloaded", self.outcome(process)[0])
        process.feed('{"Name":"b"}\n{"Name":"c"}\n')
        self.assertEqual(process.event(), {"Name": "c"})
        self.replace("wanted.csv", "key,value\nb,1\nc,1\n")
        self.assertIn("1 rule kept", self.outcome(process)[0])
        process.feed('{"Name":"c"}\n')
        code, out, error = process.finish()
        self.assertEqual(code, 0, error)
        self.assertEqual({event["Name"]: event["BaseEventCount"] for event in events(out)},
                         {"a": 1, "b": 2, "c": 1})

    def test_leaves_what_has_the_same_bytes_alone(self):
        self.watch()
        self.write("rules.yaml", RULES.format(threshold=7))
        os.utime(self.rules)
        self.assert_silent()
        self.replace("rules.yaml", RULES.format(threshold=7))
        self.write("other.yaml", "in the same folder")
        self.assert_silent()
        _, report = self.finish(self.process)
        self.assertEqual(report["stats"]["loads"], 1)

    def test_tells_of_a_bad_document_once(self):
        self.watch()
        self.replace("rules.yaml", BAD)
        verdict, shown = self.outcome(self.process)
        self.assertIn("nothing was reloaded", verdict)
        self.assertIn(":3:5: error: ", shown[-3])
        self.assert_silent()
        self.replace("rules.yaml", RULES.format(threshold=7))
        self.assert_reloaded(self.outcome(self.process), KEPT)
        self.finish(self.process)

    def test_of_a_hundred_in_a_second_leaves_the_last(self):
        self.watch()
        for number in range(100):
            self.replace("rules.yaml", RULES.format(threshold=8 + number % 2))
            threading.Event().wait(0.005)
        self.replace("rules.yaml", RULES.format(threshold=1) + MORE)
        while not self.outcome(self.process)[0].endswith("1 added, 0 removed"):
            pass
        self.assert_silent()
        _, report = self.finish(self.process)
        self.assertEqual(len(report["rules"]), 3)

    def test_needs_a_file(self):
        self.assert_error(self.weir("run", "-r", "-", "--watch"), 2, "--watch", "standard input")


if __name__ == "__main__":
    unittest.main()
