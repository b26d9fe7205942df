-- name: insert_alias
INSERT INTO alias (what, from_fold, into_fold, into_name, created_at, hash)
VALUES (:what, :from_fold, :into_fold, :into_name, :created_at,
        row_hash(:what, :from_fold, :into_fold, :into_name, :created_at));

-- name: delete_alias
DELETE FROM alias WHERE what = :what AND from_fold = :fold;

-- name: aliases
SELECT what, from_fold, into_name, created_at FROM alias ORDER BY what, into_fold, from_fold;

-- name: alias_folds
SELECT from_fold FROM alias WHERE what = :what ORDER BY from_fold;

-- name: critics
SELECT name_fold, name FROM critic ORDER BY name, id;

-- name: publications
SELECT name_fold, name FROM publication ORDER BY name, id;

-- name: works
-- A work may go by several titles; each can be merged.
SELECT DISTINCT title_fold, title FROM work_mention WHERE title IS NOT NULL ORDER BY title;

-- name: records_of_critic
-- Records shown under the name, and all whose own byline is not the one shown:
-- few, and looking at one too many only costs the look.
SELECT s.dump_id, s.record FROM temp.named AS n JOIN sighting AS s ON s.review_id = n.review_id
UNION
SELECT dump_id, record FROM sighting WHERE json_type(differs, '$.byline') IS NOT NULL;

-- name: records_of_publication
SELECT s.dump_id, s.record FROM temp.named AS n JOIN sighting AS s ON s.review_id = n.review_id
UNION
SELECT dump_id, record FROM sighting WHERE json_type(differs, '$.publication') IS NOT NULL;

-- name: mentions_of_fold
SELECT dump_id, number, title FROM work_mention WHERE title_fold = :fold AND title IS NOT NULL;

-- name: refold_mention
UPDATE work_mention
SET title_fold = :fold, hash = row_hash(dump_id, number, work_id, title, :fold, kind, year)
WHERE dump_id = :dump_id AND number = :number;

-- name: count
SELECT (SELECT count(*) FROM review), (SELECT count(*) FROM work);
