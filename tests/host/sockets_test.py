"""Names of sockets: Unix sockets come, go and are left alone; those that are taken or wrong are told."""

import os
import socket
import unittest

from socket_program import SocketCase, connect, line, names


class UnixSockets(SocketCase):
    def setUp(self):
        super().setUp()
        self.socket_path = self.path("socket")
        self.stream = "unix://" + self.socket_path
        self.datagram = "unixgram://" + self.socket_path

    def test_take_streams_and_are_removed(self):
        process = self.listen(self.stream)
        with connect(process.where) as connection:
            connection.sendall(line("one") + b"no JSON\n")
            self.assertEqual(process.event(), {"Name": "one"})
            connection.sendall(b'{"Name":"two"}')
        self.assertIn(f"{self.stream} (process {os.getpid()}):2: rejected",
                      process.line("stderr"))
        self.assertEqual(names(self.stop(process)), ["two"])
        self.assertFalse(os.path.exists(self.socket_path))

    def test_take_datagrams_and_are_removed(self):
        process = self.listen(self.datagram)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            for name in ("one", "two"):
                sender.sendto(line(name), self.socket_path)
        self.assertEqual(names([process.event(), process.event()]), ["one", "two"])
        self.assertEqual(self.stop(process), [])
        self.assertFalse(os.path.exists(self.socket_path))

    def test_that_a_dead_process_left_are_replaced(self):
        for name, kind in ((self.stream, socket.SOCK_STREAM), (self.datagram, socket.SOCK_DGRAM)):
            with socket.socket(socket.AF_UNIX, kind) as stale:
                stale.bind(self.socket_path)
            process = self.listen(name)
            self.assertEqual(self.stop(process), [])

    def test_that_live_are_left_alone(self):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_UNIX, kind) as live:
                live.bind(self.socket_path)
                if kind == socket.SOCK_STREAM:
                    live.listen()
                for name in (self.stream, self.datagram):
                    self.assert_error(self.weir("run", "-r", self.rules, "-i", name), 1, name,
                                      "another process listens there")
                self.assertTrue(os.path.exists(self.socket_path))
            os.unlink(self.socket_path)

    def test_do_not_replace_files(self):
        self.write("socket", "precious")
        self.assert_error(self.weir("run", "-r", self.rules, "-i", self.stream), 1, self.stream,
                          "no socket")
        self.assertEqual(self.read("socket"), "precious")


class Names(SocketCase):
    def test_that_are_taken_or_wrong_are_told(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            name = "tcp://127.0.0.1:%d" % other.getsockname()[1]
            self.assert_error(self.weir("run", "-r", self.rules, "-i", name), 1, name, "in use",
                              "another port")
        for name, hint in (("tcp://127.0.0.1", "tcp://HOST:PORT"), ("unix://relative", "unix:///PATH"),
                           ("unixgram:///" + "x" * 200, "too long")):
            self.assert_error(self.weir("run", "-r", self.rules, "-i", name), 2, name, hint)

    def test_of_formats_that_a_socket_cannot_carry_are_refused(self):
        for name, format_name in (("tcp://127.0.0.1:0", "netflow"), ("udp://127.0.0.1:0", "pcap")):
            self.assert_error(self.weir("run", "-r", self.rules, "-i", name, "--format", format_name),
                              2, name, f"--format {format_name}")


if __name__ == "__main__":
    unittest.main()
