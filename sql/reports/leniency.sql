-- title = "Who marks kindly, who strictly"
-- tells = "How each critic marks against the other critics of the same works."
-- short = "mean over works of (critic's score - mean of the others'), with its standard error; the kindest first"
-- rule = """Per work the difference = the critic's score (of several of one work their mean) - the mean of the other reviews of that work by the same audience;
-- leniency = the mean of these differences over the works, se = sd of them / sqrt(works), sd with works - 1, about the mean in a second pass.
-- own_mean and others_mean are over the same works, own_mean - others_mean = leniency: own_mean is not the mean of all that the critic scored.
-- The others are all reviews of the work that are not by this critic, also those without a byline, that pass every filter but those on critic and publication.
-- Leniency within 2 se of 0 is no sign of kindness. Order: by leniency from the kindest, critics with fewer than --min-reviews works left out."""
-- source = "the paired difference and its standard error: NIST/SEMATECH e-Handbook 1.3.5.3; two passes: Chan, Golub and LeVeque 1983"
-- example = 'revdb query leniency --critic Dargis --min-reviews 1'
-- chart = { kind = "bars", label = "critic", value = "leniency", group = "audience", x = "critic", y = "points above the others" }
--
-- [columns]
-- critic = "text"
-- audience = "text"
-- works = "int"
-- leniency = "real 2"
-- se = "real 2"
-- own_mean = { kind = "real 2", heading = "own mean there" }
-- others_mean = { kind = "real 2", heading = "others' mean there" }
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 1
-- help = "leave out critics with fewer works that others scored too"

SELECT c.name AS critic, asked.column1 AS audience, s.n AS works, s.leniency,
       CASE WHEN s.n > 1 THEN sqrt(s.ss / (s.n - 1) / s.n) END AS se, s.mean AS own_mean, s.others_mean
FROM (VALUES ('critic'), ('user')) AS asked
CROSS JOIN critic_vs_peers AS s ON s.audience = asked.column1
CROSS JOIN critic AS c ON c.id = s.critic_id
WHERE s.n >= :min_reviews AND :audience IN ('all', asked.column1)
ORDER BY s.leniency DESC, s.n DESC, critic, audience;

-- notes
WITH told AS (
    SELECT asked.column1 AS audience, total(t.reviews) AS reviews, total(t.reviews) FILTER (WHERE NOT t.scored) AS unscored,
           total(t.reviews) FILTER (WHERE t.scored AND NOT t.named) AS unnamed,
           total(t.reviews) FILTER (WHERE t.scored AND t.named) AS named
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
),
compared AS (
    SELECT audience, total(reviews) AS reviews, count(*) FILTER (WHERE n < :min_reviews) AS few FROM critic_vs_peers GROUP BY audience
)
SELECT format('%s reviews: %d; left out: %d without a score, %d without a critic, %d of works that nobody else scored, and %d critics with fewer than %d works to compare (--min-reviews)',
              told.audience, told.reviews, unscored, unnamed, named - coalesce(l.reviews, 0), coalesce(l.few, 0), :min_reviews)
FROM told LEFT JOIN compared AS l ON l.audience = told.audience
UNION ALL
SELECT 'se is blank where there is one work: one difference has no spread'
UNION ALL
SELECT format('%s scores mix %d formats, lowest to highest score found: %s; where the worst marks differ, so do the means',
              audience, count(*), group_concat(format('%s %g to %g', format, lowest, highest), ', '))
FROM format_score WHERE :audience IN ('all', audience)
GROUP BY audience HAVING count(*) > 1
UNION ALL
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
