-- name: imports
SELECT i.id, i.started_at, i.finished_at, i.command, count(s.id),
       coalesce(sum(s.new), 0), coalesce(sum(s.changed), 0), coalesce(sum(s.filled_in), 0),
       coalesce(sum(s.same), 0), coalesce(sum(s.rejected), 0), coalesce(sum(s.left_alone), 0)
FROM import AS i LEFT JOIN source AS s ON s.import_id = i.id
GROUP BY i.id ORDER BY i.id;

-- name: sources
SELECT s.id, s.import_id, s.path, d.format, d.size, lower(hex(d.sha256)), d.encoding,
       s.new, s.changed, s.filled_in, s.same, s.rejected, s.left_alone,
       EXISTS (SELECT 1 FROM raw_dump AS k WHERE k.sha256 = d.sha256)
FROM source AS s JOIN dump AS d ON d.id = s.dump_id
WHERE :import IS NULL OR s.import_id = :import
ORDER BY s.id;

-- name: rejections
SELECT s.import_id, s.path, r.record, r.line, r.reason, r.raw, s.id
FROM rejection AS r
JOIN dump AS d ON d.id = r.dump_id
JOIN source AS s ON s.dump_id = d.id AND (s.id = d.place OR s.import_id = :import)
WHERE :import IS NULL OR s.import_id = :import
ORDER BY s.id, r.number;

-- name: reading_of_source
SELECT d.format, d.options FROM source AS s JOIN dump AS d ON d.id = s.dump_id WHERE s.id = :id;

-- name: review
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url, verdict, tags
FROM reviews WHERE id = :id;

-- name: work
SELECT title AS work, kind, year FROM work WHERE id = :id;

-- name: work_of_review
SELECT authors, contributors, directors, brands, genres
FROM work_properties WHERE work_id = (SELECT work_id FROM review WHERE id = :id);

-- name: sightings
SELECT so.import_id, so.id, so.path, d.format, s.record, s.line, i.name, s.ext_id, s.differs,
       coalesce(r.truncated, 0), r.language
FROM sighting AS s
LEFT JOIN review AS r ON r.id = s.review_id
JOIN dump AS d ON d.id = s.dump_id
JOIN source AS so ON so.dump_id = d.id
LEFT JOIN site AS i ON i.id = s.site_id
WHERE s.review_id = :id
ORDER BY so.id, s.record;

-- name: changes
-- Contradictions between dumps, then differences due to newer rules.
SELECT c.field, c.old, c.new, so.path, c.record
FROM change AS c
JOIN dump AS d ON d.id = c.dump_id
JOIN source AS so ON so.id = d.place
WHERE c.review_id = :id
UNION ALL
SELECT v.field, v.old, v.new, so.path || ', read again ' || substr(v.read_at, 1, 10), v.record
FROM sighting AS s
JOIN revision AS v ON v.dump_id = s.dump_id AND v.record = s.record
JOIN dump AS d ON d.id = v.dump_id
JOIN source AS so ON so.id = d.place
WHERE s.review_id = :id;
