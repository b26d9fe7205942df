-- title = "What is missing in the archive"
-- summary = "How many reviews lack a date, a score, a critic or words; which works lack a title; what each dump could not give."
-- audience = "all"
-- short = "share = 100 * count / of; reviews first, then works, then rejected records"
-- rule = """share = 100 * count / of. A date is partial where it does not tell the day. unscored, no scale: score_text is there,
-- but the scale it is on is not known; unscored reviews with a verdict (fresh, recommended; rotten, not recommended) are among the unscored. work named by an id: no dump gave a title. rejected: records of the dump that could
-- not become a review, of all its records; the filters do not apply to these. Order: as listed here: dates, scores, names, words, works, rejected records."""
-- example = 'revdb query quality --import 3'
-- chart = { kind = "bars", label = "what", value = "share", group = "audience", x = "what", y = "percent" }
--
-- [columns]
-- what = "text: what is missing"
-- audience = "text: whose reviews; both: records, and works of either"
-- count = "int: how many"
-- of = "int: of how many"
-- share = "real 1: percent"

WITH told AS MATERIALIZED (
    SELECT audience, sum(reviews) AS reviews, sum(reviews * (dated = 0)) AS undated,
           sum(reviews * (dated > 0 AND dated < 10)) AS partial,
           sum(reviews * (NOT scored AND printed)) AS no_scale, sum(reviews * (NOT scored AND NOT printed)) AS unscored,
           sum(reviews * (NOT scored AND verdict IS 'positive')) AS up, sum(reviews * (NOT scored AND verdict IS 'negative')) AS down,
           sum(reviews * (NOT scored AND verdict IS 'other')) AS neither,
           sum(reviews * NOT named) AS unattributed, sum(reviews * NOT published) AS no_publication,
           sum(reviews * NOT quoted) AS no_quote, sum(reviews * truncated) AS truncated
    FROM review_tally
    WHERE :audience IN ('all', audience)
    GROUP BY audience
),
reviewed AS MATERIALIZED (
    SELECT count(*) AS works, coalesce(sum(w.title_fold = ''), 0) AS unnamed,
           coalesce(sum(w.kind IS NULL), 0) AS no_kind, coalesce(sum(w.year IS NULL), 0) AS no_year
    FROM (SELECT id FROM group_score WHERE grouping = 'work' AND :audience IN ('all', audience) GROUP BY id) AS s CROSS JOIN work AS w ON w.id = s.id
),
listed AS (
    SELECT 1 AS place, 'undated' AS what, audience, undated AS count, reviews AS of FROM told
    UNION ALL SELECT 2, 'date is partial', audience, partial, reviews FROM told
    UNION ALL SELECT 3, 'unscored, nothing printed', audience, unscored, reviews FROM told
    UNION ALL SELECT 4, 'unscored, no scale', audience, no_scale, reviews FROM told
    UNION ALL SELECT 4.1, 'unscored, positive verdict', audience, up, reviews FROM told
    UNION ALL SELECT 4.2, 'unscored, negative verdict', audience, down, reviews FROM told
    UNION ALL SELECT 4.3, 'unscored, other verdict', audience, neither, reviews FROM told WHERE neither > 0
    UNION ALL SELECT 5, 'unattributed', audience, unattributed, reviews FROM told
    UNION ALL SELECT 6, 'no publication', audience, no_publication, reviews FROM told
    UNION ALL SELECT 7, 'no quote', audience, no_quote, reviews FROM told
    UNION ALL SELECT 8, 'quote cut off', audience, truncated, reviews FROM told
    UNION ALL
    SELECT 9, 'work named by an id', iif(:audience = 'all', 'both', :audience), unnamed, works FROM reviewed
    UNION ALL SELECT 10, 'work without a kind', iif(:audience = 'all', 'both', :audience), no_kind, works FROM reviewed
    UNION ALL SELECT 11, 'work without a year', iif(:audience = 'all', 'both', :audience), no_year, works FROM reviewed
    UNION ALL
    -- Once a dump, by the first path it was met at.
    SELECT 12, 'rejected: ' || s.path, 'both', x.rejected,
           x.rejected + (SELECT count(*) FROM sighting AS g WHERE g.dump_id = d.id)
    FROM (SELECT dump_id, count(DISTINCT record) AS rejected FROM rejection GROUP BY dump_id) AS x
    JOIN dump AS d ON d.id = x.dump_id JOIN source AS s ON s.id = d.place
)
SELECT what, audience, count, of, CASE WHEN of > 0 THEN 100.0 * count / of ELSE 0.0 END AS share
FROM listed
ORDER BY place, audience, what;

-- notes
SELECT format('%s reviews: %d', asked.column1, total(t.reviews))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS t ON t.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT 'revdb imports rejects lists the rejected records with their lines'
