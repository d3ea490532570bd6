"""A slow or closed output, a full disk, and datagrams that come too fast: intake stops instead of memory
growing, a run that cannot go on ends with everything accounted for, and what the system dropped is
counted to the last datagram."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
import unittest

from program import Case, TIMEOUT, send_udp, wait_until_caught, wait_until_idle

MEBIBYTE = 1 << 20
LINE = '{"Name":"passes","Message":"%s"}\n' % ("m" * 966)  # 1,000 bytes
COUNT = 96000  # 96 MB
# What a run holds beside the program itself: its blocks and the output's buffer. Without
# back-pressure it would be all of the 96 MB.
MOST_RESIDENT = 64 * MEBIBYTE
# Read ahead of an output that takes nothing: blocks, the buffer, and what pipes and sockets hold.
MOST_READ = 32 * MEBIBYTE
ONE = b'{"SourceAddress":"10.0.0.1"}'


def resident(process):
    """The most memory that the program has had so far, in bytes."""
    with open(f"/proc/{process.process.pid}/status") as status:
        return next(int(row.split()[1]) << 10 for row in status if row.startswith("VmHWM:"))


class Pressure(Case):
    def run_to_pipe(self, *arguments):
        return self.start("run", "-r", self.rules, "--stats", self.path("stats.json"), *arguments)

    def report(self):
        return json.loads(self.read("stats.json"))

    def assert_lawful(self):
        """The report, in which every event is accounted for."""
        report = self.report()
        self.assertTrue(report["conservation"]["holds"], report["conservation"])
        for rule in report["rules"]:
            self.assertTrue(rule["conservation"]["holds"], rule["conservation"])
        return report


class SlowReaders(Pressure):
    def assert_held_back(self, process):
        self.assertLess(wait_until_idle(process.process.pid), MOST_READ)
        self.assertLess(resident(process), MOST_RESIDENT)

    def drain(self, process):
        """Reads standard output by a thread, until it ends; the list will have how many bytes came."""
        sizes = []
        def read():
            total = 0
            while block := os.read(process.process.stdout.fileno(), MEBIBYTE):
                total += len(block)
            sizes.append(total)
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread, sizes

    def assert_whole(self, process, draining, number=None):
        thread, sizes = draining
        if number is not None:
            process.process.send_signal(number)
        thread.join(TIMEOUT)
        self.assertEqual(process.process.wait(TIMEOUT), 0)
        self.assertEqual(sizes, [COUNT * len(LINE)])
        self.assertEqual(self.assert_lawful()["stats"]["passed"], COUNT)

    def test_stop_files_from_being_read(self):
        source = self.write("in.ndjson", LINE * COUNT)
        for workers in ("1", "3"):
            process = self.run_to_pipe("-i", source, "--workers", workers)
            process.wait_for("stdout")
            self.assert_held_back(process)
            self.assert_whole(process, self.drain(process))

    def test_stop_files_that_grow_from_being_read(self):
        source = self.write("log", LINE * COUNT)
        process = self.run_to_pipe("-i", source, "--follow")
        process.wait_for("stdout")
        self.assert_held_back(process)
        draining = self.drain(process)
        wait_until_idle(process.process.pid)  # all is read
        self.assert_whole(process, draining, signal.SIGTERM)

    def test_stop_tcp_peers(self):
        process = self.run_to_pipe("-i", "tcp://127.0.0.1:0")
        data = memoryview((LINE * COUNT).encode())
        with socket.create_connection(("127.0.0.1", process.port())) as sender:
            sent = [0]
            def send():
                while sent[0] < len(data):
                    sent[0] += sender.send(data[sent[0]:sent[0] + 65536])
            thread = threading.Thread(target=send, daemon=True)
            thread.start()
            process.wait_for("stdout")
            self.assert_held_back(process)
            self.assertLess(sent[0], MOST_READ)
            draining = self.drain(process)
            thread.join(TIMEOUT)
            wait_until_idle(process.process.pid)  # all that the systems of both sides held is read
        self.assert_whole(process, draining, signal.SIGTERM)

    def test_stop_a_pipe_from_being_read(self):
        process = self.run_to_pipe()
        def feed():
            process.feed(LINE * COUNT)
            process.process.stdin.close()
        thread = threading.Thread(target=feed, daemon=True)
        thread.start()
        process.wait_for("stdout")
        self.assert_held_back(process)
        self.assertTrue(thread.is_alive())
        self.assert_whole(process, self.drain(process))
        thread.join(TIMEOUT)


class ClosedOutputs(Pressure):
    def assert_ended(self, process):
        """With the exit code of an output that failed, and every event accounted for."""
        process.process.stdout.close()
        with process.process.stderr as stderr:
            error = process._rest.get("stderr", b"").decode() + stderr.read().decode()
        self.assertEqual(process.process.wait(TIMEOUT), 3, error)
        self.assertIn("cannot write to standard output: broken pipe (its reader has gone)", error)
        report = self.assert_lawful()
        self.assertIn("broken pipe", report["failure"])
        return report

    def test_end_a_run_of_files(self):
        source = self.write("in.ndjson", LINE * COUNT)
        for workers in ("1", "3"):
            process = self.run_to_pipe("-i", source, "--workers", workers)
            process.line("stdout")
            report = self.assert_ended(process)
            self.assertLess(report["stats"]["passed"], COUNT)

    def test_end_a_run_that_follows(self):
        source = self.write("log", LINE * COUNT)
        process = self.run_to_pipe("-i", source, "--follow")
        process.line("stdout")
        self.assert_ended(process)

    def test_end_a_run_of_tcp_peers(self):
        process = self.run_to_pipe("-i", "tcp://127.0.0.1:0")
        with socket.create_connection(("127.0.0.1", process.port())) as sender:
            sender.sendall(LINE.encode())
            process.line("stdout")
            process.process.stdout.close()
            with contextlib.suppress(OSError):
                while process.process.poll() is None:
                    sender.sendall(LINE.encode())
            self.assert_ended(process)

    def test_end_a_run_as_head_does(self):
        """In a shell, where nothing but the pipe tells."""
        source = self.write("in.ndjson", LINE * COUNT)
        result = subprocess.run(
            f'"$WEIR_PROGRAM" run -r {self.rules} -i {source} --stats {self.path("stats.json")} '
            '2> /dev/null | head -1; echo "${PIPESTATUS[0]}"', shell=True, executable="/bin/bash",
            capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(result.stdout, LINE + "3\n")
        self.assert_lawful()


class FullDisks(Pressure):
    def assert_full(self, output, *arguments):
        source = self.write("in.ndjson", LINE * 5000)
        for inputs in (["-i", source], ["-i", source, "--workers", "3"]):
            result = self.weir("run", "-r", self.rules, *inputs, "--stats", self.path("stats.json"),
                               *arguments)
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertIn(f"weir: cannot write to '{output}': no space left on device",
                          result.stderr)
            self.assertIn("no space left", self.assert_lawful()["failure"])

    def test_end_a_run(self):
        self.assert_full("/dev/full", "-o", "/dev/full")

    def test_end_a_live_run(self):
        process = self.run_to_pipe("-i", "tcp://127.0.0.1:0", "-o", "/dev/full")
        with socket.create_connection(("127.0.0.1", process.port())) as sender:
            sender.sendall(LINE.encode())
            code, _, error = process.finish()
        self.assertEqual(code, 3, error)
        self.assertEqual(self.assert_lawful()["stats"]["passed"], 1)

    def test_of_the_rejects_end_a_run(self):
        source = self.write("in.ndjson", "no json at all\n" * 10000)
        result = self.weir("run", "-r", self.rules, "-i", source, "-o", self.path("out"), "--rejects",
                           "/dev/full", "--stats", self.path("stats.json"))
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("cannot write to '/dev/full': no space left on device", result.stderr)
        self.assert_lawful()

    def test_that_fill_up_hold_the_first_of_the_output(self):
        folder = self.path("small")
        os.mkdir(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("this user may not mount a small disk")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        output = os.path.join(folder, "out")
        self.assert_full(output, "-o", output)
        with open(output) as file:
            written = file.read()
        self.assertEqual(written, (LINE * (len(written) // len(LINE) + 1))[:len(written)])
        self.assertGreater(len(written), MEBIBYTE)


class Drops(Pressure):
    def start_listening(self, *inputs):
        arguments = [part for name in inputs for part in ("-i", name)]
        process = self.run_to_pipe(*arguments)
        wait_until_caught(process.process.pid, signal.SIGTERM)
        return process

    def pause(self, process):
        process.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.process.pid, os.WSTOPPED | os.WNOWAIT)

    def test_over_udp_are_counted_to_the_last_datagram(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, 40, 1)  # SO_RXQ_OVFL
            except OSError:
                self.skipTest("this system does not tell what a socket dropped")
        process = self.start_listening("udp://127.0.0.1:0", "udp://127.0.0.1:0")
        flooded, quiet = process.port(), process.port()
        sent = 0
        for round_number in range(2):
            self.pause(process)
            send_udp(flooded, *[ONE] * 40000)  # more than its buffer holds
            send_udp(quiet, ONE, ONE)
            process.process.send_signal(signal.SIGCONT)
            sent += 40000
            # One that comes out has found room: all before it are received, or dropped.
            for number in range(TIMEOUT * 20):
                name = f"{round_number}.{number}"
                send_udp(flooded, b'{"Name":"%s"}' % name.encode())
                sent += 1
                wait_until_idle(process.process.pid)
                if select.select([process.process.stdout], [], [], 0)[0]:
                    os.read(process.process.stdout.fileno(), 65536)
                    break
            else:
                self.fail("no datagram came through behind the flood")
        code, _, error = process.finish(signal.SIGINT)
        self.assertEqual(code, 0, error)
        report = self.assert_lawful()
        first, second = report["sources"]
        self.assertGreater(first["dropped"], 0)
        self.assertEqual(first["datagrams"] + first["dropped"], sent)
        self.assertEqual((second["datagrams"], second["dropped"]), (4, 0))
        self.assertEqual(report["stats"]["events_in"], first["datagrams"] + 4)
        # Warned about once, though it went on: a minute has not passed.
        self.assertEqual(error.count("for its receive buffer of"), 1, error)
        self.assertIn(f"{first['datagrams']} datagrams, {first['dropped']} dropped by the system",
                      error)
        self.assertIn(f"datagrams    {first['dropped']} dropped by the system", error)

    def test_of_the_end_are_counted_too(self):
        """Those that nobody was received behind."""
        process = self.start_listening("udp://127.0.0.1:0")
        port = process.port()
        self.pause(process)
        send_udp(port, *[b"%" * 9000] * 6000)
        process.process.send_signal(signal.SIGTERM)
        process.process.send_signal(signal.SIGCONT)
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)
        source = self.assert_lawful()["sources"][0]
        self.assertGreater(source["dropped"], 0)
        self.assertEqual(source["datagrams"] + source["dropped"], 6000)

    def test_over_a_unix_socket_there_are_none(self):
        """Its senders are told that there is no room."""
        process = self.start_listening("unixgram://" + self.path("socket"))
        process.address()
        self.pause(process)
        sent = 0
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.connect(self.path("socket"))
            with contextlib.suppress(BlockingIOError):
                while True:
                    sender.send(ONE)
                    sent += 1
        self.assertGreater(sent, 0)
        process.process.send_signal(signal.SIGTERM)
        process.process.send_signal(signal.SIGCONT)
        code, _, error = process.finish()
        self.assertEqual(code, 0, error)
        source = self.assert_lawful()["sources"][0]
        self.assertEqual((source["datagrams"], source["dropped"]), (sent, 0))


if __name__ == "__main__":
    unittest.main()
