-- title = "What is missing in the archive"
-- tells = "How many reviews lack a date, a score, a critic or words; which works lack a title; what each dump could not give."
-- audience = "all"
-- rule = """share = 100 * count / of. A date is partial where it does not tell the day. unscored, no scale: score_text is there,
-- but the scale it is on is not known. work named by an id: no dump gave a title. rejected: records of the dump that could
-- not become a review, of all its records; the filters do not apply to these."""
-- example = 'revdb query quality --import 3'
-- chart = { kind = "bars", label = "what", value = "share", group = "audience", x = "what", y = "percent" }
--
-- [columns]
-- what = "text"
-- audience = "text"
-- count = "int"
-- of = "int"
-- share = "real 1"

-- Each is counted in the order of an index, so that no review is read: dates by day, and
-- what few reviews lack from the index of those.
WITH dated AS MATERIALIZED (
    SELECT audience, sum(reviews) AS reviews, total(reviews) FILTER (WHERE date IS NULL) AS undated,
           total(reviews) FILTER (WHERE length(date) < 10) AS partial
    FROM day_sum
    WHERE :audience IN ('all', audience)
    GROUP BY audience
),
lacking AS MATERIALIZED (
    SELECT audience, sum(score IS NULL AND NOT (score_text IS NULL)) AS no_scale,
           sum(score IS NULL AND (score_text IS NULL)) AS unscored, sum(quote IS NULL) AS no_quote, sum(truncated) AS truncated
    FROM filtered
    WHERE score IS NULL OR quote IS NULL OR truncated
    GROUP BY audience
),
nobody AS MATERIALIZED (
    SELECT audience, count(*) AS n FROM filtered WHERE critic_id IS NULL GROUP BY audience
),
nowhere AS MATERIALIZED (
    SELECT audience, count(*) AS n FROM filtered WHERE publication_id IS NULL GROUP BY audience
),
told AS MATERIALIZED (
    SELECT d.audience, d.reviews, CAST(d.undated AS INTEGER) AS undated, CAST(d.partial AS INTEGER) AS partial,
           coalesce(l.no_scale, 0) AS no_scale, coalesce(l.unscored, 0) AS unscored,
           coalesce((SELECT n FROM nobody WHERE nobody.audience = d.audience), 0) AS unattributed,
           coalesce((SELECT n FROM nowhere WHERE nowhere.audience = d.audience), 0) AS no_publication,
           coalesce(l.no_quote, 0) AS no_quote, coalesce(l.truncated, 0) AS truncated
    FROM dated AS d LEFT JOIN lacking AS l ON l.audience = d.audience
),
reviewed AS MATERIALIZED (
    SELECT w.id, w.kind, w.year,
           EXISTS (SELECT 1 FROM work_mention AS m WHERE m.work_id = w.id AND m.title IS NOT NULL) AS named
    -- A look for each work; going through their reviews took as long as all the rest.
    FROM work AS w WHERE EXISTS (SELECT 1 FROM filtered AS r WHERE r.work_id = w.id)
),
listed AS (
    SELECT 1 AS place, 'undated' AS what, audience, undated AS count, reviews AS of FROM told
    UNION ALL SELECT 2, 'date is partial', audience, partial, reviews FROM told
    UNION ALL SELECT 3, 'unscored, nothing printed', audience, unscored, reviews FROM told
    UNION ALL SELECT 4, 'unscored, no scale', audience, no_scale, reviews FROM told
    UNION ALL SELECT 5, 'unattributed', audience, unattributed, reviews FROM told
    UNION ALL SELECT 6, 'no publication', audience, no_publication, reviews FROM told
    UNION ALL SELECT 7, 'no quote', audience, no_quote, reviews FROM told
    UNION ALL SELECT 8, 'quote cut off', audience, truncated, reviews FROM told
    UNION ALL
    SELECT 9, 'work named by an id', 'both', (SELECT count(*) FROM reviewed WHERE NOT named), (SELECT count(*) FROM reviewed)
    UNION ALL
    SELECT 10, 'work without a kind', 'both', (SELECT count(*) FROM reviewed WHERE kind IS NULL), (SELECT count(*) FROM reviewed)
    UNION ALL
    SELECT 11, 'work without a year', 'both', (SELECT count(*) FROM reviewed WHERE year IS NULL), (SELECT count(*) FROM reviewed)
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
SELECT format('%s reviews: %d', asked.column1, count(r.id))
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN filtered AS r ON r.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT 'revdb imports rejects lists the rejected records with their lines';
