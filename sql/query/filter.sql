-- Resolves names to ids, and evaluates conditions that packed columns cannot.

-- name: wanted
-- Names that contain the text: the id by which reviews are found (the review's own for a tag), whether the name, or
-- one merged into it, equals the text, the name's key, and its display form.
WITH tag AS MATERIALIZED (
    SELECT h.tags, t.value, fold(t.value) AS value_fold
    FROM (SELECT DISTINCT tags FROM review WHERE :what = 'tag' AND tags IS NOT NULL) AS h,
         json_each('[' || replace(json_quote(h.tags), '; ', '","') || ']') AS t
)
SELECT id, name_fold = :part, CAST(id AS TEXT), name FROM critic
WHERE :what = 'critic' AND instr(name_fold, :part) AND :year IS NULL
UNION ALL SELECT c.id, a.from_fold = :part, CAST(c.id AS TEXT), c.name
FROM alias AS a JOIN critic AS c ON c.name_fold = a.into_fold
WHERE :what = 'critic' AND a.what = :what AND instr(a.from_fold, :part) AND :year IS NULL
UNION ALL SELECT id, title_fold = :part, CAST(id AS TEXT), label FROM work
WHERE :what = 'work' AND instr(title_fold, :part) AND (:year IS NULL OR year = :year)
UNION ALL SELECT w.id, a.from_fold = :part, CAST(w.id AS TEXT), w.label
FROM alias AS a JOIN work AS w ON w.title_fold = a.into_fold
WHERE :what = 'work' AND a.what = :what AND instr(a.from_fold, :part) AND (:year IS NULL OR w.year = :year)
UNION ALL SELECT id, name_fold = :part, CAST(id AS TEXT), name FROM publication
WHERE :what = 'publication' AND instr(name_fold, :part) AND :year IS NULL
UNION ALL SELECT p.id, a.from_fold = :part, CAST(p.id AS TEXT), p.name
FROM alias AS a JOIN publication AS p ON p.name_fold = a.into_fold
WHERE :what = 'publication' AND a.what = :what AND instr(a.from_fold, :part) AND :year IS NULL
UNION ALL SELECT m.work_id, p.value_fold = :part, p.value_fold, p.value
FROM mention_property AS p JOIN work_mention AS m ON m.dump_id = p.dump_id AND m.number = p.number
WHERE p.role <> 'overruled' AND :what IN ('author', 'director', 'genre') AND p.property = :what AND instr(p.value_fold, :part) AND :year IS NULL
UNION ALL SELECT r.id, t.value_fold = :part, t.value_fold, t.value
FROM tag AS t CROSS JOIN review AS r ON r.tags = t.tags
WHERE instr(t.value_fold, :part) AND :year IS NULL;

-- name: told_apart
-- The works that have this name only because another has their title and year (engine.sql, tell_apart).
SELECT s.id, CAST(s.id AS TEXT), s.label FROM temp.namesake AS s JOIN main.work AS w ON w.id = s.id
WHERE s.label <> w.label AND fold(s.label) = :part;

-- name: names
-- Every name of a sort, with its folded form.
SELECT name, name_fold FROM critic WHERE :what = 'critic'
UNION ALL SELECT title, title_fold FROM work WHERE :what = 'work'
UNION ALL SELECT name, name_fold FROM publication WHERE :what = 'publication'
UNION ALL SELECT max(value), value_fold FROM mention_property
WHERE role <> 'overruled' AND :what IN ('author', 'director', 'genre') AND property = :what GROUP BY value_fold
UNION ALL SELECT DISTINCT t.value, fold(t.value)
FROM (SELECT DISTINCT tags FROM review WHERE :what = 'tag' AND tags IS NOT NULL) AS h,
     json_each('[' || replace(json_quote(h.tags), '; ', '","') || ']') AS t;

-- name: works_of_kind
SELECT id FROM work WHERE kind = :kind;

-- name: works_without_kind
SELECT id FROM work WHERE kind IS NULL;

-- name: words
SELECT rowid FROM review_fts WHERE review_fts MATCH :words;
-- name: words_check
SELECT rowid FROM review_fts WHERE review_fts MATCH :words LIMIT 1;

-- name: import_exists
SELECT EXISTS (SELECT 1 FROM import WHERE id = :import);
-- name: import_holds
-- Hidden reviews are excluded.
SELECT review_id FROM sighting WHERE dump_id IN (SELECT dump_id FROM source WHERE import_id = :import)
AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.review_id = sighting.review_id);
-- name: from_holds
-- Reviews in dumps with this format, or with this text in the path.
SELECT review_id FROM sighting WHERE dump_id IN (
    SELECT d.id FROM dump AS d WHERE d.format = :from
    UNION SELECT s.dump_id FROM source AS s WHERE instr(lower(s.path), lower(:from)))
AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.review_id = sighting.review_id);
-- name: from_exists
SELECT EXISTS (SELECT 1 FROM dump WHERE format = :from
               UNION ALL SELECT 1 FROM source WHERE instr(lower(path), lower(:from)));
-- name: formats_held
SELECT DISTINCT format FROM dump ORDER BY format;

-- name: is_like
SELECT EXISTS (SELECT 1 FROM main.review WHERE id = :id AND quote LIKE :pattern ESCAPE '\');
