"""The tools that revdb is compared with. Missing ones are reported and skipped."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .child import run
from .lab import forget

SQL = Path(__file__).parent.parent / "duckdb"

# As many of these as revdb has indexes with a row a review.
INDEXES = [
    ("movieId", "originalScore"), ("criticName", "originalScore"), ("publicationName", "originalScore"),
    ("creationDate", "originalScore"), ("reviewId",), ("reviewUrl",), ("criticName", "movieId"),
    ("scoreSentiment", "originalScore"), ("reviewState", "creationDate"), ("isTopCritic", "creationDate"),
]


def version(argv):
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0][:60]


class Sqlite3:
    """The unmodified shell: `.import`, FTS5 `rebuild`, indexes after the rows."""

    name = "sqlite3 shell"

    def __init__(self, program):
        self.program = program
        self.version = version([program, "--version"]).split()[0]

    def load(self, csv, database, indexes):
        forget(database)
        script = [".mode csv", f".import '{csv}' review",
                  "CREATE VIRTUAL TABLE review_fts USING fts5 (quote, content = 'review', content_rowid = 'rowid',"
                  " tokenize = 'unicode61 remove_diacritics 2');",
                  "INSERT INTO review_fts (review_fts) VALUES ('rebuild');"]
        script += [f"CREATE INDEX review_{number} ON review ({', '.join(columns)});"
                   for number, columns in enumerate(INDEXES[:indexes])]
        return run([self.program, "-batch", "-bail", database], stdin="\n".join(script) + "\n")


class SqliteUtils:
    name = "sqlite-utils"

    def __init__(self, program):
        self.program = program
        self.version = version([program, "--version"]).split()[-1]

    def load(self, csv, database, indexes):
        forget(database)
        done = run([self.program, "insert", database, "review", csv, "--csv"])
        done = done.then(run([self.program, "enable-fts", database, "review", "quote"]))
        for columns in INDEXES[:indexes]:
            done = done.then(run([self.program, "create-index", database, "review", *columns]))
        return done


class DuckDb:
    """DuckDB's CLI, or else its Python module in a process of its own, which starts
    more slowly; the name says which."""

    def __init__(self, program):
        self.program = program and without_wrapper(program)
        if program:
            self.name = "DuckDB CLI"
            self.version = version([program, "--version"]).split()[0]
        else:
            self.name = "DuckDB in Python"
            self.version = version([sys.executable, "-c", "import duckdb; print(duckdb.__version__)"])

    def ask(self, database, sql, out=None, read_only=True, limit=1800.0):
        if self.program:
            argv = [self.program, *(["-readonly"] if read_only else []), "-csv", "-bail", database]
            return run(argv, stdin=sql, out=out, limit=limit)
        code = ("import csv, sys, duckdb\n"
                f"conn = duckdb.connect(sys.argv[1], read_only={read_only})\n"
                "answer = conn.sql(sys.stdin.read())\n"
                "if answer is not None:\n"
                "    writer = csv.writer(sys.stdout)\n"
                "    writer.writerow(answer.columns)\n"
                "    writer.writerows(answer.fetchall())\n")
        return run([sys.executable, "-c", code, database], stdin=sql, out=out, limit=limit)

    def load(self, csv, database, _indexes):
        """Rows only: full-text search is an extension that the program does not include."""
        forget(database)
        return self.ask(database, filled(SQL / "import.sql", csv=csv), read_only=False)

    def native(self, lab, rows):
        """A DuckDB file with the content of the archive of that many reviews."""
        database = lab.path(f"archive-{rows}.duckdb")
        forget(database)
        done = self.ask(database, filled(SQL / "load.sql", folder=lab.tables_as_csv(rows)), read_only=False)
        if done.failed:
            sys.exit(f"error: DuckDB could not take the archive's tables: {done.failed}")
        return database


class Spark:
    """Spark in local mode on all cores. The start of Python and Java counts in `load`, not in `ask`."""

    name = "Spark"
    SESSION = ("import sys\n"
               "from pyspark.sql import SparkSession\n"
               "builder = SparkSession.builder.master('local[*]').config('spark.ui.enabled', 'false')\n"
               "builder = builder.config('spark.sql.shuffle.partitions', '8')\n"
               "builder = builder.config('spark.driver.memory', '8g').config('spark.local.dir', sys.argv[1])\n"
               "spark = builder.getOrCreate()\n")

    def _run(self, lab, code, *arguments, stdin=None, out=None):
        return run([sys.executable, "-c", self.SESSION + code, lab.path("spark"), *arguments], stdin=stdin, out=out)

    def load(self, lab, csv):
        """Converts the unchanged CSV to Parquet."""
        parquet = lab.path("spark.parquet")
        shutil.rmtree(parquet, ignore_errors=True)
        code = ("reader = spark.read.option('header', True).option('multiLine', True).option('escape', '\"')\n"
                "reader.csv(sys.argv[2]).write.parquet(sys.argv[3])\n")
        done = self._run(lab, code, csv, parquet)
        shutil.rmtree(parquet, ignore_errors=True)
        return done

    def ask(self, lab, questions):
        """The seconds of each query, an output of `query REPORT --sql --dialect spark`, in one session;
        fewer values than queries if it ran out of time or memory."""
        code = ("import json, time\n"
                "for question in json.load(sys.stdin):\n"
                "    began = time.monotonic()\n"
                "    for statement in filter(str.strip, question.split(';\\n')):\n"
                "        answer = spark.sql(statement)\n"
                "    sum(1 for row in answer.toLocalIterator())\n"
                "    print(time.monotonic() - began, flush=True)\n")
        out = lab.path("spark.seconds")
        self._run(lab, code, stdin=json.dumps(questions), out=out)
        return [float(line) for line in out.read_text(encoding="utf-8").split()]


def filled(path, **values):
    return re.sub(r"\{(\w+)\}", lambda name: str(values[name[1]]), path.read_text(encoding="utf-8"))


def rivals(say):
    """The installed tools, by name."""
    found = {}
    for name, make in (("sqlite3", Sqlite3), ("sqlite-utils", SqliteUtils), ("duckdb", DuckDb)):
        # Beside this Python too: a virtual environment that is not activated.
        program = shutil.which(name) or shutil.which(name, path=Path(sys.executable).parent)
        module = name == "duckdb" and not program and has_module(name)
        if program or module:
            found[name] = make(program)
        else:
            say(f"skipped: {name} is not installed")
    return found


def spark(say):
    """Spark, if this Python has it; only used for growth."""
    if has_module("pyspark"):
        return Spark()
    say("skipped: pyspark is not installed")
    return None


def without_wrapper(program):
    """The DuckDB program itself, if found: PyPI's `duckdb` is a Python script that starts it,
    which adds some 100 ms."""
    with open(program, "rb") as script:
        if script.read(2) != b"#!":
            return program
    where = "import pathlib, duckdb_cli; print(pathlib.Path(duckdb_cli.__file__).parent / 'duckdb')"
    said = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True, check=False)
    inside = said.stdout.strip()
    return inside if said.returncode == 0 and shutil.which(inside) else program


def has_module(name):
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0
