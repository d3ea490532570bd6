"""Pipes and sockets: buckets close on time, signals end the run, what the system dropped is counted."""

import json
import os
import select
import signal
import socket
import unittest

from program import Case, RULE, TIMEOUT, events, netflow_v9, send_udp, wait_until_caught

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'
FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)
PASSES = '{"Name":"passes"}\n'
SO_RCVBUFFORCE = 33
RECEIVE_BUFFER = 8 << 20


class LiveInputs(Case):
    def test_close_a_bucket_on_time_without_another_event(self):
        rules = self.write("short.yaml", RULE.format(threshold=100, lifetime="200ms"))
        process = self.start("run", "-r", rules)
        process.feed(ONE * 3)
        self.assertEqual(process.event()["BaseEventCount"], 3)  # the pipe is still open
        process.feed(ONE)
        self.assertEqual(process.event()["BaseEventCount"], 1)
        self.assertEqual(process.finish()[0], 0)

    def test_let_no_output_linger(self):
        process = self.start("run", "-r", self.rules)
        process.feed('{"Name":"passes"}\n')
        self.assertEqual(process.event(), {"Name": "passes"})
        process.feed('{"Name":"passes too"}\n')
        self.assertEqual(process.event(), {"Name": "passes too"})

    def test_over_udp_close_a_bucket_on_time(self):
        rules = self.write("short.yaml", RULE.format(threshold=100, lifetime="200ms"))
        process = self.start("run", "-r", rules, "-i", "udp://127.0.0.1:0")
        send_udp(process.port(), netflow_v9(FLOW, FLOW))
        event = process.event()
        self.assertEqual((event["BaseEventCount"], event["BytesIn"]), (2, 200))

    def test_over_udp_are_flushed_by_the_first_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "--stats",
                                 self.path("stats.json"))
            send_udp(process.port(), netflow_v9(FLOW), netflow_v9(FLOW, FLOW))
            code, out, error = process.finish(number)
            self.assertEqual(code, 0, error)
            self.assertEqual([e["BaseEventCount"] for e in events(out)], [3])
            self.assertIn("events in    3", error)
            self.assertTrue(json.loads(self.read("stats.json"))["interrupted"])

    def test_of_two_sockets_are_heard_together(self):
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-i",
                             "udp://127.0.0.1:0")
        for port in (process.port(), process.port()):
            send_udp(port, netflow_v9(FLOW))
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual([e["BaseEventCount"] for e in events(out)], [2], error)

    def test_that_are_bad_cost_only_themselves(self):
        for start in (b"\x1f\x8bmore that is no gzip at all", b"\x28\xb5\x2f\xfd" + b"\xff" * 20):
            process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-i", "-")
            port = process.port()
            process.process.stdin.write(start)
            self.assertIn("data are broken at byte", process.line("stderr"))
            send_udp(port, netflow_v9(FLOW))
            code, out, error = process.finish(signal.SIGINT)
            self.assertEqual((code, [e["BaseEventCount"] for e in events(out)]), (1, [1]), error)

    def test_over_ipv6_are_heard(self):
        try:
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
                sender.bind(("::1", 0))
        except OSError:
            self.skipTest("this machine has no IPv6")
        process = self.start("run", "-r", self.rules, "-i", "udp://[::1]:0")
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
            sender.sendto(netflow_v9(FLOW), ("::1", process.port()))
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual([e["BaseEventCount"] for e in events(out)], [1], error)

    def test_an_address_that_is_taken_is_told(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            name = "udp://127.0.0.1:%d" % other.getsockname()[1]
            self.assert_error(self.weir("run", "-r", self.rules, "-i", name), 1, name, "in use",
                              "another port")

    def test_on_a_port_that_the_system_chose_are_named_by_it(self):
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "--stats",
                             self.path("stats.json"))
        port = process.port()
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(self.read("stats.json"))["sources"][0]["name"],
                         f"udp://127.0.0.1:{port}")

    def test_that_overflow_their_socket_are_counted(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, 40, 1)  # SO_RXQ_OVFL
            except OSError:
                self.skipTest("this system does not tell what a socket dropped")
        rules = self.write("pairs.yaml", RULE.format(threshold=2, lifetime=60))
        process = self.start("run", "-r", rules, "-i", "udp://127.0.0.1:0", "--stats",
                             self.path("stats.json"))
        port = process.port()
        process.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.process.pid, os.WSTOPPED | os.WNOWAIT)
        send_udp(port, *[b"\0" * 9000] * 4000)  # twice the receive buffer
        process.process.send_signal(signal.SIGCONT)
        # The number comes with a datagram that found room behind the flood.
        ready = []
        for _ in range(TIMEOUT * 10):
            send_udp(port, netflow_v9(FLOW))
            ready, _, _ = select.select([process.process.stdout], [], [], 0.1)
            if ready:
                break
        self.assertTrue(ready, "no datagram came through behind the flood")
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        report = json.loads(self.read("stats.json"))
        self.assertGreater(report["netflow"]["dropped"], 0)
        self.assertEqual(report["sources"][0]["dropped"], report["netflow"]["dropped"])
        self.assertIn(f"{report['netflow']['dropped']} datagrams dropped by the system", error)

    def test_warn_once_of_a_receive_buffer_that_the_system_capped(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
            except OSError:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            size = probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-i",
                             "udp://127.0.0.1:0")
        process.port()
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        self.assertEqual(error.count("rmem_max"), 1 if size < RECEIVE_BUFFER else 0)


class Signals(Case):
    def test_let_the_rest_of_a_pipe_be_its_last_line(self):
        for rest, passed, rejected in (('{"Name":"passes"}', 2, 0), ('{"Name":', 1, 1)):
            process = self.start("run", "-r", self.rules)
            process.feed(PASSES + rest)
            self.assertEqual(process.event(), {"Name": "passes"})
            code, out, error = process.finish(signal.SIGTERM)
            self.assertEqual(code, 0, error)
            self.assertEqual(len(events(out)), passed - 1)
            self.assertIn(f"= {rejected} rejected + 0 filtered + {passed} passed", error)

    def test_let_the_rest_of_a_pipe_beside_a_socket_be_its_last_line(self):
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-i", "-")
        process.port()
        process.feed(PASSES + '{"Name":"passes too"}')
        self.assertEqual(process.event(), {"Name": "passes"})
        code, out, error = process.finish(signal.SIGTERM)
        self.assertEqual((code, events(out)), (0, [{"Name": "passes too"}]), error)

    def test_before_the_format_is_known_reject_nothing(self):
        source = self.write("in.ndjson", PASSES)
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        process = self.start("run", "-r", self.rules, "-i", source, "-i", fifo, "--stats",
                             self.path("stats.json"))
        with open(fifo, "wb", buffering=0) as capture:
            capture.write(b"\xd4\xc3\xb2")
            self.assertEqual(process.event(), {"Name": "passes"})  # now it waits for the fourth
            code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        report = json.loads(self.read("stats.json"))
        self.assertEqual(report["stats"]["events_in"], 1)
        self.assertEqual([s["format"] for s in report["sources"]], ["ndjson", "unknown"])

    def test_before_the_format_is_known_let_a_pipe_be_read(self):
        source = self.write("in.ndjson", PASSES)
        process = self.start("run", "-r", self.rules, "-i", source, "-i", "-")
        self.assertEqual(process.event(), {"Name": "passes"})
        process.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.process.pid, os.WSTOPPED | os.WNOWAIT)
        process.feed("\n" + PASSES)
        process.process.send_signal(signal.SIGINT)
        process.process.send_signal(signal.SIGCONT)
        code, out, error = process.finish()
        self.assertEqual((code, events(out)), (0, [{"Name": "passes"}]), error)

    def test_end_a_run_that_waits_for_the_writer_of_a_fifo(self):
        source = self.write("in.ndjson", PASSES)
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        process = self.start("run", "-r", self.rules, "-i", source, "-i", fifo)
        self.assertEqual(process.event(), {"Name": "passes"})  # now it waits
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        self.assertIn("events in    1", error)

    def test_end_a_run_that_waits_for_the_reader_of_a_fifo(self):
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        process = self.start("run", "-r", self.rules, "-i", "udp://127.0.0.1:0", "-o", fifo)
        wait_until_caught(process.process.pid, signal.SIGINT)
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        self.assertIn("events in    0", error)

    def test_of_a_terminal_that_goes_away_do_not_end_a_run(self):
        process = self.start("run", "-r", self.rules)
        process.feed(PASSES + ONE)
        self.assertEqual(process.event(), {"Name": "passes"})
        process.process.send_signal(signal.SIGHUP)  # which asks for a reload
        self.assertIn("reloaded", process.line("stderr"))
        process.feed(PASSES)
        self.assertEqual(process.event(), {"Name": "passes"})
        code, out, error = process.finish()
        self.assertEqual((code, len(events(out))), (0, 1), error)

    def test_a_second_signal_ends_the_program_at_once(self):
        source = self.write("in.ndjson", '{"Name":"%s"}\n' % ("x" * 1000) * 10000)
        process = self.start("run", "-r", self.rules, "-i", source)
        process.wait_for("stdout")  # it writes to a pipe that nobody reads
        process.process.send_signal(signal.SIGINT)
        process.process.send_signal(signal.SIGTERM)
        self.assertEqual(process.process.wait(TIMEOUT), 130)


if __name__ == "__main__":
    unittest.main()
