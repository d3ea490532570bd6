"""Connections to a socket: a thousand at once, too many, and those that end badly, are silent or busy."""

import os
import resource
import select
import signal
import time
import unittest

from program import TIMEOUT, events
from socket_program import MEBIBYTE, SocketCase, connect, line, names, reset, wait_for_end


class Streams(SocketCase):
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


if __name__ == "__main__":
    unittest.main()
