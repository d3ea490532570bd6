"""Which file plays which part, and that none is lost: devices, links, FIFOs, files named twice."""

import json
import os
import stat
import subprocess
import threading
import unittest

from program import Case, PROGRAM, RULE, TIMEOUT

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'


def null_device(case):
    """A device of the test's own, for a program that renames over devices destroys them."""
    path = case.path("null")
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        with open(path, "w"):
            return path
    except OSError as error:
        raise unittest.SkipTest(f"cannot make a device node here: {error}")


class Parts(Case):
    """Two parts that are one file are refused before either is touched."""

    def setUp(self):
        super().setUp()
        self.source = self.write("in.ndjson", ONE)

    def assert_refused(self, *arguments):
        result = self.weir("run", "-r", self.rules, "-i", self.source, *arguments)
        self.assert_error(result, 2, "name two files")
        self.assertEqual(self.read("in.ndjson"), ONE)
        self.assertEqual(self.read("rules.yaml"), RULE.format(threshold=100, lifetime=60))

    def test_an_output_that_is_an_input_or_the_rules(self):
        for option in ("-o", "--rejects", "--stats"):
            for path in (self.source, self.rules):
                with self.subTest(option=option, path=path):
                    self.assert_refused(option, path)

    def test_an_input_that_is_the_rules_or_another_input(self):
        self.assert_refused("-i", self.source)
        self.assert_refused("-i", self.rules)

    def test_two_outputs_that_are_not_there_yet(self):
        new = self.path("new")
        other = os.path.join(os.path.dirname(new), ".", "new")
        for one, two in (("-o", "--rejects"), ("-o", "--stats"), ("--rejects", "--stats")):
            self.assert_refused(one, new, two, other)
        self.assertFalse(os.path.exists(new))

    def test_by_another_name(self):
        os.symlink(self.source, self.path("link"))
        os.link(self.source, self.path("hard"))
        os.symlink("new", self.path("dangling"))
        self.assert_refused("-o", self.path("link"))
        self.assert_refused("--stats", self.path("hard"))
        self.assert_refused("-o", self.path("dangling"), "--stats", self.path("new"))

    def test_standard_output_in_a_file_that_has_another_part(self):
        with open(self.path("out"), "w") as out:
            process = subprocess.run([PROGRAM, "run", "-r", self.rules, "-i", self.source, "--stats",
                                      self.path("out")], stdout=out, stderr=subprocess.PIPE,
                                     text=True, timeout=TIMEOUT)
        self.assert_error(process, 2, "standard output", "name two files")

    def test_standard_input_and_output_in_one_file(self):
        with open(self.source, "a+") as both:
            both.seek(0)
            process = subprocess.run([PROGRAM, "run", "-r", self.rules], stdin=both, stdout=both,
                                     stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
        self.assert_error(process, 2, "standard input", "standard output", "name two files")
        self.assertEqual(self.read("in.ndjson"), ONE)

    def test_but_a_device_may_play_many_and_stays_one(self):
        null = null_device(self)
        result = self.weir("run", "-r", self.rules, "-i", null, "-i", null, "-o", null, "--rejects",
                           null, "--stats", null)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(stat.S_ISCHR(os.lstat(null).st_mode))


class Dashes(Case):
    def test_are_refused_where_no_stream_belongs(self):
        for option in ("--rejects", "--stats"):
            self.assert_error(self.weir("run", "-r", self.rules, option, "-"), 2, option, "'-'")

    def test_name_standard_input_once(self):
        self.assert_error(self.weir("run", "-r", self.rules, "-i", "-", "-i", "-"), 2, "twice")
        self.assert_error(self.weir("run", "-r", "-"), 2, "rules", "standard input")
        self.assert_error(self.weir("run", "-r", "-", "-i", "-"), 2, "rules", "standard input")

    def test_let_rules_come_from_standard_input(self):
        source = self.write("in.ndjson", ONE * 2)
        result = self.weir("run", "-r", "-", "-i", source, stdin=self.read("rules.yaml"))
        self.assertEqual((result.returncode, result.stdout.count("\n")), (0, 1), result.stderr)

    def test_that_are_folders_are_told_with_the_pattern(self):
        folder = self.path("logs")
        os.mkdir(folder)
        for follow in ((), ("--follow",)):
            result = self.weir("run", "-r", self.rules, "-i", folder, *follow)
            self.assert_error(result, 1, f"'{folder}'", f"'{folder}/*'")


class RuleFiles(Case):
    def test_that_never_end_are_told(self):
        self.assert_error(self.weir("run", "-r", "/dev/zero"), 1, "/dev/zero", "a device")
        with open("/dev/zero") as zeros:
            result = subprocess.run([PROGRAM, "validate", "-"], stdin=zeros, capture_output=True,
                                    text=True, timeout=TIMEOUT)
        self.assert_error(result, 1, "standard input", "16 MiB")

    def test_that_are_too_long_are_told(self):
        long = self.write("long.yaml", "#" * ((16 << 20) + 1))
        self.assert_error(self.weir("run", "-r", long), 1, long, "16 MiB")

    def test_of_the_longest_size_are_read(self):
        rules = self.read("rules.yaml")
        long = self.write("long.yaml", rules + "#" * ((16 << 20) - len(rules)))
        self.assertNotIn("longer than", self.weir("validate", long).stderr)

    def test_that_are_no_files_are_told(self):
        folder = os.path.dirname(self.rules)
        self.assert_error(self.weir("run", "-r", folder), 1, folder, "a directory")
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        self.assert_error(self.weir("run", "-r", fifo), 1, fifo, "a pipe")


class Statistics(Case):
    """What --stats names is written, and stays what it was."""

    def run_with(self, stats):
        result = self.weir("run", "-r", self.rules, "--stats", stats, stdin=ONE)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_keep_a_symbolic_link_and_write_the_file_behind_it(self):
        os.mkdir(self.path("folder"))
        target = self.write("folder/target", "old")
        for name, to in (("link", target), ("relative", "folder/target"), ("twice", "link")):
            with self.subTest(name):
                os.symlink(to, self.path(name))
                self.run_with(self.path(name))
                self.assertTrue(os.path.islink(self.path(name)))
                self.assertFalse(os.path.islink(target))
                self.assertTrue(json.loads(self.read("folder/target"))["conservation"]["holds"])
                self.write("folder/target", "old")
        self.assertEqual(os.listdir(self.path("folder")), ["target"])

    def test_make_the_file_that_a_dangling_link_names(self):
        os.symlink("target", self.path("link"))
        self.run_with(self.path("link"))
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertEqual(json.loads(self.read("target"))["stats"]["events_in"], 1)

    def test_keep_the_rights_of_the_file(self):
        stats = self.write("stats", "old")
        os.chmod(stats, 0o600)
        self.run_with(stats)
        self.assertEqual(stat.S_IMODE(os.stat(stats).st_mode), 0o600)

    def test_keep_a_fifo_and_go_to_its_reader(self):
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        read = []
        reader = threading.Thread(target=lambda: read.append(self.read("fifo")), daemon=True)
        reader.start()
        self.run_with(fifo)
        reader.join(TIMEOUT)
        self.assertTrue(stat.S_ISFIFO(os.stat(fifo).st_mode))
        self.assertEqual(json.loads(read[0])["stats"]["events_in"], 1)

    def test_to_standard_error_by_a_link_are_written(self):
        os.symlink("/proc/self/fd/2", self.path("stderr"))  # as /dev/stderr is
        result = self.weir("run", "-r", self.rules, "--stats", self.path("stderr"), stdin=ONE)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('"conservation"', result.stderr)
        self.assertTrue(os.path.islink(self.path("stderr")))

    def test_behind_a_link_to_a_device_leave_both(self):
        os.symlink(null_device(self), self.path("link"))
        self.run_with(self.path("link"))
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertTrue(stat.S_ISCHR(os.stat(self.path("link")).st_mode))


class StandardError(Case):
    """A file that standard error goes to keeps what is in it, and gets what is written to it by name."""

    def run_into(self, *arguments):
        with open(self.write("log", "before\n"), "a") as log:
            process = subprocess.run([PROGRAM, "run", "-r", self.rules, *arguments],
                                     input="{\n" + ONE, stdout=subprocess.DEVNULL, stderr=log,
                                     text=True, timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0)
        log = self.read("log")
        self.assertTrue(log.startswith("before\n"), log)
        self.assertIn("-:1: rejected", log)
        self.assertIn("events in    2", log)
        return log

    def test_takes_the_rejected_lines(self):
        for path in ("/dev/stderr", self.path("log")):
            self.assertIn('{"source":"-","line":1,', self.run_into("--rejects", path))

    def test_takes_the_statistics(self):
        for path in ("/dev/stderr", self.path("log")):
            log = self.run_into("--stats", path)
            self.assertEqual(json.loads(log[log.index("\n{") :])["stats"]["events_in"], 2)

    def test_takes_the_output(self):
        self.assertIn('"BaseEventCount"', self.run_into("-o", "/dev/stderr"))


class ClosedStreams(Case):
    """A standard stream that is closed is nobody's file."""

    def run_without(self, number, *arguments, **streams):
        return subprocess.run([PROGRAM, "run", "-r", self.rules, *arguments], timeout=TIMEOUT,
                              text=True, preexec_fn=lambda: os.close(number), **streams)

    def test_of_input_and_output_are_told(self):
        source = self.write("in.ndjson", ONE)
        for number, name, code, part in ((0, "-", 1, "cannot read '-'"),
                                         (1, source, 3, "cannot write to standard output")):
            result = self.run_without(number, "-i", name, stderr=subprocess.PIPE)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(part, result.stderr)

    def test_of_errors_cost_nothing(self):
        source = self.write("in.ndjson", ONE)
        result = self.run_without(2, "-i", source, "-o", self.path("out"))
        self.assertEqual(result.returncode, 0)
        self.assertEqual(self.read("out").count("\n"), 1)


class Failures(Case):
    """A name that is wrong costs nothing of what an earlier run wrote."""

    def test_of_the_statistics_folder_leave_the_output(self):
        out = self.write("out", "kept")
        result = self.weir("run", "-r", self.rules, "-o", out, "--stats", "/nowhere/stats", stdin=ONE)
        self.assert_error(result, 3, "'/nowhere/stats'")
        self.assertEqual(self.read("out"), "kept")

    def test_of_the_rejects_leave_the_output(self):
        out = self.write("out", "kept")
        result = self.weir("run", "-r", self.rules, "-o", out, "--rejects", "/nowhere/rejects",
                           stdin=ONE)
        self.assert_error(result, 3, "'/nowhere/rejects'")
        self.assertEqual(self.read("out"), "kept")

    def test_of_the_output_leave_the_rejects(self):
        rejects = self.write("rejects", "kept")
        result = self.weir("run", "-r", self.rules, "-o", "/nowhere/out", "--rejects", rejects)
        self.assert_error(result, 3, "'/nowhere/out'")
        self.assertEqual(self.read("rejects"), "kept")

    def test_of_the_statistics_at_the_end_come_behind_the_summary(self):
        os.mkdir(self.path("folder"))
        stats = self.path("folder/stats")
        process = self.start("run", "-r", self.rules, "--stats", stats)
        process.feed('{"Name":"passes"}\n')
        process.event()  # it runs, and the folder was there
        os.rmdir(self.path("folder"))
        code, _, error = process.finish()
        self.assertEqual(code, 3, error)
        self.assertIn("events in    1", error)
        self.assertIn(f"weir: cannot write to '{stats}': ", error)

    def test_leave_no_file_beside_the_statistics(self):
        os.mkdir(self.path("folder"))
        result = self.weir("run", "-r", self.rules, "-o", "/nowhere/out", "--stats",
                           self.path("folder/stats"))
        self.assertEqual(result.returncode, 3)
        self.assertEqual(os.listdir(self.path("folder")), [])


if __name__ == "__main__":
    unittest.main()
