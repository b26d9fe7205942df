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

WITH folded AS MATERIALIZED (
    SELECT id, work_id, audience, critic_id, score_text,
           lower(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
               quote, char(10), ''), ' ', ''), '.', ''), ',', ''), '…', ''), '’', ''), '''', ''), '“', ''), '”', ''),
               '"', ''), '-', '')) AS words
    FROM filtered
    WHERE quote IS NOT NULL AND (:audience = 'all' OR audience = :audience)
),
alike AS MATERIALIZED (
    SELECT work_id, audience, substr(words, 1, 20) AS beginning
    FROM folded WHERE length(words) >= 20
    GROUP BY 1, 2, 3 HAVING count(*) BETWEEN 2 AND 200
),
begun AS MATERIALIZED (
    SELECT f.id, f.work_id, f.audience, a.beginning, f.words
    FROM folded AS f JOIN alike AS a
      ON a.work_id = f.work_id AND a.audience = f.audience AND a.beginning = substr(f.words, 1, 20)
),
near AS (
    SELECT a.id, b.id AS other_id,
           iif(substr(a.words, 1, 60) = substr(b.words, 1, 60), 'beginning', 'contained') AS why
    FROM begun AS a JOIN begun AS b
      ON b.work_id = a.work_id AND b.audience = a.audience AND b.beginning = a.beginning AND b.id > a.id
    WHERE substr(a.words, 1, 60) = substr(b.words, 1, 60) OR instr(a.words, b.words) OR instr(b.words, a.words)
    UNION
    SELECT min(a.id, b.id), max(a.id, b.id), 'contained'
    FROM folded AS a JOIN folded AS b ON b.work_id = a.work_id AND b.audience = a.audience AND b.critic_id = a.critic_id
    WHERE length(a.words) >= 20 AND b.id <> a.id AND length(b.words) >= length(a.words) AND instr(b.words, a.words)
    UNION
    SELECT min(a.id, b.id), max(a.id, b.id), 'contained'
    FROM folded AS a JOIN folded AS b ON b.work_id = a.work_id AND b.audience = a.audience AND b.score_text = a.score_text
    WHERE length(a.words) >= 20 AND b.id <> a.id AND length(b.words) >= length(a.words) AND instr(b.words, a.words)
)
SELECT n.id, n.other_id, w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience,
       coalesce(c.name, r.byline, '(no byline)') AS critic, coalesce(d.name, s.byline, '(no byline)') AS other_critic,
       min(n.why) AS why, r.quote, s.quote AS other_quote
FROM near AS n
JOIN filtered AS r ON r.id = n.id
JOIN filtered AS s ON s.id = n.other_id
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN critic AS d ON d.id = s.critic_id
GROUP BY n.id, n.other_id
ORDER BY work, n.id, n.other_id;

-- notes
SELECT format('%s reviews: %d; left out: %d without a quote', asked.column1, count(r.id),
              count(*) FILTER (WHERE r.id IS NOT NULL AND r.quote IS NULL))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN filtered AS r ON r.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT 'revdb show ID shows a review whole, with every source that held it';
