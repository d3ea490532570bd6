"""What a run that goes on counts, and which files are the state's own."""

import json
import os
import signal
import socket
import subprocess
import time
import unittest

from program import PROGRAM, TIMEOUT
from restarts import Restarts, name, ndjson


class Restarted(Restarts):
    def sources(self):
        report = json.loads(self.read("state.stats"))
        self.assertEqual(sum(one["events"] for one in report["sources"] if "events" in one),
                         report["stats"]["events_in"])
        return {one["name"]: one.get("events") for one in report["sources"]}

    def test_what_a_peer_did_not_get_is_what_this_run_made(self):
        source = self.write("in", name(1) + name(2) + name(3))
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            arguments = self.with_state([source])
            arguments[arguments.index("-o") + 1] = "tcp://127.0.0.1:%d" % server.getsockname()[1]
            process = self.start(*arguments)
            connection, _ = server.accept()
            with connection, connection.makefile() as lines:
                self.assertEqual(len(lines.readlines()), 3)
            self.assertEqual(process.finish()[0], 0)
        with open(source, "a") as file:
            file.write(name(4) + name(5))
        result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("cannot deliver 2 lines", result.stderr)
        self.assertIn("undelivered  2 lines", result.stderr)
        output = json.loads(self.read("state.stats"))["output"]
        self.assertEqual((output["lines"], output["undelivered"]), (3, 2))

    def test_pipes_that_are_not_read_yet_keep_what_they_gave(self):
        """They come behind the files, and a signal may come before."""
        source, fifo = self.write("in", name(1)), self.path("fifo")
        os.mkfifo(fifo)
        pipe = os.open(fifo, os.O_RDWR)
        self.addCleanup(os.close, pipe)
        arguments = self.with_state([source, fifo, "udp://127.0.0.1:0"], checkpoint="1ms")
        state = self.path("dir/state")
        for run, expected in enumerate(({source: 1, fifo: 2}, {fifo: 2})):
            before = os.stat(state).st_mtime_ns if run else 0
            with subprocess.Popen([PROGRAM, *arguments], stderr=subprocess.PIPE, text=True) as process:
                deadline = time.monotonic() + TIMEOUT
                if run == 0:
                    os.write(pipe, (name(2) + name(3)).encode())
                while (run == 0 and (not os.path.exists(self.path("state.out"))
                                     or self.read("state.out").count("\n") < 3)
                       or run == 1 and os.stat(state).st_mtime_ns == before):
                    self.assertLess(time.monotonic(), deadline)
                process.send_signal(signal.SIGTERM)
                error = process.communicate(timeout=TIMEOUT)[1]
            self.assertEqual(process.returncode, 0, error)
            self.assertEqual({one: self.sources().get(one) for one in expected}, expected)
            with open(source, "a") as file:
                file.write(ndjson(0, 200000))

    def test_files_of_the_state_are_nothing_else(self):
        source = self.write("in", name(1))
        for option in ("-o", "--rejects", "--stats"):
            for file in ("state", "state.new", "lock"):
                for made in (False, True):
                    with self.subTest(option=option, file=file, made=made):
                        if made:
                            os.makedirs(self.path("dir"), exist_ok=True)
                        arguments = self.with_state([source])
                        arguments[arguments.index(option) + 1] = self.path("dir/" + file)
                        result = self.weir(*arguments)
                        self.assert_error(result, 2, f"'{self.path('dir/' + file)}' is ",
                                          "a file of the state (--state)", "name two files")
        self.assertFalse(os.path.exists(self.path("dir/state")))


if __name__ == "__main__":
    unittest.main()
