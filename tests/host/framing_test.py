"""What comes over a socket is cut into events: lines, counted messages, records, datagrams."""

import socket
import unittest

from program import netflow_v9, reads_records, send_udp
from socket_program import MEBIBYTE, SocketCase, connect, counted, line, names, port_of, wait_for_end

FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)
SYSLOG = b"<34>1 2023-11-14T22:13:20Z mail su - ID47 - %s"
ONCE_RECORDS_ARE_READ = unittest.skipUnless(reads_records(), "the library reads no records yet")


class Streams(SocketCase):
    def test_have_lines(self):
        process = self.listen()
        with connect(process.where) as connection:
            stream = line("one") + b'{"Name":"two"}\r\n' + b'{"Name":"three"}\0' + line("four")
            connection.sendall(stream)
            self.assertEqual(names(process.event() for _ in range(4)),
                             ["one", "two", "three", "four"])
        self.assertEqual(self.stop(process), [])
        self.assertEqual(self.connections(), (1, 0, 0, 0))
        self.assertEqual((self.source()["name"], self.source()["bytes"]),
                         (process.where, len(stream)))

    def test_have_counted_messages_and_lines_by_turns(self):
        process = self.listen()
        with connect(process.where) as connection:
            connection.sendall(counted(b'{"Name":"one"}') + counted(line("two")) + line("three") +
                               line("four") + counted(b'{"Name":"five"}'))
            self.assertEqual(names(process.event() for _ in range(5)),
                             ["one", "two", "three", "four", "five"])
        self.assertEqual(self.stop(process), [])

    def test_may_be_split_anywhere(self):
        parts = [line("one"), counted(b'{"Name":"two"}'), b'{"Name":"three"}\0']
        stream = b"".join(parts)
        ends = [len(b"".join(parts[:i + 1])) for i in range(3)]
        process = self.listen()
        for at in range(1, len(stream)):
            with connect(process.where) as connection:
                connection.sendall(stream[:at])
                # What is whole has been read before the rest is sent.
                whole = sum(at >= end for end in ends)
                got = [process.event() for _ in range(whole)]
                connection.sendall(stream[at:])
                got += [process.event() for _ in range(3 - whole)]
                self.assertEqual(names(got), ["one", "two", "three"], f"split at {at}")
        self.assertEqual(self.stop(process), [])

    def test_come_byte_by_byte(self):
        stream = line("one") + counted(b'{"Name":"two"}') + line("three")
        process = self.listen()
        with connect(process.where) as connection:
            for byte in stream:
                connection.sendall(bytes([byte]))
            self.assertEqual(names(process.event() for _ in range(3)), ["one", "two", "three"])
        self.assertEqual(self.stop(process), [])

    def test_that_end_within_a_line_end_the_line(self):
        process = self.listen()
        for rest, passes in ((b'{"Name":"whole"}', True), (b'{"Name":"ha', False)):
            with connect(process.where) as connection:
                connection.sendall(line("before") + rest)
                peer = connection.getsockname()
            self.assertEqual(process.event(), {"Name": "before"})
            if passes:
                self.assertEqual(process.event(), {"Name": "whole"})
            else:
                self.assertIn(f"{process.where} (127.0.0.1:{peer[1]}):2: rejected: ",
                              process.line("stderr"))
        self.assertEqual(self.stop(process), [])
        self.assertEqual(self.connections(), (2, 0, 0, 1))
        self.assertEqual([reject["text"] for reject in self.rejects()], ['{"Name":"ha'])

    def test_have_a_line_too_long_rejected_once(self):
        process = self.listen()
        with connect(process.where) as connection:
            connection.sendall(line("before") + b'{"Name":"' + b"x" * (5 * MEBIBYTE) + b'"}\n' +
                               line("behind"))
            self.assertEqual(names([process.event(), process.event()]), ["before", "behind"])
            connection.sendall(b"not JSON\n")
            process.line("stderr")
            self.assertIn(":4: rejected", process.line("stderr"))
        self.assertEqual(self.stop(process), [])
        self.assertEqual([reject["line"] for reject in self.rejects()], [2, 4])


class Records(SocketCase):
    @ONCE_RECORDS_ARE_READ
    def test_over_tcp_are_counted_or_lines(self):
        process = self.listen()
        with connect(process.where) as connection:
            connection.sendall(counted(SYSLOG % b"one\ntwo") + SYSLOG % b"three" + b"\n" +
                               counted(SYSLOG % b"four\n"))
            found = [process.event() for _ in range(3)]
        self.assertEqual([e["Message"] for e in found], ["one\ntwo", "three", "four"])
        self.assertEqual(self.stop(process), [])
        self.assertEqual(self.source()["connections"]["events"], 3)

    @ONCE_RECORDS_ARE_READ
    def test_over_tcp_are_told_apart_by_connection(self):
        process = self.listen()
        for stream, field in ((line("one"), "Name"), (SYSLOG % b"two" + b"\n", "Message"),
                              (b"CEF:0|V|P|1|7|three|5|msg=m\n", "Name")):
            with connect(process.where) as connection:
                connection.sendall(stream)
                self.assertIn(field, process.event())
        self.assertEqual(self.stop(process), [])

    @ONCE_RECORDS_ARE_READ
    def test_of_a_count_that_lies_are_rejected_with_their_connection(self):
        process = self.listen()
        with connect(process.where) as connection:
            connection.sendall(counted(SYSLOG % b"one") + b"99999999 <34>1 x")
            self.assertEqual(process.event()["Message"], "one")
            self.assertIn(f"{process.where} (127.0.0.1:{connection.getsockname()[1]}):2: rejected: a "
                          "frame of 99999999 bytes", process.line("stderr"))
            wait_for_end(connection)
        with connect(process.where) as connection:
            connection.sendall(b"500 " + SYSLOG % b"too short")
        self.assertIn("ended within a frame", process.line("stderr"))
        self.assertEqual(self.stop(process), [])
        self.assertEqual(self.connections(), (2, 0, 0, 2))

    @ONCE_RECORDS_ARE_READ
    def test_over_udp_are_told_from_netflow_by_datagram(self):
        process = self.listen("udp://127.0.0.1:0")
        send_udp(port_of(process.where), SYSLOG % b"one", netflow_v9(FLOW), line("two"))
        self.assertEqual(process.event()["Message"], "one")
        self.assertEqual(process.event()["Name"], "two")
        self.assertEqual([e["BytesIn"] for e in self.stop(process)], [100])
        self.assertEqual(self.source()["format"], "mixed")

    @ONCE_RECORDS_ARE_READ
    def test_over_a_unix_socket_are_rejected_when_they_are_cut(self):
        path = self.path("socket")
        process = self.listen("unixgram://" + path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(SYSLOG % (b"x" * 70000), path)
            sender.sendto(SYSLOG % b"two", path)
        self.assertIn("longer than 64 KiB", process.line("stderr"))
        self.assertEqual(process.event()["Message"], "two")
        self.assertEqual(self.stop(process), [])
        self.assertEqual(self.source()["rejected"], 1)


class Datagrams(SocketCase):
    def test_over_udp_may_be_json(self):
        for arguments in ((), ("--format", "ndjson")):
            process = self.listen("udp://127.0.0.1:0", *arguments)
            send_udp(port_of(process.where), line("one"), b'{"Name":"two"}',
                     line("three") + b'{"Name":"four"}')
            self.assertEqual(names(process.event() for _ in range(4)),
                             ["one", "two", "three", "four"])
            self.assertEqual(self.stop(process), [])
            source = self.source()
            self.assertEqual((source["format"], source["datagrams"], source["rejected"]),
                             ("ndjson", 3, 0))

    def test_that_are_bad_are_rejected_by_number(self):
        process = self.listen("udp://127.0.0.1:0", "--format", "ndjson")
        send_udp(port_of(process.where), line("one"), b"two", line("three"))
        self.assertIn(f"{process.where}:2: rejected: ", process.line("stderr"))
        self.assertEqual(names(self.stop(process)), ["one", "three"])
        self.assertEqual(self.source()["rejected"], 1)

    def test_over_udp_stay_netflow_beside_json(self):
        process = self.listen("udp://127.0.0.1:0")
        send_udp(port_of(process.where), line("one"), netflow_v9(FLOW))
        self.assertEqual(process.event(), {"Name": "one"})
        self.assertEqual([e["BytesIn"] for e in self.stop(process)], [100])
        self.assertEqual(self.source()["format"], "mixed")


if __name__ == "__main__":
    unittest.main()
