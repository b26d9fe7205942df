-- name: count_objects
SELECT count(*) FROM sqlite_schema;

-- name: objects
-- SQLite's internal tables, and automatic indexes, have no text.
SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL OR type = 'trigger';

-- name: count_broken_keys
SELECT count(*) FROM pragma_foreign_key_check;

-- name: is_readable
-- Reads the schema and one page of a table, so that a truncated file, or one that is
-- no database, fails here.
SELECT (SELECT count(*) FROM sqlite_schema), (SELECT max(id) FROM import);

-- name: text_of_index
SELECT sql FROM sqlite_schema WHERE name = 'review_fts';

-- name: built_with
SELECT sqlite_compileoption_used('ENABLE_MATH_FUNCTIONS'), sqlite_compileoption_used('ENABLE_PERCENTILE');

-- name: hold
-- Locks a file that is about to be replaced or removed.
BEGIN EXCLUSIVE;

-- name: journal
PRAGMA journal_mode;

-- name: leave_log
PRAGMA journal_mode = DELETE;

-- name: is_unused
-- The numbers of imports that were undone stay in sqlite_sequence.
SELECT NOT EXISTS (SELECT 1 FROM sqlite_sequence) AND NOT EXISTS (SELECT 1 FROM alias)
   AND NOT EXISTS (SELECT 1 FROM correction);
