-- title = "Works that divide their reviewers"
-- summary = "Which works have the widest spread of scores, with the shares of positive and negative ones."
-- short = "sample standard deviation of the scores; the widest first"
-- rule = """sd = sqrt(sum((x - mean)^2) / (n - 1)), the sample standard deviation, about the mean in a second pass so that nothing cancels, 0 where all scores are equal.
-- positive and negative are percent of the scored reviews, by the bands of the kind of work: positive > 60 and negative < 40, for games positive >= 75 and negative < 50, else mixed. Every review counts, also a critic's second of one work. Order: by sd from the widest; works with fewer than --min-reviews scores are left out."""
-- source = "NIST/SEMATECH e-Handbook 1.3.5.6; Chan, Golub and LeVeque 1983 for two passes; Metacritic, How We Create the Metascore Magic, for the bands"
-- example = 'revdb query divisive --min-reviews 10'
-- chart = { kind = "bars", label = "work", value = "sd", group = "audience", x = "work", y = "sample SD (points)" }
--
-- [columns]
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- n = "int: reviews with a score"
-- mean = "real 2: mean of the scores"
-- sd = "real 2: sample standard deviation"
-- positive = "real 1: percent positive, by the bands of the kind"
-- negative = "real 1: percent negative"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 2
-- help = "leave out works with fewer scored reviews"

SELECT w.label AS work, c.audience, n, points / n AS mean, sqrt(ss / (n - 1)) AS sd,
       100.0 * positive / n AS positive, 100.0 * negative / n AS negative
FROM group_score AS c CROSS JOIN work AS w ON w.id = c.id
WHERE c.grouping = 'work' AND n >= :min_reviews AND :audience IN ('all', c.audience)
ORDER BY sd DESC, n DESC, work, audience;

-- notes
WITH per_work AS (
    SELECT audience, reviews, n AS scored FROM group_score WHERE grouping = 'work' AND :audience IN ('all', audience)
)
SELECT format('%s reviews: %d, of which %d of %d works are counted here; left out: %d without a score, %d of %d works with fewer than %d scores',
              asked.column1, total(reviews), total(scored) FILTER (WHERE scored >= :min_reviews),
              count(*) FILTER (WHERE scored >= :min_reviews), total(reviews - scored),
              total(scored) FILTER (WHERE scored < :min_reviews),
              count(*) FILTER (WHERE scored < :min_reviews), :min_reviews)
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN per_work ON per_work.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT 'the sd of 5 scores may well be 0.6 to 2.9 times as large in truth, that of 20 scores 0.8 to 1.5 times (95 %)'
WHERE EXISTS (SELECT 1 FROM group_score WHERE grouping = 'work' AND n >= :min_reviews AND n < 20 AND :audience IN ('all', audience))

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
