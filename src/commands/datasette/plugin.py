"""What revdb's reports count on and SQLite as Python has it may lack.

median and percentile_cont are those of SQLite's percentile extension: linear
interpolation at (n - 1)p. Nothing that SQLite has is replaced.

Works that share title and year get different labels, as in revdb. This is
decided when Datasette opens the archive.
"""
import math
import sys

from datasette import hookimpl


class PercentileCont:
    def __init__(self):
        self.values = []
        self.share = None

    def step(self, value, share=0.5):
        self.share = share
        if value is not None:
            self.values.append(value)

    def finalize(self):
        if not self.values:
            return None
        values = sorted(self.values)
        at = (len(values) - 1) * self.share
        below = int(at)
        above = min(below + 1, len(values) - 1)
        return values[below] + (values[above] - values[below]) * (at - below)


def of_numbers(function):
    """As SQLite: NULL for what is no number and where there is no answer."""

    def answer(x):
        try:
            return function(x)
        except (TypeError, ValueError, OverflowError):
            return None

    return answer


NAMESAKES = r"""
{namesakes}
"""


def tell_apart(conn):
    """Hides the table of works, and views that read their labels, by temporary views."""
    conn.executescript(NAMESAKES)
    reads_labels = "select sql from main.sqlite_master where type = 'view' and sql like '%label%'"
    for (text,) in conn.execute(reads_labels).fetchall():
        conn.execute(text.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))


def without_temp(database):
    """Datasette lists the temporary database as attached, and 1.0a19 fails at it."""
    attached_databases = database.attached_databases

    async def attached(self):
        return [it for it in await attached_databases(self) if it.name != "temp"]

    database.attached_databases = attached


if "datasette.database" in sys.modules:
    without_temp(sys.modules["datasette.database"].Database)

MATHS = {"sqrt": math.sqrt, "ln": math.log, "exp": math.exp, "tanh": math.tanh, "atanh": math.atanh}


@hookimpl
def prepare_connection(conn):
    there = {row[0] for row in conn.execute("select name from pragma_function_list")}
    for name, function in MATHS.items():
        if name not in there:
            conn.create_function(name, 1, of_numbers(function), deterministic=True)
    if "median" not in there:
        conn.create_aggregate("median", 1, PercentileCont)
    if "percentile_cont" not in there:
        conn.create_aggregate("percentile_cont", 2, PercentileCont)
    if conn.execute("select 1 from main.sqlite_master where name = 'mention_property'").fetchone():
        tell_apart(conn)
