-- Reads another archive (crates/revdb-store/src/importing/adopt.rs).

-- name: dumps
SELECT d.id, d.sha256, d.size, d.format, d.options, d.file_name, d.encoding, d.account, d.standing,
       s.path, s.left_alone, s.works
FROM dump AS d JOIN source AS s ON s.id = d.place
ORDER BY d.place;

-- name: raw_dump
SELECT size, bytes FROM raw_dump WHERE sha256 = :sha256;

-- name: site
SELECT name FROM site WHERE id = ?1;

-- name: claims
SELECT audience, kind, value, out_of, mention FROM claim WHERE dump_id = :dump_id ORDER BY number;

-- name: anchors
SELECT anchor, sha256, line FROM correction_anchor WHERE correction_id = :id;

-- name: same_correction
SELECT id FROM correction
WHERE review = :review AND corrected = :corrected AND hides = :hides AND created_at = :created_at AND reason = :reason;

-- name: brought_aliases
SELECT id, imports FROM alias WHERE imports IS NOT NULL ORDER BY id;

-- name: brought_corrections
SELECT id, imports FROM correction WHERE imports IS NOT NULL ORDER BY id;

-- name: alias_brought
UPDATE alias SET imports = :imports,
    hash = row_hash(id, verb, what, from_fold, into_fold, into_name, scope, from_year, from_kind,
                    into_year, into_kind, property, from_names, reason, created_at, :imports)
WHERE id = :id;

-- name: correction_brought
UPDATE correction SET imports = :imports, hash = row_hash(id, review, corrected, hides, reason, created_at, :imports)
WHERE id = :id;

-- name: records_corrected
-- Records of the reviews that show a correction, by their dumps' contents.
SELECT d.sha256, s.record
FROM corrected AS c JOIN sighting AS s ON s.review_id = c.review_id JOIN dump AS d ON d.id = s.dump_id
WHERE c.correction_id = :id;

-- name: records_of_content
SELECT s.dump_id, s.record
FROM dump AS d JOIN sighting AS s ON s.dump_id = d.id AND s.record = :record
WHERE d.sha256 = :sha256;

-- name: aliases
SELECT verb, what, from_fold, into_fold, into_name, scope, from_year, from_kind, into_year, into_kind,
       reason, created_at, property, from_names
FROM alias ORDER BY id;

-- name: corrections
SELECT id, review, corrected, hides, reason, created_at FROM correction ORDER BY id;

-- name: mentions
SELECT m.number, m.title, m.stated_kind, m.stated_year,
       (SELECT json_group_array(json_array(s.name, e.ext_id))
        FROM external_id AS e JOIN site AS s ON s.id = e.site_id
        WHERE e.dump_id = m.dump_id AND e.number = m.number),
       (SELECT json_group_array(json_array(property, value) ORDER BY property, place) FROM mention_property AS p
        WHERE p.dump_id = m.dump_id AND p.number = m.number AND p.role <> 'decided')
FROM work_mention AS m WHERE m.dump_id = :dump_id ORDER BY m.number;

-- name: records
SELECT record FROM sighting WHERE dump_id = :dump_id ORDER BY record;

-- name: rejections
SELECT record, line, reason, raw FROM rejection WHERE dump_id = :dump_id ORDER BY number;
