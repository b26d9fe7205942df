-- title = "Who agrees with whom"
-- tells = "Which critics score the same works alike; with --critic, whose taste is nearest."
-- rule = """Over the works that both scored (a critic who scored a work more than once counts with the mean): r = sum((x - mx)(y - my)) / sqrt(sum((x - mx)^2) sum((y - my)^2)), Pearson;
-- difference = mean |x - y|, in points. r is blank where one of the two gave every shared work the same score."""
-- example = 'revdb query agreement --critic Dargis --min-shared 3'
--
-- [columns]
-- critic = "text"
-- other = "text"
-- audience = "text"
-- shared = "int"
-- r = "real 3"
-- difference = "real 2"
--
-- [[param]]
-- name = "min_shared"
-- type = "int"
-- default = 5
-- min = 2
-- help = "leave out pairs with fewer works in common"

WITH mine AS MATERIALIZED (
    SELECT critic_id, work_id, audience, avg(score) - 50 AS x
    FROM filtered
    WHERE critic_id IS NOT NULL AND score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
    GROUP BY critic_id, work_id, audience
),
theirs AS MATERIALIZED (
    SELECT work_id, audience, critic_id, avg(score) - 50 AS y
    FROM peers
    WHERE critic_id IS NOT NULL AND score IS NOT NULL AND (:audience = 'all' OR audience = :audience)
      AND work_id IN (SELECT work_id FROM mine)
    GROUP BY work_id, audience, critic_id
),
asked AS MATERIALIZED (SELECT DISTINCT critic_id FROM mine),
-- Whoever scored fewer works than a pair must share is in no pair: most critics.
busy_mine AS MATERIALIZED (
    SELECT * FROM mine
    WHERE critic_id IN (SELECT critic_id FROM mine GROUP BY critic_id HAVING count(*) >= :min_shared)
),
busy_theirs AS MATERIALIZED (
    SELECT * FROM theirs
    WHERE critic_id IN (SELECT critic_id FROM theirs GROUP BY critic_id HAVING count(*) >= :min_shared)
),
paired AS (
    SELECT a.critic_id, b.critic_id AS other_id, a.audience, count(*) AS n,
           sum(x) AS sx, sum(y) AS sy, sum(x * x) AS sxx, sum(y * y) AS syy, sum(x * y) AS sxy,
           avg(abs(x - y)) AS difference, min(x) < max(x) AND min(y) < max(y) AS varies
    FROM busy_mine AS a JOIN busy_theirs AS b ON b.work_id = a.work_id AND b.audience = a.audience
    -- Each pair once; a pair with somebody whom the filter left out has one side only.
    WHERE a.critic_id < b.critic_id
       OR (a.critic_id > b.critic_id AND b.critic_id NOT IN (SELECT critic_id FROM asked))
    GROUP BY a.critic_id, b.critic_id, a.audience
    HAVING count(*) >= :min_shared
)
SELECT c.name AS critic, o.name AS other, p.audience, p.n AS shared,
       CASE WHEN varies THEN
           max(-1.0, min(1.0, (n * sxy - sx * sy) / (sqrt(n * sxx - sx * sx) * sqrt(n * syy - sy * sy))))
       END AS r,
       p.difference
FROM paired AS p JOIN critic AS c ON c.id = p.critic_id JOIN critic AS o ON o.id = p.other_id
ORDER BY r DESC NULLS LAST, p.difference, p.n DESC, c.name, o.name, p.audience;

-- notes
SELECT format('%s reviews: %d; left out: %d without a score, %d without a critic, and pairs with fewer than %d works in common',
              asked.column1, count(r.id), count(*) FILTER (WHERE r.id IS NOT NULL AND r.score IS NULL),
              count(*) FILTER (WHERE r.score IS NOT NULL AND r.critic_id IS NULL), :min_shared)
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN filtered AS r ON r.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
