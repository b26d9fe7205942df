WITH first AS (
    SELECT work_id, min(day) AS day
    FROM review
    WHERE day IS NOT NULL AND audience = 'critic'
    GROUP BY work_id
)
SELECT w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience, r.day - first.day AS day, r.date,
       coalesce(c.name, r.byline, '(no byline)') AS critic, r.score,
       count(*) OVER so_far AS running_n, avg(r.score) OVER so_far AS running_mean
FROM review AS r
JOIN first ON first.work_id = r.work_id
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
WHERE r.day IS NOT NULL AND r.score IS NOT NULL AND r.audience = 'critic'
WINDOW so_far AS (PARTITION BY r.work_id ORDER BY r.day RANGE UNBOUNDED PRECEDING)
ORDER BY work, r.work_id, r.date, r.id;
