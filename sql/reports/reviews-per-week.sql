-- title = "Reviews per {by}"
-- summary = "When the reviews appeared, and how their scores changed."
-- short = "reviews and mean score of each {by}, empty ones too; in their order"
-- rule = """Weeks are ISO 8601 weeks with ISO years (Monday to Sunday); begins is the first day, a week's Monday.
-- Between the first and the last {by} those without a review are shown with 0 reviews, and their mean is blank.
-- mean = sum/n over the scored reviews of the {by}; blank where none has a score. Order: by audience, then by time."""
-- source = "ISO 8601"
-- example = 'revdb query reviews-per-week --by month --since 2012'
-- coarser = { param = "by", values = ["week", "month", "year"], most = 105 }
-- chart = { kind = "bars", label = "period", value = "reviews", group = "audience", x = "{by}", y = "reviews" }
--
-- [columns]
-- period = { kind = "text: the {by}", heading = "{by}" }
-- begins = "date: its first day"
-- audience = "text: who speaks"
-- reviews = "int: reviews of that {by}"
-- mean = "real 2: mean of those with a score; blank where none has"
--
-- [[param]]
-- name = "by"
-- type = "text"
-- default = "week"
-- one_of = ["day", "week", "month", "year"]
-- help = "how long a period is"

SELECT CASE :by
           WHEN 'day' THEN begins
           -- Its ISO year and week are those of its Thursday; SQLite itself knows them from 3.46 on.
           WHEN 'week' THEN format('%s-W%02d', strftime('%Y', begins, '+3 days'), (strftime('%j', begins, '+3 days') + 6) / 7)
           WHEN 'month' THEN substr(begins, 1, 7)
           ELSE substr(begins, 1, 4)
       END AS period,
       begins, audience, reviews, points / n AS mean
FROM period_sum
WHERE sort = :by AND :audience IN ('all', audience)
-- As the rows stand, so that nothing is sorted.
ORDER BY sort, audience, begins;

-- notes
WITH told AS (
    SELECT asked.column1 AS audience, total(t.reviews) AS reviews,
           total(t.reviews) FILTER (WHERE t.dated = 0) AS undated,
           total(t.reviews) FILTER (WHERE t.dated > 0 AND t.dated < needed) AS partial,
           total(t.reviews) FILTER (WHERE t.dated >= needed AND NOT t.scored) AS unscored
    FROM (SELECT column1, CASE :by WHEN 'month' THEN 7 WHEN 'year' THEN 4 ELSE 10 END AS needed
          FROM (VALUES ('critic'), ('user'))) AS asked
         LEFT JOIN review_tally AS t ON t.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d, of which %d are counted here; left out: %d undated, %d whose date does not tell the %s; %d of those counted have no score and are not in the mean',
              audience, reviews, reviews - undated - partial, undated, partial, :by, unscored)
FROM told

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
