"""What the benchmark writes for solvers in other languages, and what it wants to hear from them.

    {"capacities": [...], "customers": [[[value, row, use, row, use, ...], ...], ...]}

One option per customer is chosen, the uses of a row add up to its capacity at most, and the sum of values is to be
largest. All numbers are whole; values are in hundredths of the currency.
"""
import json
import sys
import time


class Problem:
    """The options of every customer."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        self.capacities = document["capacities"]
        self.customers = document["customers"]

    def value(self, chosen):
        """What one option per customer is worth, or nothing where they overdraw a row."""
        value, used = 0, [0] * len(self.capacities)
        for options, at in zip(self.customers, chosen):
            value += options[at][0]
            for row, use in pairs(options[at]):
                used[row] += use
        if any(use > capacity for use, capacity in zip(used, self.capacities)):
            print("!! the solver's plan overdraws a row", file=sys.stderr)
            return None
        return value


def pairs(option):
    """Row and use of everything an option draws on."""
    return zip(option[1::2], option[2::2])


def arguments():
    """The problem, the limit in seconds and the number of threads."""
    if len(sys.argv) != 4:
        sys.exit(f"usage: {sys.argv[0]} OPTIONS SECONDS THREADS")
    return Problem(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])


class Clock:
    """Counts from when the solver has its program, and tells when it has which plan."""

    def __init__(self):
        self.start = time.perf_counter()

    def seconds(self):
        return time.perf_counter() - self.start

    def plan(self, value):
        print(f"plan {self.seconds():.6f} {value / 100:.2f}", flush=True)

    def end(self, value, bound, seconds, infeasible=False):
        """The last line; the bound need not be whole."""
        value = "none" if infeasible else "-" if value is None else f"{value / 100:.2f}"
        bound = "-" if bound is None else f"{bound / 100:.6f}"
        print(value, bound, f"{seconds:.6f}", peak_memory(), flush=True)


def peak_memory():
    """Of this process, in megabytes, where the system tells."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return "-"
