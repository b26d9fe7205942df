-- title = "Reviews that may be one"
-- tells = "Pairs of reviews of one work that nearly agree: printed twice, syndicated, or cut short or without words in one dump."
-- audience = "all"
-- rule = """Same work and audience, both quotes of at least 20 letters once case and punctuation are folded, and either the same
-- first 60 letters (beginning), or one quote contains the other, and they begin with the same 20 letters or critic or
-- score_text agree (contained). Where more than 200 reviews of a work begin with the same 20 letters, these are not paired.
-- Quotes of any length: the same critic, and one quote was cut off where the other goes on (cut off). The same critic, date
-- and score, and only one of the two has a quote (no quote)."""
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

WITH found AS (
    SELECT id, other_id, why FROM quote_pair
    UNION ALL
    -- From the index of what is lacking to the reviews without a quote, and from each of them, by the work's index,
    -- to what its critic said on that day.
    SELECT min(bare.id, said.id), max(bare.id, said.id), 'no quote'
    FROM filtered AS bare
    CROSS JOIN filtered AS said ON said.work_id = bare.work_id AND said.audience = bare.audience
        AND said.date = bare.date AND said.score IS bare.score AND said.critic_id = bare.critic_id
    WHERE bare.audience IN ('critic', 'user') AND :audience IN ('all', bare.audience)
      AND (bare.quote IS NULL) = 1 AND (bare.score IS NULL OR bare.quote IS NULL OR bare.truncated)
      AND said.quote IS NOT NULL AND said.score_text IS bare.score_text
    UNION ALL
    SELECT min(cut.id, said.id), max(cut.id, said.id), 'cut off'
    FROM (SELECT id, critic_id, audience, work_id, rtrim(quote, '….') AS words
          FROM filtered
          WHERE audience IN ('critic', 'user') AND :audience IN ('all', audience)
            AND truncated AND (score IS NULL OR quote IS NULL OR truncated)) AS cut
    CROSS JOIN filtered AS said ON said.critic_id = cut.critic_id AND said.audience = cut.audience
        AND said.work_id = cut.work_id
    WHERE said.id <> cut.id AND cut.words <> '' AND substr(said.quote, 1, length(cut.words)) = cut.words
),
pair AS (SELECT id, other_id, min(why) AS why FROM found GROUP BY id, other_id)
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
