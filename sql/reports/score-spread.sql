-- title = "Score spread by {by}"
-- tells = "How high each {by} scores, and how far the scores spread."
-- short = "mean, sample standard deviation and quartiles; most reviews first"
-- rule = """mean = sum/n; sd = sqrt(sum((x - mean)^2) / (n - 1)), the sample standard deviation,
-- about the mean in a second pass so that nothing cancels, and 0 where all scores are equal;
-- q1, median and q3 by linear interpolation at (n - 1)p (percentile_cont); iqr = q3 - q1.
-- year and kind are those of the work. Every review counts, also a critic's second of one work. Order: by n from the most, then by mean from the highest."""
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
-- one_of = ["critic", "publication", "work", "year", "kind"]
-- help = "whose scores stand together"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 1
-- min = 1
-- help = "leave out whoever has fewer scored reviews"

-- One branch for each --by; the guards :by = '...' stop all but one before the first row.
SELECT CASE s.grouping WHEN 'critic' THEN (SELECT name FROM critic AS c WHERE c.id = s.id)
                       WHEN 'publication' THEN (SELECT name FROM publication AS p WHERE p.id = s.id)
                       WHEN 'work' THEN (SELECT label FROM work AS w WHERE w.id = s.id)
                       ELSE coalesce(s.name, CAST(s.id AS TEXT)) END AS subject,
       audience, n, points / n AS mean, CASE WHEN n > 1 THEN sqrt(ss / (n - 1)) END AS sd,
       min, q1, median, q3, max, q3 - q1 AS iqr
FROM group_score AS s
WHERE grouping = :by AND n >= :min_reviews AND :audience IN ('all', audience)
ORDER BY n DESC, mean DESC, subject, audience;

-- notes
WITH told AS (
    SELECT asked.column1 AS audience, total(t.reviews) AS reviews, total(t.reviews) FILTER (WHERE NOT t.scored) AS unscored,
           (SELECT total(n) FROM group_score WHERE grouping = :by AND audience = asked.column1 AND n >= :min_reviews) AS used,
           (SELECT total(n) FROM group_score WHERE grouping = :by AND audience = asked.column1 AND n < :min_reviews) AS few
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d, of which %d are counted here; left out: %d without a score, %d without a %s%s, %d of a %s with fewer than %d',
              audience, reviews, used, unscored, reviews - unscored - used - few,
              iif(:by IN ('year', 'kind'), 'work''s ', ''), :by, few, :by, :min_reviews)
FROM told

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
