"""Checks that every report gives the same rows in DuckDB and Spark as in revdb.

    python benches/parity.py --revdb target/release/revdb --db reviews.db [--engines duckdb,spark]

Exports the archive as Parquet, runs the output of `revdb query REPORT --sql --dialect ENGINE` and compares
the rows with those of `revdb query REPORT`. Prints a Markdown table. Exit code 1 if rows differ: in their
number, in a text, or in a number by a relative error of more than 1e-9. Engines whose module (duckdb,
pyspark) is missing are reported and skipped.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NEAR = 1e-9
# Besides the defaults: options that select other parts of the SQL.
OTHERWISE = {
    "score-spread": [["--by", by] for by in ("publication", "work", "year", "decade", "kind", "author", "director", "genre")],
    "reviews-per-week": [["--by", by] for by in ("day", "month", "year")],
    "outliers": [["--method", "iqr"], ["--method", "z", "--min-reviews", "3"]],
    "leniency": [["--by", "publication"]],
    "trend": [["--by", "critic", "--min-reviews", "2"]],
    "top": [["--m", "7.5"]],
    "agreement": [["--min-shared", "2"]],
    "distribution": [["--min-reviews", "1"]],
    "divisive": [["--min-reviews", "2"]],
    "user-gap": [["--min-reviews", "1"]],
    "early-late": [["--min-reviews", "2"]],
}


class DuckDb:
    name = "DuckDB"
    dialect = "duckdb"

    def __init__(self):
        import duckdb

        self.version = duckdb.__version__
        self.connection = duckdb.connect()

    def rows(self, sql):
        """The rows of the last statement, as tuples."""
        done = None
        for statement in self.connection.extract_statements(sql):
            done = self.connection.execute(statement)
        return done.fetchall()


class Spark:
    name = "Spark"
    dialect = "spark"

    def __init__(self):
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        # A table that is taken for small and is not ends a query: words of a million quotes.
        builder = builder.config("spark.sql.autoBroadcastJoinThreshold", "-1")
        builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.driver.memory", "4g")
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self.version = self.session.version

    def rows(self, sql):
        done = None
        for statement in sql.split(";\n"):
            if statement.strip():
                done = self.session.sql(statement)
        return [tuple(row) for row in done.collect()]


def run(revdb, db, *args):
    done = subprocess.run([revdb, "--db", db, *args], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def comparable(row):
    """Numbers as floats, since engines differ in integer types; other values unchanged."""
    return tuple(float(v) if not isinstance(v, (str, bool, type(None))) else v for v in row)


def order(row):
    """Sort key: texts first, then numbers rounded to six digits, so that rounding errors do not reorder rows."""
    texts = [("" if v is None else v) for v in row if not isinstance(v, float)]
    return [str(v) for v in texts], [f"{v:.6e}" for v in row if isinstance(v, float)]


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return a == b or math.isclose(a, b, rel_tol=NEAR, abs_tol=NEAR)
    return a == b


def differing(ours, theirs):
    """The number of differing rows, and the first of them."""
    if len(ours) != len(theirs):
        return max(len(ours), len(theirs)), (f"{len(ours)} rows", f"{len(theirs)} rows")
    ours, theirs = sorted(map(comparable, ours), key=order), sorted(map(comparable, theirs), key=order)
    unlike = [(a, b) for a, b in zip(ours, theirs) if not all(map(same, a, b))]
    return len(unlike), unlike[0] if unlike else None


def engines(names):
    for name, engine in (("duckdb", DuckDb), ("spark", Spark)):
        if name in names:
            try:
                yield engine()
            except ImportError as missing:
                print(f"skipped: {engine.name}: {missing}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--revdb", default="target/release/revdb")
    parser.add_argument("--db", required=True)
    parser.add_argument("--engines", default="duckdb,spark")
    parser.add_argument("--reports", default="")
    parser.add_argument("--most", type=int, default=500_000, help="rows; of a run with more it is said that it was left out")
    args = parser.parse_args()
    reports = [row["report"] for row in json.loads(run(args.revdb, args.db, "query", "--list", "--format", "json"))]
    reports = args.reports.split(",") if args.reports else reports
    there = list(engines(args.engines.split(",")))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        parquet = str(Path(folder) / "reviews.parquet")
        run(args.revdb, args.db, "export", "-o", parquet)
        heads = "".join(f" {engine.name} {engine.version} |" for engine in there)
        print(f"| report | runs | rows |{heads}\n|---|---|---|{'---|' * len(there)}", flush=True)
        for report in reports:
            runs, ours = [], []
            for way in [[*way, "--audience", "all"] for way in [[], *OTHERWISE.get(report, [])]]:
                lines = run(args.revdb, args.db, "query", report, *way, "--format", "jsonl").splitlines()
                if len(lines) > args.most:
                    print(f"left out: {report} {way}: {len(lines)} rows", file=sys.stderr)
                    continue
                runs.append(way)
                ours.append([tuple(json.loads(line).values()) for line in lines])
            cells = []
            for engine in there:
                told, seconds = 0, 0.0
                for way, rows in zip(runs, ours):
                    sql = ["query", report, *way, "--sql", "--dialect", engine.dialect, "--parquet", parquet]
                    try:
                        sql = run(args.revdb, args.db, *sql)
                    except RuntimeError as refused:
                        told = str(refused).split("\n")[0].split("export: ")[-1]
                        break
                    begun = time.monotonic()
                    try:
                        count, first = differing(rows, engine.rows(sql))
                    except Exception as error:
                        count, first = len(rows) or 1, (str(error)[:2000], "")
                    seconds += time.monotonic() - begun
                    if count:
                        print(f"{engine.name}: {report} {way}: {first}", file=sys.stderr)
                    told += count
                cells.append(told if isinstance(told, str) else f"{told} differ ({seconds:.1f} s)")
                wrong += 0 if isinstance(told, str) else told
            print(f"| {report} | {len(runs)} | {sum(map(len, ours))} |{''.join(f' {cell} |' for cell in cells)}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
