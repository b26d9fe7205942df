-- title = "Lenient and strict scores, by {by}"
-- summary = "How each {by} scores compared with the others on the same works."
-- short = "mean over works of (own score - mean of the others'), with its standard error; the most lenient first"
-- rule = """Per work the difference = the {by}'s score (of several of one work their mean) - the mean of the other reviews of that work by the same audience;
-- leniency = the mean of these differences over the works, se = sd of them / sqrt(works), sd with works - 1, about the mean in a second pass.
-- own_mean and others_mean are over the same works, own_mean - others_mean = leniency: own_mean is not the mean of all that the {by} scored.
-- The others are all reviews of the work that are not of this {by}, also those without one, that pass every filter but those on critic and publication.
-- Leniency within 2 se of 0 is no sign of kindness. Order: by leniency from the kindest, those with fewer than --min-reviews works left out."""
-- source = "the paired difference and its standard error: NIST/SEMATECH e-Handbook 1.3.5.3; two passes: Chan, Golub and LeVeque 1983"
-- example = 'revdb query leniency --critic Dargis --min-reviews 1'
-- chart = { kind = "bars", label = "subject", value = "leniency", group = "audience", x = "{by}", y = "points above the others" }
--
-- [columns]
-- subject = { kind = "text: who marks", heading = "{by}" }
-- audience = "text: who speaks"
-- works = "int: works that others scored too"
-- leniency = "real 2: mean difference from the others, in points"
-- se = "real 2: its standard error; blank where there is one work"
-- own_mean = { kind = "real 2: mean of the own scores of these works", heading = "own mean there" }
-- others_mean = { kind = "real 2: mean of the others' scores of them", heading = "others' mean there" }
--
-- [[param]]
-- name = "by"
-- type = "text"
-- default = "critic"
-- one_of = ["critic", "publication"]
-- help = "who is compared"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 1
-- help = "leave out those with fewer works that others scored too"

WITH compared AS (
    SELECT critic_id AS id, audience, n, mean, others_mean, leniency, ss FROM critic_vs_peers WHERE :by = 'critic'
    UNION ALL
    SELECT publication_id, audience, n, mean, others_mean, leniency, ss FROM publication_vs_peers WHERE :by = 'publication'
)
SELECT iif(:by = 'critic', (SELECT name FROM critic WHERE id = s.id), (SELECT name FROM publication WHERE id = s.id)) AS subject,
       s.audience, s.n AS works, s.leniency,
       CASE WHEN s.n > 1 THEN sqrt(s.ss / (s.n - 1) / s.n) END AS se, s.mean AS own_mean, s.others_mean
FROM compared AS s
WHERE s.n >= :min_reviews AND :audience IN ('all', s.audience)
ORDER BY s.leniency DESC, s.n DESC, subject, s.audience;

-- notes
WITH told AS (
    SELECT asked.column1 AS audience, total(t.reviews) AS reviews, total(t.reviews) FILTER (WHERE NOT t.scored) AS unscored,
           total(t.reviews) FILTER (WHERE t.scored AND NOT iif(:by = 'critic', t.named, t.published)) AS unnamed,
           total(t.reviews) FILTER (WHERE t.scored AND iif(:by = 'critic', t.named, t.published)) AS named
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
),
compared AS (
    SELECT audience, total(reviews) AS reviews, count(*) FILTER (WHERE n < :min_reviews) AS few,
           count(*) FILTER (WHERE n >= :min_reviews) AS shown,
           count(*) FILTER (WHERE n >= :min_reviews AND n > 1 AND abs(leniency) > 2 * sqrt(ss / (n - 1) / n)) AS far
    FROM (SELECT audience, reviews, n, leniency, ss FROM critic_vs_peers WHERE :by = 'critic'
          UNION ALL SELECT audience, reviews, n, leniency, ss FROM publication_vs_peers WHERE :by = 'publication')
    GROUP BY audience
)
SELECT format('%s reviews: %d; left out: %d without a score, %d without a %s, %d of works that nobody else scored, and %d %ss with fewer than %d works to compare (--min-reviews)',
              told.audience, told.reviews, unscored, unnamed, :by, named - coalesce(l.reviews, 0), coalesce(l.few, 0), :by, :min_reviews)
FROM told LEFT JOIN compared AS l ON l.audience = told.audience
UNION ALL
SELECT audience || ': ' || coalesce(far || '; ' || mixed, far, mixed)
FROM (SELECT c.audience,
             CASE WHEN shown > 1 THEN format('%d of %d lie more than 2 se from 0, about %d would by chance alone', far, shown, round(0.05 * shown)) END AS far,
             (SELECT format('the scores are of %d formats, whose lowest marks may differ (--from takes one)', count(*))
              FROM format_score AS f WHERE f.audience = c.audience HAVING count(*) > 1) AS mixed
      FROM compared AS c WHERE :audience IN ('all', c.audience))

-- details
SELECT format('%s scores mix %d formats, lowest to highest score found: %s; where the lowest marks differ, so do the means',
              audience, count(*), group_concat(format('%s %g to %g', format, lowest, highest), ', '))
FROM format_score WHERE :audience IN ('all', audience)
GROUP BY audience HAVING count(*) > 1
UNION ALL
SELECT format('%s verdicts without a score, in no mean: %d positive, %d negative, %d other', audience,
              total(reviews) FILTER (WHERE verdict = 'positive'), total(reviews) FILTER (WHERE verdict = 'negative'),
              total(reviews) FILTER (WHERE verdict = 'other'))
FROM review_tally WHERE verdict IS NOT NULL AND NOT scored AND :audience IN ('all', audience)
GROUP BY audience
