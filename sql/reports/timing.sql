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

-- In the order that the rows of work_course have, and with the names there: sorting and looking
-- up are more than all the rest.
SELECT c.work, c.audience, c.day, c.date,
       coalesce(c.critic, '(no byline)') AS critic,
       c.score, c.running_n, c.running_mean
FROM work_course AS c
WHERE :audience IN ('all', c.audience)
ORDER BY c.place, c.audience, c.date, c.id;

-- notes
SELECT format('%s reviews: %d; left out: %d undated, %d not dated to the day, %d dated but without a score',
              asked.column1, total(t.reviews), total(t.reviews) FILTER (WHERE t.dated = 0),
              total(t.reviews) FILTER (WHERE t.dated > 0 AND t.dated < 10),
              total(t.reviews) FILTER (WHERE t.dated = 10 AND NOT t.scored))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
