WITH side AS (
    SELECT work_id, audience, count(*) AS n, avg(score) AS mean
    FROM review
    WHERE score IS NOT NULL
    GROUP BY work_id, audience
)
SELECT w.title || coalesce(' (' || w.year || ')', '') AS work, c.n AS critics, c.mean AS critic_mean,
       u.n AS users, u.mean AS user_mean, c.mean - u.mean AS gap
FROM side AS c JOIN side AS u ON u.work_id = c.work_id AND u.audience = 'user' JOIN work AS w ON w.id = c.work_id
WHERE c.audience = 'critic'
ORDER BY abs(c.mean - u.mean) DESC, work;
