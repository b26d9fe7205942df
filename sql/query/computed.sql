-- The views of the archive that revdb works out itself, as temporary tables of
-- the same names (src/query/computed). Their definitions are the views'.

-- name: words_prepare
DROP TABLE IF EXISTS temp.word_side;
CREATE TEMP TABLE word_side (audience TEXT, word TEXT, y INTEGER, plus INTEGER, minus INTEGER);

-- name: words_games
-- Works whose bands are other than most: a look at each quote's work took as long as the quotes.
SELECT id FROM main.work WHERE kind = 'game';

-- name: words_quotes
SELECT audience = 'user', work_id, score, quote
FROM filtered
WHERE quote IS NOT NULL AND (:audience = 'all' OR audience = :audience) AND id > :after AND id <= :up_to;

-- name: words_insert
INSERT INTO temp.word_side VALUES (?1, ?2, ?3, ?4, ?5);

-- name: words_index_open
-- The tokenizer of review_fts, for words that are not plain ASCII.
CREATE VIRTUAL TABLE temp.piece USING fts5 (
    text, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE temp.piece_word USING fts5vocab ('temp', 'piece', 'instance');

-- name: words_index_insert
INSERT INTO temp.piece (rowid, text) VALUES (?1, ?2);

-- name: words_index_words
SELECT term, doc FROM temp.piece_word;

-- name: words_index_close
DROP TABLE temp.piece_word;
DROP TABLE temp.piece;

-- name: taste_prepare
DROP TABLE IF EXISTS temp.taste_pair;
CREATE TEMP TABLE taste_pair (
    critic_id INTEGER, other_id INTEGER, audience TEXT, shared INTEGER, r REAL, difference REAL
);

-- name: taste_all_are_asked
-- What is filtered is a part of the peers: as many are the same.
SELECT (SELECT count(*) FROM filtered) = (SELECT count(*) FROM peers);

-- name: taste_mine
SELECT critic_id, audience = 'user', work_id, avg(score) - 50
FROM filtered
WHERE critic_id IS NOT NULL AND score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
GROUP BY critic_id, audience, work_id;

-- name: taste_theirs
SELECT critic_id, audience = 'user', work_id, avg(score) - 50
FROM peers
WHERE critic_id IS NOT NULL AND score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
GROUP BY critic_id, audience, work_id;

-- name: taste_insert
INSERT INTO temp.taste_pair VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: quotes_prepare
DROP TABLE IF EXISTS temp.quote_pair;
CREATE TEMP TABLE quote_pair (id INTEGER, other_id INTEGER, why TEXT);

-- name: quotes_all
SELECT id, work_id, audience = 'user', critic_id, score_text, quote
FROM filtered
WHERE quote IS NOT NULL AND (:audience = 'all' OR audience = :audience) AND id > :after AND id <= :up_to
ORDER BY id;

-- name: quotes_one
SELECT quote FROM main.review WHERE id = ?1;

-- name: quotes_insert
INSERT INTO temp.quote_pair VALUES (?1, ?2, ?3);

-- name: filtered
SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name IN ('filtered', 'peers'));

-- name: is_laid
SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = ?1);

-- name: laid_as
SELECT type FROM temp.sqlite_schema WHERE name = ?1;

-- name: worth_two
-- Whether the reviews are so many that two connections are worth it. What is laid over
-- them stands on one connection only. Ids have few gaps.
SELECT coalesce((SELECT max(id) FROM main.review) >= ?1, 0)
       AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name IN ('filtered', 'peers'));

-- name: look
-- Steps enough that an interrupt is looked for, some 0.2 ms.
WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 2000)
SELECT max(n) FROM step;

-- name: review_middle
SELECT ((SELECT min(id) FROM main.review) + (SELECT max(id) FROM main.review)) / 2;

-- name: work_middle
-- The key that parts the reviews in two: the middle one of some 250, evenly picked by id,
-- for keys are anything but even (a popular work has thousands). min() and max() each
-- by themselves: together they read all.
WITH RECURSIVE picked (id, step) AS (
    SELECT (SELECT min(id) FROM main.review),
           ((SELECT max(id) FROM main.review) - (SELECT min(id) FROM main.review)) / 250 + 1
    UNION ALL SELECT id + step, step FROM picked WHERE id + step <= (SELECT max(id) FROM main.review)
),
key AS MATERIALIZED (
    SELECT r.work_id AS key FROM picked AS p JOIN main.review AS r ON r.id = p.id WHERE r.work_id IS NOT NULL
)
SELECT (SELECT key FROM key ORDER BY key LIMIT 1 OFFSET (SELECT count(*) / 2 FROM key));

-- name: critic_middle
WITH RECURSIVE picked (id, step) AS (
    SELECT (SELECT min(id) FROM main.review),
           ((SELECT max(id) FROM main.review) - (SELECT min(id) FROM main.review)) / 250 + 1
    UNION ALL SELECT id + step, step FROM picked WHERE id + step <= (SELECT max(id) FROM main.review)
),
key AS MATERIALIZED (
    SELECT r.critic_id AS key FROM picked AS p JOIN main.review AS r ON r.id = p.id WHERE r.critic_id IS NOT NULL
)
SELECT (SELECT key FROM key ORDER BY key LIMIT 1 OFFSET (SELECT count(*) / 2 FROM key));

-- name: publication_middle
WITH RECURSIVE picked (id, step) AS (
    SELECT (SELECT min(id) FROM main.review),
           ((SELECT max(id) FROM main.review) - (SELECT min(id) FROM main.review)) / 250 + 1
    UNION ALL SELECT id + step, step FROM picked WHERE id + step <= (SELECT max(id) FROM main.review)
),
key AS MATERIALIZED (
    SELECT r.publication_id AS key FROM picked AS p JOIN main.review AS r ON r.id = p.id
    WHERE r.publication_id IS NOT NULL
)
SELECT (SELECT key FROM key ORDER BY key LIMIT 1 OFFSET (SELECT count(*) / 2 FROM key));

-- name: day_middle
WITH RECURSIVE picked (id, step) AS (
    SELECT (SELECT min(id) FROM main.review),
           ((SELECT max(id) FROM main.review) - (SELECT min(id) FROM main.review)) / 250 + 1
    UNION ALL SELECT id + step, step FROM picked WHERE id + step <= (SELECT max(id) FROM main.review)
),
key AS MATERIALIZED (
    SELECT r.date AS key FROM picked AS p JOIN main.review AS r ON r.id = p.id WHERE r.date IS NOT NULL
)
SELECT (SELECT key FROM key ORDER BY key LIMIT 1 OFFSET (SELECT count(*) / 2 FROM key));

-- These give a half of the keys, from ?1 on; whoever reads them stops at the other end,
-- because asking it of each review takes a tenth longer.

-- name: work_scores
SELECT work_id, audience, score
FROM filtered
WHERE work_id > ?1 AND score IS NOT NULL
ORDER BY work_id, audience;

-- name: critic_scores
SELECT critic_id, audience, score
FROM filtered
WHERE critic_id > ?1 AND score IS NOT NULL
ORDER BY critic_id, audience;

-- name: publication_scores
SELECT publication_id, audience, score
FROM filtered
WHERE publication_id > ?1 AND score IS NOT NULL
ORDER BY publication_id, audience;

-- name: work_score_prepare
DROP TABLE IF EXISTS temp.work_score;
CREATE TEMP TABLE work_score (
    work_id INTEGER, audience TEXT, n INTEGER, points REAL, min REAL, max REAL, s1 REAL, s2 REAL,
    over_60 INTEGER, from_75 INTEGER, under_40 INTEGER, under_50 INTEGER
);

-- name: work_score_insert
INSERT INTO temp.work_score VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: work_spread_prepare
DROP TABLE IF EXISTS temp.work_spread;
CREATE TEMP TABLE work_spread (
    work_id INTEGER, audience TEXT, n INTEGER, points REAL, s1 REAL, s2 REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: work_spread_insert
INSERT INTO temp.work_spread VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: critic_spread_prepare
DROP TABLE IF EXISTS temp.critic_spread;
CREATE TEMP TABLE critic_spread (
    critic_id INTEGER, audience TEXT, n INTEGER, points REAL, s1 REAL, s2 REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: critic_spread_insert
INSERT INTO temp.critic_spread VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: publication_spread_prepare
DROP TABLE IF EXISTS temp.publication_spread;
CREATE TEMP TABLE publication_spread (
    publication_id INTEGER, audience TEXT, n INTEGER, points REAL, s1 REAL, s2 REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: publication_spread_insert
INSERT INTO temp.publication_spread VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: work_ten_prepare
DROP TABLE IF EXISTS temp.work_ten;
CREATE TEMP TABLE work_ten (
    work_id INTEGER, audience TEXT, n INTEGER, t0 INTEGER, t10 INTEGER, t20 INTEGER, t30 INTEGER, t40 INTEGER,
    t50 INTEGER, t60 INTEGER, t70 INTEGER, t80 INTEGER, t90 INTEGER, over_60 INTEGER, from_75 INTEGER
);

-- name: work_ten_insert
INSERT INTO temp.work_ten VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);

-- name: day_sum_drop_view
DROP VIEW temp.day_sum;
-- name: day_sum_drop_table
DROP TABLE temp.day_sum;
-- name: day_sum_view
CREATE TEMP VIEW day_sum AS
SELECT date, audience, count(*) AS reviews, count(score) AS n, sum(score) AS points
FROM filtered GROUP BY date, audience;
-- name: day_sum_create
CREATE TEMP TABLE day_sum (date TEXT, audience TEXT, reviews INTEGER, n INTEGER, points REAL);
-- name: day_sum_of
SELECT date, audience, count(*), count(score), sum(score)
FROM filtered
WHERE date > ?1
GROUP BY date, audience
ORDER BY date, audience;
-- name: day_sum_of_none
SELECT date, audience, count(*), count(score), sum(score)
FROM filtered
WHERE date IS NULL
GROUP BY date, audience;
-- name: day_sum_insert
INSERT INTO temp.day_sum VALUES (?1, ?2, ?3, ?4, ?5);

-- name: day_band_drop_view
DROP VIEW temp.day_band;
-- name: day_band_drop_table
DROP TABLE temp.day_band;
-- name: day_band_view
CREATE TEMP VIEW day_band AS
SELECT date, audience, count(score) AS n, sum(score) AS points, sum(score > 60) AS over_60
FROM filtered WHERE date IS NOT NULL GROUP BY date, audience;
-- name: day_band_create
CREATE TEMP TABLE day_band (date TEXT, audience TEXT, n INTEGER, points REAL, over_60 INTEGER);
-- name: day_band_of
SELECT date, audience, count(score), sum(score), sum(score > 60)
FROM filtered
WHERE date > ?1
GROUP BY date, audience
ORDER BY date, audience;
-- name: day_band_insert
INSERT INTO temp.day_band VALUES (?1, ?2, ?3, ?4, ?5);

-- name: work_sum_drop_view
DROP VIEW temp.work_sum;
-- name: work_sum_drop_table
DROP TABLE temp.work_sum;
-- name: work_sum_view
CREATE TEMP VIEW work_sum AS
SELECT work_id, audience, count(score) AS n, sum(score) AS points
FROM filtered GROUP BY work_id, audience HAVING count(score) > 0;
-- name: work_sum_create
CREATE TEMP TABLE work_sum (work_id INTEGER, audience TEXT, n INTEGER, points REAL);
-- name: work_sum_of
SELECT work_id, audience, count(score), sum(score)
FROM filtered
WHERE work_id > ?1
GROUP BY work_id, audience
HAVING count(score) > 0
ORDER BY work_id, audience;
-- name: work_sum_insert
INSERT INTO temp.work_sum VALUES (?1, ?2, ?3, ?4);

-- name: peer_sums
SELECT work_id, audience = 'user', count(score), sum(score)
FROM peers
WHERE work_id > ?1
GROUP BY work_id, audience
HAVING count(score) > 0
ORDER BY work_id, audience;

-- name: critic_again
-- What the view calls `again`.
SELECT critic_id, audience = 'user', work_id, count(score), total(score)
FROM peers
WHERE critic_id IS NOT NULL
GROUP BY critic_id, audience, work_id
HAVING count(*) > 1;

-- name: critic_works
SELECT critic_id, audience, work_id, score
FROM filtered
WHERE critic_id > ?1 AND score IS NOT NULL
ORDER BY critic_id, audience, work_id, score;

-- name: critic_leaning_prepare
DROP TABLE IF EXISTS temp.critic_leaning;
CREATE TEMP TABLE critic_leaning (
    critic_id INTEGER, audience TEXT, n INTEGER, mean REAL, others_mean REAL, leniency REAL, min REAL, max REAL,
    s1 REAL, s2 REAL
);

-- name: critic_leaning_insert
INSERT INTO temp.critic_leaning VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);
