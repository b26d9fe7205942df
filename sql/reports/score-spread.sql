-- title = "Score spread by {by}"
-- summary = "How high each {by} scores, and how far the scores spread."
-- short = "mean, sample standard deviation and quartiles; most reviews first"
-- rule = """mean = sum/n; sd = sqrt(sum((x - mean)^2) / (n - 1)), the sample standard deviation,
-- about the mean in a second pass so that nothing cancels, and 0 where all scores are equal;
-- q1, median and q3 by linear interpolation at (n - 1)p (percentile_cont); iqr = q3 - q1.
-- year, decade and kind are those of the work, and so are author, director, brand and genre, as far as dumps tell them: a review
-- of a work that has several counts once under each. Every review counts, also a critic's second of one work. Order: by n from the most, then by mean from the highest."""
-- source = "Hyndman and Fan 1996, type 7, for the quartiles; NIST/SEMATECH e-Handbook 1.3.5.6 for the sd; Chan, Golub and LeVeque 1983 for two passes"
-- example = 'revdb query score-spread --by publication --min-reviews 5'
-- chart = { kind = "box", label = "subject", group = "audience", min = "min", q1 = "q1", median = "median", q3 = "q3", max = "max", axis = [0, 100], x = "score (0-100)", y = "{by}" }
--
-- [columns]
-- subject = { kind = "text: the {by}", heading = "{by}" }
-- audience = "text: who speaks"
-- n = "int: reviews with a score"
-- mean = "real 2: mean of the scores"
-- sd = "real 2: sample standard deviation; blank where n is 1"
-- min = "real 1: lowest"
-- q1 = "real 1: a quarter of the scores is at most this"
-- median = "real 1: half is"
-- q3 = "real 1: three quarters are"
-- max = "real 1: highest"
-- iqr = "real 1: q3 - q1"
--
-- [[param]]
-- name = "by"
-- type = "text"
-- default = "critic"
-- one_of = ["critic", "publication", "work", "year", "decade", "kind", "author", "director", "brand", "genre"]
-- help = "whose scores stand together"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 1
-- min = 1
-- help = "leave out whoever has fewer scored reviews"

-- What has one subject a review is in group_score; the guards :by IN (...) stop the others before the first row.
WITH labelled AS MATERIALIZED (
    SELECT p.value_fold AS label, p.value, r.audience, r.score
    FROM work_property AS p JOIN filtered AS r ON r.work_id = p.work_id
    WHERE :by IN ('author', 'director', 'brand', 'genre') AND p.property = :by AND r.score IS NOT NULL
),
ranked AS MATERIALIZED (
    SELECT label, audience, max(value) AS subject, count(*) AS n, sum(score) AS points, avg(score) AS mean, min(score) AS min,
           percentile_cont(score, 0.25) AS q1, median(score) AS median, percentile_cont(score, 0.75) AS q3, max(score) AS max
    FROM labelled GROUP BY label, audience
),
squared AS MATERIALIZED (
    SELECT r.label, r.audience, sum((score - mean) * (score - mean)) AS ss
    FROM labelled AS l CROSS JOIN ranked AS r ON r.label = l.label AND r.audience = l.audience
    GROUP BY r.label, r.audience
),
spread AS (
    SELECT CASE s.grouping WHEN 'critic' THEN (SELECT name FROM critic AS c WHERE c.id = s.id)
                           WHEN 'publication' THEN (SELECT name FROM publication AS p WHERE p.id = s.id)
                           WHEN 'work' THEN (SELECT label FROM work AS w WHERE w.id = s.id)
                           WHEN 'decade' THEN s.id || 's'
                           ELSE coalesce(s.name, CAST(s.id AS TEXT)) END AS subject,
           audience, n, points, ss, min, q1, median, q3, max
    FROM group_score AS s WHERE grouping = :by
    UNION ALL
    SELECT subject, r.audience, n, points, iif(min = max, 0.0, ss), min, q1, median, q3, max
    FROM ranked AS r JOIN squared AS s ON s.label = r.label AND s.audience = r.audience
)
SELECT subject, audience, n, points / n AS mean, CASE WHEN n > 1 THEN sqrt(ss / (n - 1)) END AS sd,
       min, q1, median, q3, max, q3 - q1 AS iqr
FROM spread
WHERE n >= :min_reviews AND :audience IN ('all', audience)
ORDER BY n DESC, mean DESC, subject, audience;

-- notes
WITH labelled AS MATERIALIZED (
    SELECT p.value_fold AS label, r.audience, r.id
    FROM work_property AS p JOIN filtered AS r ON r.work_id = p.work_id
    WHERE :by IN ('author', 'director', 'brand', 'genre') AND p.property = :by AND r.score IS NOT NULL
),
sized AS (SELECT label, audience, count(*) AS n FROM labelled GROUP BY label, audience),
-- Under how many subjects that are shown each review stands.
placed AS MATERIALIZED (
    SELECT l.audience, l.id, total(s.n >= :min_reviews) AS shown
    FROM labelled AS l JOIN sized AS s ON s.label = l.label AND s.audience = l.audience
    GROUP BY l.audience, l.id
),
told AS (
    SELECT asked.column1 AS audience, total(t.reviews) AS reviews, total(t.reviews) FILTER (WHERE NOT t.scored) AS unscored,
           (SELECT total(n) FROM group_score WHERE grouping = :by AND audience = asked.column1 AND n >= :min_reviews)
               + (SELECT count(*) FROM placed WHERE audience = asked.column1 AND shown > 0) AS used,
           (SELECT total(n) FROM group_score WHERE grouping = :by AND audience = asked.column1 AND n < :min_reviews)
               + (SELECT count(*) FROM placed WHERE audience = asked.column1 AND shown = 0) AS few
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d, of which %d are counted here; left out: %d without a score, %d without %s%s, %d of %s with fewer than %d',
              audience, reviews, used, unscored, reviews - unscored - used - few,
              iif(:by IN ('critic', 'publication', 'work'), 'a ', 'a work''s '), :by, few,
              iif(:by = 'author', 'an ', 'a ') || :by, :min_reviews)
FROM told
UNION ALL
SELECT format('%s reviews of works with more than one %s, counted under each: %d', audience, :by, count(*))
FROM placed WHERE shown > 1 AND :audience IN ('all', audience) GROUP BY audience;

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
