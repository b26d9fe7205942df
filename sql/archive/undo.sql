-- name: is_import
SELECT EXISTS (SELECT 1 FROM import WHERE id = :id);

-- name: make_tables
-- The input of an undo: dumps that lose their last source, dumps that lose their
-- first source (so that another one determines their position), their reviews, and
-- earlier decisions about reviews.
CREATE TEMP TABLE doomed (dump_id INTEGER PRIMARY KEY) STRICT;
CREATE TEMP TABLE replaced (dump_id INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT;
CREATE TEMP TABLE touched (review_id INTEGER PRIMARY KEY) STRICT;
CREATE TEMP TABLE decided (review_id INTEGER NOT NULL, correction_id INTEGER NOT NULL) STRICT;

-- name: drop_tables
DROP TABLE temp.doomed;
DROP TABLE temp.replaced;
DROP TABLE temp.touched;
DROP TABLE temp.decided;

-- name: fill_decided
INSERT INTO temp.decided SELECT review_id, correction_id FROM corrected;

-- name: undecided
SELECT DISTINCT d.review_id FROM temp.decided AS d
WHERE EXISTS (SELECT 1 FROM sighting WHERE review_id = d.review_id)
  AND NOT EXISTS (SELECT 1 FROM corrected AS c
                  WHERE c.review_id = d.review_id AND c.correction_id = d.correction_id);

-- name: fill_doomed
INSERT INTO temp.doomed
SELECT dump_id FROM source GROUP BY dump_id HAVING sum(import_id <> :id) = 0;

-- name: fill_replaced
INSERT INTO temp.replaced
SELECT d.id, min(s.id)
FROM dump AS d JOIN source AS s ON s.dump_id = d.id AND s.import_id <> :id
WHERE d.id IN (SELECT dump_id FROM source WHERE import_id = :id)
GROUP BY d.id
HAVING min(s.id) <> d.place;

-- name: fill_touched
INSERT INTO temp.touched
SELECT DISTINCT review_id FROM sighting WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: survivors
-- Records of other dumps that share a review, a key, an id or a mark with a doomed
-- one: they must be resolved without it. Each of these is looked up once, however
-- many records share it.
SELECT dump_id, record FROM sighting
WHERE review_id IN (SELECT review_id FROM temp.touched)
  AND dump_id NOT IN (SELECT dump_id FROM temp.doomed)
UNION
SELECT dump_id, record FROM sighting
WHERE is_representative AND key IN (SELECT d.key FROM temp.doomed AS x JOIN sighting AS d ON d.dump_id = x.dump_id)
  AND dump_id NOT IN (SELECT dump_id FROM temp.doomed)
UNION
SELECT s.dump_id, s.record
FROM (SELECT DISTINCT d.site_id, d.ext_id FROM temp.doomed AS x JOIN sighting AS d ON d.dump_id = x.dump_id
      WHERE d.ext_id IS NOT NULL) AS i
CROSS JOIN sighting AS s ON s.site_id = i.site_id AND s.ext_id = i.ext_id AND s.is_representative
WHERE s.dump_id NOT IN (SELECT dump_id FROM temp.doomed)
UNION
SELECT dump_id, record FROM sighting
WHERE mark IN (SELECT d.mark FROM temp.doomed AS x JOIN sighting AS d ON d.dump_id = x.dump_id)
  AND dump_id NOT IN (SELECT dump_id FROM temp.doomed)
UNION
-- Records of a dump that moves behind others, if the order matters.
SELECT s.dump_id, s.record
FROM temp.replaced AS x
JOIN sighting AS s ON s.dump_id = x.dump_id
WHERE EXISTS (SELECT 1 FROM sighting AS o
              WHERE o.review_id = s.review_id AND (o.dump_id, o.record) IS NOT (s.dump_id, s.record));

-- name: names_touched
SELECT DISTINCT critic_id, publication_id FROM review
WHERE id IN (SELECT review_id FROM temp.touched)
   OR id IN (SELECT s.review_id FROM temp.replaced AS x JOIN sighting AS s ON s.dump_id = x.dump_id);

-- name: delete_sightings
DELETE FROM sighting WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_changes
DELETE FROM change WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: unindex_empty_reviews
INSERT INTO review_fts (review_fts, rowid, quote)
SELECT 'delete', r.id, r.quote
FROM temp.touched AS t JOIN review AS r ON r.id = t.review_id
WHERE NOT EXISTS (SELECT 1 FROM sighting AS s WHERE s.review_id = r.id);

-- name: delete_changes_of_empty_reviews
DELETE FROM change
WHERE review_id IN (SELECT review_id FROM temp.touched)
  AND NOT EXISTS (SELECT 1 FROM sighting AS s WHERE s.review_id = change.review_id);

-- name: delete_empty_reviews
DELETE FROM review
WHERE id IN (SELECT review_id FROM temp.touched)
  AND NOT EXISTS (SELECT 1 FROM sighting AS s WHERE s.review_id = review.id);

-- name: delete_empty_hidden
DELETE FROM hidden
WHERE review_id IN (SELECT review_id FROM temp.touched)
  AND NOT EXISTS (SELECT 1 FROM sighting AS s WHERE s.review_id = hidden.review_id);

-- name: delete_empty_corrected
DELETE FROM corrected
WHERE review_id IN (SELECT review_id FROM temp.touched)
  AND NOT EXISTS (SELECT 1 FROM sighting AS s WHERE s.review_id = corrected.review_id);

-- name: mentions_beside
-- Mentions of other dumps that share a title or a work with a doomed one, or
-- that are in a dump whose position changes.
SELECT dump_id, number FROM work_mention
WHERE work_id IN (SELECT d.work_id FROM temp.doomed AS x JOIN work_mention AS d ON d.dump_id = x.dump_id)
  AND dump_id NOT IN (SELECT dump_id FROM temp.doomed)
UNION
SELECT dump_id, number FROM work_mention
WHERE title_fold IN (SELECT d.title_fold FROM temp.doomed AS x JOIN work_mention AS d ON d.dump_id = x.dump_id)
  AND dump_id NOT IN (SELECT dump_id FROM temp.doomed)
UNION
SELECT m.dump_id, m.number
FROM temp.replaced AS x
JOIN work_mention AS m ON m.dump_id = x.dump_id;

-- name: works_touched
SELECT DISTINCT work_id FROM work_mention WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_claims
DELETE FROM claim WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_rejections
DELETE FROM rejection WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_tallies
DELETE FROM tally WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_revisions
DELETE FROM revision WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_external_ids
DELETE FROM external_id WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_properties
DELETE FROM mention_property WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_mentions
DELETE FROM work_mention WHERE dump_id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_sources
DELETE FROM source WHERE import_id = :id;

-- name: delete_dumps
DELETE FROM dump WHERE id IN (SELECT dump_id FROM temp.doomed);

-- name: delete_raw_dump
DELETE FROM raw_dump WHERE NOT EXISTS (SELECT 1 FROM dump WHERE dump.sha256 = raw_dump.sha256);

-- name: replace
UPDATE dump
SET place = r.place, hash = row_hash(id, sha256, size, format, options, file_name, encoding, r.place, account, standing)
FROM temp.replaced AS r
WHERE r.dump_id = dump.id;

-- name: delete_import
DELETE FROM import WHERE id = :id;

-- name: delete_unused_sites
DELETE FROM site
WHERE NOT EXISTS (SELECT 1 FROM external_id WHERE site_id = site.id)
  AND NOT EXISTS (SELECT 1 FROM sighting WHERE site_id = site.id AND is_representative AND ext_id IS NOT NULL);

-- name: count
SELECT (SELECT count(*) FROM review), (SELECT count(*) FROM change);

-- name: overwrite
-- Overwrites deleted rows and pages with zeros, even if that is the only change of a page.
PRAGMA secure_delete = ON;

-- name: forget_words
-- Deleting from the index only sets markers: the words remain in its segments until these are merged.
INSERT INTO review_fts (review_fts) VALUES ('optimize');

-- name: vacuum
VACUUM;
