"""--metrics: what is served while a run goes on, to whom, and that it holds nothing up."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from program import Case, TIMEOUT, netflow_v9, send_udp

ONE = '{"SourceAddress":"10.0.0.1","BytesIn":10}\n'
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? (-?[0-9.e+-]+)")
METRICS_PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "metrics.md")
RULES = """\
aggregation:
  - name: by address
    threshold: 100
    lifetime: 60s
    identical_fields: [SourceAddress]
    sum_fields: [BytesIn]
enrichment:
  - type: cybertrace
    name: feeds
    url: 127.0.0.1:{port}
    filter: Name = 'asked about'
    mapping: {{SourceAddress: ip}}
"""


def parse(text):
    """The samples, by series; families in their order. Fails where the text is not of the format."""
    samples, families, family, kind = {}, [], None, None
    assert text.endswith("\n"), text[-100:]
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family, kind = line.split(" ", 3)[2], None
            assert family not in families, f"{family} comes twice"
            assert len(line.split(" ", 3)[3]) > 3, line
            families.append(family)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family and kind in ("counter", "gauge", "histogram"), line
            assert (kind == "counter") == name.endswith("_total"), line
        else:
            found = SAMPLE.fullmatch(line)
            assert found is not None and kind is not None, line
            suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
            assert found[1] in [family + suffix for suffix in suffixes], line
            series = found[1] + (found[2] or "")
            assert series not in samples, line
            samples[series] = float(found[3])
    return samples, families


class Metrics(Case):
    def serve(self, *arguments, address="127.0.0.1:0", rules=None):
        """A run, and where it serves its metrics."""
        process = self.start("run", "-r", rules or self.rules, "--metrics", address, *arguments)
        line = process.line("stderr")
        self.assertRegex(line, r"^metrics on http://.*:[1-9][0-9]*/metrics$")
        return process, line.removeprefix("metrics on ").removesuffix("/metrics")

    def get(self, url, method="GET"):
        """(status, headers, body)"""
        request = urllib.request.Request(url, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, answer.read().decode()

    def scrape(self, server):
        status, headers, text = self.get(server + "/metrics")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        return parse(text)[0]

    def wait_for(self, server, series, value):
        """Until a series has the value; all samples then."""
        return self.wait_until(server, series, lambda now: now == value, f"not {value}")

    def wait_until(self, server, series, holds, wrong):
        """Until something holds of a series' value; all samples then."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            samples = self.scrape(server)
            if series in samples and holds(samples[series]):
                return samples
        self.fail(f"{series} is {samples.get(series)}, {wrong}")

    @staticmethod
    def take_the_place_of(temporary_file):
        """A folder, as soon as the file is not there."""
        while True:
            try:
                return os.mkdir(temporary_file)
            except FileExistsError:
                time.sleep(0.001)

    def test_follow_what_is_fed(self):
        process, server = self.serve()
        process.feed(ONE * 250 + "broken\n" + '{"Name":"passes"}\n')
        samples = self.wait_for(server, 'weir_source_events_total{source="-"}', 252)
        self.assertEqual(samples["weir_events_in_total"], 252)
        self.assertEqual(samples['weir_events_total{fate="taken"}'], 250)
        self.assertEqual(samples["weir_conservation_delta"], 0)
        rule = '{tenant="Main",rule="by address"'
        self.assertEqual(samples[f"weir_rule_taken_events_total{rule}}}"], 250)
        self.assertEqual(samples[f'weir_rule_closed_groups_total{rule},reason="count"}}'], 2)
        self.assertEqual(samples[f"weir_rule_open_events{rule}}}"], 50)
        self.assertEqual(samples['weir_source_rejected_events_total{source="-"}'], 1)
        self.assertGreater(samples['weir_source_bytes_total{source="-"}'], 250 * len(ONE))
        self.assertEqual(samples["weir_lines_out_total"], 3)
        self.assertEqual(samples["weir_up"], 1)
        self.assertGreater(samples["process_resident_memory_bytes"], 1 << 20)
        self.assertLess(abs(samples["process_start_time_seconds"] - time.time()), 3600)
        process.feed(ONE * 50)
        self.wait_for(server, f'weir_rule_closed_groups_total{rule},reason="count"}}', 3)
        self.assertEqual(process.finish()[0], 0)

    def test_of_sockets_count_datagrams_and_connections(self):
        process, server = self.serve("-i", "udp://127.0.0.1:0", "-i", "tcp://127.0.0.1:0",
                                     address="[::1]:0")
        udp, tcp = process.address(), process.address()
        send_udp(int(udp.rsplit(":", 1)[1]), netflow_v9(("10.0.0.1", "10.0.0.2", 443, 6, 1, 2)))
        with socket.create_connection(("127.0.0.1", int(tcp.rsplit(":", 1)[1]))) as connection:
            connection.sendall(ONE.encode() * 3)
            samples = self.wait_for(server, f'weir_source_events_total{{source="{tcp}"}}', 3)
        self.assertEqual(samples[f'weir_source_connections_total{{source="{tcp}"}}'], 1)
        samples = self.wait_for(server, "weir_events_in_total", 4)
        series = [name for name in samples if name.startswith("weir_source_datagrams_total")]
        self.assertEqual(len(series), 1)
        self.wait_for(server, series[0], 1)
        self.assertEqual(process.finish(signal.SIGINT)[0], 0)

    def test_are_all_in_the_documentation_and_of_no_other_form(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            rules = self.write("asking.yaml", RULES.format(port=nobody.getsockname()[1]))
            process, server = self.serve("-i", "udp://127.0.0.1:0", "-i", "tcp://127.0.0.1:0",
                                         "-o", self.path("out"), "--state", self.path("state"),
                                         rules=rules)
            text = self.get(server + "/metrics")[2]
        samples, families = parse(text)
        with open(METRICS_PAGE, encoding="utf-8") as page:
            described = re.findall(r"^\| `(\w+)` \|", page.read(), re.MULTILINE)
        self.assertEqual(sorted(described), sorted(families))
        self.assertIn('weir_enrichment_answer_seconds_bucket{rule="feeds",type="cybertrace",le="+Inf"}',
                      samples)
        promtool = shutil.which("promtool")
        if promtool is not None:
            checked = subprocess.run([promtool, "check", "metrics"], input=text, text=True,
                                     capture_output=True, timeout=TIMEOUT)
            self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))
        self.assertEqual(process.finish(signal.SIGINT)[0], 0)

    def test_of_checkpoints_tell_when_the_last_was_written(self):
        written, failed = (f'weir_checkpoints_total{{result="{result}"}}' for result in ("written", "failed"))
        began = time.time()
        process, server = self.serve("-o", self.path("out"), "--state", self.path("state"),
                                     "--checkpoint", "10ms")
        first = self.wait_until(server, written, lambda now: now > 0, "not more than 0")
        self.assertGreaterEqual(first["weir_checkpoint_timestamp_seconds"], int(began))
        self.take_the_place_of(self.path("state/state.new"))
        self.wait_until(server, failed, lambda now: now > first[failed], "no more than before")
        bad = self.wait_until(server, failed, lambda now: now > first[failed] + 10, "no more than before")
        self.assertLess(bad["weir_checkpoint_timestamp_seconds"], time.time() - 0.05)
        self.assertEqual(self.scrape(server)[written], bad[written])
        os.rmdir(self.path("state/state.new"))
        good = self.wait_until(server, written, lambda now: now > bad[written], "no more than before")
        self.assertGreater(good["weir_checkpoint_timestamp_seconds"],
                           bad["weir_checkpoint_timestamp_seconds"])
        self.assertEqual(process.finish()[0], 0)

    def test_health_and_what_is_not_there(self):
        process, server = self.serve()
        self.assertEqual(self.get(server + "/health")[::2], (200, "ok\n"))
        self.assertEqual(self.get(server + "/")[0], 404)
        self.assertEqual(self.get(server + "/metrics/x")[0], 404)
        status, headers, _ = self.get(server + "/metrics", "POST")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
        self.assertEqual(self.get(server + "/health", "DELETE")[0], 405)
        self.assertEqual(process.finish()[0], 0)

    def test_that_nobody_takes_hold_nothing_up(self):
        process, server = self.serve()
        port = int(server.rsplit(":", 1)[1])
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        for number, connection in enumerate(silent):
            self.addCleanup(connection.close)
            connection.sendall((b"GET /metrics HTTP/1.1\r\nHo", b"GET /metrics HTTP/1.1\r\n"
                                b"Host: x\r\n\r\n")[number % 2])
        process.feed(ONE * 100)
        self.assertEqual(process.event()["BaseEventCount"], 100)
        self.assertEqual(self.get(server + "/health")[0], 200)
        self.assertEqual(process.finish()[0], 0)

    def test_on_an_address_that_is_taken_cost_nothing(self):
        kept = self.write("out.ndjson", "of the run before\n")
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = f"127.0.0.1:{other.getsockname()[1]}"
            result = self.weir("run", "-r", self.rules, "-o", kept, "--metrics", address)
        self.assert_error(result, 1, f"cannot listen on '{address}'", "name another port")
        self.assertEqual(self.read("out.ndjson"), "of the run before\n")

    def test_need_a_host_and_a_port(self):
        for wrong in ("9464", "127.0.0.1:", "http://127.0.0.1:9464"):
            self.assert_error(self.weir("run", "-r", self.rules, "--metrics", wrong), 2,
                              f"--metrics needs HOST:PORT, such as 127.0.0.1:9464, not '{wrong}'")

    def test_of_files_end_with_the_run(self):
        """Files are read faster than anybody asks; the run ends as it would without."""
        events = self.write("events.ndjson", ONE * 1000)
        for workers in ("1", "2"):
            result = self.weir("run", "-r", self.rules, "-i", events, "--workers", workers, "-o",
                               self.path("out.ndjson"), "--metrics", "127.0.0.1:0")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("events in    1000", result.stderr)
            self.assertEqual(len(self.read("out.ndjson").splitlines()), 10)


if __name__ == "__main__":
    unittest.main()
