-- name: sources
-- Every dump of an import, in order; `first` if the import was the first with it,
-- which is where it is reread.
SELECT so.import_id, so.path, d.id, d.format, d.options, d.file_name, d.sha256,
       so.id = d.place AS first,
       EXISTS (SELECT 1 FROM raw_dump WHERE raw_dump.sha256 = d.sha256) AS is_kept
FROM source AS so JOIN dump AS d ON d.id = so.dump_id
ORDER BY so.id;

-- name: words
-- The options given for each dump, in order, and the effective ones.
SELECT d.id, d.options, s.words
FROM dump AS d JOIN source AS s ON s.dump_id = d.id
ORDER BY d.id, s.id;

-- name: dump
SELECT sha256, size, place, format, options, account, standing FROM dump WHERE id = :id;

-- name: count_records
SELECT count(*) FROM sighting WHERE dump_id = :dump_id;

-- name: differ
-- Whether the two readings differ in anything.
SELECT EXISTS (SELECT 1 FROM dump AS n JOIN dump AS o ON o.id = :old JOIN source AS s ON s.id = o.place
               WHERE n.id = :new
                 AND (n.format, n.options, n.file_name, n.encoding, n.account, n.standing, :left_alone, :works)
                     IS NOT (o.format, o.options, o.file_name, o.encoding, o.account, o.standing, s.left_alone, s.works))
    OR (SELECT count(*) FROM sighting WHERE dump_id = :new) <> (SELECT count(*) FROM sighting WHERE dump_id = :old)
    OR EXISTS (SELECT record, line, review_id, mention, key, site_id, ext_id, mark, repeat, differs
               FROM sighting WHERE dump_id = :new
               EXCEPT SELECT record, line, review_id, mention, key, site_id, ext_id, mark, repeat, differs
               FROM sighting WHERE dump_id = :old)
    OR (SELECT count(*) FROM work_mention WHERE dump_id = :new) <> (SELECT count(*) FROM work_mention WHERE dump_id = :old)
    OR EXISTS (SELECT number, title, stated_kind, stated_year FROM work_mention WHERE dump_id = :new
               EXCEPT SELECT number, title, stated_kind, stated_year FROM work_mention WHERE dump_id = :old)
    OR (SELECT count(*) FROM external_id WHERE dump_id = :new) <> (SELECT count(*) FROM external_id WHERE dump_id = :old)
    OR EXISTS (SELECT number, site_id, ext_id FROM external_id WHERE dump_id = :new
               EXCEPT SELECT number, site_id, ext_id FROM external_id WHERE dump_id = :old)
    OR (SELECT count(*) FROM mention_property WHERE dump_id = :new AND role <> 'decided')
       <> (SELECT count(*) FROM mention_property WHERE dump_id = :old AND role <> 'decided')
    OR EXISTS (SELECT number, property, value, place FROM mention_property WHERE dump_id = :new AND role <> 'decided'
               EXCEPT SELECT number, property, value, place FROM mention_property WHERE dump_id = :old AND role <> 'decided')
    OR (SELECT count(*) FROM claim WHERE dump_id = :new) <> (SELECT count(*) FROM claim WHERE dump_id = :old)
    OR EXISTS (SELECT number, mention, audience, kind, value, out_of FROM claim WHERE dump_id = :new
               EXCEPT SELECT number, mention, audience, kind, value, out_of FROM claim WHERE dump_id = :old)
    OR (SELECT count(*) FROM rejection WHERE dump_id = :new) <> (SELECT count(*) FROM rejection WHERE dump_id = :old)
    OR EXISTS (SELECT number, record, line, reason, raw FROM rejection WHERE dump_id = :new
               EXCEPT SELECT number, record, line, reason, raw FROM rejection WHERE dump_id = :old);

-- name: pairs
-- Records that differ between the readings, and which reading has them.
SELECT o.record, 1, n.record IS NOT NULL
FROM sighting AS o LEFT JOIN sighting AS n ON n.dump_id = :new AND n.record = o.record
WHERE o.dump_id = :old
  AND (n.record IS NULL
       OR (n.review_id, n.key, n.site_id, n.ext_id, n.differs) IS NOT (o.review_id, o.key, o.site_id, o.ext_id, o.differs)
       OR (SELECT title FROM work_mention WHERE dump_id = :new AND number = n.mention)
          IS NOT (SELECT title FROM work_mention WHERE dump_id = :old AND number = o.mention))
UNION ALL
SELECT n.record, 0, 1 FROM sighting AS n
WHERE n.dump_id = :new AND NOT EXISTS (SELECT 1 FROM sighting AS o WHERE o.dump_id = :old AND o.record = n.record);

-- name: title
SELECT title FROM work_mention WHERE dump_id = :dump_id AND number = :number;

-- name: reason
-- Why a record is not a review.
SELECT reason FROM rejection WHERE dump_id = :dump_id AND record = :record LIMIT 1;

-- name: is_only_of
SELECT NOT EXISTS (SELECT 1 FROM sighting WHERE review_id = :review_id AND dump_id <> :dump_id);

-- name: move_changes
UPDATE change SET review_id = :to, hash = row_hash(:to, dump_id, record, field, old, new) WHERE review_id = :from;

-- name: move_corrected
UPDATE corrected SET review_id = :to WHERE review_id = :from;

-- name: move_sources
UPDATE source
SET dump_id = :new,
    hash = row_hash(id, import_id, :new, path, new, changed, filled_in, same, rejected, left_alone, works, words)
WHERE dump_id = :old;

-- name: move_revisions
UPDATE revision SET dump_id = :new, hash = row_hash(:new, number, record, field, old, new, read_at, version)
WHERE dump_id = :old;

-- name: delete_twins
-- Records of the old reading that the new one has unchanged, each the only one of its dump in
-- its review: with the new one present, removing the old one changes nothing.
DELETE FROM sighting AS o
WHERE dump_id = :old
  AND EXISTS (SELECT 1 FROM sighting AS n
              WHERE n.dump_id = :new AND n.record = o.record AND n.is_representative
                AND (n.review_id, n.key, n.site_id, n.ext_id, n.mark, n.repeat, n.differs)
                    IS (o.review_id, o.key, o.site_id, o.ext_id, o.mark, o.repeat, o.differs))
  AND NOT EXISTS (SELECT 1 FROM change AS c WHERE c.review_id = o.review_id)
  AND (SELECT count(*) FROM sighting AS s WHERE s.review_id = o.review_id AND s.dump_id IN (:new, :old)) = 2;

-- name: names_of_dump
SELECT DISTINCT critic_id, publication_id FROM review
WHERE id IN (SELECT review_id FROM sighting WHERE dump_id = :dump_id);

-- name: doom
INSERT INTO temp.doomed VALUES (:old);

-- name: insert_revision
INSERT INTO revision (dump_id, number, record, field, old, new, read_at, version, hash)
SELECT :dump_id, next, :record, :field, :old, :new, :read_at, :version,
       row_hash(:dump_id, next, :record, :field, :old, :new, :read_at, :version)
FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM revision WHERE dump_id = :dump_id);

-- name: count_sources
-- Added or removed reviews change `new` of the first source, and `same` of later
-- ones. A removed record that was not new is subtracted from the next count that is
-- not zero: same, filled in, changed.
UPDATE source
SET new = n, same = s, filled_in = f, changed = c,
    rejected = :rejected, left_alone = :left_alone, works = :works,
    hash = row_hash(id, import_id, dump_id, path, n, c, f, s, :rejected, :left_alone, :works, words)
FROM (SELECT i, n, s, max(f + over, 0) AS f, max(c + min(f + over, 0), 0) AS c
      FROM (SELECT i, n, max(s + over, 0) AS s, min(s + over, 0) AS over, f, c
            FROM (SELECT so.id AS i, so.same AS s, so.filled_in AS f, so.changed AS c,
                         iif(so.id = d.place, max(so.new + :delta, 0), so.new) AS n,
                         iif(so.id = d.place, min(so.new + :delta, 0), :delta) AS over
                  FROM source AS so JOIN dump AS d ON d.id = so.dump_id
                  WHERE so.dump_id = :dump_id)))
WHERE id = i;
