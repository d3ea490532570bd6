"""`weir run --state` that is killed at a hundred random moments, and started again each time: the output,
the rejected lines and the counters are those of a run that nobody disturbed.

WEIR_SEED repeats a run: the moments are the same, though the machine may be slower."""

import glob
import os
import random
import subprocess
import time
import unittest

from program import NETFLOW, PROGRAM, TIMEOUT
from restarts import OOTB, Restarts

SEED = int(os.environ.get("WEIR_SEED", random.SystemRandom().randrange(1 << 32)))
KILLS = 100
DATA = os.environ.get("WEIR_DATA", "")


class Crashes(Restarts):
    def scenarios(self):
        for inputs, options in self.inputs():
            for workers in ("1", "4"):
                yield self.rules, inputs, (*options, "--workers", workers)
        flows = self.write("flows.yaml", OOTB)
        streams = sorted(glob.glob(os.path.join(NETFLOW, "streams", "*.pcap*")))
        logs = sorted(glob.glob(os.path.join(DATA, "zeek", "d*.log.gz")))
        if streams:
            yield flows, streams, ()
        if logs:
            yield self.rules, logs, ("--workers", "2")

    def killed(self, arguments, after):
        """False when the run has come to its end before that."""
        process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        with process:
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(TIMEOUT)
                return True
            error = process.stderr.read()
        self.assertEqual(process.returncode, 0, error)
        return False

    def test_lose_nothing_and_count_nothing_twice(self):
        moments = random.Random(SEED)
        scenarios = list(self.scenarios())
        kills = restored = 0
        for number, (rules, inputs, options) in enumerate(scenarios):
            self.rules = rules
            note = f"WEIR_SEED={SEED}: {[os.path.basename(path) for path in inputs][:3]} {options}"
            expected = self.undisturbed(inputs, *options)
            arguments = self.with_state(inputs, *options)
            began = time.monotonic()
            self.assert_good(arguments)
            lasts = time.monotonic() - began
            self.assert_same(expected, note)
            self.forget()
            while kills * len(scenarios) < KILLS * (number + 1):
                while self.killed(arguments, moments.uniform(0, lasts)):
                    kills += 1
                    restored += os.path.exists(self.path("dir/state"))
                self.assert_same(expected, f"{note} after {kills} kills")
                self.forget()
        print(f"WEIR_SEED={SEED}: {kills} kills, {restored} of them behind a checkpoint")
        self.assertGreater(restored, 0)


if __name__ == "__main__":
    unittest.main()
