SELECT CAST(substr(r.date, 1, 4) AS INTEGER) AS subject, 'critic' AS audience, count(*) AS n, avg(r.score) AS mean,
       100.0 * count(*) FILTER (CASE WHEN w.kind IS NOT DISTINCT FROM 'game' THEN r.score >= 75 ELSE r.score > 60 END)
           / count(*) AS positive
FROM review AS r JOIN work AS w ON w.id = r.work_id
WHERE r.date IS NOT NULL AND r.score IS NOT NULL AND r.audience = 'critic'
GROUP BY 1
ORDER BY 1;
