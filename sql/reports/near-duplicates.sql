-- title = "Reviews that may be one"
-- tells = "Pairs of reviews of one work whose quotes nearly agree, or of which one has none: printed twice, syndicated, or cut short in one dump."
-- audience = "all"
-- rule = """Same work and audience, both quotes of at least 20 letters once case and punctuation are folded, and either the same
-- first 60 letters (beginning), or one quote contains the other, and they begin with the same 20 letters or critic or
-- score_text agree (contained); or the same critic, date and score_text, and only one of the two has a quote (no quote). Where more than 200 reviews of a work begin with the same 20 letters, these are not paired."""
-- example = 'revdb query near-duplicates --publication variety'
--
-- [columns]
-- id = "int"
-- other_id = "int"
-- work = "text"
-- audience = "text"
-- critic = "text"
-- other_critic = "text"
-- why = "text"
-- quote = "quote"
-- other_quote = "quote"

WITH pair AS (
    SELECT id, other_id, why FROM quote_pair
    UNION ALL
    -- By the index of what is lacking to the reviews without a quote, from each by the critic's index.
    SELECT min(bare.id, said.id), max(bare.id, said.id), 'no quote'
    FROM filtered AS bare
    CROSS JOIN filtered AS said ON said.critic_id = bare.critic_id AND said.audience = bare.audience AND said.work_id = bare.work_id
    WHERE bare.audience IN ('critic', 'user') AND :audience IN ('all', bare.audience)
      AND bare.quote IS NULL AND (bare.score IS NULL OR bare.quote IS NULL OR bare.truncated)
      AND said.quote IS NOT NULL AND said.date = bare.date AND said.score_text IS bare.score_text
)
SELECT n.id, n.other_id, w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience,
       coalesce(c.name, r.byline, '(no byline)') AS critic, coalesce(d.name, s.byline, '(no byline)') AS other_critic,
       n.why, r.quote, s.quote AS other_quote
FROM pair AS n
JOIN filtered AS r ON r.id = n.id
JOIN filtered AS s ON s.id = n.other_id
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN critic AS d ON d.id = s.critic_id
WHERE :audience IN ('all', r.audience)
ORDER BY work, n.id, n.other_id;

-- notes
SELECT format('%s reviews: %d; left out: %d without a quote', asked.column1,
              (SELECT count(*) FROM filtered WHERE audience = asked.column1),
              -- The second condition says nothing new but that the index of what is lacking will do.
              (SELECT count(*) FROM filtered
               WHERE audience = asked.column1 AND quote IS NULL AND (score IS NULL OR quote IS NULL OR truncated)))
FROM (VALUES ('critic'), ('user')) AS asked
WHERE :audience IN ('all', asked.column1)
UNION ALL
SELECT 'revdb show ID shows a review whole, with every source that held it';
