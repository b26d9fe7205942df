WITH folded AS (
    SELECT id, work_id, audience, critic_id, score_text,
           lower(regexp_replace(quote, '[\n .,…’''“”"-]', '', 'g')) AS words
    FROM review WHERE quote IS NOT NULL
),
alike AS (
    SELECT work_id, audience, substr(words, 1, 20) AS beginning
    FROM folded WHERE length(words) >= 20
    GROUP BY ALL HAVING count(*) BETWEEN 2 AND 200
),
begun AS (
    SELECT f.id, f.work_id, f.audience, a.beginning, f.words
    FROM folded AS f JOIN alike AS a
      ON a.work_id = f.work_id AND a.audience = f.audience AND a.beginning = substr(f.words, 1, 20)
),
near AS (
    SELECT a.id, b.id AS other_id,
           if(substr(a.words, 1, 60) = substr(b.words, 1, 60), 'beginning', 'contained') AS why
    FROM begun AS a JOIN begun AS b
      ON b.work_id = a.work_id AND b.audience = a.audience AND b.beginning = a.beginning AND b.id > a.id
    WHERE substr(a.words, 1, 60) = substr(b.words, 1, 60) OR contains(a.words, b.words) OR contains(b.words, a.words)
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id), 'contained'
    FROM folded AS a JOIN folded AS b ON b.work_id = a.work_id AND b.audience = a.audience AND b.critic_id = a.critic_id
    WHERE length(a.words) >= 20 AND b.id <> a.id AND length(b.words) >= length(a.words) AND contains(b.words, a.words)
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id), 'contained'
    FROM folded AS a JOIN folded AS b ON b.work_id = a.work_id AND b.audience = a.audience AND b.score_text = a.score_text
    WHERE length(a.words) >= 20 AND b.id <> a.id AND length(b.words) >= length(a.words) AND contains(b.words, a.words)
)
SELECT n.id, n.other_id, w.title || coalesce(' (' || w.year || ')', '') AS work, r.audience,
       coalesce(c.name, r.byline, '(no byline)') AS critic, coalesce(d.name, s.byline, '(no byline)') AS other_critic,
       min(n.why) AS why, any_value(r.quote) AS quote, any_value(s.quote) AS other_quote
FROM near AS n
JOIN review AS r ON r.id = n.id
JOIN review AS s ON s.id = n.other_id
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN critic AS d ON d.id = s.critic_id
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY work, n.id, n.other_id;
