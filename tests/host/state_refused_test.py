"""`weir run --state DIR` refuses what does not fit its state, and folders that it cannot keep one in."""

import os
import random
import signal
import unittest

from program import events
from restarts import States, line, ndjson


class State(States):
    def test_inputs_that_are_others_are_refused(self):
        source, arguments = self.small()
        kept = self.read("state.out")
        self.write("in", line(7) + line(8) + line(9))
        self.refused(arguments, 1, f"its input '{source}' is another file than before",
                     f"remove '{self.path('dir/state')}' to begin anew, with an empty output")
        self.write("in", line(1))
        self.refused(arguments, 1, f"its input '{source}' has ", "were read")
        self.assertEqual(self.read("state.out"), kept)
        self.forget()
        self.assert_good(arguments)
        self.assertEqual(len(events(self.read("state.out"))), 1)

    def test_outputs_that_are_others_are_refused(self):
        source, arguments = self.small()
        out = self.path("state.out")
        size = os.path.getsize(out)
        os.truncate(out, size - 1)
        self.refused(arguments, 1, f"'{out}' has {size - 1} bytes, and had {size}", "begin anew")
        self.write("new", "x" * 2 * size)
        os.rename(self.path("new"), out)
        self.refused(arguments, 1, f"'{out}' is another file than before")
        os.unlink(out)
        self.refused(arguments, 1, f"'{out}' is not there any more")
        self.assertFalse(os.path.exists(out))
        os.unlink(self.path("state.rejects"))
        other = [part if part != out else out + "2" for part in arguments]
        self.refused(other, 1, "its output was", f"is '{out}2' now")

    def test_another_clock_or_format_is_refused(self):
        _, arguments = self.small()
        self.refused([*arguments, "--clock", "arrival"], 1, "its --clock was event, and is arrival now")
        self.refused([*arguments, "--format", "ndjson"], 1, "its --format was none, and is 'ndjson' now")

    def test_a_damaged_state_is_refused(self):
        _, arguments = self.small()
        path = self.path("dir/state")
        with open(path, "rb") as file:
            good = file.read()
        places = random.Random(7).sample(range(len(good)), 30) + [0, 9, 16, 24, len(good) - 1]
        damaged = [good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:] for at in places]
        for bad in [*damaged, b"", good[:-1], good[:40], good + b"x"]:
            self.write("dir/state", bad)
            self.refused(arguments, 1, f"cannot go on from '{path}'", "remove it to begin anew")
        self.write("dir/state", good)
        self.assert_good(arguments)

    def test_two_runs_at_once_are_refused(self):
        source = self.write("in", line(1))
        process, writer = self.open_run([source])
        writer.write('{"Name":"mark"}\n')
        writer.flush()
        self.wait_for_output("mark")
        self.refused(self.with_state([source]), 3, f"in use by another run (process {process.process.pid})",
                     "--state")
        self.assertEqual(process.finish(signal.SIGTERM)[0], 0)

    def test_a_folder_that_cannot_be_written_is_refused(self):
        source = self.write("in", line(1))
        self.write("dir", "no folder")
        self.refused(self.with_state([source]), 3, "cannot keep the state in", "not a directory")
        self.refused(self.arguments("x", [source], ("--state", self.path("no/where"))), 3,
                     "cannot keep the state in", "no such file")
        self.refused(self.arguments("x", [source], ("--state", "/proc")), 3, "cannot keep the state in")
        self.assertFalse(os.path.exists(self.path("x.out")))

    def test_a_state_that_cannot_be_written_is_a_warning_and_at_the_end_an_error(self):
        os.makedirs(self.path("dir/state.new"))  # in the place of the temporary file
        source = self.write("in", ndjson(0, 20000))
        result = self.weir(*self.with_state([source], checkpoint="1ms"))
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(result.stderr.count("weir: warning: cannot write the state to"), 1)
        self.assertIn("; there is none before, and a crash would begin anew", result.stderr)
        self.assertIn("\nweir: cannot write the state to", result.stderr)
        expected = self.undisturbed([source])
        self.assertEqual(self.result("state")[:2], expected[:2])


if __name__ == "__main__":
    unittest.main()
