-- title = "Works by Bayesian mean"
-- tells = "The best works, so that three reviews cannot lead."
-- rule = """bayes = (n * mean + m * C) / (n + m), where C is the mean of all scored reviews of the same audience that pass the filters,
-- and m = {weight} is how many reviews of that mean each work is given beforehand."""
-- source = "the weighted rating of the IMDb Top 250"
-- example = 'revdb query top --weight 20 --kind movie'
-- chart = { kind = "bars", label = "work", value = "bayes", group = "audience", x = "work", y = "Bayesian mean (0-100)" }
--
-- [columns]
-- work = "text"
-- audience = "text"
-- n = "int"
-- mean = "real 2"
-- bayes = "real 2"
-- prior = "real 2"
--
-- [[param]]
-- name = "weight"
-- type = "real"
-- default = 10.0
-- min = 0.0
-- help = "m: how many average reviews each work is given beforehand"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 1
-- min = 1
-- help = "leave out works with fewer scored reviews"

WITH whole AS MATERIALIZED (
    SELECT audience, points / n AS prior FROM audience_sum WHERE :audience IN ('all', audience)
)
SELECT w.label AS work, whole.audience, c.n, c.points / c.n AS mean,
       (c.points + :weight * whole.prior) / (c.n + :weight) AS bayes, whole.prior
FROM whole CROSS JOIN work_sum AS c ON c.audience = whole.audience CROSS JOIN work AS w ON w.id = c.work_id
WHERE c.n >= :min_reviews
ORDER BY bayes DESC, c.n DESC, work, whole.audience;

-- notes
WITH per_work AS (
    SELECT work_id, audience, reviews, n AS scored FROM work_sum WHERE :audience IN ('all', audience)
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
SELECT 'prior is C, the mean that every work is drawn towards'
