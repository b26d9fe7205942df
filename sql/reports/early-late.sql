-- title = "Early reviews against late ones"
-- summary = "For each work, how the later half of its reviews scores compared with the earlier half."
-- short = "mean of the later half of a work's reviews - mean of the earlier half; the largest difference first"
-- rule = """Of the scored reviews of a work that are dated to the day the early ones are those of the first day and of the days up to which half of them or fewer had come, the late ones all others;
-- all reviews of one day stay together. difference = late_mean - early_mean; se = sqrt(sd_e^2 / n_e + sd_l^2 / n_l), the standard error of the difference of two means. A difference within 2 se of 0 is none.
-- Every review counts, also a critic's second of one work. Order: by |difference| from the largest; works with fewer than --min-reviews such reviews, or all of them on one day, are left out."""
-- source = "Welch 1947 for the standard error; Godes and Silva 2012, Sequential and Temporal Dynamics of Online Opinion, on why order matters"
-- example = 'revdb query early-late --min-reviews 20'
-- chart = { kind = "bars", label = "work", value = "difference", group = "audience", x = "work", y = "late - early (points)" }
--
-- [columns]
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- early = "int: reviews of the earlier half"
-- early_mean = "real 2: their mean"
-- late = "int: reviews of the later half"
-- late_mean = "real 2: their mean"
-- difference = "real 2: late mean - early mean"
-- se = "real 2: standard error of the difference; blank where a half has one review"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 10
-- min = 2
-- help = "leave out works with fewer scored reviews that are dated to the day"

WITH counted AS MATERIALIZED (
    SELECT place, audience, count(*) AS n, min(running_n) AS first_day
    FROM work_timeline GROUP BY place, audience HAVING count(*) >= :min_reviews
),
placed AS MATERIALIZED (
    SELECT c.place, c.audience, c.work, c.score, c.running_n > w.first_day AND 2 * c.running_n > w.n AS is_late
    FROM (VALUES ('critic'), ('user')) AS asked
    CROSS JOIN work_timeline AS c ON c.audience = asked.column1
    CROSS JOIN counted AS w ON w.place = c.place AND w.audience = c.audience
    WHERE :audience IN ('all', asked.column1)
),
half AS MATERIALIZED (
    SELECT place, audience, is_late, work, count(*) AS n, avg(score) AS mean FROM placed GROUP BY place, audience, is_late, work
),
spread AS MATERIALIZED (
    SELECT h.place, h.audience, h.is_late, h.work, h.n, h.mean,
           CASE WHEN h.n > 1 THEN sum((p.score - h.mean) * (p.score - h.mean)) / (h.n - 1) / h.n END AS variance
    FROM placed AS p CROSS JOIN half AS h ON h.place = p.place AND h.audience = p.audience AND h.is_late = p.is_late
    GROUP BY h.place, h.audience, h.is_late, h.work, h.n, h.mean
)
SELECT e.work, e.audience, e.n AS early, e.mean AS early_mean, l.n AS late, l.mean AS late_mean,
       l.mean - e.mean AS difference, sqrt(e.variance + l.variance) AS se
FROM spread AS e CROSS JOIN spread AS l ON l.place = e.place AND l.audience = e.audience
WHERE NOT e.is_late AND l.is_late
ORDER BY abs(l.mean - e.mean) DESC, e.work, e.audience;

-- notes
WITH counted AS (
    SELECT audience, max(running_n) AS n, min(running_n) AS first_day FROM work_timeline GROUP BY place, audience
)
SELECT format('%s reviews: %d; left out: %d undated, %d not dated to the day, %d dated but without a score, %d works with fewer than %d such reviews (--min-reviews), and %d with all of them on one day',
              asked.column1, total(t.reviews), total(t.reviews) FILTER (WHERE t.dated = 0),
              total(t.reviews) FILTER (WHERE t.dated > 0 AND t.dated < 10),
              total(t.reviews) FILTER (WHERE t.dated = 10 AND NOT t.scored),
              (SELECT count(*) FROM counted WHERE counted.audience = asked.column1 AND n < :min_reviews), :min_reviews,
              (SELECT count(*) FROM counted WHERE counted.audience = asked.column1 AND n >= :min_reviews AND first_day = n))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
