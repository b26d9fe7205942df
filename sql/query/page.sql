-- name: summary
-- One row for each thing told, one column for each audience.
WITH told AS MATERIALIZED (
    SELECT audience, count(*) AS reviews, count(DISTINCT work_id) AS works,
           count(DISTINCT critic_id) AS critics, count(DISTINCT publication_id) AS publications,
           min(date) AS first, max(date) AS last, count(*) - count(date) AS undated,
           count(*) - count(score) AS unscored, count(*) - count(critic_id) AS unattributed
    FROM filtered GROUP BY audience
),
beside AS (
    SELECT c.*, u.reviews AS u_reviews, u.works AS u_works, u.critics AS u_critics,
           u.publications AS u_publications, u.first AS u_first, u.last AS u_last,
           u.undated AS u_undated, u.unscored AS u_unscored, u.unattributed AS u_unattributed
    FROM (VALUES (0)) LEFT JOIN told AS c ON c.audience = 'critic' LEFT JOIN told AS u ON u.audience = 'user'
)
SELECT 'reviews' AS "", coalesce(reviews, 0) AS "by critics", coalesce(u_reviews, 0) AS "by users" FROM beside
UNION ALL SELECT 'works', coalesce(works, 0), coalesce(u_works, 0) FROM beside
UNION ALL SELECT 'names of reviewers', coalesce(critics, 0), coalesce(u_critics, 0) FROM beside
UNION ALL SELECT 'publications', coalesce(publications, 0), coalesce(u_publications, 0) FROM beside
UNION ALL SELECT 'first review', first, u_first FROM beside
UNION ALL SELECT 'last review', last, u_last FROM beside
UNION ALL SELECT 'undated', coalesce(undated, 0), coalesce(u_undated, 0) FROM beside
UNION ALL SELECT 'unscored', coalesce(unscored, 0), coalesce(u_unscored, 0) FROM beside
UNION ALL SELECT 'unattributed', coalesce(unattributed, 0), coalesce(u_unattributed, 0) FROM beside;

-- name: subject
-- How many works there are, and the title of one of them.
SELECT works, (SELECT label FROM work WHERE work.id = told.work_id)
FROM (SELECT count(DISTINCT work_id) AS works, min(work_id) AS work_id FROM filtered) AS told;

-- name: sources
-- Each dump that held one of the reviews, by the first path it was met at.
SELECT s.path, d.format, lower(hex(d.sha256)) AS sha256, count(DISTINCT g.review_id) AS reviews
FROM filtered AS f
JOIN sighting AS g ON g.review_id = f.id
JOIN dump AS d ON d.id = g.dump_id
JOIN source AS s ON s.id = d.place
GROUP BY d.id
ORDER BY d.place;
