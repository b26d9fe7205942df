-- name: ranked
-- FTS5 sorts by rank itself, so the snippets of only the rows that are
-- printed are made; CROSS JOIN keeps it outermost.
SELECT f.rowid AS id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, r.date, r.score,
       snippet(review_fts, 0, :start, :end, '…', 32) AS snippet
FROM review_fts AS f
CROSS JOIN main.review AS r ON r.id = f.rowid
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
WHERE f.quote MATCH :words
ORDER BY f.rank LIMIT :limit;

-- name: ranked_filtered
-- The + keeps FTS5 from being asked once for every id of `chosen`.
SELECT f.rowid AS id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, r.date, r.score,
       snippet(review_fts, 0, :start, :end, '…', 32) AS snippet
FROM review_fts AS f
CROSS JOIN main.review AS r ON r.id = f.rowid
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
WHERE f.quote MATCH :words AND +f.rowid IN (SELECT id FROM temp.chosen)
ORDER BY f.rank LIMIT :limit;

-- name: best
-- The :limit best, without sorting all: SQLite keeps no more than :limit while it
-- goes through the matches, where FTS5's own order by rank sorts every one. Snippets
-- are made of what is left. Of equally good ones the earlier.
WITH best AS MATERIALIZED (
    SELECT rowid AS id, bm25(review_fts) AS weight FROM review_fts
    WHERE quote MATCH :words
    ORDER BY bm25(review_fts), rowid LIMIT :limit
)
SELECT r.id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, r.date, r.score,
       (SELECT snippet(review_fts, 0, :start, :end, '…', 32) FROM review_fts
        WHERE quote MATCH :words AND rowid = best.id) AS snippet
FROM best
CROSS JOIN main.review AS r ON r.id = best.id
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
ORDER BY best.weight, best.id;

-- name: best_filtered
-- As best; the + as in ranked_filtered.
WITH best AS MATERIALIZED (
    SELECT rowid AS id, bm25(review_fts) AS weight FROM review_fts
    WHERE quote MATCH :words AND +rowid IN (SELECT id FROM temp.chosen)
    ORDER BY bm25(review_fts), rowid LIMIT :limit
)
SELECT r.id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, r.date, r.score,
       (SELECT snippet(review_fts, 0, :start, :end, '…', 32) FROM review_fts
        WHERE quote MATCH :words AND rowid = best.id) AS snippet
FROM best
CROSS JOIN main.review AS r ON r.id = best.id
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
ORDER BY best.weight, best.id;

-- name: unranked
-- Words that are not in the index have no rank: newest first.
SELECT r.id, r.work, r.audience, coalesce(r.critic, r.byline) AS critic, r.date, r.score, r.quote AS snippet
FROM reviews AS r
ORDER BY r.date DESC, r.id LIMIT :limit;
