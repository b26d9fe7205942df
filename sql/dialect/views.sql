-- The archive's tables and views over an export as Parquet, for engines that run reports there
-- (crates/revdb-query/src/report/dialect.rs). `export` is the Parquet file; views defined here or in the
-- dialect's own file replace those of migrations/V1__archive.sql, whose text is used for
-- all others. tests/dialects.rs compares reports row by row.

-- name: review
SELECT id, work_id, audience, critic_id, publication_id, byline, date_text AS date, score, score_text, quote, url,
       CASE WHEN truncated THEN 1 ELSE 0 END AS truncated, language, verdict, tags
FROM export

-- name: work
-- Works of one title and year are told apart as in sql/query/engine.sql (tell_apart).
WITH named AS (
    SELECT work_id AS id, min(work) AS title, min(kind) AS kind, min(CAST(year AS INT)) AS year,
           names_in_order(coalesce(min(directors), min(authors))) AS makers
    FROM export GROUP BY work_id
),
counted AS (
    SELECT id, title, kind, year, makers, folded(title) AS fold,
           title || coalesce(' (' || CAST(year AS STRING) || ')', '') AS label,
           count(*) OVER (PARTITION BY folded(title), year) AS alike,
           count(*) OVER (PARTITION BY folded(title), year, kind) AS alike_in_kind
    FROM named
),
told_apart AS (
    SELECT id, title, kind, year, fold,
           label || CASE WHEN alike > 1 THEN coalesce(', ' || kind, '') ELSE '' END
                 || CASE WHEN alike_in_kind > 1 THEN coalesce(', ' || makers, '') ELSE '' END AS label
    FROM counted
)
SELECT id, title, kind, year,
       label || CASE WHEN count(*) OVER (PARTITION BY fold, year, lower(label)) > 1
                     THEN ', work ' || CAST(id AS STRING) ELSE '' END AS label
FROM told_apart

-- name: critic
SELECT critic_id AS id, min(critic) AS name FROM export WHERE critic_id IS NOT NULL GROUP BY critic_id

-- name: publication
SELECT publication_id AS id, min(publication) AS name FROM export WHERE publication_id IS NOT NULL GROUP BY publication_id

-- name: work_property
SELECT work_id, property, max(value) AS value, folded(value) AS value_fold
FROM work_value GROUP BY work_id, property, folded(value)

-- name: subject_review
-- Each review once per group.
SELECT 'work' AS grouping, work_id AS id, CAST(NULL AS STRING) AS name, audience, score, band, says FROM banded_review
UNION ALL SELECT 'critic', critic_id, CAST(NULL AS STRING), audience, score, band, says FROM banded_review WHERE critic_id IS NOT NULL
UNION ALL SELECT 'publication', publication_id, CAST(NULL AS STRING), audience, score, band, says
FROM banded_review WHERE publication_id IS NOT NULL
UNION ALL SELECT 'kind', CAST(NULL AS BIGINT), kind, audience, score, band, says FROM banded_review WHERE kind IS NOT NULL
UNION ALL SELECT 'year', CAST(year AS BIGINT), CAST(NULL AS STRING), audience, score, band, says FROM banded_review WHERE year IS NOT NULL
UNION ALL SELECT 'decade', CAST(floor(year / 10.0) * 10 AS BIGINT), CAST(NULL AS STRING), audience, score, band, says
FROM banded_review WHERE year IS NOT NULL
UNION ALL SELECT 'review_year', CAST(substr(date, 1, 4) AS BIGINT), CAST(NULL AS STRING), audience, score, band, says
FROM banded_review WHERE date IS NOT NULL

-- name: group_score
SELECT grouping, id, name, audience, count(*) AS reviews, count(score) AS n, sum(score) AS points,
       CASE WHEN min(score) = max(score) THEN 0.0 ELSE sum((score - mean) * (score - mean)) END AS ss,
       min(score) AS min, percentile_cont(0.25) WITHIN GROUP (ORDER BY score) AS q1,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY score) AS median,
       percentile_cont(0.75) WITHIN GROUP (ORDER BY score) AS q3, max(score) AS max,
       count(*) FILTER (WHERE band = 'positive') AS positive, count(*) FILTER (WHERE band = 'negative') AS negative,
       count(*) FILTER (WHERE score IS NULL AND says = 'positive') AS verdicts_positive,
       count(*) FILTER (WHERE score IS NULL AND says = 'negative') AS verdicts_negative,
       count(*) FILTER (WHERE score IS NULL AND says = 'other') AS verdicts_other,
       count(*) FILTER (WHERE score < 10) AS t0, count(*) FILTER (WHERE score >= 10 AND score < 20) AS t10,
       count(*) FILTER (WHERE score >= 20 AND score < 30) AS t20, count(*) FILTER (WHERE score >= 30 AND score < 40) AS t30,
       count(*) FILTER (WHERE score >= 40 AND score < 50) AS t40, count(*) FILTER (WHERE score >= 50 AND score < 60) AS t50,
       count(*) FILTER (WHERE score >= 60 AND score < 70) AS t60, count(*) FILTER (WHERE score >= 70 AND score < 80) AS t70,
       count(*) FILTER (WHERE score >= 80 AND score < 90) AS t80, count(*) FILTER (WHERE score >= 90) AS t90
FROM (SELECT *, avg(score) OVER (PARTITION BY grouping, id, name, audience) AS mean FROM subject_review) AS s
GROUP BY grouping, id, name, audience

-- name: explicit_period
-- Periods with reviews. A week begins on Monday.
WITH day AS (
    SELECT date, audience, count(*) AS reviews, count(score) AS n, sum(score) AS points FROM filtered GROUP BY date, audience
),
dated AS (
    SELECT 'day' AS sort, date AS begins, audience, reviews, n, points FROM day WHERE length(date) = 10
    UNION ALL
    SELECT 'week', CAST(CAST(date_trunc('week', CAST(date AS DATE)) AS DATE) AS STRING), audience, reviews, n, points
    FROM day WHERE length(date) = 10
    UNION ALL
    SELECT 'month', substr(date, 1, 7) || '-01', audience, reviews, n, points FROM day WHERE length(date) >= 7
    UNION ALL
    SELECT 'year', substr(date, 1, 4) || '-01-01', audience, reviews, n, points FROM day WHERE length(date) >= 4
)
SELECT sort, begins, audience, sum(reviews) AS reviews, sum(n) AS n, sum(points) AS points
FROM dated GROUP BY sort, begins, audience

-- name: period_bounds
SELECT sort, audience, CAST(min(begins) AS DATE) AS first, CAST(max(begins) AS DATE) AS last
FROM explicit_period GROUP BY sort, audience

-- name: period_sum
SELECT c.sort, c.audience, c.begins, coalesce(p.reviews, 0) AS reviews, coalesce(p.n, 0) AS n, p.points
FROM calendar AS c
LEFT JOIN explicit_period AS p ON p.sort = c.sort AND p.begins = c.begins AND p.audience = c.audience

-- name: critic_trend
WITH dated AS (
    SELECT critic_id, audience, CAST(substr(date, 1, 4) AS INT) AS t, score AS x, band
    FROM banded_review WHERE critic_id IS NOT NULL AND date IS NOT NULL AND score IS NOT NULL
),
grouped AS (
    SELECT critic_id, audience, count(*) AS n, avg(x) AS mean, count(*) FILTER (WHERE band = 'positive') AS positive,
           min(t) AS first_year, max(t) AS last_year, count(DISTINCT t) AS years, avg(t) AS mean_year
    FROM dated GROUP BY critic_id, audience
),
fitted AS (
    SELECT d.critic_id, d.audience, sum((d.t - g.mean_year) * (d.t - g.mean_year)) AS tt,
           sum((d.t - g.mean_year) * (d.x - g.mean)) / nullif(sum((d.t - g.mean_year) * (d.t - g.mean_year)), 0) AS slope
    FROM dated AS d JOIN grouped AS g ON g.critic_id = d.critic_id AND g.audience = d.audience
    GROUP BY d.critic_id, d.audience
),
missed AS (
    SELECT d.critic_id, d.audience, sum(power(d.x - g.mean - f.slope * (d.t - g.mean_year), 2)) AS ss
    FROM dated AS d JOIN grouped AS g ON g.critic_id = d.critic_id AND g.audience = d.audience
    JOIN fitted AS f ON f.critic_id = d.critic_id AND f.audience = d.audience
    GROUP BY d.critic_id, d.audience
)
SELECT g.critic_id, g.audience, g.n, g.mean, g.positive, g.first_year, g.last_year, g.years,
       CASE WHEN g.years > 1 THEN f.slope END AS slope,
       CASE WHEN g.years > 1 AND g.n > 2 THEN sqrt(m.ss / (g.n - 2) / f.tt) END AS slope_se, g.mean_year
FROM grouped AS g JOIN fitted AS f ON f.critic_id = g.critic_id AND f.audience = g.audience
JOIN missed AS m ON m.critic_id = g.critic_id AND m.audience = g.audience

-- name: score_distance
WITH spread AS (
    SELECT id AS work_id, audience, n, median, q1, q3, points / n AS mean, sqrt(ss / (n - 1)) AS sd
    FROM group_score WHERE grouping = 'work' AND min < max
),
apart AS (
    SELECT r.id, r.work_id, r.audience, s.n, s.median, s.q1, s.q3, s.mean, s.sd, r.score, abs(r.score - s.median) AS apart
    FROM filtered AS r JOIN spread AS s ON s.work_id = r.work_id AND s.audience = r.audience
    WHERE r.score IS NOT NULL
),
middle AS (
    SELECT work_id, audience, percentile_cont(0.5) WITHIN GROUP (ORDER BY apart) AS mad, avg(apart) AS mean_apart
    FROM apart GROUP BY work_id, audience
),
measured AS (
    SELECT 'mad' AS method, a.id, a.work_id, a.audience, a.n, a.median, a.score,
           CASE WHEN m.mad > 0 THEN 0.6745 * (a.score - a.median) / m.mad
                ELSE (a.score - a.median) / (1.253314 * m.mean_apart) END AS measure,
           CASE WHEN m.mad > 0 THEN 'mad' ELSE 'mean-ad' END AS rule, CAST(NULL AS DOUBLE) AS infinite
    FROM apart AS a JOIN middle AS m ON m.work_id = a.work_id AND m.audience = a.audience
    UNION ALL
    SELECT 'iqr', id, work_id, audience, n, median, score,
           CASE WHEN q3 > q1 THEN CASE WHEN score < q1 THEN (score - q1) / (q3 - q1)
                                       WHEN score > q3 THEN (score - q3) / (q3 - q1) ELSE 0.0 END END,
           CASE WHEN q3 > q1 THEN 'iqr' ELSE 'iqr = 0' END,
           CASE WHEN q3 = q1 THEN CASE WHEN score <> q1 THEN CAST('Infinity' AS DOUBLE) ELSE 0.0 END END
    FROM apart
    UNION ALL
    SELECT 'z', id, work_id, audience, n, median, score, (score - mean) / sd, 'z', CAST(NULL AS DOUBLE) FROM apart
)
SELECT method, id, work_id, audience, n, median, score, measure, coalesce(infinite, abs(measure)) AS distance, rule
FROM measured

-- name: work_timeline
WITH first AS (
    SELECT work_id, audience, min(date) FILTER (WHERE length(date) = 10) AS day FROM peers GROUP BY work_id, audience
),
placed AS (SELECT id, label AS work, row_number() OVER (ORDER BY label, id) AS place FROM work),
running AS (
    SELECT id, work_id, audience, date, critic_id, byline, score,
           count(*) OVER (PARTITION BY work_id, audience ORDER BY date RANGE UNBOUNDED PRECEDING) AS running_n,
           avg(score) OVER (PARTITION BY work_id, audience ORDER BY date RANGE UNBOUNDED PRECEDING) AS running_mean
    FROM filtered WHERE length(date) = 10 AND score IS NOT NULL
)
SELECT p.place, r.audience, r.date, r.id, p.work, days_between(f.day, r.date) AS day, coalesce(c.name, r.byline) AS critic,
       r.score, r.running_n, r.running_mean
FROM running AS r JOIN first AS f ON f.work_id = r.work_id AND f.audience = r.audience
JOIN placed AS p ON p.id = r.work_id LEFT JOIN critic AS c ON c.id = r.critic_id

-- name: critic_pair
WITH marked AS (
    SELECT critic_id, work_id, audience, avg(score) AS x
    FROM filtered WHERE critic_id IS NOT NULL AND score IS NOT NULL GROUP BY critic_id, work_id, audience
),
met AS (
    SELECT a.critic_id, b.critic_id AS other_id, a.audience, a.x, b.x AS y
    FROM marked AS a JOIN marked AS b ON b.work_id = a.work_id AND b.audience = a.audience
    WHERE a.critic_id < b.critic_id
),
grouped AS (
    SELECT critic_id, other_id, audience, count(*) AS n, avg(x) AS mx, avg(y) AS my, avg(abs(x - y)) AS difference,
           min(x) < max(x) AND min(y) < max(y) AS varies
    FROM met GROUP BY critic_id, other_id, audience HAVING count(*) >= 2
),
moved AS (
    SELECT g.critic_id, g.other_id, g.audience, sum((m.x - g.mx) * (m.x - g.mx)) AS xx,
           sum((m.y - g.my) * (m.y - g.my)) AS yy, sum((m.x - g.mx) * (m.y - g.my)) AS xy
    FROM met AS m JOIN grouped AS g ON g.critic_id = m.critic_id AND g.other_id = m.other_id AND g.audience = m.audience
    GROUP BY g.critic_id, g.other_id, g.audience
)
SELECT g.critic_id, g.other_id, g.audience, g.n AS shared,
       CASE WHEN g.varies THEN greatest(-1.0, least(1.0, m.xy / (sqrt(m.xx) * sqrt(m.yy)))) END AS r, g.difference
FROM grouped AS g
JOIN moved AS m ON m.critic_id = g.critic_id AND m.other_id = g.other_id AND m.audience = g.audience

-- name: word_counts
WITH quoted AS (
    SELECT id, audience, band FROM banded_review WHERE quote IS NOT NULL
),
counted AS (
    SELECT q.audience, v.term AS word, count(*) AS y, count(*) FILTER (WHERE band = 'positive') AS plus,
           count(*) FILTER (WHERE band = 'negative') AS minus,
           count(DISTINCT v.doc) FILTER (WHERE band = 'positive') AS plus_quotes,
           count(DISTINCT v.doc) FILTER (WHERE band = 'negative') AS minus_quotes
    FROM review_word AS v JOIN quoted AS q ON q.id = v.doc
    GROUP BY q.audience, v.term
),
summed AS (SELECT audience, sum(y) AS y_all, sum(plus) AS plus_all, sum(minus) AS minus_all FROM counted GROUP BY audience)
SELECT c.audience, c.word, c.y, c.plus, c.minus, c.plus + c.minus AS said, c.plus_quotes, c.minus_quotes,
       s.y_all, s.plus_all, s.minus_all
FROM counted AS c JOIN summed AS s ON s.audience = c.audience
