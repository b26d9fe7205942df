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

WITH work_sum AS MATERIALIZED (
    SELECT work_id, audience, count(*) AS n, sum(score) AS points
    FROM peers WHERE score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
    GROUP BY work_id, audience
),
-- A critic's own reviews of the work, more than one included, are no others.
own AS MATERIALIZED (
    SELECT critic_id, work_id, audience, count(*) AS n, sum(score) AS points
    FROM peers
    -- The + keeps one pass over the table; by the index each row would be sought by itself.
    WHERE +critic_id IN (SELECT critic_id FROM filtered) AND score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
    GROUP BY critic_id, work_id, audience
),
other AS MATERIALIZED (
    SELECT own.critic_id, own.work_id, own.audience, (work_sum.points - own.points) / (work_sum.n - own.n) AS mean
    FROM own JOIN work_sum ON work_sum.work_id = own.work_id AND work_sum.audience = own.audience
    WHERE work_sum.n > own.n
),
summed AS (
    SELECT r.critic_id, r.audience, count(*) AS n, avg(r.score) AS mean, avg(o.mean) AS others_mean,
           avg(r.score - o.mean) AS leniency, min(r.score - o.mean) AS min, max(r.score - o.mean) AS max,
           sum(r.score - o.mean) AS s1, sum((r.score - o.mean) * (r.score - o.mean)) AS s2
    FROM filtered AS r
    CROSS JOIN other AS o ON o.critic_id = r.critic_id AND o.work_id = r.work_id AND o.audience = r.audience
    WHERE r.score IS NOT NULL
    GROUP BY r.critic_id, r.audience
    HAVING count(*) >= :min_reviews
)
SELECT c.name AS critic, s.audience, s.n, s.leniency,
       CASE WHEN s.n > 1 THEN
           CASE WHEN min = max THEN 0.0 ELSE sqrt(max(0.0, (s2 - s1 * s1 / n) / (n - 1)) / n) END
       END AS se,
       s.mean, s.others_mean
FROM summed AS s JOIN critic AS c ON c.id = s.critic_id
ORDER BY s.leniency DESC, s.n DESC, c.name, s.audience;

-- notes
WITH work_count AS MATERIALIZED (
    SELECT work_id, audience, count(*) AS n, count(DISTINCT critic_id) AS critics, sum(critic_id IS NULL) AS nobody
    FROM peers WHERE score IS NOT NULL GROUP BY work_id, audience
)
SELECT format('%s reviews: %d; left out: %d without a score, %d without a critic, %d of works that nobody else scored, and critics with fewer than %d comparable reviews',
              asked.column1, count(r.id), count(*) FILTER (WHERE r.id IS NOT NULL AND r.score IS NULL),
              count(*) FILTER (WHERE r.score IS NOT NULL AND r.critic_id IS NULL),
              count(*) FILTER (WHERE r.score IS NOT NULL AND r.critic_id IS NOT NULL AND k.critics = 1 AND k.nobody = 0),
              :min_reviews)
FROM (VALUES ('critic'), ('user')) AS asked
LEFT JOIN filtered AS r ON r.audience = asked.column1
LEFT JOIN work_count AS k ON k.work_id = r.work_id AND k.audience = r.audience
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT 'se is blank where n is 1: one difference has no spread'
