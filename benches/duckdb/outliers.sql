WITH centre AS (
    SELECT work_id, count(*) AS n, median(score) AS median
    FROM review
    WHERE score IS NOT NULL AND audience = 'critic'
    GROUP BY work_id
    HAVING count(*) >= 5 AND min(score) < max(score)
),
spread AS (
    SELECT c.work_id, c.n, c.median, median(abs(r.score - c.median)) AS mad, avg(abs(r.score - c.median)) AS mean_ad
    FROM centre AS c JOIN review AS r ON r.work_id = c.work_id
    WHERE r.score IS NOT NULL AND r.audience = 'critic'
    GROUP BY ALL
),
measured AS (
    SELECT r.id, s.n, s.median,
           CASE WHEN mad > 0 THEN 0.6745 * (r.score - s.median) / mad
                ELSE (r.score - s.median) / (1.253314 * mean_ad) END AS measure,
           CASE WHEN mad > 0 THEN 'mad' ELSE 'mean-ad' END AS rule
    FROM spread AS s JOIN review AS r ON r.work_id = s.work_id
    WHERE r.score IS NOT NULL AND r.audience = 'critic'
)
SELECT m.id, w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience,
       coalesce(c.name, r.byline, '(no byline)') AS critic, p.name AS publication, r.date, r.score, m.n, m.median,
       m.measure, m.rule, r.quote
FROM measured AS m
JOIN review AS r ON r.id = m.id
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN publication AS p ON p.id = r.publication_id
WHERE abs(m.measure) > 3.5
ORDER BY abs(m.measure) DESC, work, r.score, m.id;
