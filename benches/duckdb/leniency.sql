WITH work_sum AS (
    SELECT work_id, count(*) AS n, sum(score) AS points
    FROM review WHERE score IS NOT NULL AND audience = 'critic'
    GROUP BY work_id
),
own AS (
    SELECT critic_id, work_id, count(*) AS n, sum(score) AS points
    FROM review WHERE critic_id IS NOT NULL AND score IS NOT NULL AND audience = 'critic'
    GROUP BY critic_id, work_id
),
other AS (
    SELECT own.critic_id, own.work_id, (w.points - own.points) / (w.n - own.n) AS mean
    FROM own JOIN work_sum AS w ON w.work_id = own.work_id
    WHERE w.n > own.n
),
summed AS (
    SELECT r.critic_id, count(*) AS n, avg(r.score) AS mean, avg(o.mean) AS others_mean,
           avg(r.score - o.mean) AS leniency, stddev_samp(r.score - o.mean) / sqrt(count(*)) AS se
    FROM review AS r JOIN other AS o ON o.critic_id = r.critic_id AND o.work_id = r.work_id
    WHERE r.score IS NOT NULL AND r.audience = 'critic'
    GROUP BY r.critic_id
)
SELECT c.name AS critic, 'critic' AS audience, s.n, s.leniency, s.se, s.mean, s.others_mean
FROM summed AS s JOIN critic AS c ON c.id = s.critic_id
ORDER BY s.leniency DESC, s.n DESC, c.name;
