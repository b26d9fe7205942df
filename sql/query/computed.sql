-- The views of the archive that revdb works out itself, as temporary tables of
-- the same names (src/query/computed). Their definitions are the views'.

-- name: words_prepare
DROP TABLE IF EXISTS temp.word_side;
CREATE TEMP TABLE word_side (audience TEXT, word TEXT, y INTEGER, plus INTEGER, minus INTEGER);

-- name: words_quotes
-- How a quote counts: 0 neither, 1 positive, 2 negative; 3 more where users speak.
SELECT (r.audience = 'user') * 3 + CASE
           WHEN CASE WHEN w.kind IS 'game' THEN r.score >= 75 ELSE r.score > 60 END THEN 1
           WHEN r.score < CASE WHEN w.kind IS 'game' THEN 50 ELSE 40 END THEN 2
           ELSE 0 END AS side,
       r.quote
FROM filtered AS r JOIN work AS w ON w.id = r.work_id
WHERE r.quote IS NOT NULL AND (:audience = 'all' OR r.audience = :audience);

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
WHERE quote IS NOT NULL AND (:audience = 'all' OR audience = :audience);

-- name: quotes_one
SELECT quote FROM main.review WHERE id = ?1;

-- name: quotes_insert
INSERT INTO temp.quote_pair VALUES (?1, ?2, ?3);
