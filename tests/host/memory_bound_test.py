"""`weir run` under the bounds that a document states: its memory, and every event in what comes out."""

import json
import os
import subprocess
import unittest

from program import Case, PROGRAM

LINES = 700_000
BOUND = 64 << 20
RULES = """\
bounds: {max_bytes: 64MiB}
aggregation:
  - {name: keys, threshold: 1000, lifetime: 3600, identical_fields: [DeviceHostName], sum_fields: [BytesIn]}
"""


def sanitized():
    """Whether memory says nothing: a sanitizer takes several times as much."""
    with open(os.environ["WEIR_LIBRARY"], "rb") as library:
        content = library.read()
    return b"__asan_init" in content or b"__tsan_init" in content


class MemoryBound(Case):
    def peak(self, lines):
        """Bytes that the program took at most, and the events of what it wrote."""
        with open(self.path("in.ndjson"), "w") as file:
            for i in range(lines):
                file.write('{"DeviceHostName":"%d","BytesIn":1}\n' % i)
        out = self.path("out.ndjson")
        program = subprocess.Popen(
            [PROGRAM, "run", "-r", self.write("bounds.yaml", RULES), "-i", self.path("in.ndjson"), "-o", out,
             "--workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            # Blocks that are reserved and never used would count.
            env={**os.environ, "MALLOC_PERTURB_": "0"})
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(program.returncode, 0)
        events = 0
        with open(out) as file:
            for text in file:
                events += json.loads(text)["BaseEventCount"]
        return usage.ru_maxrss * 1024, events

    @unittest.skipIf(sanitized(), "measures memory")
    def test_holds_for_the_program(self):
        first, events = self.peak(1)
        self.assertEqual(events, 1)
        peak, events = self.peak(LINES)
        self.assertEqual(events, LINES)
        print(f"{first >> 20} MiB for one line, {(peak - first) >> 20} MiB more at the peak")
        self.assertGreater(peak - first, BOUND // 2)
        self.assertLessEqual(peak - first, BOUND * 1.3)


if __name__ == "__main__":
    unittest.main()
