"""How imports and reports scale: the same measurements for archives of several sizes.

Besides the dumps, only one size is on disk at a time: for 20 million reviews the archive, the
sqlite3 shell's database, DuckDB's file and the Parquet for Spark take about 35 GB together.
"""

from .child import median, peak
from .lab import forget
from .readme import any_failed, seconds, table
from .tools import SQL, spark

REPORTS = ("score-spread", "outliers", "top", "timing", "trend")
# The goal at every size, as a share of the sqlite3 shell's time.
SHARE = 0.7


def measure_growth(bench):
    """growth: imports and five reports at several sizes (--sizes)"""
    engine = spark(bench.say)
    imports, reports = [], []
    for rows in bench.sizes:
        imports.append(_imports(bench, engine, rows))
        reports += _reports(bench, engine, rows)
        bench.lab.drop(rows)
    body = ["Each reads the same CSV. revdb: works, names and identity settled, FTS5; sqlite3: the CSV as it is, FTS5 "
            "and as many indexes; DuckDB: the CSV as it is, nothing else; Spark: the CSV as it is, as Parquet.", "",
            table(["reviews", "revdb", "peak memory", "sqlite3 shell", "revdb : sqlite3 shell", f"at most {SHARE}", "DuckDB",
                   "peak memory", "Spark"], imports), "",
            "Reports, as whole processes; DuckDB asks its own file. Spark is asked for the exported Parquet with `--sql --dialect "
            "spark`, one question after the other in a session whose start is not counted. The sqlite3 shell has none of these: it would take the "
            "archive's plain views, which go through the rows.", "",
            table(["reviews", "report", "revdb", "DuckDB", "revdb : DuckDB", "Spark", "peak memory of revdb", "of DuckDB"],
                  reports)]
    return "Growth", "\n".join(body)


def _imports(bench, engine, rows):
    lab = bench.lab
    csv, database = lab.reviews(rows), lab.path("rival.db")
    contestants = {"revdb": lambda: bench.fresh_import(rows)}
    for key in ("sqlite3", "duckdb"):
        if rival := bench.rivals.get(key):
            contestants[key] = lambda rival=rival: rival.load(csv, database, bench.indexes())
    if engine:
        contestants["spark"] = lambda: engine.load(lab, csv)
    runs = bench.turns(contestants)
    forget(database)
    share = verdict = "–"
    if "sqlite3" in runs and not any_failed(runs["revdb"]) and not any_failed(runs["sqlite3"]):
        ratio = median(runs["revdb"]) / median(runs["sqlite3"])
        share, verdict = f"{ratio:.2f}", "kept" if ratio <= SHARE else "**missed**"
    return [f"{rows:,}", _time(runs, "revdb"), _memory(runs, "revdb"), _time(runs, "sqlite3"), share, verdict,
            _time(runs, "duckdb"), _memory(runs, "duckdb"), _time(runs, "spark")]


def _reports(bench, engine, rows):
    duckdb = bench.rivals.get("duckdb")
    native = duckdb.native(bench.lab, rows) if duckdb else None
    sparks = _in_spark(bench, engine, rows) if engine else ["–"] * len(REPORTS)
    for name, spark_seconds in zip(REPORTS, sparks):
        contestants = {"revdb": lambda name=name: bench.revdb(rows, "query", name, "--format", "csv")}
        if duckdb:
            question = (SQL / f"{name}.sql").read_text(encoding="utf-8")
            contestants["duckdb"] = lambda question=question: duckdb.ask(native, question)
        runs = bench.turns(contestants)
        both = duckdb and not any_failed(runs["revdb"]) and not any_failed(runs["duckdb"])
        share = f"{median(runs['revdb']) / median(runs['duckdb']):.2f}" if both else "–"
        yield [f"{rows:,}", name, _time(runs, "revdb"), _time(runs, "duckdb"), share, spark_seconds,
               _memory(runs, "revdb"), _memory(runs, "duckdb")]


def _in_spark(bench, engine, rows):
    parquet, text = bench.lab.path("export.parquet"), bench.lab.path("spark.sql")
    bench.revdb(rows, "export", "-o", parquet)
    questions = []
    for name in REPORTS:
        bench.revdb(rows, "query", name, "--sql", "--dialect", "spark", "--parquet", parquet, out=text)
        questions.append(text.read_text(encoding="utf-8"))
    told = [seconds(each) for each in engine.ask(bench.lab, questions)]
    bench.say(f"  spark: {told}")
    forget(parquet)
    return told + ["not answered"] * (len(REPORTS) - len(told))


def _time(runs, name):
    return any_failed(runs[name]) or seconds(median(runs[name])) if name in runs else "–"


def _memory(runs, name):
    return f"{peak(runs[name]):.0f} MiB" if name in runs else "–"
