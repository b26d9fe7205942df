"""Writes tests/fixtures/reports/archive.sql and larger.sql: small invented archives for the reports' tests.

Run from the project's folder: python tests/statistics/archive.py
Everything is drawn with a fixed seed; the awkward cases at the end are written by hand.
"""
import random

rng = random.Random(20120726)
CRITICS = ["Ada Quill", "Bo Lindqvist", "Cy O'Dell", "Dee Marlow", "Eve Strand", "V. Harrow", "Victor Harrow",
           "Ana Lopez", "Anna Lopez"]
PUBLICATIONS = ["The Daily Lantern", "Daily-Lantern, The", "Gazette", "Post & Herald"]
WORKS = [("Copper Sky", "movie", 2012), ("Harbour Lights", "tv", 2013), ("Deep Mine", "game", 2014),
         ("Quiet Songs", "album", 2012), ("Glass Orchard", "book", None), ("Same Again", "movie", 2015),
         ("Part 2", "movie", 2016), ("Part 3", "movie", 2016), ("Nearly Same", None, None)]
GOOD = ["moving", "bright", "warm", "careful", "alive"]
BAD = ["dull", "loud", "empty", "slow", "tired"]
PLAIN = ["the", "story", "of", "a", "harbour", "and", "its", "people"]


def fold(name):
    return " ".join(name.lower().replace(".", " ").split())


def text(value):
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def quote(score):
    words = rng.sample(PLAIN, 5)
    pool = GOOD if score is None or score > 60 else BAD if score < 40 else GOOD + BAD
    return " ".join(words + rng.choices(pool, k=3)) + f" no {rng.randrange(1000)}"


out = ["-- Made by tests/statistics/archive.py. Invented throughout."]
for i, (title, kind, year) in enumerate(WORKS, 1):
    # No dump gave the ninth a title.
    out.append(f"INSERT INTO work VALUES ({i}, {text(title)}, {text('' if i == 9 else fold(title))}, {text(kind)}, {year or 'NULL'}, 0);")
for i, name in enumerate(CRITICS, 1):
    out.append(f"INSERT INTO critic VALUES ({i}, {text(name)}, {text(fold(name))}, 0);")
for i, name in enumerate(PUBLICATIONS, 1):
    out.append(f"INSERT INTO publication VALUES ({i}, {text(name)}, {text(fold(name))}, 0);")

rows = []


def review(work, audience, critic, publication, date, score, words, byline=None, truncated=0, score_text=None):
    rows.append((work, audience, critic, publication, byline or (CRITICS[(critic - 1) % len(CRITICS)] if critic else None), date, score,
                 score_text or (f"{score:g}" if score is not None else None), words, truncated))


for work in range(1, 6):
    level = rng.uniform(45, 80)
    for critic in range(1, 9):
        if rng.random() < 0.85:
            score = min(100.0, max(0.0, float(round(rng.gauss(level + 3 * critic - 14, 14)))))
            if rng.random() < 0.1:
                score = round(score * 7 / 10) / 7 * 10
            date = f"{2012 + (work + critic) % 4}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
            review(work, "critic", critic, rng.choice([None, 1, 2, 3, 4]), date, score, quote(score))
    for user in range(7):
        score = 10.0 * rng.randrange(0, 11)
        date = f"2013-0{rng.randrange(1, 4)}-{rng.randrange(1, 29):02}"
        review(work, "user", None, None, date, score, quote(score), byline=f"user{work}{user}")
# All equal; MAD of 0 with one score apart.
for critic in range(1, 7):
    review(6, "critic", critic, 3, "2015-12-31", 70.0, f"the same again and again {critic}")
for critic, score in zip(range(1, 8), [60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 95.0]):
    review(7, "critic", critic, 4, "2017-01-01", score, quote(score))
# One row; partly dated; undated; unscored with and without text; unattributed; cut off; twice by one critic.
review(8, "critic", 9, None, "2016", 50.0, quote(50))
review(9, "critic", None, 1, "2014-07", 80.0, quote(80), byline="Staff")
review(9, "critic", None, None, None, 20.0, None)
review(9, "critic", 2, 2, "2014-07-02", None, quote(None), score_text="Recommended")
review(9, "critic", 3, 2, "2014-07-03", None, "a bright and careful story of a harbour and its people, all of them alive", truncated=1)
review(9, "critic", 4, 3, None, 77.0, "A bright and careful story of a harbour and its people, all of them alive and warm.")
review(1, "critic", 1, None, "2016-02-29", 64.0, quote(64))
for i, row in enumerate(rows, 1):
    work, audience, critic, publication, byline, date, score, score_text, words, truncated = row
    number = lambda value: "NULL" if value is None else repr(value)
    out.append(f"INSERT INTO review VALUES ({i}, {work}, '{audience}', {number(critic)}, {number(publication)}, {text(byline)}, NULL, "
               f"{text(date)}, {number(score)}, {text(score_text)}, {text(words)}, NULL, {truncated}, NULL, NULL, NULL, 0);")
out.append("""UPDATE review SET verdict = 'Fresh' WHERE id IN (2, 87);
UPDATE review SET verdict = 'ROTTEN' WHERE id = 86;
UPDATE review SET verdict = 'so so' WHERE id = 3;""")
out.append("""INSERT INTO import VALUES (1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', 'import a b', '0', 0);
INSERT INTO dump VALUES (1, zeroblob(32), 1, 'invented', '{}', NULL, 'UTF-8', 1, NULL, 0, 0), (2, zeroblob(32), 1, 'invented', '{}', NULL, 'UTF-8', 2, NULL, 0, 0);
INSERT INTO source (id, import_id, dump_id, path, hash) VALUES (1, 1, 1, 'a.txt', 0), (2, 1, 2, 'b.txt', 0);
INSERT INTO work_mention (dump_id, number, work_id, title, title_fold, kind, year, hash) SELECT 1, id, id, iif(id = 9, NULL, title), title_fold, kind, year, 0 FROM work;
INSERT INTO work_mention (dump_id, number, work_id, title, title_fold, kind, year, hash) SELECT 2, id, id, NULL, NULL, kind, year, 0 FROM work;
INSERT INTO sighting SELECT 1, id, id, id, work_id, id, NULL, NULL, NULL, 0, NULL, 1, 0 FROM review;
INSERT INTO sighting VALUES (2, 1, 1, 1, 1, 1, NULL, NULL, NULL, 0, NULL, 1, 0);
INSERT INTO change VALUES (1, 2, 1, 'score_text', '90', '85', 0);
INSERT INTO rejection VALUES (1, 1, 900, 900, 'no words', 'x', 0);
INSERT INTO claim VALUES (1, 1, 1, 'critic', 'metascore', 70, 100, 0), (1, 2, 1, 'critic', 'critics', 9, NULL, 0),
    (1, 3, 1, 'user', 'user_score', 8.1, 10, 0), (1, 4, 3, 'critic', 'positive', 3, 7, 0),
    (1, 5, 3, 'critic', 'mixed', 3, 7, 0), (1, 6, 3, 'critic', 'negative', 3, 7, 0), (2, 1, 1, 'critic', 'metascore', 70, 100, 0);
INSERT INTO review_fts (review_fts) VALUES ('rebuild');""")
with open("tests/fixtures/reports/archive.sql", "w") as file:
    file.write("\n".join(out) + "\n")

# The larger one: enough works in common for pairs, enough words for praise and blame, enough years for lines.
rng = random.Random(1999)
out = ["-- Made by tests/statistics/archive.py. Invented throughout."]
KINDS = ["movie", "game", "tv", None]
for i in range(1, 26):
    kind = KINDS[i % 4]
    out.append(f"INSERT INTO work VALUES ({i}, 'Work {i}', 'work {i}', {text(kind)}, {1990 + i}, 0);")
# So many scores that one of them can lie more than three standard deviations off.
out.append("INSERT INTO work VALUES (26, 'Work 26', 'work 26', 'movie', 2016, 0);")
for i in range(1, 11):
    out.append(f"INSERT INTO critic VALUES ({i}, 'Critic {i}', 'critic {i}', 0);")
rows = []
for work in range(1, 26):
    level = rng.uniform(25, 85)
    for critic in range(1, 11):
        if rng.random() < 0.9:
            # Now and then somebody reviews a work twice.
            for _ in range(2 if rng.random() < 0.05 else 1):
                score = min(100.0, max(0.0, round(rng.gauss(level + critic - 5 - 0.4 * (work % 9), 9), 1)))
                date = f"{2008 + (work + critic) % 9}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
                review(work, "critic", critic, None, date, score, quote(score))
    for user in range(rng.randrange(3, 12)):
        score = 10.0 * rng.randrange(1, 11)
        review(work, "user", None, None, f"2013-0{rng.randrange(1, 9)}-{rng.randrange(1, 29):02}", score, quote(score), byline=f"user{work}{user}")
for user in range(30):
    score = 5.0 if user == 17 else 70.0 + user % 7
    review(26, "user", None, None, f"2016-05-{user % 28 + 1:02}", score, quote(score), byline=f"user26{user}")
for i, row in enumerate(rows, 1):
    work, audience, critic, publication, byline, date, score, score_text, words, truncated = row
    out.append(f"INSERT INTO review VALUES ({i}, {work}, '{audience}', {critic or 'NULL'}, NULL, {text(byline if not critic else 'Critic %d' % critic)}, NULL, "
               f"{text(date)}, {score!r}, {text(score_text)}, {text(words)}, NULL, {truncated}, NULL, NULL, NULL, 0);")
out.append("""INSERT INTO import VALUES (1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', 'import a b', '0', 0);
INSERT INTO dump VALUES (1, zeroblob(32), 1, 'of critics', '{}', NULL, 'UTF-8', 1, NULL, 0, 0), (2, zeroblob(32), 1, 'of users', '{}', NULL, 'UTF-8', 2, NULL, 0, 0);
INSERT INTO source (id, import_id, dump_id, path, hash) VALUES (1, 1, 1, 'a.txt', 0), (2, 1, 2, 'b.txt', 0);
INSERT INTO work_mention (dump_id, number, work_id, title, title_fold, kind, year, hash) SELECT 1, id, id, title, title_fold, kind, year, 0 FROM work;
INSERT INTO sighting SELECT iif(audience = 'user', 2, 1), id, id, id, work_id, id, NULL, NULL, NULL, 0, NULL, 1, 0 FROM review;
INSERT INTO review_fts (review_fts) VALUES ('rebuild');""")
with open("tests/fixtures/reports/larger.sql", "w") as file:
    file.write("\n".join(out) + "\n")
