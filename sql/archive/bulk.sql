-- Building the report indexes after the rows instead of with them. The
-- definitions repeat the migration's; a test compares the schemas.

-- name: drop_indexes
DROP INDEX review_by_work;
DROP INDEX review_by_critic;
DROP INDEX review_by_publication;
DROP INDEX review_by_date;

-- name: create_indexes
CREATE INDEX review_by_work ON review (work_id, audience, score);
CREATE INDEX review_by_critic ON review (critic_id, audience, score);
CREATE INDEX review_by_publication ON review (publication_id, audience, score);
CREATE INDEX review_by_date ON review (date, audience, score);

-- name: wide_hash
-- FTS5 gathers words in memory up to this many bytes before it writes a
-- segment: fewer and larger segments are merged less often.
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 67108864);

-- name: usual_hash
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 1048576);
