-- Statements of `revdb check`. Those of the first two groups return
-- (row, review_id, dump_id, record): the row's display name, and the way to its
-- sources. NOT INDEXED: the table must be verified, not a copy of its columns in
-- an index.

-- name: changed_review
SELECT 'id ' || id, id, NULL, NULL FROM review NOT INDEXED
WHERE hash IS NOT row_hash(id, work_id, audience, critic_id, publication_id, byline, publication_text,
                           date, score, score_text, quote, url, truncated, language, verdict, tags);

-- name: changed_sighting
SELECT 'dump ' || dump_id || ', record ' || record, review_id, dump_id, record FROM sighting NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, record, line, review_id, mention, key, site_id, ext_id, mark, repeat, differs, is_representative);

-- name: changed_work
-- The table itself: reports may hide it by a view with other labels (sql/query/engine.sql).
SELECT 'id ' || id, NULL, NULL, NULL FROM main.work NOT INDEXED
WHERE hash IS NOT row_hash(id, title, title_fold, kind, year)
   OR label IS NOT title || coalesce(' (' || year || ')', '');

-- name: changed_critic
SELECT 'id ' || id, NULL, NULL, NULL FROM critic NOT INDEXED
WHERE hash IS NOT row_hash(id, name, name_fold);

-- name: changed_publication
SELECT 'id ' || id, NULL, NULL, NULL FROM publication NOT INDEXED
WHERE hash IS NOT row_hash(id, name, name_fold);

-- name: changed_site
SELECT 'id ' || id, NULL, NULL, NULL FROM site NOT INDEXED
WHERE hash IS NOT row_hash(id, name, space);

-- name: changed_import
SELECT 'id ' || id, NULL, NULL, NULL FROM import NOT INDEXED
WHERE hash IS NOT row_hash(id, started_at, finished_at, command, version);

-- name: changed_dump
SELECT 'id ' || id, NULL, id, NULL FROM dump NOT INDEXED
WHERE hash IS NOT row_hash(id, sha256, size, format, options, file_name, encoding, place, account, standing);

-- name: changed_source
SELECT 'id ' || id, NULL, dump_id, NULL FROM source NOT INDEXED
WHERE hash IS NOT row_hash(id, import_id, dump_id, path,
                           new, changed, filled_in, same, rejected, left_alone, works, words);

-- name: changed_work_mention
SELECT 'dump ' || dump_id || ', mention ' || number, NULL, dump_id, NULL FROM work_mention NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, number, work_id, title, title_fold, kind, year, stated_kind, stated_year);

-- name: changed_external_id
SELECT 'dump ' || dump_id || ', mention ' || number || ', site ' || site_id, NULL, dump_id, NULL
FROM external_id NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, number, site_id, ext_id);

-- name: changed_mention_property
SELECT 'dump ' || dump_id || ', mention ' || number || ', ' || property || ' ' || value, NULL, dump_id, NULL
FROM mention_property NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, number, property, value, value_fold, role, place);

-- name: changed_change
SELECT 'review ' || review_id || ', dump ' || dump_id || ', record ' || record || ', ' || field,
       review_id, dump_id, record
FROM change NOT INDEXED
WHERE hash IS NOT row_hash(review_id, dump_id, record, field, old, new);

-- name: changed_claim
SELECT 'dump ' || dump_id || ', claim ' || number, NULL, dump_id, NULL FROM claim NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, number, mention, audience, kind, value, out_of);

-- name: changed_rejection
SELECT 'dump ' || dump_id || ', rejection ' || number, NULL, dump_id, record FROM rejection NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, number, record, line, reason, raw);

-- name: changed_revision
SELECT 'dump ' || dump_id || ', revision ' || number, NULL, dump_id, record FROM revision NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, number, record, field, old, new, read_at, version);

-- name: changed_tally
SELECT part || coalesce(' of dump ' || nullif(dump_id, 0), ''), NULL, nullif(dump_id, 0), NULL FROM tally NOT INDEXED
WHERE hash IS NOT row_hash(dump_id, part, rows);

-- name: changed_alias
SELECT what || ' ' || from_fold, NULL, NULL, NULL FROM alias NOT INDEXED
WHERE hash IS NOT row_hash(id, verb, what, from_fold, into_fold, into_name, scope, from_year, from_kind,
                           into_year, into_kind, property, from_names, reason, created_at, imports);

-- name: changed_correction
SELECT 'id ' || id, NULL, NULL, NULL FROM correction NOT INDEXED
WHERE hash IS NOT row_hash(id, review, corrected, hides, reason, created_at, imports);

-- name: changed_correction_anchor
SELECT 'correction ' || correction_id, NULL, NULL, NULL FROM correction_anchor NOT INDEXED
WHERE hash IS NOT row_hash(correction_id, anchor, sha256, line);

-- name: changed_hidden
SELECT 'review ' || review_id, review_id, NULL, NULL FROM hidden NOT INDEXED
WHERE hash IS NOT row_hash(review_id, audience);

-- name: broken_corrected
SELECT 'review ' || review_id, review_id, NULL, NULL FROM corrected AS c
WHERE NOT EXISTS (SELECT 1 FROM review WHERE id = c.review_id)
  AND NOT EXISTS (SELECT 1 FROM hidden WHERE review_id = c.review_id)
   OR NOT EXISTS (SELECT 1 FROM correction WHERE id = c.correction_id);

-- name: orphaned_hidden
SELECT 'review ' || review_id, review_id, NULL, NULL FROM hidden AS h
WHERE NOT EXISTS (SELECT 1 FROM sighting WHERE review_id = h.review_id)
   OR NOT EXISTS (SELECT 1 FROM corrected AS c JOIN correction AS k ON k.id = c.correction_id AND k.hides
                  WHERE c.review_id = h.review_id)
   OR EXISTS (SELECT 1 FROM review WHERE id = h.review_id);

-- name: changed_raw_dump
SELECT 'sha256 ' || lower(hex(sha256)), NULL, (SELECT min(id) FROM dump WHERE dump.sha256 = raw_dump.sha256), NULL
FROM raw_dump NOT INDEXED
WHERE hash IS NOT row_hash(sha256, size, bytes);

-- name: changed_review_column
SELECT 'id ' || id, NULL, NULL, NULL FROM review_column NOT INDEXED
WHERE hash IS NOT row_hash(id, bytes);

-- name: broken_review
SELECT 'id ' || r.id, r.id, NULL, NULL FROM review AS r
WHERE NOT EXISTS (SELECT 1 FROM work WHERE id = r.work_id)
   OR r.critic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM critic WHERE id = r.critic_id)
   OR r.publication_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM publication WHERE id = r.publication_id);

-- name: broken_sighting
SELECT 'dump ' || s.dump_id || ', record ' || s.record, s.review_id, s.dump_id, s.record FROM sighting AS s
WHERE NOT EXISTS (SELECT 1 FROM review WHERE id = s.review_id)
  AND NOT EXISTS (SELECT 1 FROM hidden WHERE review_id = s.review_id)
   OR NOT EXISTS (SELECT 1 FROM work_mention WHERE dump_id = s.dump_id AND number = s.mention)
   OR s.site_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM site WHERE id = s.site_id)
   -- Or nothing leads to it.
   OR NOT s.is_representative AND (
       NOT EXISTS (SELECT 1 FROM sighting AS o
                   WHERE o.review_id = s.review_id AND o.key = s.key AND o.is_representative)
       OR s.ext_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM sighting AS o
           WHERE o.review_id = s.review_id AND o.site_id = s.site_id AND o.ext_id = s.ext_id AND o.is_representative));

-- name: broken_source
SELECT 'id ' || s.id, NULL, s.dump_id, NULL FROM source AS s
WHERE NOT EXISTS (SELECT 1 FROM import WHERE id = s.import_id)
   OR NOT EXISTS (SELECT 1 FROM dump WHERE id = s.dump_id);

-- name: broken_dump
-- A dump's position is that of its first source.
SELECT 'id ' || d.id, NULL, d.id, NULL FROM dump AS d
WHERE d.place IS NOT (SELECT min(id) FROM source WHERE dump_id = d.id);

-- name: broken_work_mention
SELECT 'dump ' || m.dump_id || ', mention ' || m.number, NULL, m.dump_id, NULL FROM work_mention AS m
WHERE NOT EXISTS (SELECT 1 FROM dump WHERE id = m.dump_id)
   OR NOT EXISTS (SELECT 1 FROM work WHERE id = m.work_id);

-- name: broken_external_id
SELECT 'dump ' || e.dump_id || ', mention ' || e.number || ', site ' || e.site_id, NULL, e.dump_id, NULL
FROM external_id AS e
WHERE NOT EXISTS (SELECT 1 FROM work_mention WHERE dump_id = e.dump_id AND number = e.number)
   OR NOT EXISTS (SELECT 1 FROM site WHERE id = e.site_id);

-- name: broken_mention_property
SELECT 'dump ' || p.dump_id || ', mention ' || p.number || ', ' || p.property || ' ' || p.value, NULL, p.dump_id, NULL
FROM mention_property AS p
WHERE NOT EXISTS (SELECT 1 FROM work_mention WHERE dump_id = p.dump_id AND number = p.number);

-- name: broken_change
SELECT 'review ' || c.review_id || ', dump ' || c.dump_id || ', record ' || c.record || ', ' || c.field,
       c.review_id, c.dump_id, c.record
FROM change AS c
WHERE NOT EXISTS (SELECT 1 FROM review WHERE id = c.review_id)
   OR NOT EXISTS (SELECT 1 FROM dump WHERE id = c.dump_id);

-- name: broken_claim
SELECT 'dump ' || c.dump_id || ', claim ' || c.number, NULL, c.dump_id, NULL FROM claim AS c
WHERE NOT EXISTS (SELECT 1 FROM work_mention WHERE dump_id = c.dump_id AND number = c.mention);

-- name: broken_rejection
SELECT 'dump ' || r.dump_id || ', rejection ' || r.number, NULL, r.dump_id, r.record FROM rejection AS r
WHERE NOT EXISTS (SELECT 1 FROM dump WHERE id = r.dump_id);

-- name: broken_revision
SELECT 'dump ' || v.dump_id || ', revision ' || v.number, NULL, v.dump_id, v.record FROM revision AS v
WHERE NOT EXISTS (SELECT 1 FROM dump WHERE id = v.dump_id);

-- name: orphaned_review
SELECT 'id ' || r.id, r.id, NULL, NULL FROM review AS r
WHERE NOT EXISTS (SELECT 1 FROM sighting WHERE review_id = r.id);

-- name: orphaned_work
SELECT 'id ' || w.id, NULL, NULL, NULL FROM work AS w
WHERE NOT EXISTS (SELECT 1 FROM work_mention WHERE work_id = w.id);

-- name: orphaned_critic
SELECT 'id ' || c.id, NULL, NULL, NULL FROM critic AS c
WHERE c.id NOT IN (SELECT critic_id FROM review WHERE critic_id IS NOT NULL);

-- name: orphaned_publication
SELECT 'id ' || p.id, NULL, NULL, NULL FROM publication AS p
WHERE p.id NOT IN (SELECT publication_id FROM review WHERE publication_id IS NOT NULL);

-- name: orphaned_raw_dump
SELECT 'sha256 ' || lower(hex(k.sha256)), NULL, NULL, NULL FROM raw_dump AS k
WHERE NOT EXISTS (SELECT 1 FROM dump WHERE dump.sha256 = k.sha256);

-- name: sequences
-- Ids must not be reused: AUTOINCREMENT's counter must not be behind.
SELECT t.name
FROM (SELECT 'import' AS name, (SELECT max(id) FROM import) AS last
      UNION ALL SELECT 'dump', (SELECT max(id) FROM dump)
      UNION ALL SELECT 'source', (SELECT max(id) FROM source)) AS t
WHERE coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = t.name), 0) < t.last;

-- name: foreign_keys
SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2;

-- name: integrity
PRAGMA integrity_check(1000);

-- name: schema
SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY 1;

-- name: history
SELECT version, name, checksum FROM refinery_schema_history ORDER BY version;

-- name: sources_of_review
SELECT so.path, s.line
FROM sighting AS s JOIN source AS so ON so.dump_id = s.dump_id
WHERE s.review_id = :id ORDER BY so.id, s.record;

-- name: sources_of_record
-- The line is the sighting's or the rejection's; NULL for the dump as a whole.
SELECT path, coalesce((SELECT line FROM sighting WHERE dump_id = :dump_id AND record = :record),
                      (SELECT min(line) FROM rejection WHERE dump_id = :dump_id AND record = :record))
FROM source WHERE dump_id = :dump_id ORDER BY id;

-- name: index_in_step
-- Only with rank 1 does FTS5 compare its index with the quotes.
INSERT INTO review_fts (review_fts, rank) VALUES ('integrity-check', 1);

-- name: index_pages
-- The pages with words: segment, page, content. (FTS5's number of a row: segment, two parts that are 0, page.)
SELECT id >> 37, id & 0x7FFFFFFF, block FROM review_fts_data
WHERE id >> 37 BETWEEN 1 AND 65535 AND (id >> 31) & 63 = 0 ORDER BY id;

-- name: index_entries
-- By which entry a search reaches a page, in the order of the pages.
SELECT segid, pgno >> 1, term FROM review_fts_idx ORDER BY segid, term;

-- name: make_fresh_index
-- A correct index, to find the rows in which the stored one differs.
CREATE VIRTUAL TABLE temp.fresh USING fts5 (
    quote, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO temp.fresh (rowid, quote) SELECT id, quote FROM review;
CREATE VIRTUAL TABLE temp.fresh_words USING fts5vocab ('temp', 'fresh', 'instance');
CREATE VIRTUAL TABLE temp.stored_words USING fts5vocab ('main', 'review_fts', 'instance');

-- name: drop_fresh_index
DROP TABLE temp.stored_words;
DROP TABLE temp.fresh_words;
DROP TABLE temp.fresh;

-- name: fresh_words
SELECT term, doc, "offset" FROM temp.fresh_words;

-- name: stored_words
SELECT term, doc, "offset" FROM temp.stored_words;

-- name: rows_not_indexed
SELECT id FROM review EXCEPT SELECT id FROM review_fts_docsize;

-- name: rows_indexed_without_review
SELECT id FROM review_fts_docsize EXCEPT SELECT id FROM review;

-- name: rows_of_other_length
SELECT s.id FROM review_fts_docsize AS s JOIN temp.fresh_docsize AS f ON f.id = s.id WHERE s.sz IS NOT f.sz;

-- name: rebuild_index
INSERT INTO review_fts (review_fts) VALUES ('rebuild');

-- name: drop_index
DROP TABLE review_fts;

-- name: count
SELECT (SELECT count(*) FROM review), (SELECT count(*) FROM dump), (SELECT count(*) FROM raw_dump),
       (SELECT count(*) FROM hidden);
