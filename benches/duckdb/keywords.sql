-- revdb reads its full-text index; DuckDB has the quotes and cuts them here.
WITH spoken AS (
    SELECT CASE WHEN CASE WHEN w.kind IS NOT DISTINCT FROM 'game' THEN r.score >= 75 ELSE r.score > 60 END THEN 1
                WHEN r.score < CASE WHEN w.kind IS NOT DISTINCT FROM 'game' THEN 50 ELSE 40 END THEN 2
                ELSE 0 END AS side,
           unnest(regexp_extract_all(strip_accents(lower(r.quote)), '[\p{L}\p{N}]+')) AS word
    FROM review AS r JOIN work AS w ON w.id = r.work_id
    WHERE r.quote IS NOT NULL AND r.audience = 'critic'
),
counted AS (
    SELECT word, count(*) AS y, count(*) FILTER (side = 1) AS plus, count(*) FILTER (side = 2) AS minus
    FROM spoken GROUP BY word
),
whole AS (
    SELECT sum(y) AS n, sum(plus) AS plus, sum(minus) AS minus FROM counted
),
weighed AS (
    SELECT c.word, c.plus, c.minus, t.plus + 500.0 AS plus_all, t.minus + 500.0 AS minus_all,
           c.plus + 500.0 * c.y / t.n AS a, c.minus + 500.0 * c.y / t.n AS b
    FROM counted AS c CROSS JOIN whole AS t
    WHERE t.plus > 0 AND t.minus > 0 AND c.plus + c.minus >= 2 AND c.y < t.n
),
odds AS (
    SELECT *, ln(a / (plus_all - a)) - ln(b / (minus_all - b)) AS log_odds FROM weighed
),
ranked AS (
    SELECT *, log_odds / sqrt(1 / a + 1 / b) AS z,
           row_number() OVER (PARTITION BY log_odds > 0 ORDER BY abs(log_odds / sqrt(1 / a + 1 / b)) DESC, word) AS place
    FROM odds WHERE log_odds <> 0
)
SELECT 'critic' AS audience, if(log_odds > 0, 'positive', 'negative') AS side, word, z, log_odds,
       plus AS positive, minus AS negative
FROM ranked
WHERE place <= 25
ORDER BY side DESC, abs(z) DESC, word;
