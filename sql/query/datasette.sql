-- For `revdb generate datasette`.

-- name: tables
-- Tables and views to hide: all but the public views.
SELECT name, type = 'view' AS is_view FROM sqlite_schema
WHERE type IN ('table', 'view') AND name NOT IN ('reviews', 'works')
ORDER BY name;

-- name: namesakes
-- For `engine/tell_apart`: the reviewed works whose titles may be shared.
INSERT INTO temp.namesake (id)
SELECT id FROM main.work
WHERE title_fold IN (SELECT title_fold FROM main.work WHERE title_fold <> '' GROUP BY title_fold HAVING count(*) > 1)
  AND id IN (SELECT work_id FROM main.review);

-- name: sources_of_review
SELECT s.path, g.record, g.line, d.format, i.id AS import, i.started_at AS imported_at, i.command,
       lower(hex(d.sha256)) AS sha256, g.differs
FROM sighting AS g
JOIN dump AS d ON d.id = g.dump_id
JOIN source AS s ON s.dump_id = d.id
JOIN import AS i ON i.id = s.import_id
WHERE g.review_id = CAST(:id AS INTEGER)
ORDER BY s.id, g.record;
