"""Writes tests/statistics/figures.json: what NumPy and SciPy say of the invented archives.

Run from the project's folder, with numpy, scipy and apsw installed:
    python tests/statistics/figures.py
Reads only the rows of tests/fixtures/reports/archive.sql and larger.sql; none of revdb's reports.
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

cases = []


def figures(archive):
    db = apsw.Connection(":memory:")
    db.execute(open("migrations/V1__archive.sql").read())
    db.execute(open(f"tests/fixtures/reports/{archive}.sql").read())
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


    def case(report, args, key, rows):
        cases.append({"archive": archive, "report": report, "args": args, "key": key, "rows": rows})


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
    for least in [1, 5]:
        rows = {}
        for (critic, audience), mine in groups(lambda r: (r[3], r[2]), lambda r: (r[1], r[5])).items():
            d, own, of_others = [], [], []
            # One difference a work, of several reviews by the critic their mean.
            for work in sorted(set(mine[:, 0])):
                others = [s for c, s in by_work[(int(work), audience)] if c != critic]
                if others:
                    own.append(mine[mine[:, 0] == work, 1].mean())
                    of_others.append(np.mean(others))
                    d.append(own[-1] - of_others[-1])
            if len(d) >= least:
                rows[f"{CRITIC[critic]}|{audience}"] = {"works": len(d), "leniency": np.mean(d), "se": num(stats.sem(d)) if len(d) > 1 else None,
                                                        "own_mean": np.mean(own), "others_mean": np.mean(of_others)}
        case("leniency", {"audience": "all"} | ({"min_reviews": "1"} if least == 1 else {}), ["subject", "audience"], rows)

    taste = defaultdict(dict)
    for (critic, work), x in groups(lambda r: (r[3], r[1]), keep=lambda r: r[5] is not None and r[2] == "critic").items():
        taste[critic][work] = x.mean()
    for least in [5, 15]:
        rows = {}
        for a in taste:
            for b in taste:
                shared = sorted(set(taste[a]) & set(taste[b]))
                if a < b and len(shared) >= least:
                    x, y = np.array([taste[a][w] for w in shared]), np.array([taste[b][w] for w in shared])
                    found = stats.pearsonr(x, y)
                    low, high = found.confidence_interval(0.95)
                    rows[f"{CRITIC[a]}|{CRITIC[b]}"] = {"shared": len(shared), "r": found.statistic, "low": low, "high": high, "difference": np.abs(x - y).mean()}
        case("agreement", {"min_shared": "5"} if least == 5 else {}, ["critic", "other"], rows)


    def band(kind, score):
        high = score >= 75 if kind == "game" else score > 60
        return 1 if high else -1 if score < (50 if kind == "game" else 40) else 0


    for least in [1, 10]:
        rows = {}
        for (critic, audience), found in groups(lambda r: (r[3], r[2]), lambda r: (int(r[4][:4]), r[5], band(WORK[r[1]][1], r[5])),
                                                lambda r: r[4] and r[5] is not None).items():
            t, x, p = found.T
            line = stats.linregress(t, x) if len(set(t)) > 2 else None
            at = lambda year: line.intercept + line.slope * year if line else None
            if len(x) >= least:
                rows[f"{CRITIC[critic]}|{audience}"] = {"n": len(x), "mean": x.mean(), "positive": 100 * np.mean(p == 1), "slope": line.slope if line else None,
                                                        "se": line.stderr if line else None, "fitted_first": at(t.min()), "fitted_last": at(t.max())}
        case("trend", {"by": "critic", "audience": "all"} | ({"min_reviews": "1"} if least == 1 else {}), ["subject", "audience"], rows)

    # Buehlmann and Straub's k from one-way analysis of variance with unequal groups.
    scores = groups(lambda r: (r[1], r[2]))
    whole, m = {}, {}
    for audience in ["critic", "user"]:
        mine = [x for (_, a), x in scores.items() if a == audience]
        every = np.concatenate(mine)
        whole[audience] = every.mean()
        sizes = np.array([len(x) for x in mine])
        within = sum(len(x) * x.var() for x in mine) / (len(every) - len(mine))
        between = sum(len(x) * (x.mean() - whole[audience]) ** 2 for x in mine) - (len(mine) - 1) * within
        between /= len(every) - (sizes ** 2).sum() / len(every)
        m[audience] = within / between if between > 0 else None
    estimated, given, divisive = {}, {}, {}
    for (work, audience), x in scores.items():
        name, kind = WORK[work]
        if len(x) >= 5:
            k, c = m[audience], whole[audience]
            estimated[f"{name}|{audience}"] = {"bayes": c if k is None else (x.sum() + k * c) / (len(x) + k), "mean": x.mean(), "prior": c, "m": k}
            bands = np.array([band(kind, s) for s in x])
            divisive[f"{name}|{audience}"] = {"n": len(x), "sd": x.std(ddof=1), "positive": 100 * np.mean(bands == 1), "negative": 100 * np.mean(bands == -1)}
        given[f"{name}|{audience}"] = {"bayes": (x.sum() + 10 * whole[audience]) / (len(x) + 10), "m": 10}
    case("top", {"audience": "all"}, ["work", "audience"], estimated)
    case("top", {"audience": "all", "m": "10", "min_reviews": "1"}, ["work", "audience"], given)
    case("divisive", {"audience": "all"}, ["work", "audience"], divisive)

    # Words as unicode61 parts them; the archive's quotes are plain ASCII.
    sides, quotes = {1: Counter(), 0: Counter(), -1: Counter()}, {1: Counter(), 0: Counter(), -1: Counter()}
    for _, work, audience, _, _, score, quote in REVIEWS:
        if audience == "critic" and quote:
            side, words = 0 if score is None else band(WORK[work][1], score), re.findall(r"[a-z0-9]+", quote.lower())
            sides[side].update(words)
            quotes[side].update(set(words))
    every = sides[1] + sides[0] + sides[-1]
    n, n1, n2, a0 = sum(every.values()), sum(sides[1].values()), sum(sides[-1].values()), 500.0
    rows = {}
    for word, y in every.items():
        y1, y2, a = sides[1][word], sides[-1][word], a0 * y / n
        if y1 + y2 >= 2:
            delta = math.log((y1 + a) / (n1 + a0 - y1 - a)) - math.log((y2 + a) / (n2 + a0 - y2 - a))
            rows[word] = {"log_odds": delta, "z": delta / math.sqrt(1 / (y1 + a) + 1 / (y2 + a)), "positive": y1, "negative": y2,
                          "positive_quotes": quotes[1][word], "negative_quotes": quotes[-1][word]}
    adjusted = stats.false_discovery_control([2 * stats.norm.sf(abs(row["z"])) for row in rows.values()], method="bh")
    for row, p in zip(rows.values(), adjusted):
        row["holds"] = "yes" if p <= 0.05 else "no"
    # A word that marks neither side is compared, and listed on none.
    case("keywords", {"top": "100000"}, ["word"], {word: row for word, row in rows.items() if row["z"]})

    # Bands and tens; critics against users.
    rows, means = {}, defaultdict(dict)
    for (work, audience), x in groups(lambda r: (r[1], r[2])).items():
        name, kind = WORK[work]
        bands = [band(kind, s) for s in x]
        tens, _ = np.histogram(x, bins=[*range(0, 100, 10), 101])
        labels = [f"{low}-{low + 9}" for low in range(0, 90, 10)] + ["90-100"]
        thumbs = [(v or "").lower() for w, a, s, v in db.execute("SELECT work_id, audience, score, verdict FROM review")
                  if w == work and a == audience and s is None]
        rows[f"{name}|{audience}"] = {"verdicts_positive": thumbs.count("fresh"), "verdicts_negative": thumbs.count("rotten"),
                                      "n": len(x), "positive": bands.count(1), "mixed": bands.count(0), "negative": bands.count(-1)} \
            | {label: int(count) for label, count in zip(labels, tens)}
        means[name][audience] = x
    case("distribution", {"audience": "all"}, ["work", "audience"], rows)
    for least in [1, 5]:
        rows_of_gap = {}
        for name, x in means.items():
            if len(x) == 2 and min(len(x["critic"]), len(x["user"])) >= least:
                gap = stats.ttest_ind(x["critic"], x["user"], equal_var=False) if least > 1 else None
                difference = x["critic"].mean() - x["user"].mean()
                rows_of_gap[name] = {"critics": len(x["critic"]), "critic_mean": x["critic"].mean(), "users": len(x["user"]),
                                     "user_mean": x["user"].mean(), "gap": difference}
                if gap:
                    rows_of_gap[name]["se"] = difference / gap.statistic
        case("user-gap", {"min_reviews": "1"} if least == 1 else {}, ["work"], rows_of_gap)

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

    # The later half of each work's reviews against the earlier one, days whole.
    rows = {}
    for work, audience in {(r[1], r[2]) for r in whole_days}:
        mine = sorted((r[4], r[5]) for r in whole_days if r[1] == work and r[2] == audience and r[5] is not None)
        first = min((d for d, _ in mine), default=None)
        early = [s for d, s in mine if d == first or 2 * sum(other <= d for other, _ in mine) <= len(mine)]
        late = [s for d, s in mine if d != first and 2 * sum(other <= d for other, _ in mine) > len(mine)]
        if len(mine) >= 4 and late:
            se = np.sqrt(np.var(early, ddof=1) / len(early) + np.var(late, ddof=1) / len(late)) if min(len(early), len(late)) > 1 else None
            rows[f"{WORK[work][0]}|{audience}"] = {"early": len(early), "early_mean": np.mean(early), "late": len(late), "late_mean": np.mean(late),
                                                   "difference": np.mean(late) - np.mean(early), "se": se}
    case("early-late", {"audience": "all", "min_reviews": "4"}, ["work", "audience"], rows)

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
        rows[f"{title}|{audience}|{what}"] = {"said": value, "held": held, "difference": None if audience == "user" and what in ("ratings", "positive", "mixed", "negative") and (out_of or value) > (len(of_work) if what == "ratings" else len(scored)) else held - value,
                                              "held_of": None if what in ("critics", "ratings") else len(scored)}
    case("claims", {}, ["work", "audience", "claim"], rows)

    # What is missing.
    rows = {}
    MORE = {i: more for i, *more in db.execute("SELECT id, score_text, publication_id, truncated, verdict FROM review")}
    for audience in ["critic", "user"]:
        mine = [(*r, *MORE[r[0]]) for r in REVIEWS if r[2] == audience]
        for what, lacks in {
            "undated": lambda r: r[4] is None, "date is partial": lambda r: r[4] is not None and len(r[4]) < 10,
            "unscored, nothing printed": lambda r: r[5] is None and r[7] is None, "unscored, no scale": lambda r: r[5] is None and r[7] is not None,
            "unscored, positive verdict": lambda r: r[5] is None and (r[10] or "").lower() in ("fresh", "recommended"),
            "unscored, negative verdict": lambda r: r[5] is None and (r[10] or "").lower() in ("rotten", "not recommended"),
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
    if next(db.execute("SELECT count(*) FROM rejection"))[0]:
        of = 1 + next(db.execute("SELECT count(*) FROM sighting WHERE dump_id = 1"))[0]
        rows["rejected: a.txt|both"] = {"count": 1, "of": of, "share": 100 / of}
    case("quality", {}, ["what", "audience"], rows)


for archive in ["archive", "larger"]:
    figures(archive)
made = {"made with": f"numpy {np.__version__}, scipy {scipy.__version__}", "cases": cases}
with open("tests/statistics/figures.json", "w") as file:
    json.dump(made, file, indent=1, default=float, ensure_ascii=False)
    file.write("\n")
