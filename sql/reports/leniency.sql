-- title = "Who marks kindly, who strictly"
-- tells = "How each critic marks against the other critics of the same works."
-- rule = """leniency = mean of (score - mean of the other reviews of that work by the same audience), over the scored reviews of the critic;
-- se = sd of these differences / sqrt(n), sd with n - 1. All reviews of the work that are not by this critic are the others,
-- also those without a byline, and whatever the filters on critic and publication leave out."""
-- example = 'revdb query leniency --critic Dargis'
-- chart = { kind = "bars", label = "critic", value = "leniency", group = "audience", x = "critic", y = "points above the others" }
--
-- [columns]
-- critic = "text"
-- audience = "text"
-- n = "int"
-- leniency = "real 2"
-- se = "real 2"
-- mean = "real 2"
-- others_mean = "real 2"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 1
-- min = 1
-- help = "leave out critics with fewer comparable reviews"

SELECT c.name AS critic, asked.column1 AS audience, s.n, s.leniency,
       CASE WHEN s.n > 1 THEN
           CASE WHEN min = max THEN 0.0 ELSE sqrt(max(0.0, (s2 - s1 * s1 / n) / (n - 1)) / n) END
       END AS se,
       s.mean, s.others_mean
FROM (VALUES ('critic'), ('user')) AS asked
CROSS JOIN critic_leaning AS s ON s.audience = asked.column1
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
)
SELECT format('%s reviews: %d; left out: %d without a score, %d without a critic, %d of works that nobody else scored, and critics with fewer than %d comparable reviews',
              audience, reviews, unscored, unnamed,
              named - (SELECT total(n) FROM critic_leaning AS l WHERE l.audience = told.audience), :min_reviews)
FROM told
UNION ALL
SELECT 'se is blank where n is 1: one difference has no spread'
