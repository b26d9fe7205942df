"""The input files of the measurements, created on first use.

All are in one folder; with `--work` a later run reuses its dumps. Archives are always
created anew, since revdb may have changed.
"""

import csv
import shutil
import sqlite3
import sys
from pathlib import Path

from .child import run

# Reviews of the dump that is added; their numbers begin after those of any other dump.
ADDED = 1_000
BEGIN_OF_ADDED = 900_000_000
REVIEWS_OF_PAGES = 9_900


class Lab:
    def __init__(self, folder, revdb, generator):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.revdb = revdb
        self.generator = generator
        self.made = {}

    def path(self, name):
        return self.folder / name

    def movies(self):
        return self._generated("movies.csv", lambda part: ["--rows", 0, "--movies", part, "-o", "/dev/null"])

    def reviews(self, rows):
        return self._generated(f"reviews-{rows}.csv", lambda part: ["--rows", rows, "-o", part])

    def shuffled(self, rows):
        return self._generated(
            f"reviews-{rows}-shuffled.csv", lambda part: ["--rows", rows, "--shuffle-seed", 7, "-o", part])

    def added(self):
        return self._generated(
            "reviews-added.csv", lambda part: ["--rows", ADDED, "--first", BEGIN_OF_ADDED, "-o", part])

    def pages(self):
        return self._generated("pages", lambda part: ["--rows", REVIEWS_OF_PAGES, "--pages", part])

    def _generated(self, name, options):
        path = self.path(name)
        if not path.exists():
            part = self.path("part-" + name)
            self._must([self.generator, *options(part)])
            part.rename(path)
        return path

    def _must(self, argv, **options):
        done = run(argv, **options)
        if done.failed:
            sys.exit(f"error: {' '.join(str(arg) for arg in argv)}: {done.failed}")

    def import_into(self, archive, *paths):
        """Exit code 3 means rejected records; the dumps contain some on purpose."""
        return run([self.revdb, "--db", archive, "import", *paths], ok=(0, 3))

    def archive(self, rows):
        """An archive of that many generated reviews. Do not change it: see `copy`."""
        path = self.path(f"archive-{rows}.db")
        if rows not in self.made:
            forget(path)
            self._must([self.revdb, "--db", path, "import", self.movies(), self.reviews(rows)], ok=(0, 3))
            self.made[rows] = path
        return path

    def adopt(self, rows, path):
        """Makes an archive that a measurement created the one that `archive(rows)` returns."""
        if rows not in self.made:
            kept = self.path(f"archive-{rows}.db")
            forget(kept)
            shutil.move(path, kept)
            self.made[rows] = kept

    def drop(self, rows):
        """Deletes everything of that size except the dump."""
        self.made.pop(rows, None)
        for name in (f"archive-{rows}.db", f"archive-{rows}.duckdb"):
            forget(self.path(name))
        shutil.rmtree(self.path(f"tables-{rows}"), ignore_errors=True)

    def copy(self, rows):
        return shutil.copyfile(self.archive(rows), self.path("copy.db"))

    def one(self, rows, sql):
        """The first value of the query's result."""
        with sqlite3.connect(self.archive(rows)) as conn:
            conn.execute("CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, review_fts, row)")
            answer = conn.execute(sql).fetchone()
        conn.close()
        return answer[0]

    def tables_as_csv(self, rows):
        """The archive's reviews and names as CSV files, to load into another engine."""
        folder = self.path(f"tables-{rows}")
        folder.mkdir(exist_ok=True)
        tables = {
            "work": "SELECT id, title, kind, year FROM work",
            "critic": "SELECT id, name, name_fold FROM critic",
            "publication": "SELECT id, name, name_fold FROM publication",
            "review": "SELECT id, work_id, audience, critic_id, publication_id, byline, date, score,"
                      " score_text, quote, truncated FROM review",
        }
        with sqlite3.connect(self.archive(rows)) as conn:
            for name, select in tables.items():
                with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as out:
                    answer = conn.execute(select)
                    writer = csv.writer(out)
                    writer.writerow(column[0] for column in answer.description)
                    writer.writerows(answer)
        conn.close()
        return folder


def forget(path):
    for ending in ("", "-journal", "-wal", "-shm", ".wal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def count_rows(path):
    """The number of rows of a CSV file, without header, byte order mark and comment lines; quoted
    fields may contain newlines."""
    with open(path, newline="", encoding="utf-8-sig") as text:
        return max(0, sum(1 for row in csv.reader(text) if row) - 1)
