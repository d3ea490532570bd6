"""`weir run --state DIR`: a run that is stopped goes on where it was; what does not fit is refused."""

import gzip
import json
import os
import random
import signal
import socket
import subprocess
import time
import unittest

from program import PROGRAM, RULE, TIMEOUT, Case, events, netflow_v9, send_udp
from restarts import OOTB, START, Restarts, capture, ndjson


def modified(path):
    return os.stat(path).st_mtime_ns if os.path.exists(path) else None


def line(number, address=1):
    return '{"Timestamp":%d,"SourceAddress":"10.0.0.%d","BytesIn":%d}\n' % (
        START + number, address, number)


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


class State(Restarts):
    def fifo(self):
        """An input that keeps a run from ending."""
        path = self.path("fifo")
        if not os.path.exists(path):
            os.mkfifo(path)
        return path

    def open_run(self, inputs, *extra):
        """One that has read its inputs, and waits for more."""
        arguments = self.with_state([*inputs, self.fifo()], "--clock", "event", *extra, checkpoint="1ms")
        process = self.start(*arguments)
        writer = open(self.fifo(), "w")
        self.addCleanup(writer.close)
        return process, writer

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

    def wait_for_output(self, text):
        deadline = time.monotonic() + TIMEOUT
        while not os.path.exists(self.path("state.out")) or text not in self.read("state.out"):
            self.assertLess(time.monotonic(), deadline)

    def stats(self):
        return json.loads(self.read("state.stats"))

    def refused(self, arguments, code, *parts):
        result = self.weir(*arguments)
        self.assert_error(result, code, *parts)

    def small(self, *extra):
        """Arguments of a run that has come to its end, with its input."""
        source = self.write("in", line(1) + line(2))
        arguments = self.with_state([source], *extra)
        self.assert_good(arguments)
        return source, arguments

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

    def test_what_is_behind_the_state_is_cut_off(self):
        _, arguments = self.small()
        expected = self.result("state")
        for name in ("state.out", "state.rejects"):
            with open(self.path(name), "a") as file:
                file.write("written after the state\n")
        self.assert_good(arguments)
        self.assertEqual(self.result("state"), expected)

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

    def test_a_folder_is_for_its_owner_alone(self):
        self.small()
        self.assertEqual(os.stat(self.path("dir")).st_mode & 0o777, 0o700)
        self.assertEqual(sorted(os.listdir(self.path("dir"))), ["lock", "state"])

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


class Live(Case):
    """Sockets, and files that grow."""

    def setUp(self):
        super().setUp()
        self.rules = self.write("none.yaml", "schema: kuma\n")
        self.number = 0

    def run_on(self, *arguments):
        return self.start("run", "-r", self.rules, "--state", self.path("dir"), *arguments)

    def follow(self, *names):
        arguments = [part for name in names for part in ("-i", self.path(name))]
        process = self.run_on("--follow", *arguments)
        self.assertIn("cannot be cut back", self.skipped(process))
        return process

    def skipped(self, process):
        said = process.line("stderr")
        return process.line("stderr") if said.startswith("going on") else said

    def append(self, name, text):
        with open(self.path(name), "a") as file:
            file.write(text)

    def names(self, process, count):
        return [process.event()["Name"] for _ in range(count)]

    def stopped(self, process, sig=signal.SIGTERM):
        code, out, error = process.finish(sig)
        self.assertEqual((code, out), (0, ""), error)
        return error

    def test_followed_files_go_on_where_they_were(self):
        self.append("log", name(1) + name(2))
        process = self.follow("log")
        self.assertEqual(self.names(process, 2), ["1", "2"])
        self.stopped(process)
        self.append("log", name(3))
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["3"])
        self.append("log", name(4))
        self.assertEqual(self.names(process, 1), ["4"])
        self.append("log", "{bad\n")
        self.assertIn(f"{self.path('log')}:5: rejected: ", process.line("stderr"))
        error = self.stopped(process)
        self.assertIn("events in    5 = 1 rejected", error)

    def test_followed_lines_without_an_end_wait_for_it(self):
        self.append("log", name(1) + name(2)[:5])
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.stopped(process)
        self.append("log", name(2)[5:])
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["2"])
        self.stopped(process)

    def test_followed_files_are_found_behind_a_rotation(self):
        self.append("log", name(1))
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.stopped(process)
        self.append("log", name(2))
        os.rename(self.path("log"), self.path("log.1"))
        self.append("log", name(3))
        process = self.follow("log")
        self.assertEqual(self.names(process, 2), ["2", "3"])
        self.stopped(process)
        process = self.follow("log")
        self.append("log", name(4))
        self.assertEqual(self.names(process, 1), ["4"])
        self.stopped(process)

    def test_followed_files_that_are_gone_are_told(self):
        self.append("log", name(1))
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.stopped(process)
        self.write("new", name(2) * 3)
        os.rename(self.path("new"), self.path("log"))
        process = self.follow("log")
        said = process.line("stderr")
        self.assertIn(f"a file that was '{self.path('log')}' is gone, after {len(name(1))} bytes of it were read", said)
        self.assertEqual(self.names(process, 3), ["2"] * 3)
        self.stopped(process)

    def test_compressed_files_beside_followed_ones_are_left_if_they_came_later(self):
        self.append("log", name(1))
        self.write("log.2.gz", gzip.compress(name(0).encode()))
        process = self.follow("log*")
        self.assertEqual(sorted(self.names(process, 2)), ["0", "1"])
        self.stopped(process)
        self.write("log.1.gz", gzip.compress(name(1).encode()))
        os.unlink(self.path("log"))
        self.append("log", name(2) + name(3))
        process = self.follow("log*")
        self.assertEqual(self.names(process, 2), ["2", "3"])
        self.stopped(process)

    def test_a_killed_follower_gives_lines_again_that_no_state_has(self):
        self.append("log", name(1))
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        process.process.kill()
        process.process.wait(TIMEOUT)
        process = self.follow("log")
        self.assertEqual(self.names(process, 1), ["1"])
        self.stopped(process)

    def test_sockets_keep_templates_and_counts(self):
        arguments = ("-i", "udp://127.0.0.1:0", "-o", self.path("out"))
        whole = netflow_v9(("10.0.0.1", "10.0.0.2", 443, 6, 100, 2))
        for number, datagram in enumerate((whole, whole[:20] + whole[52:])):
            process = self.run_on(*arguments)
            if number:
                self.assertIn("going on", process.line("stderr"))
            port = process.port()
            send_udp(port, datagram)
            self.wait_for_flows(number + 1)
            error = self.stopped(process)
        self.assertIn("2 datagrams, 2 flows", error)
        self.assertIn("0 sets without a template", error)

    def wait_for_flows(self, count):
        deadline = time.monotonic() + TIMEOUT
        while len(self.read("out").splitlines()) < count:
            self.assertLess(time.monotonic(), deadline)

    def test_what_a_peer_has_not_taken_is_sent_after_a_crash(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            source = self.write("in", name(1) + name(2))
            os.mkfifo(self.path("fifo"))
            arguments = ("-i", source, "-i", self.path("fifo"), "--clock", "event", "--checkpoint", "1ms",
                         "-o", f"tcp://127.0.0.1:{server.getsockname()[1]}")
            process = self.run_on(*arguments)
            with open(self.path("fifo"), "w"):
                while "the state waits for" not in process.line("stderr"):
                    pass
                process.process.kill()
                process.process.wait(TIMEOUT)
            server.listen()
            process = self.run_on(*arguments)
            open(self.path("fifo"), "w").close()
            connection, _ = server.accept()
            with connection, connection.makefile() as lines:
                self.assertEqual([json.loads(lines.readline())["Name"] for _ in range(2)], ["1", "2"])
                code, _, error = process.finish()
            self.assertEqual(code, 0, error)


def name(number):
    return '{"Name":"%d"}\n' % number


if __name__ == "__main__":
    unittest.main()
