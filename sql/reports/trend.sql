-- title = "Scores through the years, by {by}"
-- summary = "Whether scores rise or fall: the mean of each year, or the slope of each critic."
-- short = "mean and share positive of each year; by critic the slope in points a year with its standard error"
-- rule = """The year is that of the review; every review counts, also a critic's second of one work. mean = sum/n; positive is percent of n, by the bands of the kind of work: positive > 60 and negative < 40, for games positive >= 75 and negative < 50, else mixed.
-- slope = sum((t - mt)(x - mx)) / sum((t - mt)^2), least squares of score x on year t, in points per year, for --by critic, blank for fewer than three different years;
-- se = sqrt(sum((x - mx - slope (t - mt))^2) / (n - 2) / sum((t - mt)^2)), its standard error; a slope within 2 se of 0 is none.
-- fitted_first and fitted_last are what that line is worth in the first and the last year: mean + slope * (t - mt).
-- Order: by year; by critic the steepest rise first, critics with fewer than 10 reviews (or --min-reviews) left out."""
-- source = "least squares and the standard error of a slope: NIST/SEMATECH e-Handbook 4.4.3"
-- example = 'revdb query trend --by critic --min-reviews 20'
-- chart = { kind = "line", at = "subject", value = "mean", group = "audience", axis = [0, 100], x = "{by}", y = "mean score (0-100)" }
-- chart_for.by.critic = { kind = "slope", label = "subject", from = "fitted_first", to = "fitted_last", from_at = "first_year", to_at = "last_year", weight = "n", axis = [0, 100], x = "year", y = "score (0-100) on the fitted line" }
--
-- [columns]
-- subject = { kind = "text: the {by}", heading = "{by}" }
-- audience = "text: who speaks"
-- n = "int: reviews with a date and a score"
-- mean = "real 2: mean of the scores"
-- positive = "real 1: percent positive, by the bands of the kind"
-- first_year = "int: year of the first"
-- last_year = "int: year of the last"
-- slope = "real 3: points a year, least squares; blank by year and for fewer than three years"
-- se = "real 3: its standard error; a slope within 2 of it is none"
-- fitted_first = "real 1: what the fitted line is worth in the first year"
-- fitted_last = "real 1: and in the last"
--
-- [[param]]
-- name = "by"
-- type = "text"
-- default = "year"
-- one_of = ["year", "critic"]
-- help = "a row for each year, or for each critic"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- min = 1
-- help = "leave out years or critics with fewer scored, dated reviews [default: 1 for years, 10 for critics]"

WITH summed AS (
    SELECT id AS year, NULL AS critic_id, audience, n, points / n AS mean, 100.0 * positive / n AS positive,
           id AS first_year, id AS last_year, NULL AS slope, NULL AS se, NULL AS mean_year
    FROM group_score WHERE grouping = 'review_year' AND :by = 'year' AND n >= coalesce(:min_reviews, 1)
    UNION ALL
    SELECT NULL, critic_id, audience, n, mean, 100.0 * positive / n, first_year, last_year,
           iif(years > 2, slope, NULL), iif(years > 2, slope_se, NULL), mean_year
    FROM critic_trend WHERE :by = 'critic' AND n >= coalesce(:min_reviews, 10)
)
SELECT coalesce(c.name, CAST(s.year AS TEXT)) AS subject, s.audience, s.n, s.mean, s.positive,
       s.first_year, s.last_year, s.slope, s.se,
       s.mean + s.slope * (s.first_year - s.mean_year) AS fitted_first,
       s.mean + s.slope * (s.last_year - s.mean_year) AS fitted_last
FROM summed AS s LEFT JOIN critic AS c ON c.id = s.critic_id
WHERE :audience IN ('all', s.audience)
ORDER BY s.year, s.slope DESC NULLS LAST, s.n DESC, subject, s.audience;

-- notes
SELECT format('%s reviews: %d; left out: %d undated, %d dated but without a score, %d without a critic%s, and whatever has fewer than %d (--min-reviews)',
              asked.column1, total(t.reviews), total(t.reviews) FILTER (WHERE t.dated = 0),
              total(t.reviews) FILTER (WHERE t.dated > 0 AND NOT t.scored),
              total(t.reviews) FILTER (WHERE :by = 'critic' AND t.dated > 0 AND t.scored AND NOT t.named),
              iif(:by = 'critic', '', ' (those count by year)'), coalesce(:min_reviews, iif(:by = 'critic', 10, 1)))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT format('%s: %d of %d slopes lie more than 2 se from 0; by chance alone about %d would, and slopes of few reviews are at both ends of the table',
              audience, count(*) FILTER (WHERE abs(slope) > 2 * slope_se), count(*), round(0.05 * count(*)))
FROM critic_trend
WHERE :by = 'critic' AND years > 2 AND n >= coalesce(:min_reviews, 10) AND :audience IN ('all', audience)
GROUP BY audience HAVING count(*) > 1

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
