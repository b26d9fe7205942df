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
-- The + keeps FTS5 from being asked once for every id of `passing`.
SELECT f.rowid AS id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, r.date, r.score,
       snippet(review_fts, 0, :start, :end, '…', 32) AS snippet
FROM review_fts AS f
CROSS JOIN main.review AS r ON r.id = f.rowid
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
WHERE f.quote MATCH :words AND +f.rowid IN (SELECT id FROM temp.passing)
ORDER BY f.rank LIMIT :limit;

-- name: best
-- Those that query::ranking found, best first; snippets are made of no others.
SELECT r.id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, r.date, r.score,
       (SELECT snippet(review_fts, 0, :start, :end, '…', 32) FROM review_fts
        WHERE quote MATCH :words AND rowid = r.id) AS snippet
FROM json_each(:best) AS best
CROSS JOIN main.review AS r ON r.id = best.value
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
ORDER BY best.key;

-- name: fts5_api
-- How a program asks FTS5 for its interface.
SELECT fts5(:place);

-- name: weigh
-- Shows every match to query::ranking by rising rowid, until it has enough. Gives nothing
-- of use.
SELECT 1 FROM review_fts
WHERE quote MATCH :words AND weigh(review_fts, :visitor)
ORDER BY rowid LIMIT 1;

-- name: unranked
-- Words that are not in the index have no rank: newest first.
SELECT r.id, r.work, r.audience, coalesce(r.critic, r.byline) AS critic, r.date, r.score, r.quote AS snippet
FROM reviews AS r
ORDER BY r.date DESC, r.id LIMIT :limit;
