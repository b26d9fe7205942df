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
    SELECT work_id, audience, julianday(min(date) FILTER (WHERE length(date) = 10)) AS day
    FROM peers
    GROUP BY work_id, audience
),
-- A number for each title: numbers are sorted by faster than titles.
placed AS MATERIALIZED (
    SELECT id, title || coalesce(' (' || year || ')', '') AS work,
           row_number() OVER (ORDER BY title || coalesce(' (' || year || ')', ''), id) AS place
    FROM work
),
-- In the order of the index on works; names come afterwards, so that this reads nothing else.
running AS (
    SELECT id, work_id, audience, date, critic_id, score,
           count(*) OVER so_far AS running_n, avg(score) OVER so_far AS running_mean
    FROM filtered
    WHERE length(date) = 10 AND score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
    -- RANGE: all reviews of one day together, so that their order means nothing.
    WINDOW so_far AS (PARTITION BY work_id, audience ORDER BY date RANGE UNBOUNDED PRECEDING)
)
SELECT p.work, r.audience, CAST(julianday(r.date) - first.day AS INTEGER) AS day, r.date,
       coalesce((SELECT name FROM critic WHERE critic.id = r.critic_id),
                (SELECT byline FROM filtered AS f WHERE f.id = r.id), '(no byline)') AS critic,
       r.score, r.running_n, r.running_mean
FROM running AS r
CROSS JOIN first ON first.work_id = r.work_id AND first.audience = r.audience
CROSS JOIN placed AS p ON p.id = r.work_id
ORDER BY p.place, r.audience, r.date, r.id;

-- notes
SELECT format('%s reviews: %d; left out: %d undated, %d not dated to the day, %d dated but without a score',
              asked.column1, count(r.id), count(*) FILTER (WHERE r.id IS NOT NULL AND r.date IS NULL),
              count(*) FILTER (WHERE length(r.date) < 10),
              count(*) FILTER (WHERE length(r.date) = 10 AND r.score IS NULL))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN filtered AS r ON r.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
