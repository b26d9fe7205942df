-- title = "Reviews that may be one"
-- tells = "Pairs of reviews of one work whose quotes nearly agree: printed twice, syndicated, or cut short in one dump."
-- audience = "all"
-- rule = """Same work and audience, both quotes of at least 20 letters once case and punctuation are folded, and either the same
-- first 60 letters (beginning), or one quote contains the other, and they begin with the same 20 letters or critic or
-- score_text agree (contained). Where more than 200 reviews of a work begin with the same 20 letters, these are not paired."""
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

SELECT n.id, n.other_id, w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience,
       coalesce(c.name, r.byline, '(no byline)') AS critic, coalesce(d.name, s.byline, '(no byline)') AS other_critic,
       n.why, r.quote, s.quote AS other_quote
FROM quote_pair AS n
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
