-- title = "Works by Bayesian mean"
-- summary = "The best works, by a mean with which a few reviews cannot lead."
-- short = "mean of the work, drawn towards the mean of all by m reviews, m estimated from the data; the best first"
-- rule = """bayes = (n * mean + m * C) / (n + m), where C is the mean of all scored reviews of the same audience that pass the filters, and m how many reviews of
-- that mean each work is given beforehand. m is estimated from all scored works that pass: m = within / between, within = the variance of the scores of one work, pooled: sum of squares about
-- the works' means / (N - works); between = the variance of the true means: (sum(n (mean - C)^2) - (works - 1) within) / (N - sum(n^2) / N).
-- Where between is 0 or less the works differ by chance alone: m is blank, without bounds, and bayes is C for all. Where it cannot be estimated (one work, or one score each) m is 10.
-- --m sets it. Every review counts, also a critic's second of one work. Order: by bayes from the highest; works with fewer than --min-reviews scores are left out."""
-- source = "the weighted rating of the IMDb Top 250; m: Buehlmann and Straub 1970, Glaubwuerdigkeit fuer Schadensaetze (credibility, k = within / between)"
-- example = 'revdb query top --m 20 --kind movie'
-- chart = { kind = "bars", label = "work", value = "bayes", group = "audience", axis = [0, 100], x = "work", y = "Bayesian mean (0-100)" }
--
-- [columns]
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- n = "int: reviews with a score"
-- mean = "real 2: mean of the scores"
-- bayes = "real 2: the mean drawn towards the prior, which is the order"
-- prior = "real 2: mean of all works, by which each is drawn"
-- m = "real 2: how many reviews the prior weighs; blank where without bounds"
--
-- [[param]]
-- name = "m"
-- type = "real"
-- min = 0.0
-- help = "how many average reviews each work is given beforehand [default: estimated from the data]"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 1
-- help = "leave out works with fewer scored reviews"

WITH scored AS MATERIALIZED (
    SELECT id, audience, n, points, ss
    FROM group_score WHERE grouping = 'work' AND n > 0 AND :audience IN ('all', audience)
),
whole AS MATERIALIZED (
    SELECT audience, count(*) AS works, sum(n) AS total, sum(points) / sum(n) AS prior,
           sum(ss) / nullif(sum(n) - count(*), 0) AS within, sum(1.0 * n * n) AS squares
    FROM scored GROUP BY audience
),
differing AS MATERIALIZED (
    SELECT w.audience, w.prior, w.within,
           (sum(s.n * (s.points / s.n - w.prior) * (s.points / s.n - w.prior)) - (w.works - 1) * w.within)
               / nullif(w.total - w.squares / w.total, 0) AS between_works
    FROM whole AS w CROSS JOIN scored AS s ON s.audience = w.audience
    GROUP BY w.audience, w.prior, w.within, w.works, w.total, w.squares
),
weighed AS MATERIALIZED (
    SELECT audience, prior,
           coalesce(:m, CASE WHEN between_works IS NULL THEN 10.0 WHEN between_works > 0 THEN within / between_works END) AS m
    FROM differing
)
SELECT w.label AS work, o.audience, c.n, c.points / c.n AS mean,
       iif(o.m IS NULL, o.prior, (c.points + o.m * o.prior) / (c.n + o.m)) AS bayes, o.prior, o.m
FROM weighed AS o CROSS JOIN scored AS c ON c.audience = o.audience CROSS JOIN work AS w ON w.id = c.id
WHERE c.n >= :min_reviews
ORDER BY bayes DESC, c.n DESC, work, o.audience;

-- notes
WITH per_work AS (
    SELECT audience, reviews, n AS scored FROM group_score WHERE grouping = 'work' AND :audience IN ('all', audience)
)
SELECT format('%s reviews: %d, of which %d of %d works are counted here; left out: %d without a score, %d of %d works with fewer than %d scores (--min-reviews)',
              asked.column1, total(reviews), total(scored) FILTER (WHERE scored >= :min_reviews),
              count(*) FILTER (WHERE scored >= :min_reviews), total(reviews - scored),
              total(scored) FILTER (WHERE scored < :min_reviews),
              count(*) FILTER (WHERE scored < :min_reviews), :min_reviews)
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN per_work ON per_work.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT format('%s scores are of %d formats, whose lowest marks may differ (--rule lists them, --from takes one)', audience, count(*))
FROM format_score WHERE :audience IN ('all', audience)
GROUP BY audience HAVING count(*) > 1

-- details
SELECT format('%s scores mix %d formats, lowest to highest score found: %s; where the lowest marks differ, so do the means',
              audience, count(*), group_concat(format('%s %g to %g', format, lowest, highest), ', '))
FROM format_score WHERE :audience IN ('all', audience)
GROUP BY audience HAVING count(*) > 1
UNION ALL
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
