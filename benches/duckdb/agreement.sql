WITH marked AS (
    SELECT critic_id, work_id, avg(score) - 50 AS x
    FROM review
    WHERE critic_id IS NOT NULL AND score IS NOT NULL AND audience = 'critic'
    GROUP BY critic_id, work_id
),
busy AS (
    SELECT * FROM marked
    WHERE critic_id IN (SELECT critic_id FROM marked GROUP BY critic_id HAVING count(*) >= 5)
),
paired AS (
    SELECT a.critic_id, b.critic_id AS other_id, count(*) AS n,
           sum(a.x) AS sx, sum(b.x) AS sy, sum(a.x * a.x) AS sxx, sum(b.x * b.x) AS syy, sum(a.x * b.x) AS sxy,
           avg(abs(a.x - b.x)) AS difference, min(a.x) < max(a.x) AND min(b.x) < max(b.x) AS varies
    FROM busy AS a JOIN busy AS b ON b.work_id = a.work_id
    WHERE a.critic_id < b.critic_id
    GROUP BY a.critic_id, b.critic_id
    HAVING count(*) >= 5
)
SELECT c.name AS critic, o.name AS other, 'critic' AS audience, p.n AS shared,
       CASE WHEN varies THEN
           greatest(-1.0, least(1.0, (n * sxy - sx * sy) / (sqrt(n * sxx - sx * sx) * sqrt(n * syy - sy * sy))))
       END AS r,
       p.difference
FROM paired AS p JOIN critic AS c ON c.id = p.critic_id JOIN critic AS o ON o.id = p.other_id
ORDER BY r DESC NULLS LAST, p.difference, p.n DESC, c.name, o.name;
