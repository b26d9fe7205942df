-- name: alias
SELECT into_fold, into_name FROM alias WHERE what = :what AND from_fold = :fold AND property IS NULL
ORDER BY created_at DESC, id LIMIT 1;

-- name: shown_by_decision
-- The last renaming, else the first merge. Usually there is none, so sorting is cheap.
SELECT (
    SELECT into_name FROM alias
    WHERE what = :what AND into_fold = :fold AND property IS NULL AND (into_year IS NULL OR into_year IS :year)
    ORDER BY verb = 'rename' DESC, CASE verb WHEN 'rename' THEN created_at END DESC, created_at, from_fold LIMIT 1)
WHERE EXISTS (SELECT 1 FROM alias WHERE what = :what AND into_fold = :fold);

-- name: work_decisions
-- Decisions about a title, most specific first: those about works of certain creators.
SELECT scope, from_kind, from_year, into_fold, into_kind, into_year, id, property, from_names, into_name FROM alias
WHERE what = 'work' AND from_fold = :fold
ORDER BY property IS NULL AND from_names IS NULL, scope = 'title', scope = 'work', created_at DESC, id;

-- name: find_site
SELECT id FROM site WHERE name = :name AND space = :space;

-- name: name_of_site
SELECT name FROM site WHERE id = :id;

-- name: insert_site
-- No RETURNING and no INSERT from a SELECT: for either, SQLite creates a temporary table and copies the
-- pages that it changes, nine tenths of the statement's cost.
INSERT INTO site (id, name, space, hash)
VALUES ((SELECT coalesce(max(id), 0) + 1 FROM site), :name, :space,
        row_hash((SELECT coalesce(max(id), 0) + 1 FROM site), :name, :space));

-- name: find_critic
SELECT id FROM critic WHERE name_fold = :fold;

-- name: insert_critic
INSERT INTO critic (id, name, name_fold, hash)
VALUES ((SELECT coalesce(max(id), 0) + 1 FROM critic), :name, :fold,
        row_hash((SELECT coalesce(max(id), 0) + 1 FROM critic), :name, :fold));

-- name: find_publication
SELECT id FROM publication WHERE name_fold = :fold;

-- name: insert_publication
INSERT INTO publication (id, name, name_fold, hash)
VALUES ((SELECT coalesce(max(id), 0) + 1 FROM publication), :name, :fold,
        row_hash((SELECT coalesce(max(id), 0) + 1 FROM publication), :name, :fold));

-- name: make_named
-- Reviews by critic or publication, from the packed columns.
CREATE TEMP TABLE IF NOT EXISTS named (
    id INTEGER NOT NULL, review_id INTEGER NOT NULL, PRIMARY KEY (id, review_id)
) STRICT, WITHOUT ROWID;
DELETE FROM temp.named;

-- name: put_named
INSERT INTO temp.named VALUES (?1, ?2);

-- name: critic_ids
SELECT id FROM critic;

-- name: delete_critic
DELETE FROM critic WHERE id = ?1;

-- name: publication_ids
SELECT id FROM publication;

-- name: delete_publication
DELETE FROM publication WHERE id = ?1;

-- name: critic_spellings
-- Every spelling of a critic's name, in the order of dumps.
SELECT iif(json_type(s.differs, '$.byline') IS NULL, r.byline, s.differs ->> '$.byline')
FROM temp.named AS n
CROSS JOIN review AS r ON r.id = n.review_id
CROSS JOIN sighting AS s ON s.review_id = r.id
CROSS JOIN dump AS d ON d.id = s.dump_id
WHERE n.id = :id
ORDER BY d.place, s.dump_id, s.record;

-- name: publication_spellings
SELECT iif(json_type(s.differs, '$.publication') IS NULL, r.publication_text, s.differs ->> '$.publication')
FROM temp.named AS n
CROSS JOIN review AS r ON r.id = n.review_id
CROSS JOIN sighting AS s ON s.review_id = r.id
CROSS JOIN dump AS d ON d.id = s.dump_id
WHERE n.id = :id
ORDER BY d.place, s.dump_id, s.record;

-- name: rename_critic
UPDATE critic SET name = :name, hash = row_hash(id, :name, name_fold) WHERE id = :id AND name <> :name;

-- name: rename_publication
UPDATE publication SET name = :name, hash = row_hash(id, :name, name_fold) WHERE id = :id AND name <> :name;

-- name: fold_of_critic
SELECT name_fold FROM critic WHERE id = :id;

-- name: fold_of_publication
SELECT name_fold FROM publication WHERE id = :id;

-- name: begin
-- For shell completion: names with this prefix, ignoring case.
SELECT DISTINCT name FROM (
    SELECT name FROM critic WHERE :what = 'critic'
    UNION ALL SELECT title FROM work WHERE :what = 'work'
    UNION ALL SELECT name FROM publication WHERE :what = 'publication'
    UNION ALL SELECT value FROM mention_property WHERE role <> 'overruled' AND :what IN ('author', 'director', 'genre') AND property = :what
    UNION ALL SELECT t.value FROM (SELECT DISTINCT tags FROM review WHERE :what = 'tag' AND tags IS NOT NULL) AS h,
                                  json_each('[' || replace(json_quote(h.tags), '; ', '","') || ']') AS t
)
WHERE lower(substr(name, 1, length(:typed))) = lower(:typed) ORDER BY name LIMIT :most;
