"""The tables in README.md: each measurement's result is written between two marks, where
nothing is edited by hand."""

import datetime
import platform
import re
import subprocess
from pathlib import Path

from .child import median, peak

README = Path(__file__).parent.parent / "README.md"


def machine():
    """Processor, cores, memory, system: what results depend on, without the machine's name."""
    model = next((line.split(":")[1].strip() for line in lines("/proc/cpuinfo") if line.startswith("model name")),
                 platform.processor() or "unknown processor")
    cores = sum(line.startswith("processor") for line in lines("/proc/cpuinfo"))
    kib = next((int(line.split()[1]) for line in lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return f"{model}, {cores} cores, {kib / 2**20:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}"


def lines(path):
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def commit():
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=README.parent, capture_output=True,
                          text=True, check=False)
    return done.stdout.strip() or "unknown"


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def table(heads, rows):
    aligned = [" --- "] + [" ---: "] * (len(heads) - 1)
    text = ["| " + " | ".join(heads) + " |", "|" + "|".join(aligned) + "|"]
    return "\n".join(text + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def table_of_runs(runs, against=None):
    """Median, spread, peak memory, and the ratio of `against`'s median to each."""
    rows = []
    base = median(runs[against]) if against and not any_failed(runs[against]) else None
    for name, done in runs.items():
        if any_failed(done):
            rows.append([name, any_failed(done), "", "", ""])
            continue
        spread = f"{seconds(min(run.seconds for run in done))} – {seconds(max(run.seconds for run in done))}"
        share = f"{base / median(done):.2f}" if base and name != against else ""
        rows.append([name, seconds(median(done)), spread, f"{peak(done):.0f} MiB", share])
    heads = ["what", "median", "spread", "peak memory", f"{against} : this"]
    return table(heads, rows) if against else table(heads[:-1], [row[:-1] for row in rows])


def any_failed(runs):
    return next((run.failed for run in runs if run.failed), "" if runs else "not run")


def goal(text, value, limit, shown="{:.2f}"):
    kept = "kept" if value <= limit else "**missed**"
    return f"- {text}: {shown.format(value)} (at most {shown.format(limit)}): {kept}"


def write(name, title, body, conditions):
    """Replaces one measurement's section; appends a new one."""
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    section = f"<!-- {name} -->\n### {title}\n\n{body}\n\n{today}; {conditions}.\n<!-- /{name} -->"
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    place = re.compile(rf"<!-- {re.escape(name)} -->.*?<!-- /{re.escape(name)} -->", re.S)
    if place.search(text):
        text = place.sub(lambda _: section, text)
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    README.write_text(text, encoding="utf-8")
