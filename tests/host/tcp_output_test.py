"""Output over TCP: a peer that is not there, goes away, comes back, is slow, or never reads."""

import json
import signal
import socket
import threading
import time
import unittest

from program import Case, TIMEOUT, wait_until_idle

MEBIBYTE = 1 << 20


def line(number, padding=0):
    return '{"Name":"%d"%s}\n' % (number, ',"Message":"%s"' % ("x" * padding) if padding else "")


def numbers(data):
    """Of lines that must be whole."""
    return [int(json.loads(row)["Name"]) for row in data.decode().splitlines()]


class Peer:
    """Listens, and reads what it is told to."""

    def __init__(self, port=0, receive_buffer=None):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if receive_buffer:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen()
        self.listener.settimeout(TIMEOUT)
        self.port = self.listener.getsockname()[1]
        self.name = f"tcp://127.0.0.1:{self.port}"
        self.connection = None

    def accept(self):
        self.connection, _ = self.listener.accept()
        self.connection.settimeout(TIMEOUT)

    def read_lines(self, count):
        data = bytearray()
        while count > 0:
            block = self.connection.recv(65536)
            if not block:
                raise AssertionError(f"the end, after {data[-200:]!r}")
            data += block
            count -= block.count(b"\n")
        return bytes(data)

    def read_all(self):
        data = bytearray()
        while block := self.connection.recv(MEBIBYTE):
            data += block
        return bytes(data)

    def close(self):
        for one in (self.connection, self.listener):
            if one is not None:
                one.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TcpOutput(Case):
    def peer(self, *arguments, **more):
        peer = Peer(*arguments, **more)
        self.addCleanup(peer.close)
        return peer

    def run_to(self, name, *arguments):
        """A run from its standard input."""
        return self.start("run", "-r", self.rules, "-o", name, "--stats", self.path("stats.json"),
                          *arguments)

    def output(self):
        return json.loads(self.read("stats.json"))["output"]

    def test_has_every_line_once(self):
        peer = self.peer()
        source = self.write("in", "".join(line(i) for i in range(100000)))
        process = self.run_to(peer.name, "-i", source)
        peer.accept()
        self.assertEqual(numbers(peer.read_all()), list(range(100000)))
        code, out, error = process.finish()
        self.assertEqual((code, out), (0, ""), error)
        self.assertEqual(self.output(), {"name": peer.name, "connections": 1, "lines": 100000,
                                         "undelivered": 0})

    def test_lets_nothing_linger(self):
        peer = self.peer()
        process = self.run_to(peer.name)
        peer.accept()
        for i in range(3):
            process.feed(line(i))
            self.assertEqual(numbers(peer.read_lines(1)), [i])
        self.assertEqual(process.finish()[0], 0)

    def test_waits_for_a_peer_that_is_not_there_at_the_start(self):
        port = free_port()
        process = self.run_to(f"tcp://127.0.0.1:{port}")
        self.assertIn("connection refused", process.line("stderr"))
        process.feed("".join(line(i) for i in range(10)))
        peer = self.peer(port)
        peer.accept()
        self.assertEqual(numbers(peer.read_lines(10)), list(range(10)))
        self.assertIn("is connected", process.line("stderr"))
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)
        self.assertNotIn("refused", error)

    def test_notices_that_an_idle_peer_goes_and_finds_it_again(self):
        peer = self.peer()
        process = self.run_to(peer.name)
        peer.accept()
        process.feed(line(0))
        self.assertEqual(numbers(peer.read_lines(1)), [0])
        peer.connection.close()
        self.assertIn("closed the connection", process.line("stderr"))  # nothing was written
        peer.accept()
        self.assertIn("is connected", process.line("stderr"))
        process.feed(line(1))
        self.assertEqual(numbers(peer.read_lines(1)), [1])
        self.assertEqual(process.finish()[0], 0)
        self.assertEqual(self.output()["connections"], 2)

    def test_keeps_what_a_peer_that_went_was_not_sent(self):
        """No line is cut or sent twice, and what is lost was sent to the old connection."""
        peer = self.peer(receive_buffer=65536)
        count = 20000  # 20 MB: more than the systems of both sides hold
        source = self.write("in", "".join(line(i, 1000) for i in range(count)))
        process = self.run_to(peer.name, "-i", source)
        peer.accept()
        first = peer.read_lines(100)
        peer.connection.close()
        peer.accept()
        second = peer.read_all()
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)
        first = numbers(first[:first.rindex(b"\n") + 1])
        second = numbers(second)
        self.assertEqual(first, list(range(len(first))))
        self.assertEqual(second, list(range(second[0], count)))
        self.assertGreaterEqual(second[0], len(first))
        # Never more is lost than the two systems held: buffers of some MiB.
        self.assertLess(second[0] - len(first), 12000)
        self.assertEqual(self.output()["lines"], count)

    def test_stops_intake_when_its_buffer_is_full(self):
        peer = self.peer(receive_buffer=65536)
        count = 60000  # 60 MB
        source = self.write("in", "".join(line(i, 1000) for i in range(count)))
        process = self.run_to(peer.name, "-i", source, "--output-buffer", "1MiB")
        peer.accept()
        read = wait_until_idle(process.process.pid)
        self.assertLess(read, 30 * MEBIBYTE)
        with open(f"/proc/{process.process.pid}/status") as status:
            resident = next(int(row.split()[1]) for row in status if row.startswith("VmHWM:"))
        self.assertLess(resident, 64 << 10)
        self.assertEqual(numbers(peer.read_all()), list(range(count)))
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)

    def test_that_is_full_stops_tcp_peers(self):
        peer = self.peer(receive_buffer=65536)
        process = self.run_to(peer.name, "-i", "tcp://127.0.0.1:0", "--output-buffer", "1MiB")
        port = process.port()
        peer.accept()
        count = 40000  # 40 MB
        data = "".join(line(i, 1000) for i in range(count)).encode()
        with socket.create_connection(("127.0.0.1", port)) as sender:
            thread = threading.Thread(target=sender.sendall, args=(data,))
            thread.start()
            wait_until_idle(process.process.pid)
            self.assertTrue(thread.is_alive(), "the sender was never stopped")
            self.assertEqual(numbers(peer.read_lines(count)), list(range(count)))
            thread.join()
        code, _, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)

    def test_that_nobody_takes_is_counted_and_fails(self):
        process = self.run_to(f"tcp://127.0.0.1:{free_port()}")
        process.feed("".join(line(i) for i in range(7)))
        begin = time.monotonic()
        code, _, error = process.finish()
        self.assertEqual(code, 3, error)
        self.assertIn("cannot deliver 7 lines", error)
        self.assertIn("undelivered  7 lines", error)
        self.assertEqual(self.output()["undelivered"], 7)
        self.assertIn("connection refused", json.loads(self.read("stats.json"))["failure"])
        self.assertLess(time.monotonic() - begin, 15)

    def test_that_is_full_and_that_nobody_takes_ends_after_a_signal(self):
        source = self.write("in", "".join(line(i, 1000) for i in range(1000)))
        process = self.run_to(f"tcp://127.0.0.1:{free_port()}", "-i", source, "--output-buffer",
                              "64KiB")
        process.line("stderr")
        wait_until_idle(process.process.pid)
        code, _, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 3, error)
        self.assertIn("cannot deliver", error)
        report = json.loads(self.read("stats.json"))
        self.assertTrue(report["conservation"]["holds"], report["conservation"])
        self.assertEqual(report["output"]["lines"] + report["output"]["undelivered"],
                         report["stats"]["passed"])
        self.assertIn(f"undelivered  {report['output']['undelivered']} lines", error)

    def test_that_nobody_takes_ends_at_once_with_a_second_signal(self):
        process = self.run_to(f"tcp://127.0.0.1:{free_port()}")
        process.feed(line(0))
        process.line("stderr")
        process.process.send_signal(signal.SIGTERM)
        process.process.send_signal(signal.SIGINT)
        self.assertEqual(process.process.wait(5), 130)

    def test_without_lines_needs_no_peer(self):
        process = self.run_to(f"tcp://127.0.0.1:{free_port()}")
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)

    def test_has_a_name_that_is_checked(self):
        for name in ("tcp://", "tcp://host", "tcp://:1", "tcp://host:0", "tcp://::1:1"):
            self.assert_error(self.weir("run", "-r", self.rules, "-o", name), 2, name,
                              "tcp://HOST:PORT")
        self.assertEqual(self.weir("run", "-r", self.rules, "--output-buffer", "1").returncode, 2)


if __name__ == "__main__":
    unittest.main()
