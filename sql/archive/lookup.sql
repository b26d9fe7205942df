-- The stored matches of a record, and the two indexes for them.

-- name: reviews_with_key
-- The first and last of the key's sightings by site and review, without scanning a
-- key that thousands of records share. If the sites are equal, all are of this site (or have no id), and the
-- reviews are the lowest and the highest; otherwise `ends_of_key` scans them.
SELECT site_id, review_id FROM (
    SELECT 0, site_id, review_id FROM (SELECT site_id, review_id FROM sighting
                                       WHERE key = :key AND is_representative ORDER BY site_id, review_id LIMIT 1)
    UNION ALL
    SELECT 1, site_id, review_id FROM (SELECT site_id, review_id FROM sighting
                                       WHERE key = :key AND is_representative ORDER BY site_id DESC, review_id DESC LIMIT 1)
    ORDER BY 1);

-- name: review_with_id
SELECT review_id FROM sighting WHERE site_id = :site_id AND ext_id = :ext_id AND is_representative LIMIT 1;

-- name: ends_of_key
SELECT min(review_id), max(review_id) FROM sighting WHERE key = :key AND is_representative;

-- name: reviews_with_mark
SELECT (SELECT min(review_id) FROM sighting WHERE mark = :mark),
       (SELECT max(review_id) FROM sighting WHERE mark = :mark);

-- name: sightings
-- The + keeps SQLite from scanning the index on keys and reading rows in random
-- order; reading rows in their own order is ten times faster.
SELECT key, site_id, ext_id, review_id FROM sighting WHERE +is_representative;

-- name: rows
SELECT id, hash FROM review WHERE id <= ?1;

-- name: reviews_of_several_keys
-- 0 means that the row must be read.
SELECT review_id, 0 FROM sighting WHERE review_id <= ?1 GROUP BY review_id HAVING min(key) < max(key);

-- name: drop_indexes
DROP INDEX sighting_by_key;
DROP INDEX sighting_by_ext_id;

-- name: drop_reviews
DROP INDEX sighting_by_review;

-- name: create_reviews
CREATE INDEX sighting_by_review ON sighting (review_id, key);

-- name: create_indexes
-- The same as in the migration; a test compares the schemas.
CREATE INDEX sighting_by_key ON sighting (key, site_id, review_id) WHERE is_representative;
CREATE INDEX sighting_by_ext_id ON sighting (site_id, ext_id) WHERE is_representative AND ext_id IS NOT NULL;
