-- title = "Scores far from the rest of their work"
-- tells = "Which reviews mark a work very differently from all others of the same audience."
-- rule = """Per work and audience. mad: M = 0.6745 (x - median) / MAD, MAD = median |x - median|, far where |M| > 3.5;
-- where MAD is 0, (x - median) / (1.253314 mean |x - median|) instead, shown as mean-ad. iqr: how many IQR a score
-- lies outside the quartiles, far where > 1.5; where the IQR is 0 every other score is far and the measure is blank.
-- z: (x - mean) / sd, far where |z| > 3. Works whose scores are all equal have no outlier. Method asked for: {method}."""
-- source = "Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers; IBM Cognos on MAD = 0; Tukey 1977 for iqr"
-- example = 'revdb query outliers --method iqr --min-reviews 10'
-- chart = { kind = "strip", label = "work", value = "score", mark = "measure", centre = "median", x = "score (0-100)" }
--
-- [columns]
-- id = "int"
-- work = "text"
-- audience = "text"
-- critic = "text"
-- publication = "text"
-- date = "date"
-- score = "real 1"
-- n = "int"
-- median = "real 1"
-- measure = "real 3"
-- rule = "text"
-- quote = "quote"
--
-- [[param]]
-- name = "method"
-- type = "text"
-- default = "mad"
-- one_of = ["mad", "iqr", "z"]
-- help = "the rule that says what is far"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 1
-- help = "leave out works with fewer scored reviews"
--
-- [[param]]
-- name = "threshold"
-- type = "real"
-- min = 0.0
-- help = "how far is far; left out: 3.5 for mad, 1.5 for iqr, 3 for z"

WITH centre AS MATERIALIZED (
    SELECT work_id, audience, count(score) AS n, median(score) AS median, avg(score) AS mean,
           min(score) AS least, max(score) AS most,
           percentile_cont(score, 0.25) FILTER (WHERE :method = 'iqr') AS q1,
           percentile_cont(score, 0.75) FILTER (WHERE :method = 'iqr') AS q3
    FROM filtered
    GROUP BY work_id, audience
    HAVING count(score) >= :min_reviews AND min(score) < max(score)
),
-- A second pass over each work by the index, for what the method needs and no more.
-- sd by the deviations from the mean.
spread AS MATERIALIZED (
    SELECT c.*,
           CASE WHEN :method = 'mad' THEN
               (SELECT median(abs(score - c.median)) FROM filtered WHERE work_id = c.work_id AND audience = c.audience)
           END AS mad,
           CASE WHEN :method = 'z' THEN
               (SELECT sqrt(sum((score - c.mean) * (score - c.mean)) / (c.n - 1))
                FROM filtered WHERE work_id = c.work_id AND audience = c.audience)
           END AS sd
    FROM centre AS c
    WHERE :audience IN ('all', c.audience)
),
-- What is far is never between two that are not, so a work whose lowest and
-- highest scores are near has no outlier and is not gone through again.
wide AS MATERIALIZED (
    SELECT *,
           CASE WHEN mad = 0 THEN
               (SELECT avg(abs(score - spread.median)) FROM filtered
                WHERE work_id = spread.work_id AND audience = spread.audience)
           END AS mean_ad,
           coalesce(:threshold, CASE :method WHEN 'mad' THEN 3.5 WHEN 'iqr' THEN 1.5 ELSE 3 END) AS far
    FROM spread
),
torn AS MATERIALIZED (
    SELECT * FROM wide
    WHERE CASE :method
              WHEN 'mad' THEN 0.6745 * max(most - median, median - least)
                              >= 0.999 * far * iif(mad > 0, mad, 0.6745 * 1.253314 * mean_ad)
              WHEN 'iqr' THEN q3 = q1 OR max(most - q3, q1 - least) >= 0.999 * far * (q3 - q1)
              ELSE max(most - mean, mean - least) >= 0.999 * far * sd END
),
measured AS (
    SELECT r.id, s.work_id, s.audience, s.n, s.median, r.score,
           CASE :method
               WHEN 'mad' THEN CASE WHEN mad > 0 THEN 0.6745 * (r.score - s.median) / mad
                                    ELSE (r.score - s.median) / (1.253314 * mean_ad) END
               WHEN 'iqr' THEN CASE WHEN r.score < q1 AND q3 > q1 THEN (r.score - q1) / (q3 - q1)
                                    WHEN r.score > q3 AND q3 > q1 THEN (r.score - q3) / (q3 - q1)
                                    WHEN q3 > q1 THEN 0.0 END
               ELSE (r.score - mean) / sd
           END AS measure,
           CASE WHEN :method = 'mad' AND mad = 0 THEN 'mean-ad'
                WHEN :method = 'iqr' AND q3 = q1 THEN 'iqr = 0'
                ELSE :method END AS rule,
           :method = 'iqr' AND q3 = q1 AND r.score <> q1 AS beside
    FROM torn AS s CROSS JOIN filtered AS r ON r.work_id = s.work_id AND r.audience = s.audience
    WHERE r.score IS NOT NULL
)
SELECT m.id, w.title || coalesce(' (' || w.year || ')', '') AS work, m.audience,
       coalesce(c.name, r.byline, '(no byline)') AS critic, p.name AS publication, r.date,
       m.score, m.n, m.median, m.measure, m.rule, r.quote
FROM measured AS m
JOIN filtered AS r ON r.id = m.id
JOIN work AS w ON w.id = m.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN publication AS p ON p.id = r.publication_id
WHERE m.beside
   OR abs(m.measure) > coalesce(:threshold, CASE :method WHEN 'mad' THEN 3.5 WHEN 'iqr' THEN 1.5 ELSE 3 END)
ORDER BY abs(m.measure) DESC NULLS FIRST, work, m.score, m.id;

-- notes
WITH per_work AS (
    SELECT work_id, audience, count(*) AS reviews, count(score) AS scored,
           min(score) = max(score) AS equal
    FROM filtered WHERE :audience = 'all' OR audience = :audience
    GROUP BY work_id, audience
),
told AS (
    SELECT asked.column1 AS audience, total(reviews) AS reviews, total(reviews - scored) AS unscored,
           total(scored) FILTER (WHERE scored >= :min_reviews) AS used,
           count(*) FILTER (WHERE scored >= :min_reviews) AS works,
           count(*) FILTER (WHERE scored < :min_reviews) AS few,
           total(scored) FILTER (WHERE scored < :min_reviews) AS few_reviews,
           count(*) FILTER (WHERE scored >= :min_reviews AND equal) AS equal
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN per_work ON per_work.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d, of which %d of %d works are looked at; left out: %d without a score, %d of %d works with fewer than %d scores; %d of the works looked at have only equal scores, and so no outlier',
              audience, reviews, used, works, unscored, few_reviews, few, :min_reviews, equal)
FROM told
UNION ALL
SELECT 'publication and date are blank where the dump gave none';
