-- name: figures
-- Key figures, one row per audience.
SELECT audience, count(*) AS reviews, count(score) AS scored, avg(score) AS mean, median(score) AS median,
       min(score) AS least, max(score) AS most, min(date) AS first, max(date) AS last, count(date) AS dated,
       count(DISTINCT work_id) AS works, count(DISTINCT critic_id) AS critics,
       count(DISTINCT publication_id) AS publications, count(critic_id) AS attributed
FROM filtered GROUP BY audience ORDER BY audience;

-- name: subject
-- The number of works, and the title of one.
SELECT works, (SELECT label FROM work WHERE work.id = told.work_id)
FROM (SELECT count(DISTINCT work_id) AS works, min(work_id) AS work_id FROM filtered) AS told;

-- name: sources
-- Each dump with one of the reviews, by its first path, relative to the imported folder, whose location
-- is private.
SELECT s.path, d.format, count(DISTINCT g.review_id) AS reviews,
       (SELECT count(*) FROM rejection AS x WHERE x.dump_id = d.id) AS rejected, lower(hex(d.sha256)) AS sha256
FROM filtered AS f
JOIN sighting AS g ON g.review_id = f.id
JOIN dump AS d ON d.id = g.dump_id
JOIN source AS s ON s.id = d.place
GROUP BY d.id
ORDER BY d.place;
