"""`--clock`: whose time moves the clock of a run, and how far."""

import json
import struct
import unittest

from program import Case, events, netflow_v9, pcap

FLOW = ("10.0.0.1", "10.0.0.2", 443, 6, 100, 2)


class Clocks(Case):
    LINES = "".join('{"SourceAddress":"10.0.0.1","Timestamp":%d}\n' % t
                    for t in (1700000000000, 1700000059999, 1700000060000))

    def test_of_a_file_is_the_events(self):
        source = self.write("in.ndjson", self.LINES)
        out = events(self.weir("run", "-r", self.rules, "-i", source).stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [2, 1])

    def test_of_standard_input_is_the_arrival(self):
        out = events(self.weir("run", "-r", self.rules, stdin=self.LINES).stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [3])

    FUTURE = "".join('{"SourceAddress":"10.0.0.1","Timestamp":%d}\n' % t
                     for t in (4102444800000, 4102444859999, 4102444860000))  # the year 2100

    def test_of_events_is_bounded_by_the_machines_and_that_is_told(self):
        source = self.write("in.ndjson", self.FUTURE)
        for given in ({"stdin": self.FUTURE}, {}):
            result = self.weir("run", "-r", self.rules, "--clock", "event",
                               *([] if given else ["-i", source]), **given)
            self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [3])
            self.assertIn("clock        3 times too far ahead of this machine's were not used",
                          result.stderr)

    def test_of_one_bad_date_does_not_keep_buckets_open_for_ever(self):
        bad = '{"SourceAddress":"10.0.0.9","Timestamp":4102444800000}\n'
        source = self.write("in.ndjson", bad + self.LINES)
        out = events(self.weir("run", "-r", self.rules, "-i", source).stdout)
        self.assertEqual(sorted(e["BaseEventCount"] for e in out), [1, 1, 2])

    def test_of_one_capture_bounds_nothing_else(self):
        far = 2114380800  # 2037
        late = self.write("late.pcap", pcap(netflow_v9(FLOW), time=far))
        elsewhere = self.write("elsewhere.pcap", pcap(netflow_v9(FLOW), port=53, time=far) +
                               pcap(netflow_v9(FLOW, export=far))[24:])
        line = self.write("line.ndjson", '{"Timestamp":%d,"SourceAddress":"10.0.0.1"}\n' % (far * 1000))
        for inputs in ((late, line), (elsewhere,)):
            with self.subTest(inputs):
                arguments = [part for path in inputs for part in ("-i", path)]
                result = self.weir("run", "-r", self.rules, *arguments, "--stats", self.path("stats"))
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(json.loads(self.read("stats"))["stats"]["future_times"], 1)

    def test_of_a_packet_beyond_all_times_is_bounded(self):
        packet = pcap(netflow_v9(FLOW))[24 + 16:]
        packet += bytes(-len(packet) % 4)

        def block(kind, body):
            size = struct.pack("<I", len(body) + 12)
            return struct.pack("<I", kind) + size + body + size
        seconds = struct.pack("<HHBxxxI", 9, 1, 0, 0)  # the unit of the times, and no more options
        capture = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        capture += block(1, struct.pack("<HHI", 101, 0, 65535) + seconds)
        for high, low in ((0x7FFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (2, 0x25C17D04)):
            header = struct.pack("<IIIII", 0, high, low, len(packet), len(packet))
            path = self.write("hostile.pcapng", capture + block(6, header + packet))
            result = self.weir("run", "-r", self.rules, "-i", path)
            self.assertEqual((result.returncode, len(events(result.stdout))), (0, 1), result.stderr)

    def test_of_a_capture_is_bounded_by_the_times_of_its_packets(self):
        # Packets of 2037, the last year that every reader of captures knows: this machine is behind.
        def packet(seconds):
            flow = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + bytes(40)
            datagram = struct.pack(">HHIIIIBBH", 5, 1, 0, seconds, 0, 0, 0, 0, 0) + flow
            udp = struct.pack(">HHHH", 2055, 2055, 8 + len(datagram), 0) + datagram
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + bytes([10, 0, 0, 7] * 2)
            return struct.pack("<IIII", seconds, 0, len(ip) + len(udp), len(ip) + len(udp)) + ip + udp
        start = 2114380800
        capture = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
        capture += b"".join(packet(start + t) for t in (0, 59, 60))
        path = self.path("future.pcap")
        with open(path, "wb") as file:
            file.write(capture)
        result = self.weir("run", "-r", self.rules, "-i", path)
        self.assertEqual([e["BaseEventCount"] for e in events(result.stdout)], [2, 1])
        self.assertNotIn("\nclock ", result.stderr)

    def test_can_be_chosen(self):
        source = self.write("in.ndjson", self.LINES)
        out = events(self.weir("run", "-r", self.rules, "-i", source, "--clock", "arrival").stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [3])
        out = events(self.weir("run", "-r", self.rules, "--clock", "event", stdin=self.LINES).stdout)
        self.assertEqual([e["BaseEventCount"] for e in out], [2, 1])


if __name__ == "__main__":
    unittest.main()
