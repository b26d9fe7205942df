-- name: insert
INSERT INTO review (id, work_id, audience, critic_id, publication_id, byline, publication_text,
                    date, score, score_text, quote, url, truncated, language, verdict, tags, hash)
VALUES (:id, :work_id, :audience, :critic_id, :publication_id, :byline, :publication,
        :date, :score, :score_text, :quote, :url, :truncated, :language, :verdict, :tags, :hash);

-- name: update
-- The id comes first so that the values are in the order of `insert`, and one list
-- binds both.
WITH this (id) AS (VALUES (:id))
UPDATE review
SET work_id = :work_id, audience = :audience, critic_id = :critic_id, publication_id = :publication_id,
    byline = :byline, publication_text = :publication, date = :date, score = :score,
    score_text = :score_text, quote = :quote, url = :url, truncated = :truncated,
    language = :language, verdict = :verdict, tags = :tags, hash = :hash
WHERE id = (SELECT id FROM this);

-- name: delete
DELETE FROM review WHERE id = :id;

-- name: read
SELECT work_id, audience, critic_id, publication_id, byline, publication_text, date, score,
       score_text, quote, url, truncated, language, verdict, tags
FROM review WHERE id = :id;

-- name: last_id
SELECT max(coalesce((SELECT max(id) FROM review), 0), coalesce((SELECT max(review_id) FROM hidden), 0));

-- name: index_new
-- The words of all rows added since the last call, in one statement: a trigger
-- per row cost five times as much. Rows without words are indexed as well: FTS5's
-- integrity check counts rows, and would report them as missing.
INSERT INTO review_fts (rowid, quote)
SELECT id, quote FROM review WHERE id > :indexed_to;

-- name: index_one
INSERT INTO review_fts (rowid, quote) VALUES (:id, :quote);

-- name: unindex_one
-- An external-content index needs the words to be removed.
INSERT INTO review_fts (review_fts, rowid, quote) VALUES ('delete', :id, :quote);

-- name: delete_changes
DELETE FROM change WHERE review_id = :review_id;

-- name: insert_change
INSERT INTO change (review_id, dump_id, record, field, old, new, hash)
VALUES (:review_id, :dump_id, :record, :field, :old, :new,
        row_hash(:review_id, :dump_id, :record, :field, :old, :new));
