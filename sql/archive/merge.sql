-- name: insert_alias
INSERT INTO alias (id, verb, what, from_fold, into_fold, into_name, scope, from_year, from_kind,
                   into_year, into_kind, property, from_names, reason, created_at, imports, hash)
SELECT next, :verb, :what, :from_fold, :into_fold, :into_name, :scope, :from_year, :from_kind,
       :into_year, :into_kind, :property, :from_names, :reason, :created_at, :imports,
       row_hash(next, :verb, :what, :from_fold, :into_fold, :into_name, :scope, :from_year, :from_kind,
                :into_year, :into_kind, :property, :from_names, :reason, :created_at, :imports)
FROM (SELECT coalesce(max(id), 0) + 1 AS next FROM alias);

-- name: same_subject
-- Decisions about exactly the same name.
SELECT id, verb, into_name FROM alias
WHERE what = :what AND from_fold = :from_fold AND scope = :scope
  AND from_year IS :from_year AND from_kind IS :from_kind AND property IS :property AND from_names IS :from_names;

-- name: delete_alias
DELETE FROM alias WHERE id = :id;

-- name: alias
SELECT what, from_fold FROM alias WHERE id = :id;

-- name: reachable
-- The folds that a name may lead to, itself included.
WITH RECURSIVE led (fold) AS (
    VALUES (:fold) UNION SELECT into_fold FROM led JOIN alias ON what = :what AND from_fold = fold
)
SELECT fold FROM led;

-- name: aliases
SELECT id, verb, what, from_fold, into_fold, into_name, from_year, into_year, into_kind, reason, created_at, property, from_kind, from_names
FROM alias ORDER BY what, into_fold, from_fold, id;

-- name: alias_names
SELECT from_fold, from_fold FROM alias WHERE what = :what
UNION
SELECT into_fold, into_name FROM alias WHERE what = :what AND property IS NULL;

-- name: critics
SELECT name_fold, name FROM critic ORDER BY name, id;

-- name: publications
SELECT name_fold, name FROM publication ORDER BY name, id;

-- name: works
-- A work may have several titles; each can be merged.
SELECT DISTINCT title_fold, title FROM work_mention WHERE title IS NOT NULL ORDER BY title;

-- name: records_of_critic
-- Records displayed under the name, and all whose own byline differs from the one
-- displayed: few, and a superfluous one does no harm.
SELECT s.dump_id, s.record FROM temp.named AS n JOIN sighting AS s ON s.review_id = n.review_id
UNION
SELECT dump_id, record FROM sighting WHERE json_type(differs, '$.byline') IS NOT NULL;

-- name: records_of_publication
SELECT s.dump_id, s.record FROM temp.named AS n JOIN sighting AS s ON s.review_id = n.review_id
UNION
SELECT dump_id, record FROM sighting WHERE json_type(differs, '$.publication') IS NOT NULL;

-- name: mentions_of_fold
SELECT dump_id, number, title, stated_kind, stated_year, kind, year FROM work_mention
WHERE title_fold = :fold AND title IS NOT NULL;

-- name: refold_mention
UPDATE work_mention
SET title_fold = :fold, kind = :kind, year = :year,
    hash = row_hash(dump_id, number, work_id, title, :fold, :kind, :year, stated_kind, stated_year)
WHERE dump_id = :dump_id AND number = :number;

-- name: work_rows
SELECT id, title, title_fold, kind, year FROM work ORDER BY title, year, id;

-- name: count
SELECT (SELECT count(*) FROM review), (SELECT count(*) FROM work);
