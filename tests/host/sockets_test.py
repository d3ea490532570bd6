"""Sockets that others write to: framings, many connections, connections that end badly, Unix sockets."""

import json
import os
import resource
import select
import signal
import socket
import struct
import time
import unittest

from program import Case, TIMEOUT, events, netflow_v9, reads_records, send_udp

MEBIBYTE = 1 << 20
LONGEST = 4 * MEBIBYTE
FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)
SYSLOG = b"<34>1 2023-11-14T22:13:20Z mail su - ID47 - %s"
ONCE_RECORDS_ARE_READ = unittest.skipUnless(reads_records(), "the library reads no records yet")


def line(name):
    return b'{"Name":"%s"}\n' % name.encode()


def counted(message):
    return b"%d %s" % (len(message), message)


def names(found):
    return [event["Name"] for event in found]


def connect(where):
    """Of tcp://HOST:PORT, or unix:///PATH."""
    if where.startswith("unix://"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(where.removeprefix("unix://"))
    else:
        connection = socket.create_connection(("127.0.0.1", port_of(where)))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(TIMEOUT)
    return connection


def port_of(where):
    return int(where.rsplit(":", 1)[1])


def reset(connection):
    """Ends it with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait_for_end(connection):
    """Until the other side has closed."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass


class SocketCase(Case):
    def listen(self, name="tcp://127.0.0.1:0", *arguments):
        process = self.start("run", "-r", self.rules, "-i", name, "--stats", self.path("stats.json"),
                             "--rejects", self.path("rejects"), *arguments)
        process.where = process.address()
        return process

    def stop(self, process):
        """The events that it still wrote."""
        code, out, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)
        return events(out)

    def source(self):
        return json.loads(self.read("stats.json"))["sources"][0]

    def connections(self):
        """(accepted, open, refused, rejected)"""
        counts = self.source()["connections"]
        return tuple(counts[name] for name in ("accepted", "open", "refused", "rejected"))

    def rejects(self):
        return events(self.read("rejects"))


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

    def test_of_a_thousand_connections_lose_nothing(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertGreaterEqual(hard, 1100, "raise the limit of open files for this test")
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        process = self.listen()  # which raises its own limit
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1100), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        connections = [connect(process.where) for _ in range(1000)]
        kept_back = [b""] * len(connections)
        got = b""
        output = process.process.stdout
        for number in range(100):
            for i, connection in enumerate(connections):
                text = line(f"{i}/{number}")
                cut = (i + number) % len(text)  # the line ends with what is sent next
                connection.sendall(kept_back[i] + text[:cut])
                kept_back[i] = text[cut:]
            while select.select([output], [], [], 0)[0]:
                got += os.read(output.fileno(), MEBIBYTE)
        for i, connection in enumerate(connections):
            connection.sendall(kept_back[i])
            connection.close()
        code, out, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)
        found = {}
        for event in events(got.decode() + out):
            connection, number = event["Name"].split("/")
            found.setdefault(int(connection), []).append(int(number))
        self.assertEqual(len(found), 1000)
        for connection, numbers in found.items():
            self.assertEqual(numbers, list(range(100)), f"of connection {connection}")
        self.assertEqual(self.connections(), (1000, 0, 0, 0))

    def test_beyond_a_thousand_and_a_bit_are_refused(self):
        process = self.listen()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        connections = [connect(process.where) for _ in range(1026)]
        for connection in connections[1024:]:
            wait_for_end(connection)
        connections[1023].sendall(line("the last"))
        self.assertEqual(process.event(), {"Name": "the last"})
        connections[0].sendall(line("the first"))
        self.assertEqual(process.event(), {"Name": "the first"})
        code, _, error = process.finish(signal.SIGTERM)
        self.assertEqual(code, 0, error)
        self.assertEqual(self.connections(), (1024, 1024, 2, 0))
        self.assertIn("2 refused", error)
        for connection in connections:
            connection.close()

    def test_without_a_descriptor_left_are_refused(self):
        process = self.listen()
        resource.prlimit(process.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        connections = [connect(process.where) for _ in range(60)]
        wait_for_end(connections[-1])
        connections[0].sendall(line("the first"))
        self.assertEqual(process.event(), {"Name": "the first"})
        self.assertEqual(self.stop(process), [])
        accepted, open_at_end, refused, _ = self.connections()
        self.assertEqual((accepted, accepted + refused), (open_at_end, 60))
        self.assertGreater(refused, 20)
        for connection in connections:
            connection.close()

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

    def test_that_are_reset_cost_only_themselves(self):
        process = self.listen()
        with connect(process.where) as other:
            other.sendall(b'{"Name":')
            broken = connect(process.where)
            broken.sendall(line("before") + b'{"Name":"ha')
            self.assertEqual(process.event(), {"Name": "before"})
            reset(broken)
            self.assertIn(":2: rejected: ", process.line("stderr"))
            other.sendall(b'"goes on"}\n')
            self.assertEqual(process.event(), {"Name": "goes on"})
        self.assertEqual(self.stop(process), [])

    def test_of_garbage_cost_only_themselves(self):
        process = self.listen("tcp://127.0.0.1:0", "--format", "ndjson")
        with connect(process.where) as other, connect(process.where) as garbage:
            other.sendall(b'{"Name":')
            garbage.sendall(bytes(range(256)) * 64 + b"\n" + line("behind"))
            other.sendall(b'"goes on"}\n')
            self.assertEqual(sorted(names([process.event(), process.event()])),
                             ["behind", "goes on"])
        self.assertEqual(self.stop(process), [])

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

    def test_that_are_silent_within_long_lines_do_not_take_all_memory(self):
        process = self.listen()
        part = b'{"Name":"' + b"x" * (4 * MEBIBYTE - 100)
        with connect(process.where) as other:
            holders = [connect(process.where) for _ in range(40)]  # 160 MB
            for holder in holders:
                holder.setblocking(False)
            rest = {holder: memoryview(part) for holder in holders}
            deadline = time.monotonic() + TIMEOUT
            while rest and time.monotonic() < deadline:
                _, ready, _ = select.select([], list(rest), [], 0.5)
                if not ready:
                    break  # nobody is read any more
                for holder in ready:
                    rest[holder] = rest[holder][holder.send(rest[holder]):]
                    if not rest[holder]:
                        del rest[holder]
            other.sendall(line("goes on"))
            self.assertEqual(process.event(), {"Name": "goes on"})
            with open(f"/proc/{process.process.pid}/status") as status:
                resident = next(int(row.split()[1]) for row in status if row.startswith("VmRSS:"))
            self.assertLess(resident, 120 << 10)  # KiB
            for holder in holders:
                holder.close()
        process.process.kill()

    def test_flushed_by_a_signal_are_read_to_what_has_come(self):
        process = self.listen()
        with connect(process.where) as connection:
            connection.sendall(line("first"))
            self.assertEqual(process.event(), {"Name": "first"})
            process.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.process.pid, os.WSTOPPED | os.WNOWAIT)
            count = 5000
            connection.sendall(b"".join(line(str(i)) for i in range(count)) + b'{"Name":"last"}')
            with connect(process.where) as late:  # it waits to be taken
                late.sendall(line("late"))
                process.process.send_signal(signal.SIGTERM)
                process.process.send_signal(signal.SIGCONT)
                code, out, error = process.finish()
        self.assertEqual(code, 0, error)
        found = names(events(out))
        found.remove("late")
        self.assertEqual(found, [str(i) for i in range(count)] + ["last"])

    def test_that_are_busy_leave_the_others_their_turn(self):
        process = self.listen("tcp://127.0.0.1:0", "-o", self.path("out"))
        block = line("busy") * 10000
        with connect(process.where) as busy, connect(process.where) as other:
            busy.setblocking(False)
            end = time.monotonic() + 0.5
            sent = 0
            while time.monotonic() < end:
                if select.select([], [busy], [], 0.1)[1]:
                    sent += busy.send(block[sent % len(block):])
            other.sendall(line("other"))
            deadline = time.monotonic() + TIMEOUT
            while b"other" not in open(self.path("out"), "rb").read():
                self.assertLess(time.monotonic(), deadline)
                if select.select([], [busy], [], 0)[1]:
                    sent += busy.send(block[sent % len(block):])
        self.stop(process)


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
