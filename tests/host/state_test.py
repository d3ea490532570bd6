"""`weir run --state DIR`: a run that is stopped, or has come to its end, goes on where it was."""

import gzip
import os
import signal
import subprocess
import time
import unittest

from program import PROGRAM, RULE, TIMEOUT, events
from restarts import OOTB, Restarts, States, capture, line, ndjson


def modified(path):
    return os.stat(path).st_mtime_ns if os.path.exists(path) else None


class Stopped(Restarts):
    def stop(self, arguments):
        """With a signal, when the state has been written; False when the run has come to its end."""
        state = self.path("dir/state")
        before = modified(state)
        with subprocess.Popen([PROGRAM, *arguments], stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + TIMEOUT
            while process.poll() is None and modified(state) == before:
                self.assertLess(time.monotonic(), deadline)
            process.send_signal(signal.SIGTERM)
            error = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual(process.returncode, 0, error)
        return "stay open" in error

    def assert_goes_on(self, inputs, *extra):
        expected = self.undisturbed(inputs, *extra)
        arguments = self.with_state(inputs, *extra, checkpoint="1ms")
        stops = 0
        while self.stop(arguments):
            stops += 1
        # The last run may have ended by itself with the signal on its way.
        self.assert_good(arguments)
        self.assert_same(expected, f"after {stops} stops")
        self.forget()
        return stops

    def test_goes_on_with_every_format(self):
        stops = 0
        for inputs, options in self.inputs():
            for workers in ("1", "4"):
                with self.subTest(input=os.path.basename(inputs[0]), workers=workers):
                    stops += self.assert_goes_on(inputs, *options, "--workers", workers)
        self.assertGreater(stops, 0)


class State(States):
    def stopped_run(self, inputs, *extra, events):
        """It has its buckets open when the signal comes, and has read so many events."""
        process, writer = self.open_run(inputs, *extra)
        # The line that passes shows that all before it has been read.
        writer.write('{"Name":"mark"}\n')
        writer.flush()
        self.wait_for_output("mark")
        code, _, error = process.finish(signal.SIGTERM)
        writer.close()
        self.assertEqual(code, 0, error)
        self.assertIn(f"events in    {events + 1} =", error)
        return error

    def test_signal_leaves_buckets_open_and_they_go_on(self):
        source = self.write("in", line(1) + line(2))
        error = self.stopped_run([source], events=2)
        self.assertIn(f"state        1 group stays open in '{self.path('dir/state')}'", error)
        self.assertEqual(self.read("state.out"), '{"Name":"mark"}\n')
        self.assertFalse(self.stats()["restored"])
        process, writer = self.open_run([source])
        self.assertEqual(process.line("stderr"), f"going on from '{self.path('dir/state')}', behind 3 events")
        writer.write(line(3))
        writer.close()
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)
        mark, closed = events(self.read("state.out"))
        self.assertEqual((mark["Name"], closed["BaseEventCount"], closed["BytesIn"]), ("mark", 3, 6))
        report = self.stats()
        self.assertTrue(report["restored"])
        self.assertEqual((report["stats"]["events_in"], report["events_out"]), (4, 2))
        self.assertEqual([(one["name"], one["events"]) for one in report["sources"]],
                         [(source, 2), (self.fifo(), 2)])

    def test_rules_that_changed_close_what_was_open(self):
        source = self.write("in", line(1) + line(2))
        self.stopped_run([source], events=2)
        self.rules = self.write("other.yaml", RULE.format(threshold=7, lifetime=9))
        process, writer = self.open_run([source])
        writer.write(line(3))
        writer.close()
        self.assertEqual(process.finish()[0], 0)
        counts = [one.get("BaseEventCount") for one in events(self.read("state.out"))]
        self.assertEqual(counts, [None, 2, 1])
        self.assertEqual(self.stats()["stats"]["closed_reload"], 1)

    def test_the_end_is_remembered_and_a_file_that_has_grown_goes_on(self):
        for name, pack in (("in", str.encode), ("in.gz", lambda text: gzip.compress(text.encode()))):
            source = self.write(name, pack(line(1) + '{"bad\n'))
            arguments = self.with_state([source])
            self.assert_good(arguments)
            before = self.result("state")
            self.assert_good(arguments)
            self.assertEqual(self.result("state"), before)
            with open(source, "ab") as file:
                file.write(pack(line(2) + '{"bad\n'))
            error = self.assert_good(arguments)
            self.assertIn(f"{source}:4: rejected: ", error)
            self.assertEqual([one["BytesIn"] for one in events(self.read("state.out"))], [1, 2])
            self.assertEqual(self.stats()["sources"][0]["bytes"], os.path.getsize(source))
            self.forget()

    def test_an_empty_file_that_has_grown_is_read(self):
        source = self.write("in", "")
        arguments = self.with_state([source])
        self.assert_good(arguments)
        self.write("in", line(1))
        self.assert_good(arguments)
        self.assertEqual(self.stats()["stats"]["events_in"], 1)

    def test_a_capture_that_has_grown_goes_on_with_its_templates(self):
        self.rules = self.write("flows.yaml", OOTB)
        source = self.write("in.pcap", capture(10))
        arguments = self.with_state([source])
        self.assert_good(arguments)
        with open(source, "ab") as file:
            file.write(capture(5, 10)[24:])
        self.assert_good(arguments)
        report = self.stats()
        self.assertEqual(report["netflow"]["flows"], 15 * 30)
        self.assertEqual((report["netflow"]["unknown_template_sets"], report["netflow"]["templates"]), (0, 1))
        self.assertEqual(report["capture"]["packets"], 15)

    def test_more_inputs_may_follow(self):
        source, _ = self.small()
        more = self.write("more", line(3))
        self.assert_good(self.with_state([source, more]))
        self.assertEqual([one["events"] for one in self.stats()["sources"]], [2, 1])
        self.refused(self.with_state([more, source]), 1, "comes where", "begin anew")
        self.refused(self.with_state([source]), 1, f"its input '{more}' is not named any more")

    def test_what_is_behind_the_state_is_cut_off(self):
        _, arguments = self.small()
        expected = self.result("state")
        for name in ("state.out", "state.rejects"):
            with open(self.path(name), "a") as file:
                file.write("written after the state\n")
        self.assert_good(arguments)
        self.assertEqual(self.result("state"), expected)

    def test_a_folder_is_for_its_owner_alone(self):
        self.small()
        self.assertEqual(os.stat(self.path("dir")).st_mode & 0o777, 0o700)
        self.assertEqual(sorted(os.listdir(self.path("dir"))), ["lock", "state"])

    def test_times_between_checkpoints(self):
        source = self.write("in", line(1))
        for text in ("", "5", "0s", "-1s", "5 s", "25h", "99999999999999999999s"):
            result = self.weir(*self.with_state([source], checkpoint=text))
            self.assertEqual(result.returncode, 2, (text, result.stderr))
        for text in ("500ms", "5s", "1m", "24h"):
            self.assert_good(self.with_state([source], checkpoint=text))

    def test_standard_output_cannot_be_cut_back(self):
        source = self.write("in", line(1))
        arguments = ["run", "-r", self.rules, "-i", source, "--state", self.path("dir")]
        for expected in (1, 0):
            result = self.weir(*arguments)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stderr.count("weir: warning: standard output cannot be cut back"), 1)
            self.assertEqual(len(events(result.stdout)), expected)

    def test_an_input_that_was_broken_is_tried_again(self):
        packed = gzip.compress(ndjson(0, 30000).encode())
        source = self.write("in.gz", packed[:len(packed) // 2])
        arguments = self.with_state([source])
        self.assert_good(arguments, code=1)
        self.assertLess(self.stats()["stats"]["events_in"], 30000)
        self.assert_good(arguments, code=1)
        self.write("in.gz", packed)
        self.assert_good(arguments)
        self.assertEqual(self.stats()["stats"]["events_in"], 30000 + 310 + 60)


if __name__ == "__main__":
    unittest.main()
