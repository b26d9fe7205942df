-- title = "Positive, mixed and negative reviews by work"
-- summary = "How the scores of each work are distributed: in bands and in tens."
-- short = "scores in the bands of the kind of work and in tens; most reviews first"
-- rule = """Bands of the kind of work: positive > 60 and negative < 40, for games positive >= 75 and negative < 50, else mixed.
-- Tens: a score belongs to the ten it begins (89.5 to 80-89); 100 belongs to 90-100. yes and no (verdicts_positive and verdicts_negative in data formats) count the reviews without a score whose verdict says so
-- (fresh, recommended; rotten, not recommended); they are in no band. Order: by n from the most, then by verdicts."""
-- source = "Metacritic, How We Create the Metascore Magic"
-- example = 'revdb query distribution --work "Never Sorry"'
-- chart = { kind = "histogram", label = "work", bins = "0-9,10-19,20-29,30-39,40-49,50-59,60-69,70-79,80-89,90-100", group = "audience", x = "score (0-100)", y = "reviews" }
--
-- [columns]
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- n = "int: reviews with a score"
-- positive = "int: above 60; of games from 75"
-- mixed = "int: between the two"
-- negative = "int: below 40; of games below 50"
-- verdicts_positive = { kind = "int: verdicts without a score: recommended", heading = "yes" }
-- verdicts_negative = { kind = "int: verdicts without a score: not recommended", heading = "no" }
-- "0-9" = { kind = "int: scores of 0 to 9", heading = "0s" }
-- "10-19" = { kind = "int: scores of 10 to 19", heading = "10s" }
-- "20-29" = { kind = "int: scores of 20 to 29", heading = "20s" }
-- "30-39" = { kind = "int: scores of 30 to 39", heading = "30s" }
-- "40-49" = { kind = "int: scores of 40 to 49", heading = "40s" }
-- "50-59" = { kind = "int: scores of 50 to 59", heading = "50s" }
-- "60-69" = { kind = "int: scores of 60 to 69", heading = "60s" }
-- "70-79" = { kind = "int: scores of 70 to 79", heading = "70s" }
-- "80-89" = { kind = "int: scores of 80 to 89", heading = "80s" }
-- "90-100" = { kind = "int: scores of 90 to 100", heading = "90s" }
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 1
-- min = 1
-- help = "leave out works with fewer scored reviews"

-- The kind of the work picks between the limits that the view has counted.
WITH banded AS (
    SELECT w.label AS work, c.audience, verdicts_positive AS up, verdicts_negative AS down, n, positive, negative,
           t0, t10, t20, t30, t40, t50, t60, t70, t80, t90
    FROM group_score AS c CROSS JOIN work AS w ON w.id = c.id
    -- Also works of which only verdicts are held.
    WHERE c.grouping = 'work' AND :audience IN ('all', c.audience)
      AND (n >= :min_reviews OR n = 0 AND verdicts_positive + verdicts_negative + verdicts_other > 0)
)
SELECT work, audience, n, positive, n - positive - negative AS mixed, negative,
       up AS verdicts_positive, down AS verdicts_negative,
       t0 AS "0-9", t10 AS "10-19", t20 AS "20-29", t30 AS "30-39", t40 AS "40-49", t50 AS "50-59",
       t60 AS "60-69", t70 AS "70-79", t80 AS "80-89", t90 AS "90-100"
FROM banded
ORDER BY n DESC, up + down DESC, work, audience;

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
