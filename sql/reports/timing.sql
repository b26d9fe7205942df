-- title = "Early and late reviews"
-- summary = "Whether early reviewers score differently from later ones."
-- short = "running mean of the scores of each work by the day they came; by work and date"
-- rule = """day = days since the first review of the work by the same audience that is dated to the day and passes the filters other than critic and publication;
-- running_n and running_mean are over the scored reviews shown of the work up to and including that day.
-- Early against late, below the table: of each work with at least four scores the early ones are those of the first day and of the days up to which half of the scores or fewer had come,
-- the late ones all others; late - early is the difference of their means, averaged over the works, with the standard error of that average. Order: by work, audience, date."""
-- source = "half and half: Godes and Silva 2012, Sequential and Temporal Dynamics of Online Opinion, on order effects; standard error of a mean: NIST/SEMATECH e-Handbook 1.3.5.2"
-- example = 'revdb query timing --work "Never Sorry"'
-- chart = { kind = "line", at = "day", value = "running_mean", group = "work", axis = [0, 100], x = "days since the first review", y = "running mean (0-100)" }
--
-- [columns]
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- day = "int: days since the first review of the work"
-- date = "date: the review's day"
-- critic = { kind = "text: who wrote it", blank = "(no byline)" }
-- score = "real 1: its score"
-- running_n = "int: reviews up to that day"
-- running_mean = "real 2: their mean"

-- In the order that the rows of work_timeline have, and with the names there: sorting and looking
-- up are more than all the rest.
SELECT c.work, c.audience, c.day, c.date,
       c.critic,
       c.score, c.running_n, c.running_mean
FROM work_timeline AS c
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
UNION ALL
SELECT * FROM (
    WITH part AS (
        SELECT c.place, c.audience, w.n, avg(c.score) FILTER (WHERE c.running_n = w.first_day OR 2 * c.running_n <= w.n) AS early,
               avg(c.score) FILTER (WHERE c.running_n > w.first_day AND 2 * c.running_n > w.n) AS late
        FROM work_timeline AS c
        CROSS JOIN (SELECT place, audience, count(*) AS n, min(running_n) AS first_day
                    FROM work_timeline GROUP BY place, audience HAVING count(*) >= 4) AS w
          ON w.place = c.place AND w.audience = c.audience
        WHERE :audience IN ('all', c.audience)
        GROUP BY c.place, c.audience
    ),
    middle AS (SELECT audience, avg(late - early) AS mean, count(late - early) AS works FROM part GROUP BY audience)
    SELECT CASE WHEN m.works > 0 THEN
               format('%s: late reviews are %+.2f points from early ones (mean over %d works with at least 4 scores on 2 days%s)', m.audience, m.mean, m.works,
                      iif(m.works > 1, format(', standard error %.2f', sqrt(sum((p.late - p.early - m.mean) * (p.late - p.early - m.mean)) / (m.works - 1) / m.works)), ''))
           ELSE format('%s: no work has 4 scores on 2 days, so early and late are not compared', m.audience) END
    FROM middle AS m JOIN part AS p ON p.audience = m.audience GROUP BY m.audience)

-- details
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
