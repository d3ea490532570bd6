"""`weir run --state DIR` of sockets, and of files that grow."""

import gzip
import json
import os
import signal
import socket
import time
import unittest

from program import TIMEOUT, Case, netflow_v9, send_udp
from restarts import PASSING, name


class Live(Case):
    def setUp(self):
        super().setUp()
        self.rules = self.write("none.yaml", PASSING)
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


if __name__ == "__main__":
    unittest.main()
