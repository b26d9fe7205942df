"""How imports and reports grow: the same questions to archives of several sizes, one size after the other.

Only one size is on disk at a time, beside the dumps: of 20 million reviews the archive, the
sqlite3 shell's and DuckDB's own file have some 30 GB together.
"""

from .child import median, peak
from .lab import forget
from .readme import any_failed, seconds, table
from .tools import SQL

REPORTS = ("score-spread", "outliers", "top", "timing", "trend")
# The goal beside the sqlite3 shell, at every size.
SHARE = 0.7


def measure_growth(bench):
    """growth: imports and five reports at several sizes (--sizes)"""
    imports, reports = [], []
    for rows in bench.sizes:
        imports.append(_imports(bench, rows))
        reports += _reports(bench, rows)
        bench.lab.drop(rows)
    shell = "revdb : sqlite3 shell"
    body = ["Each reads the same CSV. revdb: works, names and identity settled, FTS5; sqlite3: the CSV as it is, FTS5 "
            "and as many indexes; DuckDB: the CSV as it is, nothing else.", "",
            table(["reviews", "revdb", "peak memory", "sqlite3 shell", shell, f"at most {SHARE}", "DuckDB"], imports), "",
            "Reports, as whole processes; DuckDB asks its own file. The sqlite3 shell has none of these: it would take the "
            "archive's plain views, which go through the rows.", "",
            table(["reviews", "report", "revdb", "DuckDB", "revdb : DuckDB", "peak memory"], reports)]
    return "Growth", "\n".join(body)


def _imports(bench, rows):
    lab = bench.lab
    csv, database = lab.reviews(rows), lab.path("rival.db")
    contestants = {"revdb": lambda: bench.fresh_import(rows)}
    for key in ("sqlite3", "duckdb"):
        if rival := bench.rivals.get(key):
            contestants[key] = lambda rival=rival: rival.load(csv, database, bench.indexes())
    runs = bench.turns(contestants)
    forget(database)
    said = {name: any_failed(done) or seconds(median(done)) for name, done in runs.items()}
    share = verdict = ""
    if "sqlite3" in runs and not any_failed(runs["revdb"]) and not any_failed(runs["sqlite3"]):
        ratio = median(runs["revdb"]) / median(runs["sqlite3"])
        share, verdict = f"{ratio:.2f}", "kept" if ratio <= SHARE else "**missed**"
    return [f"{rows:,}", said["revdb"], f"{peak(runs['revdb']):.0f} MiB", said.get("sqlite3", "–"), share, verdict,
            said.get("duckdb", "–")]


def _reports(bench, rows):
    duckdb = bench.rivals.get("duckdb")
    native = duckdb.native(bench.lab, rows) if duckdb else None
    for name in REPORTS:
        contestants = {"revdb": lambda name=name: bench.revdb(rows, "query", name, "--format", "csv")}
        if duckdb:
            question = (SQL / f"{name}.sql").read_text(encoding="utf-8")
            contestants["duckdb"] = lambda question=question: duckdb.ask(native, question)
        runs = bench.turns(contestants)
        said = {who: any_failed(done) or seconds(median(done)) for who, done in runs.items()}
        both = duckdb and not any(any_failed(done) for done in runs.values())
        share = f"{median(runs['revdb']) / median(runs['duckdb']):.2f}" if both else ""
        yield [f"{rows:,}", name, said["revdb"], said.get("duckdb", "–"), share, f"{peak(runs['revdb']):.0f} MiB"]
