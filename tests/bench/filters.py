"""What filters cost an event in memory: tests/bench/filters.cpp, for scripts/bench."""
import json
import os
import statistics
import subprocess

# Rows of the table: a title, and what stands in it.
ROWS = (
    ("five conditions, where cheap ones decide three events of four", ("typical/decided_early",)),
    ("… where every one of them runs: two numbers, 3 subnets, `startsWith` of 3, `match`", ("typical/every_leaf",)),
    ("`=` `<` of numbers, two fields, `hasBit`", ("equal/number", "less/number", "equal/fields", "hasBit")),
    ("`inSubnet`: 3, 250 subnets", ("inSubnet/3", "inSubnet/250")),
    ("`contains`: 1, 10, 1,000 texts", ("contains/1", "contains/10", "contains/1000")),
    ("`match`: 1, 782 expressions", ("match/1", "match/782")),
    ("a value of a dictionary, of a table with two keys", ("dictionary", "table")),
    ("`inDictionary`, `inActiveList`, `inContextTable`", ("inDictionary", "inActiveList", "inContextTable")),
    ("`hasVulnerability`, `inCategory`, `inActiveDirectoryGroup`",
     ("hasVulnerability", "inCategory", "inActiveDirectoryGroup")),
    ("`TIDetect`", ("TIDetect",)),
)


def measure(build, repetitions, program="filter_bench"):
    """{name: median nanoseconds an event}, of one process of a program that counts `event`."""
    run = subprocess.run(
        [os.path.join(build, "tests", "bench", program), "--benchmark_format=json",
         f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.1",
         "--benchmark_enable_random_interleaving=true"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    times = {}
    for one in json.loads(run.stdout)["benchmarks"]:
        if one["run_type"] == "iteration":
            times.setdefault(one["run_name"], []).append(1e9 * one["event"])
    return {name: statistics.median(each) for name, each in times.items()}


def figures(times, names):
    return " · ".join(f"{times[name]:.1f}" if times[name] < 10 else f"{times[name]:.0f}" for name in names)
