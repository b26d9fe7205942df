-- title = "Reviews that may be one"
-- summary = "Pairs of reviews of one work that nearly agree: printed twice, syndicated, or cut short or without words in one dump."
-- audience = "all"
-- heavy = true
-- short = "quotes of one work that begin alike, contain one another or were cut off; by work"
-- rule = """Same work and audience, both quotes of at least 20 letters once case, accents, spaces and all punctuation are off (the words of the
-- full-text index, one behind the other), and either the same
-- first 60 letters (beginning), or one quote contains the other, and they begin with the same 20 letters or critic or
-- score_text agree (contained). Where more than 200 reviews of a work begin with the same 20 letters,
-- these are neither paired nor looked for in other quotes.
-- Quotes of any length: the same critic, and one quote was cut off where the other goes on (cut off). The same critic, date
-- and score, and only one of the two has a quote (no quote). Order: by work, then by number."""
-- example = 'revdb query near-duplicates --publication variety'
--
-- [columns]
-- id = "int: one review; `revdb show ID` shows it whole"
-- other_id = "int: the other"
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- critic = { kind = "text: who wrote the one", blank = "(no byline)" }
-- other_critic = { kind = "text: and the other", blank = "(no byline)" }
-- why = "text: what they have in common"
-- quote = "quote: words of the one"
-- other_quote = "quote: and of the other"

SELECT n.id, n.other_id, w.label AS work, r.audience,
       coalesce(c.name, r.byline) AS critic, coalesce(d.name, s.byline) AS other_critic,
       n.why, r.quote, s.quote AS other_quote
FROM duplicate_candidates AS n
CROSS JOIN filtered AS r ON r.id = n.id
CROSS JOIN filtered AS s ON s.id = n.other_id
CROSS JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN critic AS d ON d.id = s.critic_id
WHERE :audience IN ('all', r.audience)
ORDER BY work, n.id, n.other_id;

-- notes
SELECT format('%s reviews: %d; left out: %d without a quote', asked.column1,
              total(t.reviews), total(t.reviews) FILTER (WHERE NOT t.quoted))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
