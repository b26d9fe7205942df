-- name: ranked
-- FTS5 sorts by rank itself, so snippets are only computed for rows that are
-- printed; CROSS JOIN keeps it outermost.
SELECT f.rowid AS id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic,
       p.name AS publication, r.date, r.score,
       snippet(review_fts, 0, :start, :end, '…', 32) AS snippet
FROM review_fts AS f
CROSS JOIN main.review AS r ON r.id = f.rowid
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id
WHERE f.quote MATCH :words
ORDER BY f.rank LIMIT :limit;

-- name: ranked_filtered
-- The + avoids a query of FTS5 for every id of `passing`.
SELECT f.rowid AS id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic,
       p.name AS publication, r.date, r.score,
       snippet(review_fts, 0, :start, :end, '…', 32) AS snippet
FROM review_fts AS f
CROSS JOIN main.review AS r ON r.id = f.rowid
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id
WHERE f.quote MATCH :words AND +f.rowid IN (SELECT id FROM temp.passing)
ORDER BY f.rank LIMIT :limit;

-- name: best
-- The matches found by query::sqlite_rules::bm25, best first, or others in the requested order; snippets are
-- only computed for these. With words outside the index the quote is unchanged.
SELECT r.id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic,
       p.name AS publication, r.date, r.score,
       CASE WHEN :words IS NULL THEN r.quote
            ELSE (SELECT snippet(review_fts, 0, :start, :end, '…', 32) FROM review_fts
                  WHERE quote MATCH :words AND rowid = r.id) END AS snippet
FROM json_each(:best) AS best
CROSS JOIN main.review AS r ON r.id = best.value
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id
ORDER BY best.key;

-- name: fts5_api
-- Returns FTS5's interface.
SELECT fts5(:place);

-- name: weigh
-- Passes every match to query::sqlite_rules::bm25 in ascending rowid, until it has enough. The result
-- is meaningless.
SELECT 1 FROM review_fts
WHERE quote MATCH :words AND weigh(review_fts, :visitor)
ORDER BY rowid LIMIT 1;

