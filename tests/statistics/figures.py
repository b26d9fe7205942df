"""Writes tests/statistics/figures.json: what NumPy and SciPy say of the invented archive.

Run from the project's folder, with numpy, scipy and apsw installed:
    python tests/statistics/figures.py
Reads only the rows of tests/fixtures/reports/archive.sql; none of revdb's reports.
tests/report_figures.rs holds the reports to these figures, to 1e-9.
"""
import datetime
import json
import math
import re
from collections import Counter, defaultdict

import apsw
import numpy as np
import scipy
from scipy import stats

db = apsw.Connection(":memory:")
db.execute(open("migrations/V1__archive.sql").read())
db.execute(open("tests/fixtures/reports/archive.sql").read())
WORK = {i: (t + (f" ({y})" if y else ""), k) for i, t, k, y in db.execute("SELECT id, title, kind, year FROM work")}
CRITIC = dict(db.execute("SELECT id, name FROM critic"))
REVIEWS = list(db.execute("SELECT id, work_id, audience, critic_id, date, score, quote FROM review"))


def groups(key, value=lambda r: r[5], keep=lambda r: r[5] is not None):
    found = defaultdict(list)
    for r in REVIEWS:
        if keep(r) and key(r)[0] is not None:
            found[key(r)].append(value(r))
    return {k: np.array(v) for k, v in found.items()}


def num(x):
    return None if x is None or not math.isfinite(x) else float(x)


cases = []


def case(report, args, key, rows):
    cases.append({"report": report, "args": args, "key": key, "rows": rows})


for by, key in [("critic", lambda r: (CRITIC.get(r[3]), r[2])), ("work", lambda r: (WORK[r[1]][0], r[2]))]:
    rows = {}
    for (name, audience), x in groups(key).items():
        q1, median, q3 = np.percentile(x, [25, 50, 75])
        rows[f"{name}|{audience}"] = {
            "n": len(x), "mean": x.mean(), "sd": num(x.std(ddof=1)) if len(x) > 1 else None, "min": x.min(), "q1": q1,
            "median": median, "q3": q3, "max": x.max(), "iqr": stats.iqr(x)}
    case("score-spread", {"by": by, "audience": "all"}, ["subject", "audience"], rows)

for method in ["mad", "iqr", "z"]:
    rows = {}
    for (work, audience), found in groups(lambda r: (r[1], r[2]), lambda r: (r[0], r[5])).items():
        ids, x = found[:, 0].astype(int), found[:, 1]
        if len(x) < 5 or x.min() == x.max():
            continue
        median, mad = np.median(x), stats.median_abs_deviation(x)
        if method == "mad":
            m = 0.6745 * (x - median) / mad if mad > 0 else (x - median) / (1.253314 * np.abs(x - median).mean())
            far = np.abs(m) > 3.5
        elif method == "z":
            m = stats.zscore(x, ddof=1)
            far = np.abs(m) > 3
        else:
            q1, q3 = np.percentile(x, [25, 75])
            if q3 == q1:
                m, far = np.full(len(x), np.nan), x != q1
            else:
                m = np.where(x < q1, (x - q1) / (q3 - q1), np.where(x > q3, (x - q3) / (q3 - q1), 0))
                far = np.abs(m) > 1.5
        rows |= {str(i): {"measure": num(v), "n": len(x), "median": median} for i, v, f in zip(ids, m, far) if f}
    case("outliers", {"method": method, "audience": "all"}, ["id"], rows)

by_work = groups(lambda r: (r[1], r[2]), lambda r: (r[3] or 0, r[5]))
rows = {}
for (critic, audience), mine in groups(lambda r: (r[3], r[2]), lambda r: (r[1], r[5])).items():
    d = []
    for work, score in mine:
        others = [s for c, s in by_work[(int(work), audience)] if c != critic]
        if others:
            d.append(score - np.mean(others))
    if d:
        rows[f"{CRITIC[critic]}|{audience}"] = {"n": len(d), "leniency": np.mean(d), "se": num(stats.sem(d)) if len(d) > 1 else None}
case("leniency", {"audience": "all"}, ["critic", "audience"], rows)

taste = defaultdict(dict)
for (critic, work), x in groups(lambda r: (r[3], r[1]), keep=lambda r: r[5] is not None and r[2] == "critic").items():
    taste[critic][work] = x.mean()
rows = {}
for a in taste:
    for b in taste:
        shared = sorted(set(taste[a]) & set(taste[b]))
        if a < b and len(shared) >= 5:
            x, y = np.array([taste[a][w] for w in shared]), np.array([taste[b][w] for w in shared])
            rows[f"{CRITIC[a]}|{CRITIC[b]}"] = {"shared": len(shared), "r": stats.pearsonr(x, y).statistic, "difference": np.abs(x - y).mean()}
case("agreement", {}, ["critic", "other"], rows)


def band(kind, score):
    high = score >= 75 if kind == "game" else score > 60
    return 1 if high else -1 if score < (50 if kind == "game" else 40) else 0


rows = {}
for (critic, audience), found in groups(lambda r: (r[3], r[2]), lambda r: (int(r[4][:4]), r[5], band(WORK[r[1]][1], r[5])),
                                        lambda r: r[4] and r[5] is not None).items():
    t, x, p = found.T
    line = stats.linregress(t, x) if len(set(t)) > 1 else None
    at = lambda year: line.intercept + line.slope * year if line else None
    rows[f"{CRITIC[critic]}|{audience}"] = {"n": len(x), "mean": x.mean(), "positive": 100 * np.mean(p == 1), "slope": line.slope if line else None,
                                     "fitted_first": at(t.min()), "fitted_last": at(t.max())}
case("trend", {"by": "critic", "audience": "all"}, ["subject", "audience"], rows)

whole = {a: np.mean([r[5] for r in REVIEWS if r[2] == a and r[5] is not None]) for a in ["critic", "user"]}
rows, divisive = {}, {}
for (work, audience), x in groups(lambda r: (r[1], r[2])).items():
    name, kind = WORK[work]
    rows[f"{name}|{audience}"] = {"bayes": (x.sum() + 10 * whole[audience]) / (len(x) + 10), "mean": x.mean(), "prior": whole[audience]}
    if len(x) >= 5:
        bands = np.array([band(kind, s) for s in x])
        divisive[f"{name}|{audience}"] = {"n": len(x), "sd": x.std(ddof=1), "positive": 100 * np.mean(bands == 1), "negative": 100 * np.mean(bands == -1)}
case("top", {"audience": "all"}, ["work", "audience"], rows)
case("divisive", {"audience": "all"}, ["work", "audience"], divisive)

# Words as unicode61 parts them; the archive's quotes are plain ASCII.
sides = {1: Counter(), 0: Counter(), -1: Counter()}
for _, work, audience, _, _, score, quote in REVIEWS:
    if audience == "critic" and quote:
        sides[0 if score is None else band(WORK[work][1], score)].update(re.findall(r"[a-z0-9]+", quote.lower()))
every = sides[1] + sides[0] + sides[-1]
n, n1, n2, a0 = sum(every.values()), sum(sides[1].values()), sum(sides[-1].values()), 500.0
rows = {}
for word, y in every.items():
    y1, y2, a = sides[1][word], sides[-1][word], a0 * y / n
    if y1 + y2 >= 2:
        delta = math.log((y1 + a) / (n1 + a0 - y1 - a)) - math.log((y2 + a) / (n2 + a0 - y2 - a))
        rows[word] = {"log_odds": delta, "z": delta / math.sqrt(1 / (y1 + a) + 1 / (y2 + a)), "positive": y1, "negative": y2}
case("keywords", {"top": "100000"}, ["word"], rows)

# Bands and tens; critics against users.
rows, means = {}, defaultdict(dict)
for (work, audience), x in groups(lambda r: (r[1], r[2])).items():
    name, kind = WORK[work]
    bands = [band(kind, s) for s in x]
    tens, _ = np.histogram(x, bins=[*range(0, 100, 10), 101])
    labels = [f"{low}-{low + 9}" for low in range(0, 90, 10)] + ["90-100"]
    rows[f"{name}|{audience}"] = {"n": len(x), "positive": bands.count(1), "mixed": bands.count(0), "negative": bands.count(-1)} \
        | {label: int(count) for label, count in zip(labels, tens)}
    means[name][audience] = x
case("distribution", {"audience": "all"}, ["work", "audience"], rows)
case("user-gap", {}, ["work"], {
    name: {"critics": len(x["critic"]), "critic_mean": x["critic"].mean(), "users": len(x["user"]), "user_mean": x["user"].mean(),
           "gap": x["critic"].mean() - x["user"].mean()}
    for name, x in means.items() if len(x) == 2})

# Periods, by Python's calendar; those without a review between the first and the last too.
ONE_DAY = datetime.timedelta(days=1)
names = {"day": lambda d: d.isoformat(), "week": lambda d: "%d-W%02d" % d.isocalendar()[:2], "month": lambda d: d.isoformat()[:7],
         "year": lambda d: d.isoformat()[:4]}
for by, name in names.items():
    needed = {"month": 7, "year": 4}.get(by, 10)
    rows = {}
    for audience in ["critic", "user"]:
        dated = [(datetime.date.fromisoformat((r[4] + "-01-01")[:10]), r[5]) for r in REVIEWS
                 if r[2] == audience and r[4] and len(r[4]) >= needed]
        found = defaultdict(list)
        for day, score in dated:
            found[name(day)].append(score)
        day, last = min(dated)[0], max(d for d, _ in dated)
        while day <= last:
            scores = found.get(name(day), [])
            scored = [s for s in scores if s is not None]
            rows[f"{name(day)}|{audience}"] = {"reviews": len(scores), "mean": np.mean(scored) if scored else None}
            day += ONE_DAY
    case("reviews-per-week", {"by": by, "audience": "all"}, ["period", "audience"], rows)

# Days since the first review; the running mean with all of one day together.
BYLINE = dict(db.execute("SELECT id, byline FROM review"))
rows = {}
whole_days = [r for r in REVIEWS if r[4] and len(r[4]) == 10]
for r in whole_days:
    if r[5] is None:
        continue
    same = [s for s in whole_days if s[1] == r[1] and s[2] == r[2]]
    first = min(datetime.date.fromisoformat(s[4]) for s in same)
    so_far = [s[5] for s in same if s[5] is not None and s[4] <= r[4]]
    who = CRITIC.get(r[3]) or BYLINE[r[0]] or "(no byline)"
    rows[f"{WORK[r[1]][0]}|{r[2]}|{r[4]}|{who}"] = {
        "day": (datetime.date.fromisoformat(r[4]) - first).days, "score": r[5], "running_n": len(so_far), "running_mean": np.mean(so_far)}
case("timing", {"audience": "all"}, ["work", "audience", "date", "critic"], rows)

# What the pages said, each once.
rows = {}
said = set(db.execute("SELECT m.work_id, c.audience, c.kind, c.value, c.out_of FROM claim c JOIN work_mention m"
                      " ON m.dump_id = c.dump_id AND m.number = c.mention"))
for work, audience, what, value, out_of in said:
    title, kind = WORK[work]
    of_work = [r[5] for r in REVIEWS if r[1] == work and r[2] == audience]
    scored = np.array([s for s in of_work if s is not None])
    bands = [band(kind, s) for s in scored]
    held = {"metascore": lambda: scored.mean() * (out_of or 100) / 100, "user_score": lambda: scored.mean() * (out_of or 10) / 100,
            "critics": lambda: len(of_work), "ratings": lambda: len(of_work), "positive": lambda: bands.count(1),
            "mixed": lambda: bands.count(0), "negative": lambda: bands.count(-1)}[what]()
    rows[f"{title}|{audience}|{what}"] = {"said": value, "held": held, "difference": held - value,
                                          "held_of": None if what in ("critics", "ratings") else len(scored)}
case("claims", {}, ["work", "audience", "claim"], rows)

# What is missing.
rows = {}
MORE = {i: more for i, *more in db.execute("SELECT id, score_text, publication_id, truncated FROM review")}
for audience in ["critic", "user"]:
    mine = [(*r, *MORE[r[0]]) for r in REVIEWS if r[2] == audience]
    for what, lacks in {
        "undated": lambda r: r[4] is None, "date is partial": lambda r: r[4] is not None and len(r[4]) < 10,
        "unscored, nothing printed": lambda r: r[5] is None and r[7] is None, "unscored, no scale": lambda r: r[5] is None and r[7] is not None,
        "unattributed": lambda r: r[3] is None, "no publication": lambda r: r[8] is None, "no quote": lambda r: r[6] is None,
        "quote cut off": lambda r: r[9] == 1,
    }.items():
        count = sum(map(lacks, mine))
        rows[f"{what}|{audience}"] = {"count": count, "of": len(mine), "share": 100 * count / len(mine)}
works = {r[1] for r in REVIEWS}
named = {w for w, in db.execute("SELECT work_id FROM work_mention WHERE title IS NOT NULL")}
years = dict(db.execute("SELECT id, year FROM work"))
for what, lacks in {"work named by an id": lambda w: w not in named, "work without a kind": lambda w: WORK[w][1] is None,
                    "work without a year": lambda w: years[w] is None}.items():
    count = sum(map(lacks, works))
    rows[f"{what}|both"] = {"count": count, "of": len(works), "share": 100 * count / len(works)}
of = 1 + next(db.execute("SELECT count(*) FROM sighting WHERE dump_id = 1"))[0]
rows["rejected: a.txt|both"] = {"count": 1, "of": of, "share": 100 / of}
case("quality", {}, ["what", "audience"], rows)

made = {"made with": f"numpy {np.__version__}, scipy {scipy.__version__}", "cases": cases}
with open("tests/statistics/figures.json", "w") as file:
    json.dump(made, file, indent=1, default=float, ensure_ascii=False)
    file.write("\n")
