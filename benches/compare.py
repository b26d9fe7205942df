#!/usr/bin/env python3
"""Compares revdb with the sqlite3 shell, sqlite-utils and DuckDB, and writes the results
to benches/README.md.

    cargo build --release --bin revdb --example generate_dump --example parse_pages
    python3 benches/compare.py                       a million reviews: about 40 minutes
    python3 benches/compare.py --only growth         1, 5 and 20 million; hours
    python3 benches/compare.py --rows 100000 --rounds 1 --only import,short

Needs only Python 3.9. Tools that are not installed are reported and skipped:
`apt-get install sqlite3`, `pip install sqlite-utils duckdb-cli`.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # No __pycache__ in the tree.

from measuring import readme
from measuring.lab import Lab
from measuring.measurements import ALL, Bench
from measuring.tools import rivals, version

HOUSE = Path(__file__).resolve().parent.parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="Measurements:\n" + "\n".join(
        f"  {measure.__doc__}" for measure in ALL.values()), formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", HOUSE / "target")) / "release"
    parser.add_argument("--rows", type=int, default=1_000_000, help="reviews in the large archive")
    parser.add_argument("--sizes", default="1000000,5000000,20000000",
                        help="reviews in the archives of `growth`, separated by commas (20 million want 40 GB)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run, in turn")
    parser.add_argument("--only", help="measurements to run, separated by commas")
    parser.add_argument("--revdb", type=Path, default=target / "revdb", help="the program to measure")
    parser.add_argument("--generator", type=Path, default=target / "examples" / "generate_dump",
                        help="the program that makes the dumps")
    parser.add_argument("--work", type=Path, help="folder for dumps and archives, kept (some 8 GB for a million)")
    parser.add_argument("--no-readme", action="store_true", help="print the tables and write nothing")
    return parser.parse_args()


def main():
    asked = arguments()
    # `growth` takes hours and much disk space: only with --only.
    names = asked.only.split(",") if asked.only else [name for name in ALL if name != "growth"]
    if unknown := [name for name in names if name not in ALL]:
        sys.exit(f"error: there is no measurement {', '.join(unknown)}\nhelp: {', '.join(ALL)}")
    for program in (asked.revdb, asked.generator):
        if not program.exists():
            sys.exit(f"error: {program} is not there\nhelp: cargo build --release --bin revdb --example generate_dump")
    if asked.work:
        measure(asked, names, asked.work)
    else:
        with tempfile.TemporaryDirectory(prefix="revdb-bench-") as folder:
            measure(asked, names, Path(folder))


def measure(asked, names, folder):
    revdb = asked.revdb.resolve()
    bench = Bench(Lab(folder.resolve(), revdb, asked.generator.resolve()), rivals(say), asked.rows,
                  [int(size) for size in asked.sizes.split(",")], asked.rounds, say)
    conditions = (f"{version([revdb, '--version'])} at {readme.commit()}; {asked.rows:,} reviews, "
                  f"{asked.rounds} rounds; {readme.machine()}")
    for name in names:
        say(f"{name} ...")
        began = time.monotonic()
        title, body = ALL[name](bench)
        print(f"\n## {title}\n\n{body}\n\n({time.monotonic() - began:.0f} s)\n", flush=True)
        if not asked.no_readme:
            readme.write(name, title, body, conditions)


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
