WITH counted AS (
    SELECT work_id, count(*) AS n,
           count(*) FILTER (score > 60) AS over_60, count(*) FILTER (score >= 75) AS from_75,
           count(*) FILTER (score < 40) AS under_40, count(*) FILTER (score < 50) AS under_50,
           count(*) FILTER (score < 10) AS b0, count(*) FILTER (score >= 10 AND score < 20) AS b1,
           count(*) FILTER (score >= 20 AND score < 30) AS b2, count(*) FILTER (score >= 30 AND score < 40) AS b3,
           count(*) FILTER (score >= 40 AND score < 50) AS b4, count(*) FILTER (score >= 50 AND score < 60) AS b5,
           count(*) FILTER (score >= 60 AND score < 70) AS b6, count(*) FILTER (score >= 70 AND score < 80) AS b7,
           count(*) FILTER (score >= 80 AND score < 90) AS b8, count(*) FILTER (score >= 90) AS b9
    FROM review
    WHERE score IS NOT NULL AND audience = 'critic'
    GROUP BY work_id
),
banded AS (
    SELECT w.title || coalesce(' (' || w.year || ')', '') AS work, c.*,
           if(w.kind IS NOT DISTINCT FROM 'game', from_75, over_60) AS positive,
           if(w.kind IS NOT DISTINCT FROM 'game', under_50, under_40) AS negative
    FROM counted AS c JOIN work AS w ON w.id = c.work_id
)
SELECT work, 'critic' AS audience, n, positive, n - positive - negative AS mixed, negative,
       b0, b1, b2, b3, b4, b5, b6, b7, b8, b9
FROM banded
ORDER BY n DESC, work;
