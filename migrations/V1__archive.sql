-- The archive. One file holds everything; nothing here is a cache that could
-- not be made again from the sightings, the mentions and the kept dumps.
--
-- Singular tables are private and may change with a migration. The plural view
-- `reviews` at the end is public and keeps its columns.
--
-- How it hangs together: a *dump* is one content read in one way (a file's
-- bytes and the options that mattered). A *source* says that an import met a
-- dump at a path. A dump holds *sightings*: "record 12 of this dump contained
-- that review". A *review* row is the merged result of its sightings, in the
-- order of their dumps' places; it can always be derived again, and undo does.
--
-- Columns named `hash` hold row_hash(all other columns of the row) so that
-- `revdb check` finds a row that changed by itself. They are 64-bit XXH3.

-- Sites that give ids ("metacritic", "isbn"): to works, to critics' reviews and to users',
-- which are three spaces, since a site may number each by itself.
CREATE TABLE site (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    space TEXT NOT NULL CHECK (space IN ('work','critic','user')),
    hash  INTEGER NOT NULL,
    UNIQUE (name, space)
) STRICT;

CREATE TABLE work (
    id         INTEGER PRIMARY KEY,
    title      TEXT NOT NULL,          -- first spelling seen; an id where no dump gave a title
    title_fold TEXT NOT NULL,          -- as names are compared
    kind       TEXT CHECK (kind IN ('movie','tv','game','album','book','product','other')),
    year       INTEGER CHECK (year BETWEEN 1000 AND 9999),
    hash       INTEGER NOT NULL,
    -- What a work is called in a report. Stored, as reports print it for every work.
    label      TEXT NOT NULL AS (title || coalesce(' (' || year || ')', '')) STORED
) STRICT;
CREATE INDEX work_by_fold ON work (title_fold);

CREATE TABLE critic (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,           -- first spelling seen
    name_fold TEXT NOT NULL UNIQUE,
    hash      INTEGER NOT NULL
) STRICT;

CREATE TABLE publication (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    name_fold TEXT NOT NULL UNIQUE,
    hash      INTEGER NOT NULL
) STRICT;

-- `work_id`, `critic_id`, `publication_id` here and what a sighting refers to are no
-- declared foreign keys: SQLite looks each parent up for each row, and wants an index on each
-- for the day on which a parent is deleted.
-- `revdb check` finds a row that refers to nothing (sql/archive/check.sql).
CREATE TABLE review (
    id             INTEGER PRIMARY KEY,
    work_id        INTEGER NOT NULL,
    audience       TEXT NOT NULL CHECK (audience IN ('critic','user')),
    critic_id      INTEGER,            -- none where the byline names nobody
    publication_id INTEGER,
    byline           TEXT,             -- as printed
    publication_text TEXT,             -- as printed
    -- No IN of three: SQLite would lay a temporary table for it row by row, 5 % of an import.
    date       TEXT CHECK (date GLOB '[0-9][0-9][0-9][0-9]*'
                           AND (length(date) = 4 OR length(date) = 7 OR length(date) = 10)),
    score      REAL CHECK (score BETWEEN 0 AND 100),
    score_text TEXT,                   -- as printed; never lost
    quote      TEXT CHECK (quote <> ''),
    url        TEXT,
    truncated  INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0, 1)),
    language   TEXT,
    verdict    TEXT CHECK (verdict <> ''),  -- a judgement that is no score, as printed ("Fresh")
    tags       TEXT CHECK (tags <> ''),     -- the reviewer's tags and shelves, and rewatch, parted by '; '
    hash       INTEGER NOT NULL
) STRICT;
-- Bylines that name nobody are few; a report that shows each review's would read its page for it.
CREATE INDEX review_with_tags ON review (tags) WHERE tags IS NOT NULL;
CREATE INDEX review_of_nobody ON review (byline) WHERE critic_id IS NULL AND byline IS NOT NULL;

-- What reports and filters read of all reviews, packed (crates/revdb-store/src/columns.rs says how).
-- Derived: it can be made again from `review`, row by row.
CREATE TABLE review_column (
    id    INTEGER PRIMARY KEY,         -- the column's number times 2^22, plus the chunk's
    bytes BLOB NOT NULL,               -- of 1,000 reviews
    hash  INTEGER NOT NULL
) STRICT;

-- External content: the words stand once, in review.quote. Stock unicode61
-- keeps the file searchable by every SQLite tool; a run of CJK characters is
-- one token there, which the search answers by looking into the text itself.
-- `content="review"` is written so because sqlite-utils looks for just that.
CREATE VIRTUAL TABLE review_fts USING fts5 (
    quote,
    content="review",
    content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
-- A large import leaves up to 15 segments of a size. By FTS5's default (16) the next small import
-- would merge all of them at once.
INSERT INTO review_fts (review_fts, rank) VALUES ('crisismerge', 64);

-- One run of `revdb import`.
CREATE TABLE import (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,     -- an undone import's number is not used again
    started_at  TEXT NOT NULL,         -- UTC, ISO 8601
    finished_at TEXT,                  -- none where the run was cut off between two groups of dumps
    command     TEXT NOT NULL,         -- the arguments, for people
    version     TEXT NOT NULL,         -- of revdb
    hash        INTEGER NOT NULL
) STRICT;

-- One content read in one way.
CREATE TABLE dump (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256    BLOB NOT NULL CHECK (length(sha256) = 32),
    size      INTEGER NOT NULL,
    format    TEXT NOT NULL,
    options   TEXT NOT NULL,           -- JSON: how it is read, the words of all its sources, a later one's counting
    file_name TEXT,                    -- set where the file's name was used as the title
    encoding  TEXT NOT NULL,           -- what was assumed, in words
    place     INTEGER NOT NULL,        -- lowest id of its sources: orders all that dumps say
    account   TEXT,                    -- the site, where it is one account's own export
    standing  INTEGER NOT NULL DEFAULT 0 CHECK (standing IN (0, 1)),   -- one mark for each work, which a later export changes
    hash      INTEGER NOT NULL
) STRICT;
CREATE INDEX dump_by_content ON dump (sha256);

-- An import met a dump at a path. Counts are of that meeting.
CREATE TABLE source (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    import_id  INTEGER NOT NULL REFERENCES import (id),
    dump_id    INTEGER NOT NULL REFERENCES dump (id),
    path       TEXT NOT NULL,
    new        INTEGER NOT NULL DEFAULT 0,
    changed    INTEGER NOT NULL DEFAULT 0,
    filled_in  INTEGER NOT NULL DEFAULT 0,
    same       INTEGER NOT NULL DEFAULT 0,
    rejected   INTEGER NOT NULL DEFAULT 0,
    left_alone INTEGER NOT NULL DEFAULT 0,
    works      INTEGER NOT NULL DEFAULT 0,             -- rows that only describe a work
    words      TEXT NOT NULL DEFAULT '{}',             -- JSON: what the person said then that changes the reading
    hash       INTEGER NOT NULL
) STRICT;
CREATE INDEX source_by_import ON source (import_id);
CREATE INDEX source_by_dump ON source (dump_id);

-- How a dump names a work. Works are derived from these (revdb-model/identity).
CREATE TABLE work_mention (
    dump_id     INTEGER NOT NULL REFERENCES dump (id),
    number      INTEGER NOT NULL,       -- from 1 within the dump, in the order met
    work_id     INTEGER NOT NULL REFERENCES work (id),
    title       TEXT,                   -- as stated; so stated_kind and stated_year
    title_fold  TEXT,                   -- as compared, once what a person decided is followed; so kind and year
    kind        TEXT,
    year        INTEGER,
    stated_kind TEXT,
    stated_year INTEGER,
    hash        INTEGER NOT NULL,
    PRIMARY KEY (dump_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_mention_by_work ON work_mention (work_id);
CREATE INDEX work_mention_by_fold ON work_mention (title_fold);

-- Ids that a site gave to a work, per mention: undoing the mention takes them along.
CREATE TABLE external_id (
    dump_id INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    site_id INTEGER NOT NULL REFERENCES site (id),
    ext_id  TEXT NOT NULL,
    hash    INTEGER NOT NULL,
    PRIMARY KEY (dump_id, number, site_id, ext_id),
    FOREIGN KEY (dump_id, number) REFERENCES work_mention (dump_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_id_by_id ON external_id (site_id, ext_id);

-- Whose a work is and what sort of thing, per mention, as ids are.
CREATE TABLE mention_property (
    dump_id    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    property   TEXT NOT NULL CHECK (property IN ('author','contributor','director','brand','genre')),
    value      TEXT NOT NULL,
    value_fold TEXT NOT NULL,          -- as names are compared
    -- By whom: the dump; the dump, and a person decided otherwise (alias.property); a person; both.
    role       TEXT NOT NULL DEFAULT 'stated' CHECK (role IN ('stated','overruled','decided','both')),
    place      INTEGER NOT NULL DEFAULT 1,             -- in the mention's order
    hash       INTEGER NOT NULL,
    PRIMARY KEY (dump_id, number, property, value_fold),
    FOREIGN KEY (dump_id, number) REFERENCES work_mention (dump_id, number)
) STRICT, WITHOUT ROWID;

-- Record `record` of this dump contained this review.
CREATE TABLE sighting (
    dump_id   INTEGER NOT NULL,
    record    INTEGER NOT NULL,        -- from 1 within the dump
    line      INTEGER NOT NULL,        -- on which the record begins
    review_id INTEGER NOT NULL,
    mention   INTEGER NOT NULL,        -- work_mention.number of the same dump
    key       INTEGER NOT NULL,        -- identity key (revdb-model/identity): equal keys may be one review
    site_id   INTEGER,
    ext_id    TEXT,                    -- the site's id of the review
    mark      INTEGER,                 -- of an account's own export: what its marks and entries of one work share
    repeat    INTEGER NOT NULL DEFAULT 0,              -- records of the dump that said the same before
    differs   TEXT,                    -- JSON: the fields in which this record differs from the review row
    is_representative INTEGER NOT NULL DEFAULT 1 CHECK (is_representative IN (0, 1)),
    hash      INTEGER NOT NULL,
    PRIMARY KEY (dump_id, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_review ON sighting (review_id, key);
-- A representative sighting is found by its key and its id. Of a review's sightings with one key
-- and one id, one is representative at least; the others are found through it, by the review. So a
-- dump of a million reviews that are known brings nothing for these two indexes.
CREATE INDEX sighting_by_key ON sighting (key, site_id, review_id) WHERE is_representative;
CREATE INDEX sighting_by_ext_id ON sighting (site_id, ext_id) WHERE is_representative AND ext_id IS NOT NULL;
CREATE INDEX sighting_by_mark ON sighting (mark, review_id) WHERE mark IS NOT NULL;

-- A later dump contradicted an earlier one. Derived from the sightings, kept to be listed.
CREATE TABLE change (
    review_id INTEGER NOT NULL REFERENCES review (id),
    dump_id   INTEGER NOT NULL REFERENCES dump (id),
    record    INTEGER NOT NULL,
    field     TEXT NOT NULL,
    old       TEXT,
    new       TEXT,
    hash      INTEGER NOT NULL,
    PRIMARY KEY (review_id, dump_id, record, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_by_dump ON change (dump_id);

-- What a page says of itself.
CREATE TABLE claim (
    dump_id  INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    mention  INTEGER NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('critic','user')),
    kind     TEXT NOT NULL,            -- metascore, user_score, critics, ratings, positive, mixed, negative
    value    REAL NOT NULL,
    out_of   REAL,
    hash     INTEGER NOT NULL,
    PRIMARY KEY (dump_id, number),
    FOREIGN KEY (dump_id, mention) REFERENCES work_mention (dump_id, number)
) STRICT, WITHOUT ROWID;

-- Records that could not become a review, kept word for word.
CREATE TABLE rejection (
    dump_id INTEGER NOT NULL REFERENCES dump (id),
    number  INTEGER NOT NULL,          -- from 1 within the dump
    record  INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    raw     TEXT NOT NULL,
    hash    INTEGER NOT NULL,
    PRIMARY KEY (dump_id, number)
) STRICT, WITHOUT ROWID;

-- A name stands for another, because a person said so (`revdb merge`, `revdb rename`). By folded
-- name, not by row: the decision outlives the rows and later imports follow it.
CREATE TABLE alias (
    id         INTEGER PRIMARY KEY,
    verb       TEXT NOT NULL CHECK (verb IN ('merge','rename')),
    what       TEXT NOT NULL CHECK (what IN ('critic','work','publication')),
    from_fold  TEXT NOT NULL,
    into_fold  TEXT NOT NULL,
    into_name  TEXT NOT NULL,
    -- Which mentions of the title: all; those that contradict neither year nor kind; those that say both so.
    scope      TEXT NOT NULL CHECK (scope IN ('title','work','exact')),
    from_year  INTEGER,
    from_kind  TEXT,
    into_year  INTEGER,                -- none: as each mention says
    into_kind  TEXT,
    -- Not the title but whose the work is: into_name holds the names, from_names what dumps said then,
    -- parted by '; '. A mention that says others is of another work.
    property   TEXT CHECK (property IN ('author','director')),
    from_names TEXT,
    reason     TEXT,
    created_at TEXT NOT NULL,
    imports    TEXT,                   -- JSON: the imports of other archives that brought it; none: it was made here
    hash       INTEGER NOT NULL
) STRICT;
CREATE INDEX alias_by_name ON alias (what, from_fold, created_at DESC);
CREATE INDEX alias_by_target ON alias (what, into_fold);

-- What a person corrected in one review, or that it is hidden (`revdb correct`, `revdb hide`).
CREATE TABLE correction (
    id         INTEGER PRIMARY KEY,
    review     TEXT NOT NULL,          -- what it was called then, for people
    corrected  TEXT NOT NULL,          -- JSON: the fields that are corrected, as sighting.differs
    hides      INTEGER NOT NULL CHECK (hides IN (0, 1)),
    reason     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    imports    TEXT,                   -- JSON: the imports of other archives that brought it; none: it was made here
    hash       INTEGER NOT NULL
) STRICT;

-- What a correction's review is known by again (crates/revdb-store/src/corrections.rs): not its number,
-- for that may be another after an undo.
CREATE TABLE correction_anchor (
    correction_id INTEGER NOT NULL REFERENCES correction (id),
    anchor        INTEGER NOT NULL,
    sha256        BLOB,                -- of the dump, where the anchor is a place in it
    line          INTEGER,
    hash          INTEGER NOT NULL,
    PRIMARY KEY (correction_id, anchor)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_anchor_by_dump ON correction_anchor (sha256) WHERE sha256 IS NOT NULL;

-- Which corrections a review shows. Derived.
CREATE TABLE corrected (
    review_id     INTEGER NOT NULL,
    correction_id INTEGER NOT NULL REFERENCES correction (id),
    PRIMARY KEY (review_id, correction_id)
) STRICT, WITHOUT ROWID;

-- Reviews that a person hid. They have no row in `review`, so that no question can count them;
-- their sightings hold all that their records say.
CREATE TABLE hidden (
    review_id INTEGER PRIMARY KEY,
    audience  TEXT NOT NULL CHECK (audience IN ('critic','user')),
    hash      INTEGER NOT NULL
) STRICT;

-- The dump's own bytes, once per content, compressed with zstd.
CREATE TABLE raw_dump (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    size   INTEGER NOT NULL,           -- before compression
    bytes  BLOB NOT NULL,
    hash   INTEGER NOT NULL
) STRICT;

-- What a record said before `revdb imports renormalise` read its kept dump
-- again with newer rules. By record, not by review: a reading belongs to its
-- dump and goes with it, however reviews are told apart later.
CREATE TABLE revision (
    dump_id INTEGER NOT NULL REFERENCES dump (id),
    number  INTEGER NOT NULL,          -- from 1 within the dump
    record  INTEGER NOT NULL,
    field   TEXT NOT NULL,             -- 'review' where the record became or ceased to be one
    old     TEXT,
    new     TEXT,
    read_at TEXT NOT NULL,             -- UTC, ISO 8601
    version TEXT NOT NULL,             -- of the revdb that read it again
    hash    INTEGER NOT NULL,
    PRIMARY KEY (dump_id, number)
) STRICT, WITHOUT ROWID;

-- How many rows were stored: a hash finds a changed row, but not one that is gone. Per dump for
-- tables that a dump fills, with dump_id 0 for others; no row where there is none to count.
CREATE TABLE tally (
    dump_id INTEGER NOT NULL,
    part    TEXT NOT NULL,             -- the table
    rows    INTEGER NOT NULL,
    hash    INTEGER NOT NULL,
    PRIMARY KEY (dump_id, part)
) STRICT, WITHOUT ROWID;

-- What reports read: every review, by ids, without a join. Where filters are
-- on, revdb lays a temporary view of the same name and columns over it, so a
-- report's text is the same here, in revdb and in a stock sqlite3 shell.
CREATE VIEW filtered AS
SELECT id, work_id, audience, critic_id, publication_id, byline, date, score,
       score_text, quote, url, truncated, language, verdict, tags
FROM review;

-- What filtered reviews are compared with (the other critics of a work): revdb
-- lays every filter but those on who wrote it (critic, publication) over this.
CREATE VIEW peers AS
SELECT id, work_id, audience, critic_id, publication_id, date, score
FROM review;

-- The words of the quotes as the full-text index has them, for word counts.
-- Holds nothing of its own.
CREATE VIRTUAL TABLE review_word USING fts5vocab ('review_fts', 'instance');

-- The next ones are answered plainly here and fast by revdb, which lays a table of the same
-- name, worked out from review_column, over each but those of VALUES and `banded_review`
-- (crates/revdb-query/src/engine).

-- How many reviews each audience has of a work, whatever the filters.
CREATE VIEW held_work AS SELECT work_id, audience, count(*) AS reviews FROM review GROUP BY work_id, audience;

-- Where the bands of scores begin and end, by the kind of the work ('other' also where it is
-- unknown): positive is above a score, or from one on; negative is below one; the rest is mixed.
CREATE VIEW score_band AS
SELECT column1 AS kind, column2 AS positive_above, column3 AS positive_from, column4 AS negative_below
FROM (VALUES ('album', 60, NULL, 40), ('book', 60, NULL, 40), ('game', NULL, 75, 50), ('movie', 60, NULL, 40),
             ('other', 60, NULL, 40), ('product', 60, NULL, 40), ('tv', 60, NULL, 40));

-- What verdicts say, by their words in small letters. (revdb-model/verdict has the same.)
CREATE VIEW verdict_word AS
SELECT column1 AS word, column2 AS says FROM (VALUES
    ('fresh', 'positive'),
    ('certified fresh', 'positive'),
    ('certified-fresh', 'positive'),
    ('positive', 'positive'),
    ('recommended', 'positive'),
    ('thumbs up', 'positive'),
    ('up', 'positive'),
    ('liked', 'positive'),
    ('like', 'positive'),
    ('upright', 'positive'),
    ('good', 'positive'),
    ('rotten', 'negative'),
    ('negative', 'negative'),
    ('not recommended', 'negative'),
    ('thumbs down', 'negative'),
    ('down', 'negative'),
    ('disliked', 'negative'),
    ('dislike', 'negative'),
    ('spilled', 'negative'),
    ('not fresh', 'negative'),
    ('not liked', 'negative'),
    ('bad', 'negative')
);

-- The reviews with what their works are, the band of the score (none without one) and what the verdict says (none
-- without one). The bands go with the works first, which are fewer.
CREATE VIEW banded_review AS
SELECT r.*, w.kind, w.year,
       CASE WHEN r.score > w.positive_above OR r.score >= w.positive_from THEN 'positive'
            WHEN r.score < w.negative_below THEN 'negative'
            WHEN r.score IS NOT NULL THEN 'mixed' END AS band,
       CASE WHEN r.verdict IS NOT NULL
            THEN coalesce((SELECT says FROM verdict_word WHERE word = lower(r.verdict)), 'other') END AS says
FROM filtered AS r
LEFT JOIN (SELECT work.id, work.kind, work.year, b.positive_above, b.positive_from, b.negative_below
           FROM work JOIN score_band AS b ON b.kind = coalesce(work.kind, 'other')) AS w ON w.id = r.work_id;

-- How many reviews there are of each sort: how many letters of a date they have (dated; 0
-- is none), and whether they have a score, one as printed, a critic, a publication, a quote,
-- one that was cut off; the band of the score, and what the verdict says (NULL without one).
CREATE VIEW review_tally AS
SELECT audience, coalesce(length(date), 0) AS dated, score IS NOT NULL AS scored, band, score_text IS NOT NULL AS printed,
       critic_id IS NOT NULL AS named, publication_id IS NOT NULL AS published, quote IS NOT NULL AS quoted,
       truncated, says AS verdict, count(*) AS reviews
FROM banded_review
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- The reviews under whatever they stand under, their scores in order: the place of each among the n of its group, and
-- the group's mean.
CREATE VIEW ranked_score AS
SELECT grouping, id, name, audience, score, band, iif(score IS NULL, says, NULL) AS says,
       CAST(score / 10 AS INTEGER) AS ten, row_number() OVER sorted - 1 AS place,
       count(score) OVER sorted AS n, avg(score) OVER sorted AS mean
FROM (SELECT 'work' AS grouping, work_id AS id, NULL AS name, audience, score, band, says FROM banded_review
      UNION ALL SELECT 'critic', critic_id, NULL, audience, score, band, says
      FROM banded_review WHERE critic_id IS NOT NULL
      UNION ALL SELECT 'publication', publication_id, NULL, audience, score, band, says
      FROM banded_review WHERE publication_id IS NOT NULL
      UNION ALL SELECT 'kind', NULL, kind, audience, score, band, says FROM banded_review WHERE kind IS NOT NULL
      UNION ALL SELECT 'year', year, NULL, audience, score, band, says FROM banded_review WHERE year IS NOT NULL
      UNION ALL SELECT 'decade', year / 10 * 10, NULL, audience, score, band, says
      FROM banded_review WHERE year IS NOT NULL
      UNION ALL SELECT 'review_year', CAST(substr(date, 1, 4) AS INTEGER), NULL, audience, score, band, says
      FROM banded_review WHERE date IS NOT NULL)
-- One window for all three, so that the rows are put in order once.
WINDOW sorted AS (PARTITION BY grouping, id, name, audience ORDER BY score NULLS LAST
     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);

-- The reviews of a work, a critic, a publication, a kind, a year and a decade of works and a year in which they were
-- written, n of them with a score: their sum (points), ss the sum of the squared differences from their
-- mean (in a second pass, so that nothing cancels), the quartiles, between the two scores beside (n - 1) p (by
-- hand: SQLite lets no view use percentile_cont where the schema is not trusted, and revdb trusts
-- none), the bands, the verdicts of reviews without a score, and the scores by tens, each in the ten it begins; 100 is
-- in the last. A group is known by its id, a kind by its name.
CREATE VIEW group_score AS
-- Works, which most reports ask for, by GROUP BY, which takes a third less than windows; the rest by windows of whole groups: a
-- condition on the grouping then reaches the innermost SELECT, and the other groupings are never read.
SELECT 'work' AS grouping, id, NULL AS name, audience, reviews, n, points, iif(least = most, 0.0, ss) AS ss, least AS min,
       low1 + (high1 - low1) * ((n - 1) * 0.25 - (n - 1) / 4) AS q1,
       low2 + (high2 - low2) * ((n - 1) * 0.5 - (n - 1) / 2) AS median,
       low3 + (high3 - low3) * ((n - 1) * 0.75 - (n - 1) * 3 / 4) AS q3,
       most AS max, positive, negative, verdicts_positive, verdicts_negative, verdicts_other,
       t0, t10, t20, t30, t40, t50, t60, t70, t80, t90
FROM (SELECT id, audience, max(n) AS n, min(score) AS least,
             count(*) AS reviews, sum(score) AS points,
             sum((score - mean) * (score - mean)) AS ss,
             max(score) FILTER (WHERE place = (n - 1) / 4) AS low1,
             max(score) FILTER (WHERE place = (n + 2) / 4) AS high1,
             max(score) FILTER (WHERE place = (n - 1) / 2) AS low2,
             max(score) FILTER (WHERE place = n / 2) AS high2,
             max(score) FILTER (WHERE place = (n - 1) * 3 / 4) AS low3,
             max(score) FILTER (WHERE place = n * 3 / 4) AS high3,
             max(score) AS most,
             count(*) FILTER (WHERE band = 'positive') AS positive,
             count(*) FILTER (WHERE band = 'negative') AS negative,
             count(*) FILTER (WHERE says = 'positive') AS verdicts_positive,
             count(*) FILTER (WHERE says = 'negative') AS verdicts_negative,
             count(*) FILTER (WHERE says = 'other') AS verdicts_other,
             count(*) FILTER (WHERE ten = 0) AS t0, count(*) FILTER (WHERE ten = 1) AS t10,
             count(*) FILTER (WHERE ten = 2) AS t20, count(*) FILTER (WHERE ten = 3) AS t30,
             count(*) FILTER (WHERE ten = 4) AS t40, count(*) FILTER (WHERE ten = 5) AS t50,
             count(*) FILTER (WHERE ten = 6) AS t60, count(*) FILTER (WHERE ten = 7) AS t70,
             count(*) FILTER (WHERE ten = 8) AS t80, count(*) FILTER (WHERE ten >= 9) AS t90
      FROM ranked_score WHERE grouping = 'work' GROUP BY id, audience)
UNION ALL
SELECT grouping, id, name, audience, reviews, n, points, iif(score = most, 0.0, ss) AS ss, score AS min,
       low1 + (high1 - low1) * ((n - 1) * 0.25 - (n - 1) / 4) AS q1,
       low2 + (high2 - low2) * ((n - 1) * 0.5 - (n - 1) / 2) AS median,
       low3 + (high3 - low3) * ((n - 1) * 0.75 - (n - 1) * 3 / 4) AS q3,
       most AS max, positive, negative, verdicts_positive, verdicts_negative, verdicts_other,
       t0, t10, t20, t30, t40, t50, t60, t70, t80, t90
-- The row kept of each group is the one with its least score.
FROM (SELECT grouping, id, name, audience, place, score, n, count(*) OVER g AS reviews, sum(score) OVER g AS points,
             sum((score - mean) * (score - mean)) OVER g AS ss,
             max(score) FILTER (WHERE place = (n - 1) / 4) OVER g AS low1,
             max(score) FILTER (WHERE place = (n + 2) / 4) OVER g AS high1,
             max(score) FILTER (WHERE place = (n - 1) / 2) OVER g AS low2,
             max(score) FILTER (WHERE place = n / 2) OVER g AS high2,
             max(score) FILTER (WHERE place = (n - 1) * 3 / 4) OVER g AS low3,
             max(score) FILTER (WHERE place = n * 3 / 4) OVER g AS high3,
             max(score) OVER g AS most,
             count(*) FILTER (WHERE band = 'positive') OVER g AS positive,
             count(*) FILTER (WHERE band = 'negative') OVER g AS negative,
             count(*) FILTER (WHERE says = 'positive') OVER g AS verdicts_positive,
             count(*) FILTER (WHERE says = 'negative') OVER g AS verdicts_negative,
             count(*) FILTER (WHERE says = 'other') OVER g AS verdicts_other,
             count(*) FILTER (WHERE ten = 0) OVER g AS t0, count(*) FILTER (WHERE ten = 1) OVER g AS t10,
             count(*) FILTER (WHERE ten = 2) OVER g AS t20, count(*) FILTER (WHERE ten = 3) OVER g AS t30,
             count(*) FILTER (WHERE ten = 4) OVER g AS t40, count(*) FILTER (WHERE ten = 5) OVER g AS t50,
             count(*) FILTER (WHERE ten = 6) OVER g AS t60, count(*) FILTER (WHERE ten = 7) OVER g AS t70,
             count(*) FILTER (WHERE ten = 8) OVER g AS t80, count(*) FILTER (WHERE ten >= 9) OVER g AS t90
      FROM ranked_score WHERE grouping <> 'work'
      WINDOW g AS (PARTITION BY grouping, id, name, audience))
WHERE place = 0;

-- The reviews of days, weeks (ISO 8601, from Monday), months and years, n of them with a score, each by the day on which it
-- begins; between the first and the last of an audience also those without a review.
CREATE VIEW period_sum AS
WITH RECURSIVE day AS MATERIALIZED (
    SELECT date, audience, count(*) AS reviews, count(score) AS n, sum(score) AS points FROM filtered GROUP BY date, audience
),
explicit AS MATERIALIZED (
    SELECT 'day' AS sort, date AS begins, audience, reviews, n, points FROM day WHERE length(date) = 10
    UNION ALL
    SELECT 'week', date(date, 'weekday 0', '-6 days'), audience, reviews, n, points FROM day WHERE length(date) = 10
    UNION ALL
    SELECT 'month', substr(date, 1, 7) || '-01', audience, reviews, n, points FROM day WHERE length(date) >= 7
    UNION ALL
    SELECT 'year', substr(date, 1, 4) || '-01-01', audience, reviews, n, points FROM day WHERE length(date) >= 4
),
period AS MATERIALIZED (
    SELECT sort, begins, audience, sum(reviews) AS reviews, sum(n) AS n, sum(points) AS points
    FROM explicit GROUP BY sort, begins, audience
),
calendar (sort, begins, audience, last) AS (
    SELECT sort, min(begins), audience, max(begins) FROM period GROUP BY sort, audience
    UNION ALL
    SELECT sort, date(begins, CASE sort WHEN 'day' THEN '+1 day' WHEN 'week' THEN '+7 days'
                                        WHEN 'month' THEN '+1 month' ELSE '+1 year' END),
           audience, last
    FROM calendar
    WHERE begins < last
)
SELECT c.sort, c.audience, c.begins, coalesce(p.reviews, 0) AS reviews, coalesce(p.n, 0) AS n, p.points
FROM calendar AS c
LEFT JOIN period AS p ON p.sort = c.sort AND p.begins = c.begins AND p.audience = c.audience;

-- A critic's scores through the years, and the line through them by least squares: how many different years,
-- the slope (none where all are of one year) and its standard error (none of two reviews). In passes of their own about
-- the means, so that nothing cancels.
CREATE VIEW critic_trend AS
WITH dated AS MATERIALIZED (
    SELECT critic_id, audience, CAST(substr(date, 1, 4) AS INTEGER) AS t, score AS x, band = 'positive' AS positive
    FROM banded_review
    WHERE critic_id IS NOT NULL AND date IS NOT NULL AND score IS NOT NULL
),
grouped AS MATERIALIZED (
    SELECT critic_id, audience, count(*) AS n, avg(x) AS mean, sum(positive) AS positive,
           min(t) AS first_year, max(t) AS last_year, count(DISTINCT t) AS years, avg(t) AS mean_year
    FROM dated GROUP BY critic_id, audience
),
fitted AS MATERIALIZED (
    SELECT g.*, sum((d.t - g.mean_year) * (d.x - g.mean)) / sum((d.t - g.mean_year) * (d.t - g.mean_year)) AS slope,
           sum((d.t - g.mean_year) * (d.t - g.mean_year)) AS tt
    FROM dated AS d CROSS JOIN grouped AS g ON g.critic_id = d.critic_id AND g.audience = d.audience
    GROUP BY g.critic_id, g.audience
),
missed AS MATERIALIZED (
    SELECT f.critic_id, f.audience,
           sum((d.x - f.mean - f.slope * (d.t - f.mean_year)) * (d.x - f.mean - f.slope * (d.t - f.mean_year))) AS ss
    FROM dated AS d CROSS JOIN fitted AS f ON f.critic_id = d.critic_id AND f.audience = d.audience
    GROUP BY f.critic_id, f.audience
)
SELECT f.critic_id, f.audience, n, mean, positive, first_year, last_year, years,
       iif(years > 1, slope, NULL) AS slope,
       CASE WHEN years > 1 AND n > 2 THEN sqrt(m.ss / (n - 2) / tt) END AS slope_se, mean_year
FROM fitted AS f CROSS JOIN missed AS m ON m.critic_id = f.critic_id AND m.audience = f.audience;

-- How far each score lies from the others of its work and audience, where these are not all
-- equal, by three methods: mad by the median of the distances from the median (the mean of them, where that is 0), iqr by
-- how many IQR it is outside the quartiles (where the IQR is 0 every other score is infinitely far), z by
-- standard deviations.
-- The others are all peers of the work.
CREATE VIEW score_distance AS
-- Not from group_score, which would have to be joined to the reviews again.
WITH ranked AS (
    SELECT id, work_id, audience, score, row_number() OVER sorted - 1 AS place, count(*) OVER sorted AS n, avg(score) OVER sorted AS mean
    FROM peers WHERE score IS NOT NULL
    WINDOW sorted AS (PARTITION BY work_id, audience ORDER BY score ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
summed AS (
    SELECT id, work_id, audience, score, n, mean, min(score) OVER work AS min, max(score) OVER work AS max,
           sum((score - mean) * (score - mean)) OVER work AS ss,
           max(score) FILTER (WHERE place = (n - 1) / 4) OVER work AS low1,
           max(score) FILTER (WHERE place = (n + 2) / 4) OVER work AS high1,
           max(score) FILTER (WHERE place = (n - 1) / 2) OVER work AS low2,
           max(score) FILTER (WHERE place = n / 2) OVER work AS high2,
           max(score) FILTER (WHERE place = (n - 1) * 3 / 4) OVER work AS low3,
           max(score) FILTER (WHERE place = n * 3 / 4) OVER work AS high3
    FROM ranked WINDOW work AS (PARTITION BY work_id, audience)
),
apart AS MATERIALIZED (
    SELECT *, abs(score - median) AS apart
    FROM (SELECT id, work_id, audience, score, n, mean, sqrt(ss / (n - 1)) AS sd,
                 low1 + (high1 - low1) * ((n - 1) * 0.25 - (n - 1) / 4) AS q1,
                 low2 + (high2 - low2) * ((n - 1) * 0.5 - (n - 1) / 2) AS median,
                 low3 + (high3 - low3) * ((n - 1) * 0.75 - (n - 1) * 3 / 4) AS q3
          FROM summed WHERE min < max)
),
placed AS (
    SELECT *, row_number() OVER sorted - 1 AS place, avg(apart) OVER sorted AS mean_apart
    FROM apart
    WINDOW sorted AS (PARTITION BY work_id, audience ORDER BY apart ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
middle AS (
    SELECT *, max(apart) FILTER (WHERE place = (n - 1) / 2) OVER work AS low,
           max(apart) FILTER (WHERE place = n / 2) OVER work AS high
    FROM placed WINDOW work AS (PARTITION BY work_id, audience)
),
measured AS (
    SELECT 'mad' AS method, id, work_id, audience, n, median, score,
           CASE WHEN mad > 0 THEN 0.6745 * (score - median) / mad ELSE (score - median) / (1.253314 * mean_apart) END AS measure,
           iif(mad > 0, 'mad', 'mean-ad') AS rule, NULL AS infinite
    FROM (SELECT *, low + (high - low) * ((n - 1) * 0.5 - (n - 1) / 2) AS mad FROM middle)
    UNION ALL
    SELECT 'iqr', id, work_id, audience, n, median, score,
           CASE WHEN q3 > q1 THEN CASE WHEN score < q1 THEN (score - q1) / (q3 - q1)
                                       WHEN score > q3 THEN (score - q3) / (q3 - q1) ELSE 0.0 END END,
           iif(q3 > q1, 'iqr', 'iqr = 0'), CASE WHEN q3 = q1 THEN iif(score <> q1, 9e999, 0.0) END
    FROM apart
    UNION ALL
    SELECT 'z', id, work_id, audience, n, median, score, (score - mean) / sd, 'z', NULL FROM apart
)
SELECT method, id, work_id, audience, n, median, score, measure, coalesce(infinite, abs(measure)) AS distance, rule FROM measured;

-- The scored peers of each work: how many, the least score and the most.
CREATE VIEW peer_score AS
SELECT work_id, audience, count(*) AS n, min(score) AS min, max(score) AS max
FROM peers WHERE score IS NOT NULL GROUP BY work_id, audience;

-- The scored reviews of a work as they came: how many days after the first of the work and
-- audience that is dated to the day, and how many there are and their mean up to and including
-- that day. Works have their place in the order of titles; critic is the byline where that names nobody.
CREATE VIEW work_timeline AS
WITH first AS MATERIALIZED (
    SELECT work_id, audience, julianday(min(date) FILTER (WHERE length(date) = 10)) AS day
    FROM peers
    GROUP BY work_id, audience
),
placed AS MATERIALIZED (
    SELECT id, label AS work, row_number() OVER (ORDER BY label, id) AS place
    FROM work
),
running AS (
    SELECT id, work_id, audience, date, critic_id, byline, score,
           count(*) OVER so_far AS running_n, avg(score) OVER so_far AS running_mean
    FROM filtered
    WHERE length(date) = 10 AND score IS NOT NULL
    -- RANGE: all reviews of one day together, so that their order means nothing.
    WINDOW so_far AS (PARTITION BY work_id, audience ORDER BY date RANGE UNBOUNDED PRECEDING)
)
SELECT p.place, r.audience, r.date, r.id, p.work, CAST(julianday(r.date) - first.day AS INTEGER) AS day,
       coalesce((SELECT name FROM critic WHERE critic.id = r.critic_id), r.byline) AS critic,
       r.score, r.running_n, r.running_mean
FROM running AS r
CROSS JOIN first ON first.work_id = r.work_id AND first.audience = r.audience
CROSS JOIN placed AS p ON p.id = r.work_id;

-- How a critic's scores lie against the others' means of the same works and audience (other): n works,
-- each with the mean of what the critic gave it (reviews of them in all), their means, the mean difference (leniency), the
-- least and the most, and ss the sum of the squared differences from it. The others are all peers of the work
-- but the critic.
CREATE VIEW critic_vs_peers AS
WITH work_sum AS MATERIALIZED (
    SELECT work_id, audience, count(score) AS n, sum(score) AS points FROM peers
    WHERE score IS NOT NULL GROUP BY work_id, audience
),
own AS MATERIALIZED (
    SELECT critic_id, work_id, audience, count(*) AS n, sum(score) AS points
    FROM peers
    WHERE critic_id IS NOT NULL AND score IS NOT NULL
    GROUP BY critic_id, work_id, audience
),
given AS MATERIALIZED (
    SELECT critic_id, work_id, audience, count(*) AS reviews, avg(score) AS score
    FROM filtered
    WHERE critic_id IS NOT NULL AND score IS NOT NULL
    GROUP BY critic_id, work_id, audience
),
differing AS MATERIALIZED (
    SELECT g.critic_id, g.audience, g.reviews, g.score, (w.points - o.points) / (w.n - o.n) AS other
    FROM given AS g
    CROSS JOIN own AS o ON o.critic_id = g.critic_id AND o.work_id = g.work_id AND o.audience = g.audience
    CROSS JOIN work_sum AS w ON w.work_id = g.work_id AND w.audience = g.audience
    WHERE w.n > o.n
),
grouped AS MATERIALIZED (
    SELECT critic_id, audience, count(*) AS n, sum(reviews) AS reviews, avg(score) AS mean, avg(other) AS others_mean,
           avg(score - other) AS leniency, min(score - other) AS min, max(score - other) AS max
    FROM differing
    GROUP BY critic_id, audience
),
squared AS MATERIALIZED (
    SELECT g.critic_id, g.audience, sum((score - other - leniency) * (score - other - leniency)) AS ss
    FROM differing AS d CROSS JOIN grouped AS g ON g.critic_id = d.critic_id AND g.audience = d.audience
    GROUP BY g.critic_id, g.audience
)
SELECT g.critic_id, g.audience, n, reviews, mean, others_mean, leniency, min, max, iif(min = max, 0.0, ss) AS ss
FROM grouped AS g CROSS JOIN squared AS s ON s.critic_id = g.critic_id AND s.audience = g.audience;

-- The same of publications: the others are all peers of the work but those of the publication.
CREATE VIEW publication_vs_peers AS
WITH work_sum AS MATERIALIZED (
    SELECT work_id, audience, count(score) AS n, sum(score) AS points FROM peers
    WHERE score IS NOT NULL GROUP BY work_id, audience
),
own AS MATERIALIZED (
    SELECT publication_id, work_id, audience, count(*) AS n, sum(score) AS points
    FROM peers
    WHERE publication_id IS NOT NULL AND score IS NOT NULL
    GROUP BY publication_id, work_id, audience
),
given AS MATERIALIZED (
    SELECT publication_id, work_id, audience, count(*) AS reviews, avg(score) AS score
    FROM filtered
    WHERE publication_id IS NOT NULL AND score IS NOT NULL
    GROUP BY publication_id, work_id, audience
),
differing AS MATERIALIZED (
    SELECT g.publication_id, g.audience, g.reviews, g.score, (w.points - o.points) / (w.n - o.n) AS other
    FROM given AS g
    CROSS JOIN own AS o ON o.publication_id = g.publication_id AND o.work_id = g.work_id AND o.audience = g.audience
    CROSS JOIN work_sum AS w ON w.work_id = g.work_id AND w.audience = g.audience
    WHERE w.n > o.n
),
grouped AS MATERIALIZED (
    SELECT publication_id, audience, count(*) AS n, sum(reviews) AS reviews, avg(score) AS mean, avg(other) AS others_mean,
           avg(score - other) AS leniency, min(score - other) AS min, max(score - other) AS max
    FROM differing
    GROUP BY publication_id, audience
),
squared AS MATERIALIZED (
    SELECT g.publication_id, g.audience, sum((score - other - leniency) * (score - other - leniency)) AS ss
    FROM differing AS d CROSS JOIN grouped AS g ON g.publication_id = d.publication_id AND g.audience = d.audience
    GROUP BY g.publication_id, g.audience
)
SELECT g.publication_id, g.audience, n, reviews, mean, others_mean, leniency, min, max, iif(min = max, 0.0, ss) AS ss
FROM grouped AS g CROSS JOIN squared AS s ON s.publication_id = g.publication_id AND s.audience = g.audience;

-- How often a word stands in the quotes (y), in positive and in negative ones (both of them: said), in how many of
-- these quotes, by the bands of the kind of work, and how often all words of the audience do. The index gives its words in order, so that
-- grouping them needs no sorting.
CREATE VIEW word_counts AS
WITH quoted AS MATERIALIZED (
    SELECT id, (audience = 'user') * 3 + CASE band WHEN 'positive' THEN 1 WHEN 'negative' THEN 2 ELSE 0 END AS side
    FROM banded_review WHERE quote IS NOT NULL
),
counted AS MATERIALIZED (
    SELECT v.term AS word,
           count(*) FILTER (WHERE side < 3) AS critic_all, count(*) FILTER (WHERE side = 1) AS critic_plus,
           count(*) FILTER (WHERE side = 2) AS critic_minus,
           count(*) FILTER (WHERE side >= 3) AS user_all, count(*) FILTER (WHERE side = 4) AS user_plus,
           count(*) FILTER (WHERE side = 5) AS user_minus,
           count(DISTINCT v.doc) FILTER (WHERE side = 1) AS critic_plus_quotes,
           count(DISTINCT v.doc) FILTER (WHERE side = 2) AS critic_minus_quotes,
           count(DISTINCT v.doc) FILTER (WHERE side = 4) AS user_plus_quotes,
           count(DISTINCT v.doc) FILTER (WHERE side = 5) AS user_minus_quotes
    FROM review_word AS v CROSS JOIN quoted ON quoted.id = v.doc
    GROUP BY v.term
)
SELECT 'critic' AS audience, word, critic_all AS y, critic_plus AS plus, critic_minus AS minus,
       critic_plus + critic_minus AS said, critic_plus_quotes AS plus_quotes, critic_minus_quotes AS minus_quotes,
       y_all, plus_all, minus_all
FROM counted, (SELECT sum(critic_all) AS y_all, sum(critic_plus) AS plus_all, sum(critic_minus) AS minus_all FROM counted)
WHERE critic_all > 0
UNION ALL
SELECT 'user', word, user_all, user_plus, user_minus, user_plus + user_minus, user_plus_quotes, user_minus_quotes,
       y_all, plus_all, minus_all
FROM counted, (SELECT sum(user_all) AS y_all, sum(user_plus) AS plus_all, sum(user_minus) AS minus_all FROM counted)
WHERE user_all > 0;

-- Two critics and the works that both scored, two at least, with Pearson's r in a second pass about the means, so
-- that nothing cancels. A critic who scored a work more than once counts with the mean.
CREATE VIEW critic_pair AS
WITH marked AS MATERIALIZED (
    SELECT critic_id, work_id, audience, avg(score) AS x
    FROM filtered
    WHERE critic_id IS NOT NULL AND score IS NOT NULL
    GROUP BY critic_id, work_id, audience
),
met AS MATERIALIZED (
    SELECT a.critic_id, b.critic_id AS other_id, a.audience, a.x, b.x AS y
    FROM marked AS a JOIN marked AS b ON b.work_id = a.work_id AND b.audience = a.audience
    WHERE a.critic_id < b.critic_id
),
grouped AS MATERIALIZED (
    SELECT critic_id, other_id, audience, count(*) AS n, avg(x) AS mx, avg(y) AS my, avg(abs(x - y)) AS difference,
           min(x) < max(x) AND min(y) < max(y) AS varies
    FROM met GROUP BY critic_id, other_id, audience HAVING count(*) >= 2
),
moved AS MATERIALIZED (
    SELECT g.critic_id, g.other_id, g.audience, sum((m.x - mx) * (m.x - mx)) AS xx, sum((m.y - my) * (m.y - my)) AS yy,
           sum((m.x - mx) * (m.y - my)) AS xy
    FROM met AS m CROSS JOIN grouped AS g
      ON g.critic_id = m.critic_id AND g.other_id = m.other_id AND g.audience = m.audience
    GROUP BY g.critic_id, g.other_id, g.audience
)
SELECT g.critic_id, g.other_id, g.audience, n AS shared,
       iif(varies, max(-1.0, min(1.0, xy / (sqrt(xx) * sqrt(yy)))), NULL) AS r, difference
FROM grouped AS g CROSS JOIN moved AS m
  ON m.critic_id = g.critic_id AND m.other_id = g.other_id AND m.audience = g.audience;

-- Reviews of one work and audience that may be one: `beginning`, `contained`, `cut off` or
-- `no quote`, as the report near-duplicates says it. The words are those of the full-text index, one behind
-- the other: it knows letters of all sorts from punctuation, and takes case and accents off.
CREATE VIEW duplicate_candidates AS
WITH folded AS MATERIALIZED (
    SELECT r.id, r.work_id, r.audience, r.critic_id, r.score_text, w.words
    FROM (SELECT doc, group_concat(term, '') AS words
          FROM (SELECT doc, term FROM review_word ORDER BY doc, offset) GROUP BY doc) AS w
    JOIN filtered AS r ON r.id = w.doc
),
alike AS MATERIALIZED (
    SELECT work_id, audience, substr(words, 1, 20) AS beginning
    FROM folded WHERE length(words) >= 20
    GROUP BY 1, 2, 3 HAVING count(*) BETWEEN 2 AND 200
),
-- A beginning that more reviews share is a phrase of the work's, not of a review.
whole AS MATERIALIZED (
    SELECT id, work_id, audience, critic_id, score_text, words FROM folded
    WHERE length(words) >= 20 AND (work_id, audience, substr(words, 1, 20)) NOT IN (
        SELECT work_id, audience, substr(words, 1, 20) FROM folded
        WHERE length(words) >= 20 GROUP BY 1, 2, 3 HAVING count(*) > 200)
),
begun AS MATERIALIZED (
    SELECT f.id, f.work_id, f.audience, a.beginning, f.words
    FROM folded AS f JOIN alike AS a
      ON a.work_id = f.work_id AND a.audience = f.audience AND a.beginning = substr(f.words, 1, 20)
),
near AS (
    SELECT a.id, b.id AS other_id,
           iif(substr(a.words, 1, 60) = substr(b.words, 1, 60), 'beginning', 'contained') AS why
    FROM begun AS a JOIN begun AS b
      ON b.work_id = a.work_id AND b.audience = a.audience AND b.beginning = a.beginning AND b.id > a.id
    WHERE substr(a.words, 1, 60) = substr(b.words, 1, 60) OR instr(a.words, b.words) OR instr(b.words, a.words)
    UNION
    SELECT min(a.id, b.id), max(a.id, b.id), 'contained'
    FROM whole AS a JOIN folded AS b ON b.work_id = a.work_id AND b.audience = a.audience AND b.critic_id = a.critic_id
    WHERE b.id <> a.id AND length(b.words) >= length(a.words) AND instr(b.words, a.words)
    UNION
    SELECT min(a.id, b.id), max(a.id, b.id), 'contained'
    FROM whole AS a JOIN folded AS b ON b.work_id = a.work_id AND b.audience = a.audience AND b.score_text = a.score_text
    WHERE b.id <> a.id AND length(b.words) >= length(a.words) AND instr(b.words, a.words)
    UNION
    SELECT min(bare.id, said.id), max(bare.id, said.id), 'no quote'
    FROM filtered AS bare
    JOIN filtered AS said ON said.work_id = bare.work_id AND said.audience = bare.audience
     AND said.date = bare.date AND said.score IS bare.score AND said.critic_id = bare.critic_id
    -- Scores are compared as values, marks that are none as printed.
    WHERE bare.quote IS NULL AND said.quote IS NOT NULL
      AND (bare.score IS NOT NULL OR said.score_text IS bare.score_text)
    UNION
    SELECT min(cut.id, said.id), max(cut.id, said.id), 'cut off'
    FROM (SELECT id, critic_id, audience, work_id, rtrim(quote, '….') AS words FROM filtered WHERE truncated) AS cut
    JOIN filtered AS said ON said.critic_id = cut.critic_id AND said.audience = cut.audience AND said.work_id = cut.work_id
    WHERE said.id <> cut.id AND cut.words <> '' AND substr(said.quote, 1, length(cut.words)) = cut.words
)
SELECT id, other_id, min(why) AS why FROM near GROUP BY id, other_id;

-- The formats that gave scores, and the least and the most score that each gave: services begin at 0, at 10 or at 20.
CREATE VIEW format_score AS
SELECT d.format, r.audience, count(DISTINCT r.id) AS n, min(r.score) AS lowest, max(r.score) AS highest
FROM sighting AS s JOIN dump AS d ON d.id = s.dump_id JOIN filtered AS r ON r.id = s.review_id
WHERE r.score IS NOT NULL
GROUP BY d.format, r.audience;

-- The public interface: one row a review. Left joins, so that a query which
-- does not ask for a name does not pay for its table.
CREATE VIEW reviews AS
SELECT r.id, w.title AS work, w.kind, w.year, r.audience, c.name AS critic, r.byline,
       p.name AS publication, r.date, r.score, r.score_text, r.quote, r.url, r.verdict, r.tags
FROM filtered AS r
LEFT JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN publication AS p ON p.id = r.publication_id;

-- The people and labels of each work, whatever number of dumps says so: one row a property and name.
CREATE VIEW work_property AS
SELECT m.work_id, p.property, max(p.value) AS value, p.value_fold, max(p.place) AS place
FROM mention_property AS p JOIN work_mention AS m ON m.dump_id = p.dump_id AND m.number = p.number
WHERE p.role <> 'overruled'
GROUP BY m.work_id, p.property, p.value_fold;

-- The same as texts: names in the dumps' order (who stands later in one dump stands later), parted by '; '. Windows, since an aggregate has an ORDER BY of its own only from
-- SQLite 3.44 on, and what an older one cannot parse closes the whole archive to it.
CREATE VIEW work_properties AS
SELECT work_id, authors, contributors, directors, brands, genres
FROM (SELECT work_id, row_number() OVER whole AS number,
             group_concat(value, '; ') FILTER (WHERE property = 'author') OVER whole AS authors,
             group_concat(value, '; ') FILTER (WHERE property = 'contributor') OVER whole AS contributors,
             group_concat(value, '; ') FILTER (WHERE property = 'director') OVER whole AS directors,
             group_concat(value, '; ') FILTER (WHERE property = 'brand') OVER whole AS brands,
             group_concat(value, '; ') FILTER (WHERE property = 'genre') OVER whole AS genres
      FROM work_property
      WINDOW whole AS (PARTITION BY work_id ORDER BY place, value ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
WHERE number = 1;

-- Public, too: one row a work.
CREATE VIEW works AS
SELECT w.id, w.title AS work, w.kind, w.year, p.authors, p.contributors, p.directors, p.brands, p.genres
FROM work AS w LEFT JOIN work_properties AS p ON p.work_id = w.id;
