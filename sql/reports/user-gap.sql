-- title = "Critics against users"
-- tells = "Which works critics and users see differently."
-- audience = "all"
-- short = "mean of the critics - mean of the users, with its standard error; the widest gap first"
-- rule = """gap = mean of the critics - mean of the users, both 0-100, of works with at least --min-reviews scores on either side;
-- se = sqrt(sd_c^2 / n_c + sd_u^2 / n_u), the standard error of the difference of two means whose spreads differ; a gap within 2 se is no sign of one.
-- Every review counts, also somebody's second of one work. The two are never mixed; --audience changes nothing here.
-- Order: the widest gap first, whichever side it favours."""
-- source = "Welch 1947 for the standard error"
-- example = 'revdb query user-gap --min-reviews 10'
-- chart = { kind = "bars", label = "work", value = "gap", x = "work", y = "critics - users (points)" }
--
-- [columns]
-- work = "text: title (year)"
-- critics = "int: critics' scores"
-- critic_mean = "real 2: their mean"
-- users = "int: users' scores"
-- user_mean = "real 2: their mean"
-- gap = "real 2: critics' mean - users' mean"
-- se = "real 2: its standard error; blank where a side has one score"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 1
-- help = "leave out works with fewer scored reviews on either side"

SELECT w.label AS work, c.n AS critics, c.points / c.n AS critic_mean,
       u.n AS users, u.points / u.n AS user_mean, c.points / c.n - u.points / u.n AS gap,
       CASE WHEN c.n > 1 AND u.n > 1 THEN sqrt(c.ss / (c.n - 1) / c.n + u.ss / (u.n - 1) / u.n) END AS se
-- From the users, who review fewer works.
FROM group_score AS u CROSS JOIN group_score AS c ON c.grouping = 'work' AND c.id = u.id CROSS JOIN work AS w ON w.id = c.id
WHERE u.grouping = 'work' AND c.audience = 'critic' AND u.audience = 'user' AND c.n >= :min_reviews AND u.n >= :min_reviews
ORDER BY abs(c.points / c.n - u.points / u.n) DESC, work, w.id;

-- notes
WITH per_work AS (
    SELECT sum(reviews) AS reviews, sum(n) AS scored,
           total(n) FILTER (WHERE audience = 'critic') AS critics, total(n) FILTER (WHERE audience = 'user') AS users
    FROM group_score WHERE grouping = 'work'
    GROUP BY id
)
SELECT format('reviews: %d of %d works, of which %d of %d works are compared; left out: %d without a score, works with fewer than %d scores (--min-reviews) by users %d, by critics %d, by both %d',
              total(reviews), count(*),
              total(scored) FILTER (WHERE min(critics, users) >= :min_reviews),
              count(*) FILTER (WHERE min(critics, users) >= :min_reviews), total(reviews - scored), :min_reviews,
              count(*) FILTER (WHERE critics >= :min_reviews AND users < :min_reviews),
              count(*) FILTER (WHERE users >= :min_reviews AND critics < :min_reviews),
              count(*) FILTER (WHERE max(critics, users) < :min_reviews))
FROM per_work
UNION ALL
SELECT format('%s scores mix %d formats, whose worst marks may differ (--rule lists them, --from takes one)', audience, count(*))
FROM format_score GROUP BY audience HAVING count(*) > 1

-- details
SELECT format('%s scores come from, lowest to highest score found: %s; where the worst marks of the two sides differ, part of each gap is the scales',
              audience, group_concat(format('%s %g to %g', format, lowest, highest), ', '))
FROM format_score
GROUP BY audience
UNION ALL
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored
GROUP BY audience
