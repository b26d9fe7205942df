-- Numbers of stored rows, with which `revdb check` finds missing ones.

-- name: count_dump
-- Rows that a person's decision added to a mention are not the dump's.
INSERT INTO tally (dump_id, part, rows, hash)
SELECT :dump_id, part, rows, row_hash(:dump_id, part, rows)
FROM (SELECT 'sighting' AS part, :sightings AS rows
      UNION ALL SELECT 'work_mention', (SELECT count(*) FROM work_mention WHERE dump_id = :dump_id)
      UNION ALL SELECT 'external_id', (SELECT count(*) FROM external_id WHERE dump_id = :dump_id)
      UNION ALL SELECT 'mention_property',
                       (SELECT count(*) FROM mention_property WHERE dump_id = :dump_id AND role <> 'decided')
      UNION ALL SELECT 'claim', (SELECT count(*) FROM claim WHERE dump_id = :dump_id)
      UNION ALL SELECT 'rejection', (SELECT count(*) FROM rejection WHERE dump_id = :dump_id)
      UNION ALL SELECT 'revision', (SELECT count(*) FROM revision WHERE dump_id = :dump_id))
WHERE rows > 0;

-- name: count_tables
-- These have few rows or a narrow index, so that counting takes no time.
INSERT OR REPLACE INTO tally (dump_id, part, rows, hash)
SELECT 0, part, rows, row_hash(0, part, rows)
FROM (SELECT 'alias' AS part, (SELECT count(*) FROM alias) AS rows
      UNION ALL SELECT 'change', (SELECT count(*) FROM change)
      UNION ALL SELECT 'correction', (SELECT count(*) FROM correction)
      UNION ALL SELECT 'correction_anchor', (SELECT count(*) FROM correction_anchor)
      UNION ALL SELECT 'raw_dump', (SELECT count(*) FROM raw_dump)
      UNION ALL SELECT 'source', (SELECT count(*) FROM source)) AS now
WHERE rows <> coalesce((SELECT t.rows FROM tally AS t WHERE t.dump_id = 0 AND t.part = now.part), 0);

-- name: differing
-- Tables whose rows are not as many as were stored.
SELECT part, nullif(dump_id, 0), sum(stored), sum(found)
FROM (SELECT dump_id, part, rows AS stored, 0 AS found FROM tally
      UNION ALL SELECT dump_id, 'sighting', 0, count(*) FROM sighting GROUP BY dump_id
      UNION ALL SELECT dump_id, 'work_mention', 0, count(*) FROM work_mention GROUP BY dump_id
      UNION ALL SELECT dump_id, 'external_id', 0, count(*) FROM external_id GROUP BY dump_id
      UNION ALL SELECT dump_id, 'mention_property', 0, count(*) FROM mention_property WHERE role <> 'decided' GROUP BY dump_id
      UNION ALL SELECT dump_id, 'claim', 0, count(*) FROM claim GROUP BY dump_id
      UNION ALL SELECT dump_id, 'rejection', 0, count(*) FROM rejection GROUP BY dump_id
      UNION ALL SELECT dump_id, 'revision', 0, count(*) FROM revision GROUP BY dump_id
      UNION ALL SELECT 0, 'alias', 0, count(*) FROM alias
      UNION ALL SELECT 0, 'change', 0, count(*) FROM change
      UNION ALL SELECT 0, 'correction', 0, count(*) FROM correction
      UNION ALL SELECT 0, 'correction_anchor', 0, count(*) FROM correction_anchor
      UNION ALL SELECT 0, 'raw_dump', 0, count(*) FROM raw_dump
      UNION ALL SELECT 0, 'source', 0, count(*) FROM source)
GROUP BY part, dump_id
HAVING sum(stored) <> sum(found);
