-- name: sources
-- Every dump that an import met, in order; `first` where the import was the
-- first to meet it, which is where it is read again.
SELECT so.import_id, so.path, d.id, d.format, d.options, d.file_name, d.sha256,
       so.id = d.place AS first,
       EXISTS (SELECT 1 FROM kept WHERE kept.sha256 = d.sha256) AS is_kept
FROM source AS so JOIN dump AS d ON d.id = so.dump_id
ORDER BY so.id;

-- name: set_reading
UPDATE dump
SET format = :format, options = :options, account = :account, standing = :standing,
    hash = row_hash(id, sha256, size, :format, :options, file_name, encoding, place, :account, :standing)
WHERE id = :id;

-- name: words
-- What was said of each dump by those who imported it, in order, and how it is read.
SELECT d.id, d.options, s.words
FROM dump AS d JOIN source AS s ON s.dump_id = d.id
ORDER BY d.id, s.id;

-- name: account
SELECT account, standing FROM dump WHERE id = :id;

-- name: mentions
SELECT m.number, m.title, m.said_kind, m.said_year,
       (SELECT json_group_array(json_array(s.name, e.ext_id))
        FROM external_id AS e JOIN site AS s ON s.id = e.site_id
        WHERE e.dump_id = m.dump_id AND e.number = m.number),
       (SELECT json_group_array(json_array(property, value)) FROM mention_property AS p
        WHERE p.dump_id = m.dump_id AND p.number = m.number)
FROM work_mention AS m WHERE m.dump_id = :dump_id ORDER BY m.number;

-- name: has_sighting
SELECT EXISTS (SELECT 1 FROM sighting WHERE dump_id = :dump_id AND record = :record);

-- name: records
SELECT record FROM sighting WHERE dump_id = :dump_id ORDER BY record;

-- name: delete_sighting
DELETE FROM sighting WHERE dump_id = :dump_id AND record = :record;

-- name: is_seen
SELECT EXISTS (SELECT 1 FROM sighting WHERE review_id = :review_id);

-- name: rejections
SELECT record, line, reason, raw FROM rejection WHERE dump_id = :dump_id ORDER BY number;

-- name: delete_rejections
DELETE FROM rejection WHERE dump_id = :dump_id;

-- name: claims
SELECT audience || ' ' || kind, value, out_of, mention FROM claim WHERE dump_id = :dump_id ORDER BY number;

-- name: delete_claims
DELETE FROM claim WHERE dump_id = :dump_id;

-- name: work_of_mention
SELECT work_id FROM work_mention WHERE dump_id = :dump_id AND number = :number;

-- name: mentions_of_work
SELECT dump_id, number FROM work_mention WHERE work_id = :work_id;

-- name: fold_of_mention
SELECT title_fold FROM work_mention WHERE dump_id = :dump_id AND number = :number;

-- name: delete_external_ids
DELETE FROM external_id WHERE dump_id = :dump_id AND number = :number;

-- name: delete_properties
DELETE FROM mention_property WHERE dump_id = :dump_id AND number = :number;

-- name: delete_mention
DELETE FROM work_mention WHERE dump_id = :dump_id AND number = :number;

-- name: insert_revision
INSERT INTO revision (dump_id, number, record, field, old, new, read_at, version, hash)
SELECT :dump_id, next, :record, :field, :old, :new, :read_at, :version,
       row_hash(:dump_id, next, :record, :field, :old, :new, :read_at, :version)
FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM revision WHERE dump_id = :dump_id);

-- name: count_sources
-- Reviews that came or went are new ones, or were none, of the first source,
-- and the same again in later ones. What went and was no new one is taken from
-- what there is next: same, filled in, changed.
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

-- name: make_renumbered
-- What refers to a mention by its number is put right before the end.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE IF NOT EXISTS renumbered (old INTEGER PRIMARY KEY, new INTEGER NOT NULL) STRICT;
DELETE FROM temp.renumbered;

-- name: insert_renumbered
INSERT INTO temp.renumbered VALUES (:old, :new);

-- name: free_mentions
-- A number may be taken by another still: all of them step aside first.
UPDATE work_mention SET number = -number
WHERE dump_id = :dump_id AND number IN (SELECT old FROM temp.renumbered);

-- name: renumber_mentions
UPDATE work_mention
SET number = n.new, hash = row_hash(dump_id, n.new, work_id, title, title_fold, kind, year, said_kind, said_year)
FROM temp.renumbered AS n WHERE dump_id = :dump_id AND number = -n.old;

-- name: free_external_ids
UPDATE external_id SET number = -number
WHERE dump_id = :dump_id AND number IN (SELECT old FROM temp.renumbered);

-- name: renumber_external_ids
UPDATE external_id SET number = n.new, hash = row_hash(dump_id, n.new, site_id, ext_id)
FROM temp.renumbered AS n WHERE dump_id = :dump_id AND number = -n.old;

-- name: free_properties
UPDATE mention_property SET number = -number
WHERE dump_id = :dump_id AND number IN (SELECT old FROM temp.renumbered);

-- name: renumber_properties
UPDATE mention_property SET number = n.new, hash = row_hash(dump_id, n.new, property, value, value_fold)
FROM temp.renumbered AS n WHERE dump_id = :dump_id AND number = -n.old;

-- name: renumber_sightings
UPDATE sighting
SET mention = n.new,
    hash = row_hash(dump_id, record, line, review_id, n.new, key, site_id, ext_id, mark, repeat, differs, leads)
FROM temp.renumbered AS n WHERE dump_id = :dump_id AND mention = n.old;

-- name: renumber_claims
UPDATE claim
SET mention = n.new, hash = row_hash(dump_id, number, n.new, audience, kind, value, out_of)
FROM temp.renumbered AS n WHERE dump_id = :dump_id AND mention = n.old;

-- name: works_of_dump
SELECT DISTINCT work_id FROM work_mention WHERE dump_id = :dump_id;
