WITH week AS (
    SELECT date_trunc('week', day) AS begins, count(*) AS reviews, avg(score) AS mean
    FROM review
    WHERE day IS NOT NULL AND audience = 'critic'
    GROUP BY 1
),
calendar AS (
    SELECT unnest(generate_series(min(begins), max(begins), INTERVAL 7 DAY)) AS begins FROM week
)
SELECT strftime(c.begins, '%G-W%V') AS period, c.begins, 'critic' AS audience, coalesce(w.reviews, 0) AS reviews, w.mean
FROM calendar AS c LEFT JOIN week AS w ON w.begins = c.begins
ORDER BY c.begins;
