-- title = "Who agrees with whom"
-- summary = "Which critics score the same works alike; with --critic, whose taste is nearest."
-- heavy = true
-- short = "Pearson's r over the works both scored, with its 95 % interval; the highest lower limit first"
-- rule = """Over the works that both scored (a critic who scored a work more than once counts with the mean): r = sum((x - mx)(y - my)) / sqrt(sum((x - mx)^2) sum((y - my)^2)), Pearson,
-- about the means, so that nothing cancels (Welford); difference = mean |x - y|, in points. low and high: 95 % interval of r, tanh(atanh r -+ z / sqrt(shared - 3)), Fisher, z = 1.959963984540054 (97.5 % of the normal distribution).
-- r is blank where one of the two gave every shared work the same score, low and high where r is 1 or -1 or fewer than four works are shared.
-- Of many pairs some agree by chance: of a hundred intervals five miss the true r.
-- Order: by low from the highest, so that few works in common lead nowhere; blanks last, these by difference.
-- Under --critic or --publication whoever passes is held against everybody else; of two that pass, only what passes counts."""
-- source = "Fisher 1921, On the probable error of a coefficient of correlation; Welford 1962"
-- example = 'revdb query agreement --critic Dargis --min-shared 10'
--
-- [columns]
-- critic = "text: the first of the pair"
-- other = "text: the second"
-- audience = "text: who speaks"
-- shared = "int: works that both scored"
-- r = "real 3: Pearson correlation of their scores, -1 to 1; blank where one gave every shared work the same"
-- low = "real 3: lower end of the 95 % interval of r, by which the pairs are ordered"
-- high = "real 3: upper end"
-- difference = "real 2: mean distance of their scores, in points"
--
-- [[param]]
-- name = "min_shared"
-- type = "int"
-- default = 15
-- min = 2
-- help = "leave out pairs with fewer works in common"

WITH paired AS (
    SELECT p.*, CASE WHEN p.shared > 3 AND abs(p.r) < 1 - 1e-12 THEN atanh(p.r) END AS z,
           1.959963984540054 / sqrt(p.shared - 3) AS half
    FROM (VALUES ('critic'), ('user')) AS asked CROSS JOIN critic_pair AS p ON p.audience = asked.column1
    WHERE p.shared >= :min_shared AND :audience IN ('all', asked.column1)
)
SELECT c.name AS critic, o.name AS other, p.audience, p.shared, p.r,
       tanh(p.z - p.half) AS low, tanh(p.z + p.half) AS high, p.difference
FROM paired AS p JOIN critic AS c ON c.id = p.critic_id JOIN critic AS o ON o.id = p.other_id
ORDER BY low DESC NULLS LAST, p.difference, p.shared DESC, c.name, o.name, p.audience;

-- notes
WITH told AS (
    SELECT asked.column1 AS audience, total(t.reviews) AS reviews, total(t.reviews) FILTER (WHERE NOT t.scored) AS unscored,
           total(t.reviews) FILTER (WHERE t.scored AND NOT t.named) AS unnamed
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d; pairs with at least %d works in common (--min-shared): %d; about %d of their 95 %% intervals miss the true r by chance; left out: %d without a score, %d without a critic',
              audience, reviews, :min_shared, pairs, round(0.05 * pairs), unscored, unnamed)
FROM (SELECT told.*, (SELECT count(*) FROM critic_pair AS p WHERE p.audience = told.audience AND p.shared >= :min_shared) AS pairs
      FROM told)
