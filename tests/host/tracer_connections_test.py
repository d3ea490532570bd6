"""`weir tracer`: many connections, idle ones and ones that do not read."""

import resource
import select
import signal
import socket
import unittest

from program import TIMEOUT
from tracer_program import FEED, FLAGS, HIT, TracerCase, connect


class Connections(TracerCase):
    def test_a_thousand_are_served_at_once(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 2200:
            self.skipTest("this system lets a process open too few files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2200), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        process = self.serve_feed()
        clients = [connect(process.port) for _ in range(1000)]
        for client in clients:
            client.send(FLAGS + b"KUMA|ip=192.0.2.7|\n")
        for client in clients:
            self.assertEqual(client.answer(), [HIT])
            client.socket.close()
        _, _, error = process.finish(signal.SIGTERM)
        self.assertIn("connections  1,000, 0 refused", error)

    def test_above_the_limit_they_are_closed_and_the_others_go_on(self):
        process = self.serve_feed("--max-connections", "2")
        first, second = connect(process.port), connect(process.port)
        self.assertEqual(first.ask(b"ip=192.0.2.7\n") + second.ask(b"ip=192.0.2.7\n"), [HIT] * 2)
        with connect(process.port) as third:
            self.assertTrue(third.at_end())
        self.assertEqual(first.ask(b"ip=192.0.2.7\n"), [HIT])
        first.socket.close()
        self.assertIn("--max-connections", process.line("stderr"))
        while True:  # until the server has seen that it is closed
            with connect(process.port) as again:
                try:
                    again.send(b"ip=192.0.2.7\n")
                    if again.line() == HIT:
                        break
                except ConnectionError:
                    pass
        second.socket.close()

    def test_resets_end_nothing_but_themselves(self):
        process = self.serve_feed()
        for data in (b"", FLAGS, FLAGS + b"KUMA|ip=192", b"KUMA|ip=192.0.2.7|\n" * 1000):
            for _ in range(10):
                client = connect(process.port)
                client.send(data)
                client.reset()
        self.assertEqual(self.look_up(process, b"KUMA|ip=192.0.2.7|\n"), [HIT])

    def test_that_are_idle_are_closed(self):
        process = self.serve_feed("--idle", "200ms")
        with connect(process.port) as idle, connect(process.port) as half:
            half.send(b"KUMA|ip=")
            self.assertTrue(idle.at_end())
            self.assertTrue(half.at_end())
        _, _, error = process.finish(signal.SIGINT)
        self.assertIn("2 idle", error)

    def test_one_that_does_not_read_is_not_read_from(self):
        process = self.serve_feed()
        with connect(process.port) as stuck:
            stuck.socket.setblocking(False)
            sent = 0
            block = b"KUMA|ip=192.0.2.7|\n" * 1000
            while True:  # until nothing has been taken for a while
                try:
                    sent += stuck.socket.send(block[sent % len(block):])
                except BlockingIOError:
                    if not select.select([], [stuck.socket], [], 0.5)[1]:
                        break
                self.assertLess(sent, 256 << 20, "everything is taken and nothing is given")
            self.assertEqual(self.look_up(process, b"KUMA|ip=192.0.2.7|\n"), [HIT])
            with open(f"/proc/{process.process.pid}/status") as status:
                memory = next(line for line in status if line.startswith("VmRSS"))
            self.assertLess(int(memory.split()[1]), 512 << 10)  # of a sanitized build as well
            stuck.socket.setblocking(True)
            stuck.socket.settimeout(TIMEOUT)
            for _ in range(sent // 19):
                self.assertEqual(stuck.answer(), [HIT])

    def test_that_leave_long_answers_unread_do_not_take_all_memory(self):
        row = "x" * (200 << 10)
        process = self.serve("--csv", self.write("feed.csv", f"ioc,note\na,{row}\nb,\n"))
        request = b"KUMA|" + b"url=a|" * 100 + b"\n"
        with connect(process.port) as client:
            answer = client.ask(request)  # cut at 3 MiB
            self.assertEqual([len(line) for line in answer], [len(answer[0])] * 15)
            self.assertEqual(len(client.ask(b"KUMA|url=b|\n")), 1)
        stuck = []
        for _ in range(150):
            stuck.append(socket.socket())
            # With a small window the system holds little of an answer itself.
            stuck[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck[-1].connect(("127.0.0.1", process.port))
            stuck[-1].sendall(request)
        self.assertEqual(self.look_up(process, b"KUMA|url=b|\n"),
                         [b"Category=feed|MatchedIndicator=b"])
        for one in stuck:
            one.close()
        _, _, error = process.finish(signal.SIGINT)
        self.assertIn("answers were longer than 3 MiB", error)
        self.assertRegex(error, r"[1-9]\d* did not read")

    def test_over_ipv6_and_on_several_addresses_are_served(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("this machine has no IPv6")
        process = self.start("tracer", "--listen", "[::1]:0", "--listen", "127.0.0.1:0", "--tfo",
                             "--csv", self.write("feed.csv", FEED))
        self.assertIn("feed.csv: 6 indicators (csv, kind any, category feed)", process.line("stdout"))
        for host in ("::1", "127.0.0.1"):
            line = process.line("stdout")
            self.assertIn("listening on ", line)
            with connect(int(line.rsplit(":", 1)[1]), host) as client:
                self.assertEqual(client.ask(b"ip=192.0.2.7\n"), [HIT])


if __name__ == "__main__":
    unittest.main()
