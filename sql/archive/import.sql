-- name: begin
BEGIN IMMEDIATE;

-- name: insert_import
-- The id is needed for the hash, so it is computed as AUTOINCREMENT does.
INSERT INTO import (id, started_at, finished_at, command, version, hash)
SELECT next, :started_at, NULL, :command, :version, row_hash(next, :started_at, NULL, :command, :version)
FROM (SELECT coalesce(max(seq), 0) + 1 AS next FROM sqlite_sequence WHERE name = 'import')
RETURNING id;

-- name: finish_import
UPDATE import
SET finished_at = :finished_at, hash = row_hash(id, started_at, :finished_at, command, version)
WHERE id = :id;

-- name: insert_dump
INSERT INTO dump (id, sha256, size, format, options, file_name, encoding, place, account, standing, hash)
SELECT next, :sha256, :size, :format, :options, :file_name, :encoding, :place, :account, :standing,
       row_hash(next, :sha256, :size, :format, :options, :file_name, :encoding, :place, :account, :standing)
FROM (SELECT coalesce(max(seq), 0) + 1 AS next FROM sqlite_sequence WHERE name = 'dump')
RETURNING id;

-- name: set_place
UPDATE dump
SET place = :place, hash = row_hash(id, sha256, size, format, options, file_name, encoding, :place, account, standing)
WHERE id = :id;

-- name: readings_of_content
-- All earlier readings of this content.
SELECT id, format, options, file_name, EXISTS (SELECT 1 FROM raw_dump WHERE raw_dump.sha256 = dump.sha256)
FROM dump WHERE sha256 = :sha256 ORDER BY id;

-- name: size_is_known
SELECT EXISTS (SELECT 1 FROM dump WHERE size = :size);

-- name: insert_source
INSERT INTO source (id, import_id, dump_id, path, words, hash)
SELECT next, :import_id, :dump_id, :path, :words,
       row_hash(next, :import_id, :dump_id, :path, 0, 0, 0, 0, 0, 0, 0, :words)
FROM (SELECT coalesce(max(seq), 0) + 1 AS next FROM sqlite_sequence WHERE name = 'source')
RETURNING id;

-- name: count_source
UPDATE source
SET new = :new, changed = :changed, filled_in = :filled_in, same = :same,
    rejected = :rejected, left_alone = :left_alone, works = :works,
    hash = row_hash(id, import_id, dump_id, path,
                    :new, :changed, :filled_in, :same, :rejected, :left_alone, :works, words)
WHERE id = :id;

-- name: count_dump
-- The counts of a dump's first reading: all of it is "same" the next time.
SELECT new + changed + filled_in + same, rejected, left_alone, works
FROM source WHERE dump_id = :dump_id ORDER BY id LIMIT 1;

-- name: insert_claim
INSERT INTO claim (dump_id, number, mention, audience, kind, value, out_of, hash)
VALUES (:dump_id, :number, :mention, :audience, :kind, :value, :out_of,
        row_hash(:dump_id, :number, :mention, :audience, :kind, :value, :out_of));

-- name: insert_rejection
INSERT INTO rejection (dump_id, number, record, line, reason, raw, hash)
VALUES (:dump_id, :number, :record, :line, :reason, :raw,
        row_hash(:dump_id, :number, :record, :line, :reason, :raw));

-- name: keep
INSERT OR IGNORE INTO raw_dump (sha256, size, bytes, hash)
VALUES (:sha256, :size, :bytes, row_hash(:sha256, :size, :bytes));

-- name: savepoint
SAVEPOINT dump;

-- name: release
RELEASE dump;

-- name: roll_back_dump
ROLLBACK TO dump;

-- name: import_exists
SELECT (SELECT id FROM import WHERE id = :id);

-- name: end_dump
-- Known only after the last record.
UPDATE dump
SET sha256 = :sha256, file_name = :file_name, encoding = :encoding,
    hash = row_hash(id, :sha256, size, format, options, :file_name, :encoding, place, account, standing)
WHERE id = :id;

-- name: unnamed_before
-- For a dump without reviewers: how many of its first works another such dump of the same format has,
-- and that dump's source. It may be the same list again, or another person's.
WITH mine AS (
    SELECT work_id FROM work_mention WHERE dump_id = :id ORDER BY number LIMIT 100
), nameless AS (
    SELECT d.id, d.format FROM dump AS d
    WHERE d.account IS NULL
      AND (SELECT r.byline IS NULL FROM sighting AS s JOIN review AS r ON r.id = s.review_id
           WHERE s.dump_id = d.id ORDER BY s.record LIMIT 1)
)
SELECT count(DISTINCT other.work_id) AS works,
       (SELECT path FROM source WHERE dump_id = other.dump_id ORDER BY id LIMIT 1) AS path
FROM mine CROSS JOIN work_mention AS other ON other.work_id = mine.work_id AND other.dump_id <> :id
WHERE other.dump_id IN (SELECT id FROM nameless WHERE format = (SELECT format FROM nameless WHERE id = :id))
GROUP BY other.dump_id
ORDER BY works DESC, other.dump_id
LIMIT 1;

-- name: titled_otherwise
-- For a dump that describes works by a data set's own numbers: how many of its first works another
-- dump titles too, how many of those differently, and the first that differs. If most differ, the
-- numbers are two data sets', and the works of the two are taken for one another.
WITH mine AS (
    SELECT e.site_id, e.ext_id, m.number, m.title, m.title_fold
    FROM work_mention AS m
    JOIN external_id AS e ON e.dump_id = m.dump_id AND e.number = m.number
    JOIN site AS s ON s.id = e.site_id
    WHERE m.dump_id = :id AND m.title_fold IS NOT NULL AND s.name LIKE '%id'
    ORDER BY m.number LIMIT 1000
), both_titled AS (
    SELECT mine.number, mine.site_id, mine.ext_id, mine.title AS here, there.title AS there, o.dump_id,
           mine.title_fold <> there.title_fold AS differs
    FROM mine CROSS JOIN external_id AS o
      ON o.site_id = mine.site_id AND o.ext_id = mine.ext_id AND o.dump_id <> :id
    JOIN work_mention AS there ON there.dump_id = o.dump_id AND there.number = o.number
    WHERE there.title_fold IS NOT NULL
)
SELECT (SELECT count(DISTINCT number) FROM both_titled) AS shared,
       (SELECT count(DISTINCT number) FROM both_titled WHERE differs) AS differing,
       (SELECT name FROM site WHERE id = site_id) || ' ' || ext_id AS id, here, there,
       (SELECT path FROM source WHERE dump_id = both_titled.dump_id ORDER BY id LIMIT 1) AS path
FROM both_titled WHERE differs
ORDER BY number, dump_id
LIMIT 1;

-- name: describe_dump
UPDATE dump
SET file_name = :file_name, encoding = :encoding,
    hash = row_hash(id, sha256, size, format, options, :file_name, :encoding, place, account, standing)
WHERE id = :id;
