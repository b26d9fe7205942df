WITH counted AS (
    SELECT work_id, count(*) AS n, sum(score) AS points
    FROM review
    WHERE score IS NOT NULL AND audience = 'critic'
    GROUP BY work_id
),
whole AS (
    SELECT sum(points) / sum(n) AS mean FROM counted
)
SELECT w.title || coalesce(' (' || w.year || ')', '') AS work, 'critic' AS audience, c.n, c.points / c.n AS mean,
       (c.points + 10 * whole.mean) / (c.n + 10) AS bayes, whole.mean AS prior
FROM counted AS c CROSS JOIN whole JOIN work AS w ON w.id = c.work_id
ORDER BY bayes DESC, c.n DESC, work;
