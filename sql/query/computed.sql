-- The views of the archive that revdb works out itself (src/query/computed): what they ask
-- of the archive beside the packed columns, and how they are laid over the archive's views of
-- the same names. Their definitions are the views'.

-- name: look
-- Steps enough that an interrupt is looked for, some 0.2 ms.
WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 2000)
SELECT max(n) FROM step;

-- name: works
SELECT id, kind, year FROM main.work;

-- name: titles
SELECT id, label FROM main.work;

-- name: critics
SELECT id, name FROM main.critic;

-- name: bylines
SELECT id, byline FROM main.review WHERE critic_id IS NULL AND byline IS NOT NULL;

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

-- name: same_score_text
SELECT a.score_text IS b.score_text FROM main.review AS a CROSS JOIN main.review AS b
WHERE a.id = ?1 AND b.id = ?2;

-- name: words_index_open
-- The tokenizer of review_fts, for words that are not plain ASCII.
CREATE VIRTUAL TABLE piece USING fts5 (
    text, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE piece_word USING fts5vocab ('piece', 'instance');

-- name: words_index_insert
INSERT INTO piece (rowid, text) VALUES (?1, ?2);

-- name: words_index_words
SELECT term, doc FROM piece_word ORDER BY doc, offset;

-- name: words_index_clear
INSERT INTO piece (piece) VALUES ('delete-all');

-- Each table as SQLite is told its columns, and how it is laid. WORD TEXT is one of a few words
-- (src/query/laid/test.rs).

-- name: work_sum
CREATE TABLE work_sum (work_id INTEGER, audience WORD TEXT, reviews INTEGER, n INTEGER, points REAL);

-- name: audience_sum
CREATE TABLE audience_sum (audience WORD TEXT, reviews INTEGER, n INTEGER, points REAL);

-- name: critic_sum
CREATE TABLE critic_sum (critic_id INTEGER, audience WORD TEXT, reviews INTEGER, n INTEGER, points REAL);

-- name: publication_sum
CREATE TABLE publication_sum (publication_id INTEGER, audience WORD TEXT, reviews INTEGER, n INTEGER, points REAL);

-- name: work_score
CREATE TABLE work_score (
    work_id INTEGER, audience WORD TEXT, n INTEGER, points REAL, min REAL, max REAL, ss REAL,
    over_60 INTEGER, from_75 INTEGER, under_40 INTEGER, under_50 INTEGER
);

-- name: work_ten
CREATE TABLE work_ten (
    work_id INTEGER, audience WORD TEXT, n INTEGER, t0 INTEGER, t10 INTEGER, t20 INTEGER, t30 INTEGER, t40 INTEGER,
    t50 INTEGER, t60 INTEGER, t70 INTEGER, t80 INTEGER, t90 INTEGER, over_60 INTEGER, from_75 INTEGER
);

-- name: work_spread
CREATE TABLE work_spread (
    work_id INTEGER, audience WORD TEXT, n INTEGER, points REAL, ss REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: critic_spread
CREATE TABLE critic_spread (
    critic_id INTEGER, audience WORD TEXT, n INTEGER, points REAL, ss REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: publication_spread
CREATE TABLE publication_spread (
    publication_id INTEGER, audience WORD TEXT, n INTEGER, points REAL, ss REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: kind_spread
CREATE TABLE kind_spread (
    kind WORD TEXT, audience WORD TEXT, n INTEGER, points REAL, ss REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: year_spread
CREATE TABLE year_spread (
    year INTEGER, audience WORD TEXT, n INTEGER, points REAL, ss REAL,
    min REAL, q1 REAL, median REAL, q3 REAL, max REAL
);

-- name: day_sum
CREATE TABLE day_sum (date TEXT, audience WORD TEXT, reviews INTEGER, n INTEGER, points REAL);

-- name: period_sum
CREATE TABLE period_sum (
    sort WORD TEXT, audience WORD TEXT, begins TEXT, reviews INTEGER, n INTEGER, points REAL
);

-- name: year_band
CREATE TABLE year_band (year INTEGER, audience WORD TEXT, n INTEGER, points REAL, positive INTEGER);

-- name: critic_trend
CREATE TABLE critic_trend (
    critic_id INTEGER, audience WORD TEXT, n INTEGER, mean REAL, positive INTEGER,
    first_year INTEGER, last_year INTEGER, years INTEGER, slope REAL, slope_se REAL, mean_year REAL
);

-- name: review_tally
CREATE TABLE review_tally (
    audience WORD TEXT, dated INTEGER, scored INTEGER, printed INTEGER, named INTEGER, published INTEGER,
    quoted INTEGER, truncated INTEGER, verdict WORD TEXT, reviews INTEGER
);

-- name: quote_band
CREATE TABLE quote_band (audience WORD TEXT, band WORD TEXT, quotes INTEGER);

-- name: reviewed_work
CREATE TABLE reviewed_work (work_id INTEGER);

-- name: held_work
CREATE TABLE held_work (work_id INTEGER);

-- name: score_mad
CREATE TABLE score_mad (
    id INTEGER, work_id INTEGER, audience WORD TEXT, n INTEGER, median REAL, score REAL, measure REAL,
    distance REAL, rule WORD TEXT
);

-- name: score_iqr
CREATE TABLE score_iqr (
    id INTEGER, work_id INTEGER, audience WORD TEXT, n INTEGER, median REAL, score REAL, measure REAL,
    distance REAL, rule WORD TEXT
);

-- name: score_z
CREATE TABLE score_z (
    id INTEGER, work_id INTEGER, audience WORD TEXT, n INTEGER, median REAL, score REAL, measure REAL,
    distance REAL, rule WORD TEXT
);

-- name: work_course
CREATE TABLE work_course (
    place INTEGER, audience WORD TEXT, date TEXT, id INTEGER, work TEXT, day INTEGER, critic TEXT, score REAL,
    running_n INTEGER, running_mean REAL
);

-- name: critic_leaning
CREATE TABLE critic_leaning (
    critic_id INTEGER, audience WORD TEXT, n INTEGER, reviews INTEGER, mean REAL, others_mean REAL, leniency REAL,
    min REAL, max REAL, ss REAL
);

-- name: taste_pair
CREATE TABLE taste_pair (
    critic_id INTEGER, other_id INTEGER, audience WORD TEXT, shared INTEGER, r REAL, difference REAL
);

-- name: word_side
CREATE TABLE word_side (
    audience WORD TEXT, word TEXT, y INTEGER, plus INTEGER, minus INTEGER, said INTEGER,
    plus_quotes INTEGER, minus_quotes INTEGER, y_all INTEGER, plus_all INTEGER, minus_all INTEGER
);

-- name: quote_pair
CREATE TABLE quote_pair (id INTEGER, other_id INTEGER, why WORD TEXT);

-- name: work_verdict
CREATE TABLE work_verdict (work_id INTEGER, audience WORD TEXT, positive INTEGER, negative INTEGER, other INTEGER);

-- name: format_score
CREATE TABLE format_score (format TEXT, audience WORD TEXT, n INTEGER, lowest REAL, highest REAL);

-- name: formats
SELECT id, format FROM main.dump;

-- name: sightings
SELECT dump_id, review_id FROM main.sighting;

-- name: lay
DROP TABLE IF EXISTS temp.work_verdict;
CREATE VIRTUAL TABLE temp.work_verdict USING laid;
DROP TABLE IF EXISTS temp.format_score;
CREATE VIRTUAL TABLE temp.format_score USING laid;
DROP TABLE IF EXISTS temp.work_sum;
CREATE VIRTUAL TABLE temp.work_sum USING laid;
DROP TABLE IF EXISTS temp.audience_sum;
CREATE VIRTUAL TABLE temp.audience_sum USING laid;
DROP TABLE IF EXISTS temp.critic_sum;
CREATE VIRTUAL TABLE temp.critic_sum USING laid;
DROP TABLE IF EXISTS temp.publication_sum;
CREATE VIRTUAL TABLE temp.publication_sum USING laid;
DROP TABLE IF EXISTS temp.work_score;
CREATE VIRTUAL TABLE temp.work_score USING laid;
DROP TABLE IF EXISTS temp.work_ten;
CREATE VIRTUAL TABLE temp.work_ten USING laid;
DROP TABLE IF EXISTS temp.work_spread;
CREATE VIRTUAL TABLE temp.work_spread USING laid;
DROP TABLE IF EXISTS temp.critic_spread;
CREATE VIRTUAL TABLE temp.critic_spread USING laid;
DROP TABLE IF EXISTS temp.publication_spread;
CREATE VIRTUAL TABLE temp.publication_spread USING laid;
DROP TABLE IF EXISTS temp.kind_spread;
CREATE VIRTUAL TABLE temp.kind_spread USING laid;
DROP TABLE IF EXISTS temp.year_spread;
CREATE VIRTUAL TABLE temp.year_spread USING laid;
DROP TABLE IF EXISTS temp.day_sum;
CREATE VIRTUAL TABLE temp.day_sum USING laid;
DROP TABLE IF EXISTS temp.period_sum;
CREATE VIRTUAL TABLE temp.period_sum USING laid;
DROP TABLE IF EXISTS temp.year_band;
CREATE VIRTUAL TABLE temp.year_band USING laid;
DROP TABLE IF EXISTS temp.critic_trend;
CREATE VIRTUAL TABLE temp.critic_trend USING laid;
DROP TABLE IF EXISTS temp.review_tally;
CREATE VIRTUAL TABLE temp.review_tally USING laid;
DROP TABLE IF EXISTS temp.quote_band;
CREATE VIRTUAL TABLE temp.quote_band USING laid;
DROP TABLE IF EXISTS temp.reviewed_work;
CREATE VIRTUAL TABLE temp.reviewed_work USING laid;
DROP TABLE IF EXISTS temp.held_work;
CREATE VIRTUAL TABLE temp.held_work USING laid;
DROP TABLE IF EXISTS temp.score_mad;
CREATE VIRTUAL TABLE temp.score_mad USING laid;
DROP TABLE IF EXISTS temp.score_iqr;
CREATE VIRTUAL TABLE temp.score_iqr USING laid;
DROP TABLE IF EXISTS temp.score_z;
CREATE VIRTUAL TABLE temp.score_z USING laid;
DROP TABLE IF EXISTS temp.work_course;
CREATE VIRTUAL TABLE temp.work_course USING laid;
DROP TABLE IF EXISTS temp.critic_leaning;
CREATE VIRTUAL TABLE temp.critic_leaning USING laid;
DROP TABLE IF EXISTS temp.taste_pair;
CREATE VIRTUAL TABLE temp.taste_pair USING laid;
DROP TABLE IF EXISTS temp.word_side;
CREATE VIRTUAL TABLE temp.word_side USING laid;
DROP TABLE IF EXISTS temp.quote_pair;
CREATE VIRTUAL TABLE temp.quote_pair USING laid;
