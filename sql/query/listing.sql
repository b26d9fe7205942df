-- The rows of listings. The reviews and their order are computed from the packed columns
-- (crates/revdb-query/src/listing): `listed` has their ids in order.

-- name: create
DROP TABLE IF EXISTS temp.listed;
CREATE VIRTUAL TABLE temp.listed USING listing;

-- name: listed
-- CROSS JOIN keeps the order of `listed`.
SELECT r.id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, p.name AS publication,
       r.date, r.score, r.quote
FROM temp.listed AS l
CROSS JOIN main.review AS r ON r.id = l.id
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id;

-- name: judged
-- As `listed`, with the verdict.
SELECT r.id, w.title AS work, r.audience, coalesce(c.name, r.byline) AS critic, p.name AS publication,
       r.date, r.score, r.verdict, r.quote
FROM temp.listed AS l
CROSS JOIN main.review AS r ON r.id = l.id
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id;

-- name: paged
-- For the HTML page: the score first, and the printed text if it says more.
SELECT r.score, iif(CAST(r.score AS TEXT) IN (r.score_text, r.score_text || '.0'), r.verdict,
                    coalesce(r.score_text, r.verdict)) AS "as printed",
       coalesce(c.name, r.byline) AS critic, p.name AS publication, w.label AS work, r.audience, r.date,
       r.quote, r.url AS source, 'no. ' || r.id AS number
FROM temp.listed AS l
CROSS JOIN main.review AS r ON r.id = l.id
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id;

-- name: exported
-- The columns of the public view `reviews`, and a site's id of the work, which distinguishes works with the same
-- title. The least of several, so that it does not depend on the order of imports. Then properties of the work, as in
-- the public view `works`.
SELECT r.id, w.title AS work, w.kind, w.year, r.audience, c.name AS critic, r.byline, p.name AS publication,
       r.date, r.score, r.score_text, r.quote, r.url, r.verdict,
       (SELECT min(s.name || ':' || x.ext_id)
        FROM main.work_mention AS m
        JOIN main.external_id AS x ON x.dump_id = m.dump_id AND x.number = m.number
        JOIN main.site AS s ON s.id = x.site_id
        WHERE m.work_id = r.work_id) AS work_id,
       r.tags, o.authors, o.contributors, o.directors, o.brands, o.genres,
       -- For engines also the archive's ids, for joins.
       r.work_id, r.critic_id, r.publication_id, r.truncated, r.language
FROM temp.listed AS l
CROSS JOIN main.review AS r ON r.id = l.id
LEFT JOIN main.work_properties AS o ON o.work_id = r.work_id
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id;

-- The names of an export's partitions, by work.

-- name: years
SELECT id, CAST(year AS TEXT) FROM work WHERE year IS NOT NULL;
-- name: kinds
SELECT id, kind FROM work WHERE kind IS NOT NULL;

-- The names by which reviews are sorted.

-- name: critics
SELECT id, name FROM critic;
-- name: byline
SELECT byline FROM main.review WHERE id = :id;
-- name: works
SELECT id, title FROM work;
-- name: publications
SELECT id, name FROM publication;
