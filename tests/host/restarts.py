"""Runs that end early and go on: inputs of every format, and what a run gives in all."""

import gzip
import json
import os
import subprocess
import time

from program import PROGRAM, RULE, TIMEOUT, Case, netflow_v9, pcap

START = 1700000000000
OOTB = """\
aggregation:
  - name: flows
    threshold: 20
    lifetime: 10
    identical_fields: [SourceAddress, DestinationAddress, DestinationPort]
    sum_fields: [BytesIn]
"""


def ndjson(first, count):
    """Events of which some pass and some are rejected."""
    def lines():
        for i in range(first, first + count):
            yield json.dumps({"Timestamp": START + 7 * i, "SourceAddress": f"10.0.{i % 7}.{i % 250}",
                              "BytesIn": i, "Message": "x" * (i % 200)}) + "\n"
            if i % 97 == 0:
                yield '{"Name":"passes","number":%d}\n' % i
            if i % 501 == 0:
                yield '{"bad":%d\n\n' % i
    return "".join(lines())


def cef(count):
    return "".join(f"CEF:0|Vendor|Product|1|{i % 5}|name|3|src=10.0.{i % 7}.{i % 250} in={i} "
                   f"rt={START + 7 * i}\n" + ("no cef\n" if i % 501 == 0 else "") for i in range(count))


def syslog(count):
    return "".join(f"<34>Oct 11 22:14:{i % 60:02} host{i % 9} su[{i}]: failed\n" for i in range(count))


def zeek(count):
    """With a header that changes on the way."""
    names = ["ts", "uid", "id.orig_h", "orig_bytes"]
    types = {"ts": "time", "uid": "string", "id.orig_h": "addr", "orig_bytes": "count"}
    out = []
    for i in range(count):
        if i % (count // 3) == 0:
            names = names[1:] + names[:1]
            out.append("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
                       "#path\tconn\n#fields\t" + "\t".join(names) + "\n#types\t" +
                       "\t".join(types[name] for name in names) + "\n")
        values = {"ts": f"{START / 1000 + i / 100:.6f}", "uid": f"C{i}",
                  "id.orig_h": f"10.0.{i % 7}.{i % 250}", "orig_bytes": str(i)}
        out.append("\t".join(values[name] for name in names) + "\n")
    return "".join(out)


def capture(datagrams, first=0):
    """The template comes with the first datagram alone."""
    flows = [[(f"10.0.{j % 7}.{i % 250}", "10.9.0.1", j % 5, 6, i, 1) for j in range(30)]
             for i in range(first, first + datagrams)]
    packets = [netflow_v9(*some, export=1700000000 + i // 50) for i, some in enumerate(flows)]
    template = 4 + 4 + 6 * 4  # of its set
    return pcap(*(packet if i == 0 and first == 0 else packet[:20] + packet[20 + template:]
                  for i, packet in enumerate(packets)))


PASSING = "schema: kuma\n"


def name(number):
    return '{"Name":"%d"}\n' % number


def line(number, address=1):
    return '{"Timestamp":%d,"SourceAddress":"10.0.0.%d","BytesIn":%d}\n' % (
        START + number, address, number)


class Restarts(Case):
    rule = RULE.format(threshold=20, lifetime=5)

    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", self.rule)

    def arguments(self, name, inputs, extra=()):
        """Of a run whose output, rejected lines and statistics have the name."""
        arguments = [part for path in inputs for part in ("-i", path)]
        return ["run", "-r", self.rules, *arguments, "-o", self.path(name + ".out"), "--rejects",
                self.path(name + ".rejects"), "--stats", self.path(name + ".stats"), "--instance", "test",
                *extra]

    def with_state(self, inputs, *extra, checkpoint="5ms"):
        return self.arguments("state", inputs, ("--state", self.path("dir"), "--checkpoint", checkpoint,
                                                *extra))

    def result(self, name):
        """Output, rejected lines and counters."""
        report = json.loads(self.read(name + ".stats"))
        for part in ("elapsed_seconds", "events_per_second", "restored"):
            report.pop(part)
        for counters in (report["stats"], *report["rules"]):
            counters.pop("open_bytes")  # hashing differs from process to process, so tables do
        with open(self.path(name + ".out"), "rb") as out, open(self.path(name + ".rejects"), "rb") as bad:
            return out.read(), bad.read(), report

    def assert_good(self, arguments, code=0):
        result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(result.returncode, code, result.stderr)
        return result.stderr

    def undisturbed(self, inputs, *extra, code=0):
        self.assert_good(self.arguments("whole", inputs, extra), code)
        return self.result("whole")

    def assert_same(self, expected, note=""):
        for part, (one, other) in enumerate(zip(expected, self.result("state"))):
            if part == 2:
                self.assertEqual(one, other, note)
            self.assertTrue(one == other, f"part {part} {note}")

    def forget(self):
        os.unlink(self.path("dir/state"))

    def inputs(self):
        """Every format, as (inputs, options)."""
        text = ndjson(0, 25000)
        long = '{"Name":"%s"}\n' % ("y" * (9 << 20))
        packed = gzip.compress(text.encode(), 1)
        zst = subprocess.run(["zstd", "-q", "-c"], input=text.encode(), capture_output=True)
        yield [self.write("one.ndjson", text), self.write("two.ndjson", ndjson(25000, 9000) + long
                                                         + ndjson(34000, 2000)[:-1])], ()
        yield [self.write("one.gz", packed)], ()
        if zst.returncode == 0:
            yield [self.write("one.zst", zst.stdout)], ()
        yield [self.write("in.cef", cef(40000))], ("--format", "cef")
        yield [self.write("in.syslog", syslog(60000))], ("--format", "syslog")
        yield [self.write("in.zeek", zeek(90000))], ()
        yield [self.write("in.zeek.gz", gzip.compress(zeek(90000).encode(), 1))], ()
        yield [self.write("one.pcap", capture(3000)), self.write("two.pcap", capture(3000, 3000))], ()
        datagrams = [self.write(f"{i:03}.netflow", netflow_v9(("10.0.0.1", "10.0.0.2", 4, 6, i, 2)))
                     for i in range(200)]
        yield datagrams, ("--format", "netflow")


class States(Restarts):
    """Runs that keep a state, over inputs of a line or two."""

    def fifo(self):
        """An input that keeps a run from ending."""
        path = self.path("fifo")
        if not os.path.exists(path):
            os.mkfifo(path)
        return path

    def open_run(self, inputs, *extra):
        """One that has read its inputs, and waits for more."""
        arguments = self.with_state([*inputs, self.fifo()], "--clock", "event", *extra, checkpoint="1ms")
        process = self.start(*arguments)
        writer = open(self.fifo(), "w")
        self.addCleanup(writer.close)
        return process, writer

    def wait_for_output(self, text):
        deadline = time.monotonic() + TIMEOUT
        while not os.path.exists(self.path("state.out")) or text not in self.read("state.out"):
            self.assertLess(time.monotonic(), deadline)

    def stats(self):
        return json.loads(self.read("state.stats"))

    def refused(self, arguments, code, *parts):
        result = self.weir(*arguments)
        self.assert_error(result, code, *parts)

    def small(self, *extra):
        """Arguments of a run that has come to its end, with its input."""
        source = self.write("in", line(1) + line(2))
        arguments = self.with_state([source], *extra)
        self.assert_good(arguments)
        return source, arguments
