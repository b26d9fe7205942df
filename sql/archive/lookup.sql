-- What a record meets in the archive, and the two indexes that answer it.

-- name: reviews_with_key
-- Both ends of the key's sightings by site and review, found without walking through a
-- key that thousands of records share. Equal sites: all are of this site (or have no id), and the
-- reviews are the lowest and the highest; else `ends_of_key` walks through them.
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
-- The + keeps SQLite from going through the index on keys and from there to the rows in random
-- order; the rows in their own order are ten times faster.
SELECT key, site_id, ext_id, review_id FROM sighting WHERE +is_representative;

-- name: rows
SELECT id, hash FROM review WHERE id <= ?1;

-- name: reviews_of_several_keys
-- 0 stands for a row that must be read.
SELECT review_id, 0 FROM sighting WHERE review_id <= ?1 GROUP BY review_id HAVING min(key) < max(key);

-- name: drop_indexes
DROP INDEX sighting_by_key;
DROP INDEX sighting_by_ext_id;

-- name: drop_reviews
DROP INDEX sighting_by_review;

-- name: create_reviews
CREATE INDEX sighting_by_review ON sighting (review_id, key);

-- name: create_indexes
-- As the migration has them; a test compares the schemas.
CREATE INDEX sighting_by_key ON sighting (key, site_id, review_id) WHERE is_representative;
CREATE INDEX sighting_by_ext_id ON sighting (site_id, ext_id) WHERE is_representative AND ext_id IS NOT NULL;
