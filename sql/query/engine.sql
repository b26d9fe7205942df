-- What the engine (crates/revdb-query/src/engine) reads besides the packed columns, and the statements by which
-- its tables hide the archive's views of the same names.

-- name: check_interrupt
-- Enough steps for SQLite to call the progress handler, which checks for an interrupt.
WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 2000)
SELECT max(n) FROM step;

-- name: works
SELECT id, kind, year FROM main.work;

-- name: bands
SELECT positive_above, positive_from, negative_below FROM main.score_band WHERE kind = coalesce(?1, 'other');

-- name: titles
SELECT id, label FROM main.work;

-- name: critics
SELECT id, name FROM main.critic;

-- name: bylines
SELECT id, byline FROM main.review WHERE critic_id IS NULL AND byline IS NOT NULL;

-- name: formats
SELECT id, format FROM main.dump;

-- name: sightings
SELECT dump_id, review_id FROM main.sighting;

-- name: quotes
SELECT id, quote, score_text FROM main.review
WHERE quote IS NOT NULL AND id > :after AND id <= :up_to
ORDER BY id;

-- name: quotes_filtered
SELECT id, quote, score_text FROM filtered
WHERE quote IS NOT NULL AND id > :after AND id <= :up_to
ORDER BY id;

-- name: quotes_one
SELECT quote FROM main.review WHERE id = ?1;

-- name: two_quotes
SELECT a.quote, b.quote FROM main.review AS a CROSS JOIN main.review AS b WHERE a.id = ?1 AND b.id = ?2;

-- name: same_mark
-- For reviews with equal scores or none: marks that are not scores are compared as printed.
SELECT a.score IS NOT NULL OR a.score_text IS b.score_text FROM main.review AS a CROSS JOIN main.review AS b
WHERE a.id = ?1 AND b.id = ?2;

-- name: create
DROP TABLE IF EXISTS temp.critic_pair;
CREATE VIRTUAL TABLE temp.critic_pair USING memory_table;
DROP TABLE IF EXISTS temp.critic_trend;
CREATE VIRTUAL TABLE temp.critic_trend USING memory_table;
DROP TABLE IF EXISTS temp.critic_vs_peers;
CREATE VIRTUAL TABLE temp.critic_vs_peers USING memory_table;
DROP TABLE IF EXISTS temp.duplicate_candidates;
CREATE VIRTUAL TABLE temp.duplicate_candidates USING memory_table;
DROP TABLE IF EXISTS temp.format_score;
CREATE VIRTUAL TABLE temp.format_score USING memory_table;
DROP TABLE IF EXISTS temp.group_score;
CREATE VIRTUAL TABLE temp.group_score USING memory_table;
DROP TABLE IF EXISTS temp.held_work;
CREATE VIRTUAL TABLE temp.held_work USING memory_table;
DROP TABLE IF EXISTS temp.peer_score;
CREATE VIRTUAL TABLE temp.peer_score USING memory_table;
DROP TABLE IF EXISTS temp.period_sum;
CREATE VIRTUAL TABLE temp.period_sum USING memory_table;
DROP TABLE IF EXISTS temp.review_tally;
CREATE VIRTUAL TABLE temp.review_tally USING memory_table;
DROP TABLE IF EXISTS temp.score_distance;
CREATE VIRTUAL TABLE temp.score_distance USING memory_table;
DROP TABLE IF EXISTS temp.word_counts;
CREATE VIRTUAL TABLE temp.word_counts USING memory_table;
DROP TABLE IF EXISTS temp.work_timeline;
CREATE VIRTUAL TABLE temp.work_timeline USING memory_table;

-- name: views
-- The archive's views without a temporary one yet, in order of dependency.
SELECT sql FROM main.sqlite_schema AS m
WHERE type = 'view' AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema AS t WHERE t.name = m.name)
    AND name NOT IN ('filtered', 'peers', 'reviews')
ORDER BY rowid;
