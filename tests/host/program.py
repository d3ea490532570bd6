"""Runs the built program `weir` for the tests beside this file.

WEIR_PROGRAM names the program, WEIR_LIBRARY the library that it loads, WEIR_DATA (optional) the folder
of real inputs. A test waits for a line, or for what the program does; TIMEOUT only ends one that hangs.
"""

import ctypes
import json
import os
import select
import socket
import struct
import subprocess
import tempfile
import time
import unittest

TIMEOUT = 60  # seconds; far beyond what any test needs
PROGRAM = os.environ["WEIR_PROGRAM"]
NETFLOW = os.path.join(os.environ.get("WEIR_DATA", "../shared/data"), "netflow")

RULE = """\
schema: kuma
aggregation:
  - name: by address
    threshold: {threshold}
    lifetime: {lifetime}
    identical_fields: [SourceAddress]
    sum_fields: [BytesIn]
"""


def reads_records():
    """Whether the library takes events that are no JSON."""
    library = ctypes.CDLL(os.environ["WEIR_LIBRARY"])
    number = ctypes.c_uint32()
    return library.weir_preset_id(b"syslog", ctypes.c_uint64(6), ctypes.byref(number), None) == 0


class Case(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="weir-test-")
        self.addCleanup(self._folder.cleanup)
        self.rules = self.write("rules.yaml", RULE.format(threshold=100, lifetime=60))

    def path(self, name):
        return os.path.join(self._folder.name, name)

    def write(self, name, content):
        mode = "wb" if isinstance(content, bytes) else "w"
        with open(self.path(name), mode) as file:
            file.write(content)
        return self.path(name)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def weir(self, *arguments, stdin="", env=None):
        """Runs to the end; the result has returncode, stdout and stderr."""
        return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, text=True,
                              timeout=TIMEOUT, env={**os.environ, **(env or {})})

    def assert_error(self, result, code, *parts):
        """One line that begins `weir: ` and has the parts, and the exit code. Below it there may be
        the line of a document that it speaks of, with a caret."""
        self.assertEqual(result.returncode, code, result.stderr)
        line, *shown = result.stderr.strip().split("\n")
        self.assertTrue(line.startswith("weir: "), line)
        if shown:
            self.assertEqual(len(shown), 2, result.stderr)
            self.assertRegex(shown[1], r"^ +\| +\^~*$")
        for part in parts:
            self.assertIn(part, line)

    def start(self, *arguments):
        process = Live(*arguments)
        self.addCleanup(process.close)
        return process


class Live:
    """A program that runs until it is told to stop."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self._rest = {}

    def line(self, stream):
        """The next line of stdout or stderr, waited for."""
        pipe = getattr(self.process, stream)
        buffer = self._rest.get(stream, b"")
        while b"\n" not in buffer:
            ready, _, _ = select.select([pipe], [], [], TIMEOUT)
            block = os.read(pipe.fileno(), 65536) if ready else b""
            if not block:
                raise AssertionError(f"no line on {stream}, only {buffer!r}")
            buffer += block
        line, self._rest[stream] = buffer.split(b"\n", 1)
        return line.decode()

    def wait_for(self, stream):
        """Until there is something to read."""
        ready, _, _ = select.select([getattr(self.process, stream)], [], [], TIMEOUT)
        if not ready:
            raise AssertionError(f"nothing on {stream}")

    def event(self):
        return json.loads(self.line("stdout"))

    def port(self):
        """Of the socket that it tells it listens on."""
        return int(self.address().rsplit(":", 1)[1])

    def address(self):
        """Of the socket that it tells it listens on."""
        line = self.line("stderr")
        if not line.startswith("listening on "):
            raise AssertionError(line)
        return line.removeprefix("listening on ")

    def feed(self, text):
        self.process.stdin.write(text.encode())

    def finish(self, signal_number=None):
        """(exit code, rest of stdout, rest of stderr)"""
        if signal_number is not None:
            self.process.send_signal(signal_number)
        out, error = self.process.communicate(timeout=TIMEOUT)
        out = self._rest.get("stdout", b"") + out
        error = self._rest.get("stderr", b"") + error
        return self.process.returncode, out.decode(), error.decode()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


def wait_until_caught(pid, number):
    """Until the program has a handler for the signal."""
    bit = 1 << (number - 1)
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        with open(f"/proc/{pid}/status") as status:
            caught = next(line for line in status if line.startswith("SigCgt:"))
        if int(caught.split()[1], 16) & bit:
            return
    raise AssertionError(f"signal {number} is not caught")


def wait_until_idle(pid):
    """Until it has read nothing for half a second; how many bytes it has read from files."""
    before, still = -1, 0
    while still < 10:
        with open(f"/proc/{pid}/stat") as stat:
            used = stat.read().rsplit(")", 1)[1].split()[11:13]  # processor time
        still = still + 1 if used == before else 0
        before = used
        time.sleep(0.05)
    with open(f"/proc/{pid}/io") as io:
        return int(io.readline().split()[1])


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def netflow_v9(*flows, export=1700000000):
    """One datagram: a template, and flows of (source, destination, port, protocol, octets, packets)."""
    fields = [(8, 4), (12, 4), (11, 2), (4, 1), (1, 4), (2, 4)]
    template = struct.pack(">HH", 256, len(fields))
    template += b"".join(struct.pack(">HH", *field) for field in fields)
    data = b"".join(socket.inet_aton(source) + socket.inet_aton(destination) +
                    struct.pack(">HBII", *rest) for source, destination, *rest in flows)
    sets = [(0, template), (256, data)]
    header = struct.pack(">HHIIII", 9, len(flows) + 1, 1000, export, 1, 7)
    return header + b"".join(struct.pack(">HH", number, len(body) + 4) + body
                             for number, body in sets)


def pcap(*datagrams, port=2055, time=1700000000):
    """A capture of raw IPv4 packets."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    for datagram in datagrams:
        udp = struct.pack(">HHHH", 50000, port, 8 + len(datagram), 0) + datagram
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                         socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2")) + udp
        out += struct.pack("<IIII", time, 0, len(ip), len(ip)) + ip
    return out


def send_udp(port, *datagrams, host="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, (host, port))
