-- name: insert_mention
INSERT INTO work_mention (dump_id, number, work_id, title, title_fold, kind, year, stated_kind, stated_year, hash)
VALUES (:dump_id, :number, :work_id, :title, :title_fold, :kind, :year, :stated_kind, :stated_year,
        row_hash(:dump_id, :number, :work_id, :title, :title_fold, :kind, :year, :stated_kind, :stated_year));

-- name: insert_external_id
INSERT OR IGNORE INTO external_id (dump_id, number, site_id, ext_id, hash)
VALUES (:dump_id, :number, :site_id, :ext_id, row_hash(:dump_id, :number, :site_id, :ext_id));

-- name: insert_property
INSERT INTO mention_property (dump_id, number, property, value, value_fold, role, place, hash)
VALUES (:dump_id, :number, :property, :value, :value_fold, 'stated', :place,
        row_hash(:dump_id, :number, :property, :value, :value_fold, 'stated', :place));

-- name: forget_decided
DELETE FROM mention_property WHERE dump_id = :dump_id AND number = :number AND role = 'decided';

-- name: restore_stated
UPDATE mention_property
SET role = 'stated', hash = row_hash(dump_id, number, property, value, value_fold, 'stated', place)
WHERE dump_id = :dump_id AND number = :number AND role <> 'stated';

-- name: overrule
UPDATE mention_property
SET role = 'overruled', hash = row_hash(dump_id, number, property, value, value_fold, 'overruled', place)
WHERE dump_id = :dump_id AND number = :number AND property = :property;

-- name: decide
INSERT INTO mention_property (dump_id, number, property, value, value_fold, role, place, hash)
VALUES (:dump_id, :number, :property, :value, :value_fold, 'decided', :place,
        row_hash(:dump_id, :number, :property, :value, :value_fold, 'decided', :place))
ON CONFLICT DO UPDATE SET role = 'both', hash = row_hash(dump_id, number, property, value, value_fold, 'both', place);

-- name: stated_of_work
SELECT group_concat(value, '; ')
FROM (SELECT min(p.value) AS value FROM mention_property AS p
      JOIN work_mention AS m ON m.dump_id = p.dump_id AND m.number = p.number
      WHERE m.work_id = :work_id AND p.property = :property AND p.role <> 'decided'
      GROUP BY p.value_fold ORDER BY p.value_fold);

-- name: stated_creators
SELECT property, value FROM mention_property
WHERE dump_id = :dump_id AND number = :number AND role <> 'decided' ORDER BY property, place;

-- name: makers
-- By whom a work is, as its label says: directors if there are any, otherwise authors.
SELECT property, max(value), max(value) FILTER (WHERE role <> 'decided')
FROM mention_property AS p JOIN work_mention AS m ON m.dump_id = p.dump_id AND m.number = p.number
WHERE m.work_id = :work_id AND p.property IN ('author', 'director') AND p.role <> 'overruled'
GROUP BY property, value_fold ORDER BY property DESC, 2;

-- name: last_number
SELECT coalesce(max(number), 0) FROM work_mention WHERE dump_id = :dump_id;

-- name: mentions_with_fold
SELECT dump_id, number FROM work_mention WHERE title_fold = :fold;

-- name: mentions_with_id
SELECT dump_id, number FROM external_id WHERE site_id = :site_id AND ext_id = :ext_id;

-- name: read_mention
SELECT work_id, title_fold, kind, year, title FROM work_mention WHERE dump_id = :dump_id AND number = :number;

-- name: read_ids
SELECT site_id, ext_id FROM external_id WHERE dump_id = :dump_id AND number = :number
ORDER BY site_id, ext_id;

-- name: read_makers
SELECT property, value, role IN ('decided', 'both') FROM mention_property
WHERE dump_id = :dump_id AND number = :number AND role <> 'overruled'
ORDER BY property, place;

-- name: move_mention
UPDATE work_mention
SET work_id = :work_id, hash = row_hash(dump_id, number, :work_id, title, title_fold, kind, year, stated_kind, stated_year)
WHERE dump_id = :dump_id AND number = :number;

-- name: insert_work
INSERT INTO work (title, title_fold, kind, year, hash) VALUES ('', '', NULL, NULL, 0);

-- name: insert_described
INSERT INTO work (id, title, title_fold, kind, year, hash)
VALUES ((SELECT coalesce(max(id), 0) + 1 FROM work), :title, :fold, :kind, :year,
        row_hash((SELECT coalesce(max(id), 0) + 1 FROM work), :title, :fold, :kind, :year));

-- name: facts
-- A work's properties from its mentions: the first title, the first kind, the
-- first year, and the first id for a work without a title.
SELECT
    (SELECT m.title FROM work_mention AS m JOIN dump AS d ON d.id = m.dump_id
      WHERE m.work_id = :id AND m.title IS NOT NULL ORDER BY d.place, m.dump_id, m.number LIMIT 1),
    (SELECT m.kind FROM work_mention AS m JOIN dump AS d ON d.id = m.dump_id
      WHERE m.work_id = :id AND m.kind IS NOT NULL ORDER BY d.place, m.dump_id, m.number LIMIT 1),
    (SELECT m.year FROM work_mention AS m JOIN dump AS d ON d.id = m.dump_id
      WHERE m.work_id = :id AND m.year IS NOT NULL ORDER BY d.place, m.dump_id, m.number LIMIT 1),
    (SELECT e.ext_id FROM work_mention AS m JOIN dump AS d ON d.id = m.dump_id
       JOIN external_id AS e ON e.dump_id = m.dump_id AND e.number = m.number
       JOIN site AS s ON s.id = e.site_id
      WHERE m.work_id = :id ORDER BY d.place, m.dump_id, m.number, s.name, e.ext_id LIMIT 1),
    EXISTS (SELECT 1 FROM work_mention WHERE work_id = :id),
    (SELECT m.title_fold FROM work_mention AS m JOIN dump AS d ON d.id = m.dump_id
      WHERE m.work_id = :id AND m.title IS NOT NULL ORDER BY d.place, m.dump_id, m.number LIMIT 1);

-- name: describe
UPDATE work
SET title = :title, title_fold = :fold, kind = :kind, year = :year,
    hash = row_hash(id, :title, :fold, :kind, :year)
-- Most mentions add nothing to their work.
WHERE id = :id AND (title, title_fold, kind, year) IS NOT (:title, :fold, :kind, :year);

-- name: delete
DELETE FROM work WHERE id = :id;

-- name: of_mention
SELECT work_id FROM work_mention WHERE dump_id = :dump_id AND number = :number;

-- name: statement_of_mention
-- A mention's values, and its display name.
SELECT title, stated_kind, stated_year,
       coalesce(title || coalesce(' (' || stated_year || ')', ''),
                (SELECT min(ext_id) FROM external_id AS e WHERE e.dump_id = m.dump_id AND e.number = m.number), '')
FROM work_mention AS m WHERE dump_id = :dump_id AND number = :number;

-- name: words_of_mention
-- A hash of a mention's values, with sites by name: their ids depend on the order of imports.
SELECT row_hash(
    title, stated_kind, stated_year,
    (SELECT json_group_array(json_array(s.name, e.ext_id) ORDER BY s.name, e.ext_id)
       FROM external_id AS e JOIN site AS s ON s.id = e.site_id
      WHERE e.dump_id = m.dump_id AND e.number = m.number),
    (SELECT json_group_array(json_array(p.property, p.value) ORDER BY p.property, p.value)
       FROM mention_property AS p WHERE p.dump_id = m.dump_id AND p.number = m.number AND p.role <> 'decided'))
FROM work_mention AS m WHERE dump_id = :dump_id AND number = :number;

-- name: is_mentioned
SELECT 1 FROM work_mention WHERE work_id = :id LIMIT 1;
