-- name: insert
INSERT INTO sighting (dump_id, record, line, review_id, mention, key, site_id, ext_id, mark, repeat, differs, is_representative, hash)
VALUES (:dump_id, :record, :line, :review_id, :mention, :key, :site_id, :ext_id, :mark, :repeat, :differs, :is_representative, :hash);

-- name: update
-- A newly written sighting is representative. If a sighting is removed or changed, all others of its review
-- are resolved and written again (undo, reread, recluster), so none loses its representative.
UPDATE sighting
SET review_id = :review_id, key = :key, mark = :mark, differs = :differs, is_representative = 1, hash = :hash
WHERE dump_id = :dump_id AND record = :record;

-- name: same_key
-- Representatives only; the others are found through their reviews.
SELECT dump_id, record FROM sighting WHERE key = :key AND is_representative;

-- name: same_id
SELECT dump_id, record FROM sighting WHERE site_id = :site_id AND ext_id = :ext_id AND is_representative;

-- name: same_mark
SELECT dump_id, record FROM sighting WHERE mark = :mark;

-- name: of_review
SELECT dump_id, record FROM sighting WHERE review_id = :review_id;

-- name: ids_of_review
-- Whether a record of the review has this id, and whether one has another id of
-- the site.
SELECT EXISTS (SELECT 1 FROM sighting
               WHERE review_id = :review_id AND site_id = :site_id AND ext_id = :ext_id),
       EXISTS (SELECT 1 FROM sighting
               WHERE review_id = :review_id AND site_id = :site_id AND ext_id <> :ext_id);

-- name: keys_of_review
-- The lowest and highest key of the review: equal if every sighting has this key,
-- so that a new record can be added without examining others. Found without a
-- scan.
SELECT (SELECT min(key) FROM sighting WHERE review_id = :review_id),
       (SELECT max(key) FROM sighting WHERE review_id = :review_id);

-- name: read
SELECT s.line, s.review_id, s.mention, s.key, s.site_id, s.ext_id, s.mark, s.repeat, s.differs, s.is_representative,
       m.work_id, d.place, d.account, d.standing
FROM sighting AS s
JOIN work_mention AS m ON m.dump_id = s.dump_id AND m.number = s.mention
JOIN dump AS d ON d.id = s.dump_id
WHERE s.dump_id = :dump_id AND s.record = :record;

-- name: make_representative
-- One that was stored with the hash of a representative one.
UPDATE sighting SET is_representative = 1 WHERE dump_id = ?1 AND record = ?2;

-- name: of_mention
SELECT record FROM sighting WHERE dump_id = :dump_id AND mention = :mention;

-- name: all_have_ids_of
-- For a key whose sightings all belong to one review.
SELECT NOT EXISTS (
    SELECT 1 FROM sighting
    WHERE review_id = :review_id AND key = :key AND site_id IS NOT :site_id);
