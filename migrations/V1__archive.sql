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

-- Sites that give ids to reviews and works ("metacritic", "isbn").
CREATE TABLE site (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    hash INTEGER NOT NULL
) STRICT;

CREATE TABLE work (
    id         INTEGER PRIMARY KEY,
    title      TEXT NOT NULL,          -- first spelling seen; an id where no dump gave a title
    title_fold TEXT NOT NULL,          -- as names are compared
    kind       TEXT CHECK (kind IN ('movie','tv','game','album','book','product','other')),
    year       INTEGER CHECK (year BETWEEN 1000 AND 9999),
    hash       INTEGER NOT NULL
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

CREATE TABLE review (
    id             INTEGER PRIMARY KEY,
    work_id        INTEGER NOT NULL REFERENCES work (id),
    audience       TEXT NOT NULL CHECK (audience IN ('critic','user')),
    critic_id      INTEGER REFERENCES critic (id),      -- none where the byline names nobody
    publication_id INTEGER REFERENCES publication (id),
    byline           TEXT,             -- as printed
    publication_text TEXT,             -- as printed
    date       TEXT CHECK (date GLOB '[0-9][0-9][0-9][0-9]*' AND length(date) IN (4, 7, 10)),
    score      REAL CHECK (score BETWEEN 0 AND 100),
    score_text TEXT,                   -- as printed; never lost
    quote      TEXT CHECK (quote <> ''),
    url        TEXT,
    truncated  INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0, 1)),
    language   TEXT,
    hash       INTEGER NOT NULL
) STRICT;
-- Each index leads with a foreign key (deleting a parent looks for children)
-- and covers the reports that group by it: the columns behind `audience` are
-- those that leniency, agreement, timing and outliers read besides the score.
-- Without them these read the whole table, ten times as much.
CREATE INDEX review_by_work ON review (work_id, audience, date, score, critic_id);
CREATE INDEX review_by_critic ON review (critic_id, audience, work_id, score);
CREATE INDEX review_by_publication ON review (publication_id, audience, score);
CREATE INDEX review_by_date ON review (date, audience, score);
-- What few reviews lack, so that `quality` counts it without reading all.
CREATE INDEX review_lacking ON review (audience, quote IS NULL, score, score_text IS NULL, truncated)
WHERE score IS NULL OR quote IS NULL OR truncated;

-- External content: the words stand once, in review.quote. Stock unicode61
-- keeps the file searchable by every SQLite tool; a run of CJK characters is
-- one token there, which the search answers by looking into the text itself.
CREATE VIRTUAL TABLE review_fts USING fts5 (
    quote,
    content = 'review',
    content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);

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
    options   TEXT NOT NULL,           -- JSON: what the person said that changes the reading
    file_name TEXT,                    -- set where the file's name was used as the title
    encoding  TEXT NOT NULL,           -- what was assumed, in words
    place     INTEGER NOT NULL,        -- lowest id of its sources: orders all that dumps say
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
    hash       INTEGER NOT NULL
) STRICT;
CREATE INDEX source_by_import ON source (import_id);
CREATE INDEX source_by_dump ON source (dump_id);

-- How a dump names a work. Works are derived from these (domain::identity).
CREATE TABLE work_mention (
    dump_id    INTEGER NOT NULL REFERENCES dump (id),
    number     INTEGER NOT NULL,       -- from 1 within the dump, in the order met
    work_id    INTEGER NOT NULL REFERENCES work (id),
    title      TEXT,
    title_fold TEXT,
    kind       TEXT,
    year       INTEGER,
    hash       INTEGER NOT NULL,
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

-- Record `record` of this dump contained this review.
CREATE TABLE sighting (
    dump_id   INTEGER NOT NULL,
    record    INTEGER NOT NULL,        -- from 1 within the dump
    line      INTEGER NOT NULL,        -- on which the record begins
    review_id INTEGER NOT NULL REFERENCES review (id),
    mention   INTEGER NOT NULL,        -- work_mention.number of the same dump
    key       INTEGER NOT NULL,        -- identity key (domain::identity): equal keys may be one review
    site_id   INTEGER REFERENCES site (id),
    ext_id    TEXT,                    -- the site's id of the review
    differs   TEXT,                    -- JSON: the fields in which this record differs from the review row
    hash      INTEGER NOT NULL,
    PRIMARY KEY (dump_id, record),
    FOREIGN KEY (dump_id, mention) REFERENCES work_mention (dump_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_review ON sighting (review_id);
CREATE INDEX sighting_by_key ON sighting (key, review_id);
CREATE INDEX sighting_by_ext_id ON sighting (site_id, ext_id) WHERE ext_id IS NOT NULL;

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

-- Two names, one thing, because a person said so (`revdb merge`). By folded
-- name, not by row: the decision outlives the rows and later imports follow it.
CREATE TABLE alias (
    what       TEXT NOT NULL CHECK (what IN ('critic','work','publication')),
    from_fold  TEXT NOT NULL,
    into_fold  TEXT NOT NULL,
    into_name  TEXT NOT NULL,
    created_at TEXT NOT NULL,
    hash       INTEGER NOT NULL,
    PRIMARY KEY (what, from_fold)
) STRICT, WITHOUT ROWID;

-- The dump's own bytes, once per content, compressed with zstd.
CREATE TABLE kept (
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

-- What reports read: every review, by ids, without a join. Where filters are
-- on, revdb lays a temporary view of the same name and columns over it, so a
-- report's text is the same here, in revdb and in a stock sqlite3 shell.
CREATE VIEW filtered AS
SELECT id, work_id, audience, critic_id, publication_id, byline, date, score,
       score_text, quote, url, truncated, language
FROM review;

-- What filtered reviews are compared with (the other critics of a work): revdb
-- lays every filter but those on who wrote it (critic, publication) over this.
CREATE VIEW peers AS
SELECT id, work_id, audience, critic_id, publication_id, date, score
FROM review;

-- The words of the quotes as the full-text index has them, for word counts.
-- Holds nothing of its own.
CREATE VIRTUAL TABLE review_word USING fts5vocab ('review_fts', 'instance');

-- The public interface: one row a review. Left joins, so that a query which
-- does not ask for a name does not pay for its table.
CREATE VIEW reviews AS
SELECT r.id, w.title AS work, w.kind, w.year, r.audience, c.name AS critic, r.byline,
       p.name AS publication, r.date, r.score, r.score_text, r.quote, r.url
FROM filtered AS r
LEFT JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN publication AS p ON p.id = r.publication_id;
