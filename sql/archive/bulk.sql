-- Building the full-text index of many rows.

-- name: wide_hash
-- FTS5 gathers words in memory up to this many bytes before it writes a
-- segment: fewer and larger segments are merged less often. 100,000 quotes took
-- 3.2 s with the usual 1 MiB, 2.0 s from 16 MiB on.
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 33554432);

-- name: usual_hash
INSERT INTO review_fts (review_fts, rank) VALUES ('hashsize', 1048576);
