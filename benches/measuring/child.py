"""Measures one process: seconds, peak memory, exit code.

Linux counts the memory of the parent process in a child's peak, so peaks below this
Python's own (about 15 MiB) cannot be measured. Keep nothing large in memory here.
"""

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Run:
    seconds: float
    peak_mib: float
    failed: str = ""

    def then(self, other):
        """Both runs as one, one after the other."""
        return Run(self.seconds + other.seconds, max(self.peak_mib, other.peak_mib), self.failed or other.failed)


def run(argv, stdin=None, out=None, ok=(0,), limit=1800.0):
    """Runs `argv`. `stdin` is text; `out` is a path, else output is discarded. The run is
    `failed` if its exit code is not in `ok` or it takes longer than `limit` seconds."""
    with open(out or os.devnull, "wb") as stdout:
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(arg) for arg in argv],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )
        stopper = threading.Timer(limit, child.kill)
        stopper.start()
        said = []
        reader = threading.Thread(target=lambda: said.append(child.stderr.read()))
        reader.start()
        if stdin is not None:
            child.stdin.write(stdin.encode())
            child.stdin.close()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
    stopper.cancel()
    reader.join()
    code = child.returncode = os.waitstatus_to_exitcode(status)
    failed = ""
    if seconds >= limit:
        failed = f"stopped after {limit:.0f} s"
    elif code not in ok:
        words = b"".join(said).decode(errors="replace").strip().splitlines()
        failed = f"exit {code}: {words[-1] if words else ''}"[:160]
    return Run(seconds, usage.ru_maxrss / 1024, failed)


def interleave(rounds, contestants, say):
    """Runs the contestants in turn, `rounds` times, so that a slow minute of the machine
    affects all of them: name -> list of runs. A contestant is a function that returns a
    Run; one that failed is not run again."""
    runs = {name: [] for name in contestants}
    for number in range(rounds):
        for name, contest in contestants.items():
            if any(run.failed for run in runs[name]):
                continue
            os.sync()  # What an earlier run left to be written is not this one's to wait for.
            runs[name].append(contest())
            last = runs[name][-1]
            say(f"  round {number + 1}: {name}: {last.failed or f'{last.seconds:.3f} s, {last.peak_mib:.0f} MiB'}")
    return runs


def median(runs):
    return statistics.median(run.seconds for run in runs)


def peak(runs):
    return max(run.peak_mib for run in runs)
