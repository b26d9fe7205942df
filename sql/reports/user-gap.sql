-- title = "Critics against users"
-- summary = "Which works critics and users see differently."
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

WITH side AS (
    SELECT id, max(n) FILTER (WHERE audience = 'critic') AS critics, max(n) FILTER (WHERE audience = 'user') AS users,
           max(points / n) FILTER (WHERE audience = 'critic') AS critic_mean,
           max(points / n) FILTER (WHERE audience = 'user') AS user_mean,
           -- The squared standard error of either mean.
           max(ss / (n - 1) / n) FILTER (WHERE audience = 'critic') AS critic_error,
           max(ss / (n - 1) / n) FILTER (WHERE audience = 'user') AS user_error
    FROM group_score WHERE grouping = 'work' AND n >= :min_reviews
    GROUP BY id
)
SELECT w.label AS work, critics, critic_mean, users, user_mean, critic_mean - user_mean AS gap,
       sqrt(critic_error + user_error) AS se
FROM side AS s CROSS JOIN work AS w ON w.id = s.id
WHERE critics > 0 AND users > 0
ORDER BY abs(critic_mean - user_mean) DESC, work, w.id;

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
SELECT format('the scores are of several formats, whose lowest marks may differ (--rule lists them, --from takes one): %s', group_concat(told, ', '))
FROM (SELECT format('%d of %ss', count(*), audience) AS told FROM format_score GROUP BY audience HAVING count(*) > 1)
HAVING count(*) > 0

-- details
SELECT format('%s scores come from, lowest to highest score found: %s; where the lowest marks of the two sides differ, part of each gap is the scales',
              audience, group_concat(format('%s %g to %g', format, lowest, highest), ', '))
FROM format_score
GROUP BY audience
UNION ALL
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored
GROUP BY audience
