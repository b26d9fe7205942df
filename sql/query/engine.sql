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
-- Of `work`, which tells apart what has one label.
SELECT id, label FROM work;

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

-- name: namesakes
-- Works whose titles may be shared; those without a title have no title_fold.
SELECT id FROM main.work
WHERE title_fold IN (SELECT title_fold FROM main.work WHERE title_fold <> '' GROUP BY title_fold HAVING count(*) > 1)
ORDER BY id;

-- name: forget_namesakes
DROP VIEW IF EXISTS temp.work;
DROP TABLE IF EXISTS temp.namesake;
CREATE TEMP TABLE namesake (id INTEGER PRIMARY KEY, label TEXT);

-- name: add_namesake
INSERT INTO temp.namesake (id) VALUES (?1);

-- name: tell_apart
-- Appends the kind to the labels of works that share title and year, then the makers, then the number, as far as
-- needed: otherwise a row, a chart's line or a filter's name could mean several works.
REPLACE INTO temp.namesake
WITH of_one_name AS (
    SELECT w.id, w.label, w.kind, w.title_fold, w.year, count(*) OVER (PARTITION BY title_fold, year) AS n
    FROM temp.namesake AS s JOIN main.work AS w ON w.id = s.id
),
with_kind AS (
    SELECT id, label || coalesce(', ' || kind, '') AS label,
           count(*) OVER (PARTITION BY title_fold, year, kind) AS n, title_fold, year, kind
    FROM of_one_name WHERE n > 1
),
maker AS (
    -- Directors if there are any, otherwise authors.
    SELECT work_id, group_concat(value, ' and ') AS names
    FROM (SELECT w.id AS work_id, p.property, max(p.value) AS value,
                 max(p.property) OVER (PARTITION BY w.id) AS shown
          FROM with_kind AS w JOIN main.work_mention AS m ON m.work_id = w.id
          JOIN main.mention_property AS p ON p.dump_id = m.dump_id AND p.number = m.number
          WHERE w.n > 1 AND p.property IN ('author', 'director') AND p.role <> 'overruled'
          GROUP BY w.id, p.property, p.value_fold ORDER BY work_id, value)
    WHERE property = shown GROUP BY work_id
),
with_maker AS (
    SELECT w.id, w.title_fold, w.year, w.label || coalesce(', ' || k.names, '') AS label
    FROM with_kind AS w LEFT JOIN maker AS k ON k.work_id = w.id
)
SELECT id, label || iif(count(*) OVER (PARTITION BY title_fold, year, lower(label)) > 1, ', work ' || id, '')
FROM with_maker;
DELETE FROM temp.namesake WHERE label IS NULL;

-- name: create_work
CREATE TEMP VIEW work AS
SELECT id, title, title_fold, kind, year, hash,
       coalesce((SELECT s.label FROM temp.namesake AS s WHERE s.id = w.id), w.label) AS label
FROM main.work AS w;

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
