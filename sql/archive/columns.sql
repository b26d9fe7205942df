-- The packed columns (crates/revdb-store/src/columns.rs).

-- name: chunks
SELECT id, bytes FROM review_column WHERE id BETWEEN ?1 AND ?2 ORDER BY id;

-- name: chunk
SELECT bytes FROM review_column WHERE id = ?1;

-- name: put_chunk
INSERT OR REPLACE INTO review_column (id, bytes, hash) VALUES (?1, ?2, row_hash(?1, ?2));

-- name: drop_chunk
DELETE FROM review_column WHERE id = ?1;

-- name: clear
DELETE FROM review_column;

-- name: row
-- The packed values of a review.
SELECT id, work_id, audience = 'user', critic_id, publication_id, date, score,
       score_text IS NOT NULL, quote IS NOT NULL, truncated, verdict
FROM review WHERE id = ?1;

-- name: rows
SELECT id, work_id, audience = 'user', critic_id, publication_id, date, score,
       score_text IS NOT NULL, quote IS NOT NULL, truncated, verdict
FROM review NOT INDEXED ORDER BY id;

-- name: count_chunks
SELECT count(*) FROM review_column WHERE id BETWEEN ?1 AND ?2;

-- name: last_work
SELECT coalesce(max(id), 0) FROM main.work;

-- name: count_works
SELECT count(*) FROM main.work;

-- name: last_critic
SELECT coalesce(max(id), 0) FROM main.critic;

-- name: count_critics
SELECT count(*) FROM main.critic;

-- name: last_publication
SELECT coalesce(max(id), 0) FROM main.publication;

-- name: count_publications
SELECT count(*) FROM main.publication;

-- name: last_review
SELECT coalesce(max(id), 0) FROM review;
