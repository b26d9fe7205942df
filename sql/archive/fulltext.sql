-- The full-text index, built with the rows or in the background (crates/revdb-store/src/fulltext.rs).

-- name: wide_hash
-- FTS5 collects words in memory up to this many bytes before it writes a
-- segment: fewer and larger segments need fewer merges (docs/performance.md).
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 33554432);

-- name: usual_hash
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 1048576);

-- name: rebuild
INSERT INTO review_fts (review_fts) VALUES ('rebuild');

-- name: rows
SELECT id, quote FROM review ORDER BY id;

-- name: side_make
-- An index in its own file, not needed after a crash. Contentless: the words
-- are in the archive. Same tokenizer as the archive.
PRAGMA page_size = 16384;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2048;
CREATE VIRTUAL TABLE review_fts USING fts5 (
    quote, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 33554432);
-- Merges sixteen segments into one, not four, so that each word is copied less often (docs/performance.md).
INSERT INTO review_fts (review_fts, rank) VALUES ('automerge', 16);
INSERT INTO review_fts (review_fts, rank) VALUES ('crisismerge', 64);
BEGIN;

-- name: side_add
INSERT INTO review_fts (rowid, quote) VALUES (?1, ?2);

-- name: side_remove
INSERT INTO review_fts (review_fts, rowid, quote) VALUES ('delete', ?1, ?2);

-- name: side_finish
COMMIT;

-- name: check_interrupt
-- Enough steps for SQLite to call the progress handler, which checks for an interrupt.
WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 2000)
SELECT max(n) FROM step;

-- name: data
-- FTS5's own tables: segments, their first terms, and the number of words per quote.
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
