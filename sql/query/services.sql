-- Reviews in the import formats of other services (crates/revdb-query/src/services.rs). `listed` has their ids (sql/query/listing.sql).

-- name: letterboxd
-- letterboxd.com/about/importing-data: scores as integers from 1 to 10, ISO dates, tags separated by commas.
SELECT w.title, w.year, replace(o.directors, '; ', ', '),
       (SELECT min(x.ext_id) FROM main.work_mention AS m
        JOIN main.external_id AS x ON x.dump_id = m.dump_id AND x.number = m.number
        JOIN main.site AS s ON s.id = x.site_id AND s.name = 'imdb' WHERE m.work_id = r.work_id),
       (SELECT min(substr(x.ext_id, 7)) FROM main.work_mention AS m
        JOIN main.external_id AS x ON x.dump_id = m.dump_id AND x.number = m.number AND x.ext_id LIKE 'movie/%'
        JOIN main.site AS s ON s.id = x.site_id AND s.name = 'tmdb' WHERE m.work_id = r.work_id),
       iif(r.score >= 5, CAST(round(r.score / 10) AS INTEGER), NULL),
       iif(length(r.date) = 10, r.date, NULL),
       iif('; ' || r.tags || '; ' LIKE '%; rewatch; %', 'true', NULL),
       nullif(replace(trim(replace('; ' || r.tags || '; ', '; rewatch; ', '; '), '; '), '; ', ', '), ''),
       r.quote
FROM temp.listed AS l
CROSS JOIN main.review AS r ON r.id = l.id
JOIN main.work AS w ON w.id = r.work_id AND coalesce(w.kind, 'movie') = 'movie'
LEFT JOIN main.work_properties AS o ON o.work_id = r.work_id;

-- name: goodreads
-- The columns of Goodreads' own export that its import reads: whole stars, dates with slashes.
SELECT (SELECT min(x.ext_id) FROM main.work_mention AS m
        JOIN main.external_id AS x ON x.dump_id = m.dump_id AND x.number = m.number
        JOIN main.site AS s ON s.id = x.site_id AND s.name = 'goodreads' WHERE m.work_id = r.work_id),
       w.title,
       substr(o.authors, 1, instr(o.authors || '; ', '; ') - 1),
       nullif(replace(concat_ws('; ', nullif(substr(o.authors, instr(o.authors || '; ', '; ') + 2), ''), o.contributors),
                      '; ', ', '), ''),
       (SELECT min(x.ext_id) FROM main.work_mention AS m
        JOIN main.external_id AS x ON x.dump_id = m.dump_id AND x.number = m.number
        JOIN main.site AS s ON s.id = x.site_id AND s.name = 'isbn' WHERE m.work_id = r.work_id),
       iif(r.score >= 10, CAST(round(r.score / 20) AS INTEGER), NULL),
       w.year,
       iif(length(r.date) = 10, replace(r.date, '-', '/'), NULL),
       replace(r.tags, '; ', ', '), 'read', r.quote
FROM temp.listed AS l
CROSS JOIN main.review AS r ON r.id = l.id
JOIN main.work AS w ON w.id = r.work_id AND coalesce(w.kind, 'book') = 'book'
LEFT JOIN main.work_properties AS o ON o.work_id = r.work_id;

-- name: losses
-- What the service cannot represent, one line each. :kind is its kind of work, :step its score unit.
WITH listed_review AS MATERIALIZED (
    SELECT r.score, r.score_text, r.verdict, r.date, r.publication_id, r.byline, coalesce(w.kind, :kind) = :kind AS fits
    FROM temp.listed AS l CROSS JOIN main.review AS r ON r.id = l.id JOIN main.work AS w ON w.id = r.work_id
),
told AS MATERIALIZED (SELECT * FROM listed_review WHERE fits)
SELECT format('reviews of other works than %ss, left out: %d', :kind, count(*))
FROM listed_review WHERE NOT fits HAVING count(*) > 0
UNION ALL
SELECT format('names of reviewers, left out: %d; the file is as of one account (--critic takes one reviewer)', count(DISTINCT byline))
FROM told HAVING count(DISTINCT byline) > 1
UNION ALL
SELECT format('scores between two marks of %s, rounded: %d', :service, count(*))
FROM told WHERE score >= :step / 2.0 AND abs(score / :step - round(score / :step)) > 1e-9 HAVING count(*) > 0
UNION ALL
SELECT format('scores under the lowest mark of %s, left out: %d', :service, count(*))
FROM told WHERE score < :step / 2.0 HAVING count(*) > 0
UNION ALL
SELECT format('judgements that are no number, left out: %d', count(*))
FROM told WHERE score IS NULL AND (score_text IS NOT NULL OR verdict IS NOT NULL) HAVING count(*) > 0
UNION ALL
SELECT format('dates that are no whole day, left out: %d', count(*)) FROM told WHERE length(date) < 10 HAVING count(*) > 0
UNION ALL
SELECT format('publications, left out: %d', count(*)) FROM told WHERE publication_id IS NOT NULL HAVING count(*) > 0;
