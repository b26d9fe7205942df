-- The full-text index, built along with the rows or beside them (crates/revdb-store/src/fulltext.rs).

-- name: wide_hash
-- FTS5 gathers words in memory up to this many bytes before it writes a
-- segment: fewer and larger segments are merged less often (docs/performance.md).
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 33554432);

-- name: usual_hash
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 1048576);

-- name: rebuild
INSERT INTO review_fts (review_fts) VALUES ('rebuild');

-- name: rows
SELECT id, quote FROM review ORDER BY id;

-- name: side_make
-- An index of a file of its own, which nobody needs after a crash. Without content: the
-- words stand in the archive. The tokenizer is the archive's.
PRAGMA page_size = 16384;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2048;
CREATE VIRTUAL TABLE review_fts USING fts5 (
    quote, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 33554432);
-- Eight segments of a size are merged into one, not four: each word is copied less often (docs/performance.md).
INSERT INTO review_fts (review_fts, rank) VALUES ('automerge', 8);
BEGIN;

-- name: side_narrow
-- Half of it, once the tables that know reviews need the memory.
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 16777216);

-- name: side_add
INSERT INTO review_fts (rowid, quote) VALUES (?1, ?2);

-- name: side_remove
INSERT INTO review_fts (review_fts, rowid, quote) VALUES ('delete', ?1, ?2);

-- name: side_finish
COMMIT;

-- name: check_interrupt
-- Enough steps for SQLite to call the progress handler, which looks for an interrupt.
WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 2000)
SELECT max(n) FROM step;

-- name: data
-- FTS5's own tables: segments, where their terms begin, and how many words a quote has.
SELECT id, block FROM review_fts_data ORDER BY id;

-- name: idx
SELECT segid, term, pgno FROM review_fts_idx ORDER BY segid, term;

-- name: docsize
SELECT id, sz FROM review_fts_docsize ORDER BY id;

-- name: clear
DELETE FROM review_fts_data;
DELETE FROM review_fts_idx;
DELETE FROM review_fts_docsize;

-- name: put_data
INSERT INTO review_fts_data (id, block) VALUES (?1, ?2);

-- name: put_idx
INSERT INTO review_fts_idx (segid, term, pgno) VALUES (?1, ?2, ?3);

-- name: put_docsize
INSERT INTO review_fts_docsize (id, sz) VALUES (?1, ?2);

-- name: forget
SAVEPOINT moved;
INSERT INTO review_fts (review_fts, rank) VALUES ('usermerge', 4);
ROLLBACK TO moved;
RELEASE moved;
