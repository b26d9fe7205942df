-- title = "Reviews per {by}"
-- tells = "When the reviews came, and how their scores moved."
-- rule = """Weeks are ISO 8601 weeks with ISO years (Monday to Sunday); begins is the first day, a week's Monday.
-- Between the first and the last {by} those without a review are shown with 0 reviews, and their mean is blank.
-- mean = sum/n over the scored reviews of the {by}; blank where none has a score."""
-- source = "ISO 8601"
-- example = 'revdb query reviews-per-week --by month --since 2012'
-- chart = { kind = "bars", label = "period", value = "reviews", group = "audience", x = "{by}", y = "reviews" }
--
-- [columns]
-- period = { kind = "text", heading = "{by}" }
-- begins = "date"
-- audience = "text"
-- reviews = "int"
-- mean = "real 2"
--
-- [[param]]
-- name = "by"
-- type = "text"
-- default = "week"
-- one_of = ["day", "week", "month", "year"]
-- help = "how long a period is"

-- Periods from the few days.
WITH RECURSIVE period AS MATERIALIZED (
    SELECT CASE :by
               WHEN 'day' THEN date
               WHEN 'week' THEN date(date, 'weekday 0', '-6 days')
               WHEN 'month' THEN substr(date, 1, 7) || '-01'
               ELSE substr(date, 1, 4) || '-01-01'
           END AS begins,
           audience, sum(reviews) AS reviews, sum(points) / sum(n) AS mean
    FROM day_sum
    WHERE length(date) >= CASE :by WHEN 'month' THEN 7 WHEN 'year' THEN 4 ELSE 10 END
      AND :audience IN ('all', audience)
    GROUP BY 1, 2
),
calendar (begins, audience, last) AS (
    SELECT min(begins), audience, max(begins) FROM period GROUP BY audience
    UNION ALL
    SELECT date(begins, CASE :by WHEN 'day' THEN '+1 day' WHEN 'week' THEN '+7 days'
                                 WHEN 'month' THEN '+1 month' ELSE '+1 year' END),
           audience, last
    FROM calendar
    WHERE begins < last
)
SELECT CASE :by
           WHEN 'day' THEN calendar.begins
           WHEN 'week' THEN strftime('%G-W%V', calendar.begins)
           WHEN 'month' THEN substr(calendar.begins, 1, 7)
           ELSE substr(calendar.begins, 1, 4)
       END AS period,
       calendar.begins, calendar.audience, coalesce(period.reviews, 0) AS reviews, period.mean
FROM calendar LEFT JOIN period
     ON period.begins = calendar.begins AND period.audience = calendar.audience
ORDER BY calendar.audience, calendar.begins;

-- notes
WITH day AS MATERIALIZED (
    SELECT date, audience, reviews, n AS scored FROM day_sum
),
told AS (
    SELECT asked.column1 AS audience,
           total(reviews) AS reviews,
           total(reviews) FILTER (WHERE date IS NULL) AS undated,
           total(reviews) FILTER (WHERE length(date) < needed) AS partial,
           total(reviews - scored) FILTER (WHERE length(date) >= needed) AS unscored
    FROM (SELECT column1, CASE :by WHEN 'month' THEN 7 WHEN 'year' THEN 4 ELSE 10 END AS needed
          FROM (VALUES ('critic'), ('user'))) AS asked
         LEFT JOIN day ON day.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d, of which %d are counted here; left out: %d undated, %d whose date does not tell the %s; %d of those counted have no score and are not in the mean',
              audience, reviews, reviews - undated - partial, undated, partial, :by, unscored)
FROM told;
