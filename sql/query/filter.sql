-- The names asked for, as ids, and what the packed columns do not have.

-- name: wanted_critics
-- Who has the part in the name, and whether the name, or one merged into it, is just that.
SELECT id, name_fold = :part FROM critic WHERE instr(name_fold, :part) AND :year IS NULL
UNION SELECT c.id, a.from_fold = :part FROM alias AS a JOIN critic AS c ON c.name_fold = a.into_fold
WHERE a.what = 'critic' AND instr(a.from_fold, :part) AND :year IS NULL;

-- name: wanted_works
SELECT id, title_fold = :part FROM work WHERE instr(title_fold, :part) AND (:year IS NULL OR year = :year)
UNION SELECT w.id, a.from_fold = :part FROM alias AS a JOIN work AS w ON w.title_fold = a.into_fold
WHERE a.what = 'work' AND instr(a.from_fold, :part) AND (:year IS NULL OR w.year = :year);

-- name: wanted_publications
SELECT id, name_fold = :part FROM publication WHERE instr(name_fold, :part) AND :year IS NULL
UNION SELECT p.id, a.from_fold = :part FROM alias AS a JOIN publication AS p ON p.name_fold = a.into_fold
WHERE a.what = 'publication' AND instr(a.from_fold, :part) AND :year IS NULL;

-- name: critic_label
SELECT name FROM critic WHERE id = :id;
-- name: work_label
SELECT label FROM work WHERE id = :id;
-- name: publication_label
SELECT name FROM publication WHERE id = :id;

-- name: critic_names
SELECT name, name_fold FROM critic;
-- name: work_names
SELECT title, title_fold FROM work;
-- name: publication_names
SELECT name, name_fold FROM publication;

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
-- Hidden reviews are in no answer.
SELECT review_id FROM sighting WHERE dump_id IN (SELECT dump_id FROM source WHERE import_id = :import)
AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.review_id = sighting.review_id);
-- name: from_holds
-- What a dump held whose format is this, or whose path has this part.
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
