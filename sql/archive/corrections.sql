-- Corrections of single reviews, and hidden ones (crates/revdb-store/src/corrections.rs).

-- name: all
SELECT id, corrected, hides FROM correction ORDER BY id;

-- name: anchors
SELECT anchor, correction_id FROM correction_anchor ORDER BY correction_id;

-- name: record
-- Further fields of a record, and its position.
SELECT si.name, s.ext_id, m.title,
       (SELECT wi.name FROM external_id AS e JOIN site AS wi ON wi.id = e.site_id
        WHERE e.dump_id = s.dump_id AND e.number = s.mention ORDER BY wi.name, e.ext_id LIMIT 1),
       (SELECT e.ext_id FROM external_id AS e JOIN site AS wi ON wi.id = e.site_id
        WHERE e.dump_id = s.dump_id AND e.number = s.mention ORDER BY wi.name, e.ext_id LIMIT 1),
       s.repeat, d.sha256, s.line, m.stated_kind, m.stated_year,
       (SELECT group_concat(maker, char(10)) FROM
          (SELECT p.property || ' ' || p.value_fold AS maker FROM mention_property AS p
           WHERE p.dump_id = s.dump_id AND p.number = s.mention AND p.property IN ('author', 'director') AND p.role <> 'decided'
           ORDER BY maker)),
       -- Record numbers ascend with lines.
       s.line IS NOT (SELECT n.line FROM sighting AS n WHERE n.dump_id = s.dump_id AND n.record < s.record
                      ORDER BY n.record DESC LIMIT 1)
       AND s.line IS NOT (SELECT n.line FROM sighting AS n WHERE n.dump_id = s.dump_id AND n.record > s.record
                          ORDER BY n.record LIMIT 1)
FROM sighting AS s
JOIN work_mention AS m ON m.dump_id = s.dump_id AND m.number = s.mention
JOIN dump AS d ON d.id = s.dump_id
LEFT JOIN site AS si ON si.id = s.site_id
WHERE s.dump_id = :dump_id AND s.record = :record;

-- name: records_in_place
SELECT dump_id, record FROM sighting
WHERE dump_id = :dump_id
  AND line IN (SELECT a.line FROM dump AS d JOIN correction_anchor AS a ON a.sha256 = d.sha256 WHERE d.id = :dump_id);

-- name: records_at_line
SELECT dump_id, record FROM sighting WHERE dump_id = :dump_id AND line = :line LIMIT :most;

-- name: insert
INSERT INTO correction (id, review, corrected, hides, reason, created_at, imports, hash)
SELECT next, :review, :corrected, :hides, :reason, :created_at, :imports,
       row_hash(next, :review, :corrected, :hides, :reason, :created_at, :imports)
FROM (SELECT coalesce(max(id), 0) + 1 AS next FROM correction)
RETURNING id;

-- name: insert_anchor
INSERT OR IGNORE INTO correction_anchor (correction_id, anchor, sha256, line, hash)
VALUES (:correction_id, :anchor, :sha256, :line, row_hash(:correction_id, :anchor, :sha256, :line));

-- name: of_review
SELECT c.id, c.hides, c.corrected, c.reason, c.created_at
FROM corrected AS r JOIN correction AS c ON c.id = r.correction_id
WHERE r.review_id = :review_id ORDER BY c.id;

-- name: delete_anchors
DELETE FROM correction_anchor WHERE correction_id = :id;

-- name: delete_shown
DELETE FROM corrected WHERE correction_id = :id;

-- name: delete
DELETE FROM correction WHERE id = :id;

-- name: records_shown
-- Records of the reviews that show a correction.
SELECT s.dump_id, s.record FROM corrected AS c JOIN sighting AS s ON s.review_id = c.review_id
WHERE c.correction_id = :id;

-- name: list
SELECT c.id, c.review, c.corrected, c.hides, c.reason, c.created_at,
       (SELECT group_concat(review_id, ', ') FROM corrected WHERE correction_id = c.id)
FROM correction AS c ORDER BY c.id;

-- name: is_corrected
SELECT EXISTS (SELECT 1 FROM corrected WHERE review_id = :review_id);

-- name: insert_corrected
INSERT INTO corrected (review_id, correction_id) VALUES (:review_id, :correction_id);

-- name: delete_corrected
DELETE FROM corrected WHERE review_id = :review_id;

-- name: reviews
SELECT review_id FROM corrected UNION SELECT review_id FROM hidden;

-- name: count_hidden
SELECT count(*) FROM hidden;

-- name: hide
INSERT INTO hidden (review_id, audience, hash) VALUES (:review_id, :audience, row_hash(:review_id, :audience));

-- name: unhide
DELETE FROM hidden WHERE review_id = :review_id;

-- name: audience_of_hidden
SELECT audience FROM hidden WHERE review_id = :review_id;

-- name: label
-- The display name of a review in the list of corrections.
SELECT w.label || ', by ' || coalesce(r.byline, 'nobody named') || coalesce(', ' || r.publication_text, '')
FROM review AS r JOIN work AS w ON w.id = r.work_id WHERE r.id = :id;
