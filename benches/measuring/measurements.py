"""The measurements: each function returns a title and a body with the table and the goals.

The goals are those of design.md, section 7: ratios within one run, so that they are
comparable between machines; the few in milliseconds are for two cores of 2.5 GHz.
"""

import shutil

from .child import interleave, median, peak, run
from .growth import measure_growth
from .lab import ADDED, count_rows, forget
from .readme import any_failed, goal, seconds, table, table_of_runs
from .tools import SQL

# Runs of a short process per round, for a stable median.
OFTEN = 30
# Time limit of one report, in seconds.
PATIENCE = 300.0
SMALL = 50_000
# Indexes with an entry per review: only their number matters. The indexes of `review` only have
# entries for users and for bylines without a name; the dump has few of either.
COUNT_INDEXES = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'sighting'"


class Bench:
    def __init__(self, lab, rivals, rows, sizes, rounds, say):
        self.lab, self.rivals, self.rows, self.sizes, self.rounds, self.say = lab, rivals, rows, sizes, rounds, say

    def indexes(self):
        """The number of indexes of an archive that have a row per review."""
        return self.lab.one(min(self.rows, 10_000), COUNT_INDEXES)

    def turns(self, contestants, rounds=None):
        return interleave(rounds or self.rounds, contestants, self.say)

    def revdb(self, rows, *arguments, out=None, limit=1800.0):
        return run([self.lab.revdb, "--db", self.lab.archive(rows), *arguments], out=out, limit=limit)

    def fresh_import(self, rows):
        """A first import; the other measurements reuse its archive."""
        path = self.lab.path("fresh.db")
        forget(path)
        done = self.lab.import_into(path, self.lab.movies(), self.lab.reviews(rows))
        if not done.failed:
            self.lab.adopt(rows, path)
        return done


def measure_import(bench):
    """import: compared with the sqlite3 shell, sqlite-utils and DuckDB"""
    rows, lab = bench.rows, bench.lab
    csv = lab.reviews(rows)
    indexes = bench.indexes()
    contestants = {"revdb": lambda: bench.fresh_import(rows)}
    for rival in bench.rivals.values():
        database = lab.path("rival.db")
        contestants[f"{rival.name} {rival.version}"] = lambda rival=rival: rival.load(csv, database, indexes)
    runs = bench.turns(contestants)
    forget(lab.path("rival.db"))
    body = [f"{rows:,} reviews, {csv.stat().st_size / 1e6:.0f} MB of CSV. revdb: works described beside them, normalised, "
            f"told apart, provenance, FTS5, {indexes} indexes with a row a review. sqlite3, sqlite-utils: the CSV as it "
            f"is, FTS5, {indexes} indexes. DuckDB: the CSV as it is, nothing else.", "", table_of_runs(runs, "revdb"), ""]
    limits = {"sqlite3": 1.0, "sqlite-utils": 0.2}
    for key, rival in bench.rivals.items():
        other = runs[f"{rival.name} {rival.version}"]
        if key in limits and not any_failed(other) and not any_failed(runs["revdb"]):
            body.append(goal(f"revdb : {rival.name}", median(runs["revdb"]) / median(other), limits[key]))
    if not any_failed(runs["revdb"]):
        body.append(goal("revdb's peak memory, MiB", peak(runs["revdb"]), 256, "{:.0f}"))
    return "Import", "\n".join(body)


def measure_scale(bench):
    """scale: an import of all rows against one of a tenth"""
    tenth = bench.rows // 10
    runs = bench.turns({f"{bench.rows:,} reviews": lambda: bench.fresh_import(bench.rows),
                        f"{tenth:,} reviews": lambda: bench.fresh_import(tenth)})
    whole, part = runs.values()
    return "Scale", table_of_runs(runs) + "\n\n" + goal("ten times the reviews", median(whole) / median(part), 12)


def measure_again(bench):
    """again: the same file once more, and the same reviews in another order"""
    rows, lab = bench.rows, bench.lab
    csv, shuffled, movies = lab.reviews(rows), lab.shuffled(rows), lab.movies()

    def other_order():
        return lab.import_into(lab.copy(rows), shuffled)

    runs = bench.turns({
        "first import": lambda: bench.fresh_import(rows),
        "the same files again": lambda: lab.import_into(lab.archive(rows), movies, csv),
        "sha256sum of them": lambda: run(["sha256sum", movies, csv]),
        "the reviews in another order": lambda: _synced(lambda: lab.copy(rows),
                                                         lambda copy: lab.import_into(copy, shuffled)),
    } if shutil.which("sha256sum") else {"first import": lambda: bench.fresh_import(rows), "other order": other_order})
    names = list(runs)
    goals = []
    if len(names) == 4:
        goals.append(goal("again : sha256sum", median(runs[names[1]]) / median(runs[names[2]]), 1.2))
    goals.append(goal("another order : first import", median(runs[names[-1]]) / median(runs[names[0]]), 0.5))
    return "The same reviews again", table_of_runs(runs) + "\n\n" + "\n".join(goals)


def _synced(prepare, act):
    """`prepare` is not timed, nor is flushing what it wrote."""
    import os
    made = prepare()
    os.sync()
    return act(made)


def measure_add(bench):
    """add: a thousand new reviews into the archive, against into 10,000"""
    lab, few = bench.lab, 10_000
    added = lab.added()

    def into(rows):
        return lambda: _synced(lambda: lab.copy(rows), lambda copy: lab.import_into(copy, added))

    runs = bench.turns({f"into {bench.rows:,}": into(bench.rows), f"into {few:,}": into(few)}, max(3, bench.rounds))
    many, little = runs.values()
    return f"{ADDED:,} new reviews", table_of_runs(runs) + "\n\n" + goal("into many : into few", median(many) / median(little), 2)


def measure_short(bench):
    """short: queries with a short answer, as whole processes"""
    rows, lab = bench.rows, bench.lab
    critic = lab.one(rows, "SELECT c.name FROM critic AS c JOIN review ON critic_id = c.id"
                           " GROUP BY c.id ORDER BY abs(count(*) - 100), c.id LIMIT 1")
    common = lab.one(rows, "SELECT term FROM temp.word ORDER BY doc DESC LIMIT 1")
    rare = lab.one(rows, "SELECT term FROM temp.word WHERE doc >= 3 ORDER BY doc, term LIMIT 1")
    asked = {
        "revdb --version": (["--version"], 0.005),
        "query --critic (some 100 reviews)": (["query", "--critic", critic], 0.010),
        "search, a rare word": (["search", rare], 0.010),
        "show": (["show", str(rows // 2)], 0.010),
        "search, the commonest word, 20 best": (["search", common, "--limit", "20"], 0.150),
        "search, the commonest word, all": (["search", common], None),
    }
    once = {name: lambda words=words: bench.revdb(rows, *words) for name, (words, _) in asked.items()}
    # What has no goal takes long, and is asked once a round.
    runs = bench.turns({name: ask for name, ask in once.items() if asked[name][1]}, bench.rounds * OFTEN)
    runs |= bench.turns({name: ask for name, ask in once.items() if not asked[name][1]})
    goals = [goal(name + ", ms", median(runs[name]) * 1000, limit * 1000, "{:.1f}")
             for name, (_, limit) in asked.items() if limit and not any_failed(runs[name])]
    return f"Short questions to {rows:,} reviews", table_of_runs(runs) + "\n\n" + "\n".join(goals)


def measure_reports(bench):
    """reports: each compared with the same query in DuckDB on its own file"""
    duckdb = bench.rivals.get("duckdb")
    body = []
    for rows in sorted({min(SMALL, bench.rows), bench.rows}):
        native = duckdb.native(bench.lab, rows) if duckdb else None
        body += [f"#### {rows:,} reviews", "", _reports(bench, rows, duckdb, native), ""]
    if not duckdb:
        body.append("DuckDB is not installed: nothing to compare with.")
    body.append("Without a counterpart: `claims` and `conflicts` ask what only the archive knows, `name-variants` "
                "compares names and not reviews.")
    beside = f"{duckdb.name} {duckdb.version}" if duckdb else "nothing"
    return f"Reports, whole process beside whole process ({beside})", "\n".join(body)


def _reports(bench, rows, duckdb, native):
    limit = 0.5 if rows <= SMALL else 1.0
    table_rows = []
    listed = bench.lab.path("reports.csv")
    bench.revdb(rows, "query", "--list", "--format", "csv", out=listed)
    for name in names_in(listed):
        question = SQL / f"{name}.sql"
        theirs = question.read_text(encoding="utf-8") if duckdb and question.exists() else None
        counts = _answers(bench, rows, name, duckdb, native, theirs)
        contestants = {f"revdb {name}": lambda: bench.revdb(rows, "query", name, "--format", "csv", limit=PATIENCE)}
        if theirs:
            contestants[f"DuckDB {name}"] = lambda: duckdb.ask(native, theirs, limit=PATIENCE)
        often = 1 if not theirs else bench.rounds if rows > SMALL else max(15, bench.rounds)
        runs = list(bench.turns(contestants, often).values())
        table_rows.append(_report_row(name, runs, counts, limit))
    heads = ["report", "revdb", "DuckDB", "revdb : DuckDB", f"at most {limit}", "peak memory", "rows"]
    return table(heads, table_rows)


def _answers(bench, rows, name, duckdb, native, theirs):
    """The number of rows of each, so that different answers are noticed. Also warms the caches."""
    ours = bench.lab.path("answer.csv")
    counts = []
    if not bench.revdb(rows, "query", name, "--format", "csv", out=ours, limit=PATIENCE).failed:
        counts.append(count_rows(ours))
    if theirs and not duckdb.ask(native, theirs, out=ours, limit=PATIENCE).failed:
        counts.append(count_rows(ours))
    return counts


def _report_row(name, runs, counts, limit):
    cells = [any_failed(done) or seconds(median(done)) for done in runs]
    rows = " / ".join(f"{count:,}" for count in counts) if len(set(counts)) > 1 else f"{counts[0]:,}" if counts else "?"
    memory = f"{peak(runs[0]):.0f} MiB" if runs[0] else ""
    if len(runs) < 2 or any(any_failed(done) for done in runs):
        return [name, cells[0], cells[1] if len(cells) > 1 else "–", "", "", memory, rows]
    ratio = median(runs[0]) / median(runs[1])
    return [name, *cells, f"{ratio:.2f}", "kept" if ratio <= limit else "**missed**", memory, rows]


def names_in(listed):
    import csv
    with open(listed, newline="", encoding="utf-8-sig") as text:
        return [row[0] for row in csv.reader(text) if row][1:]


def measure_html(bench):
    """html: saved pages, compared with the HTML parser alone"""
    lab = bench.lab
    pages = lab.pages()
    megabytes = sum(page.stat().st_size for page in pages.iterdir()) / 1e6
    parser = lab.generator.with_name("parse_pages")

    def whole():
        forget(lab.path("pages.db"))
        return lab.import_into(lab.path("pages.db"), pages)

    contestants = {"import of the pages": whole,
                   "the same, --dry-run": lambda: run([lab.revdb, "--db", lab.path("none.db"), "import", "--dry-run", pages])}
    if parser.exists():
        contestants["the HTML parser alone"] = lambda: run([parser, pages])
    else:
        bench.say("skipped: the HTML parser alone (cargo build --release --example parse_pages)")
    runs = bench.turns(contestants)
    rates = "\n".join(f"- {name}: {megabytes / median(done):.1f} MB/s" for name, done in runs.items() if not any_failed(done))
    body = f"{megabytes:.1f} MB in {len(list(pages.iterdir()))} pages.\n\n{table_of_runs(runs)}\n\n{rates}"
    done = list(runs.values())
    if len(done) == 3 and not any(any_failed(one) for one in done):
        body += "\n" + goal("import : parser alone", median(done[0]) / median(done[2]), 2)
    return "Saved pages", body


ALL = {
    "import": measure_import,
    "scale": measure_scale,
    "again": measure_again,
    "add": measure_add,
    "short": measure_short,
    "reports": measure_reports,
    "html": measure_html,
    "growth": measure_growth,
}
