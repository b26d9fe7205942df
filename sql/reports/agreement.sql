-- title = "Who agrees with whom"
-- tells = "Which critics score the same works alike; with --critic, whose taste is nearest."
-- rule = """Over the works that both scored (a critic who scored a work more than once counts with the mean): r = sum((x - mx)(y - my)) / sqrt(sum((x - mx)^2) sum((y - my)^2)), Pearson;
-- difference = mean |x - y|, in points. r is blank where one of the two gave every shared work the same score.
-- Under --critic or --publication whoever passes is held against everybody else; of two that pass, only what passes counts."""
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

SELECT c.name AS critic, o.name AS other, p.audience, p.shared, p.r, p.difference
FROM taste_pair AS p JOIN critic AS c ON c.id = p.critic_id JOIN critic AS o ON o.id = p.other_id
WHERE p.shared >= :min_shared AND :audience IN ('all', p.audience)
ORDER BY r DESC NULLS LAST, p.difference, p.shared DESC, c.name, o.name, p.audience;

-- notes
SELECT format('%s reviews: %d; left out: %d without a score, %d without a critic, and pairs with fewer than %d works in common',
              asked.column1, total(t.reviews), total(t.reviews) FILTER (WHERE NOT t.scored),
              total(t.reviews) FILTER (WHERE t.scored AND NOT t.named), :min_shared)
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
