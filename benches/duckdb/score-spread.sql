WITH spread AS (
    SELECT critic_id, audience, count(*) AS n, avg(score) AS mean, stddev_samp(score) AS sd, min(score) AS min,
           quantile_cont(score, 0.25) AS q1, median(score) AS median, quantile_cont(score, 0.75) AS q3, max(score) AS max
    FROM review
    WHERE critic_id IS NOT NULL AND score IS NOT NULL AND audience = 'critic'
    GROUP BY critic_id, audience
)
SELECT c.name AS subject, audience, n, mean, sd, min, q1, median, q3, max, q3 - q1 AS iqr
FROM spread JOIN critic AS c ON c.id = critic_id
ORDER BY n DESC, mean DESC, subject;
