-- title = "Early and late reviews"
-- tells = "Whether those who review first judge otherwise than those who come later."
-- rule = """day = days since the first review of the work by the same audience that is dated to the day and passes the filters other than critic and publication;
-- running_n and running_mean are over the scored reviews shown of the work up to and including that day."""
-- example = 'revdb query timing --work "Never Sorry"'
-- chart = { kind = "line", at = "day", value = "running_mean", group = "work", x = "days since the first review", y = "running mean (0-100)" }
--
-- [columns]
-- work = "text"
-- audience = "text"
-- day = "int"
-- date = "date"
-- critic = "text"
-- score = "real 1"
-- running_n = "int"
-- running_mean = "real 2"

WITH first AS MATERIALIZED (
    SELECT work_id, audience, min(date) AS date
    FROM peers
    WHERE length(date) = 10 AND (:audience = 'all' OR audience = :audience)
    GROUP BY work_id, audience
)
SELECT w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience, CAST(julianday(r.date) - julianday(first.date) AS INTEGER) AS day, r.date,
       coalesce(c.name, r.byline, '(no byline)') AS critic, r.score,
       count(*) OVER so_far AS running_n, avg(r.score) OVER so_far AS running_mean
FROM filtered AS r
JOIN first ON first.work_id = r.work_id AND first.audience = r.audience
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
WHERE length(r.date) = 10 AND r.score IS NOT NULL
-- RANGE: all reviews of one day together, so that their order means nothing.
WINDOW so_far AS (PARTITION BY r.work_id, r.audience ORDER BY r.date RANGE UNBOUNDED PRECEDING)
ORDER BY work, r.work_id, r.audience, r.date, r.id;

-- notes
SELECT format('%s reviews: %d; left out: %d undated, %d not dated to the day, %d dated but without a score',
              asked.column1, count(r.id), count(*) FILTER (WHERE r.id IS NOT NULL AND r.date IS NULL),
              count(*) FILTER (WHERE length(r.date) < 10),
              count(*) FILTER (WHERE length(r.date) = 10 AND r.score IS NULL))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN filtered AS r ON r.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
