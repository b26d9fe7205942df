WITH counted AS (
    SELECT work_id, count(*) AS n, avg(score) AS mean, stddev_samp(score) AS sd,
           count(*) FILTER (score > 60) AS over_60, count(*) FILTER (score >= 75) AS from_75,
           count(*) FILTER (score < 40) AS under_40, count(*) FILTER (score < 50) AS under_50
    FROM review
    WHERE score IS NOT NULL AND audience = 'critic'
    GROUP BY work_id
    HAVING count(*) >= 5
)
SELECT w.title || coalesce(' (' || w.year || ')', '') AS work, 'critic' AS audience, n, mean, sd,
       100.0 * if(w.kind IS NOT DISTINCT FROM 'game', from_75, over_60) / n AS positive,
       100.0 * if(w.kind IS NOT DISTINCT FROM 'game', under_50, under_40) / n AS negative
FROM counted AS c JOIN work AS w ON w.id = c.work_id
ORDER BY sd DESC, n DESC, work;
