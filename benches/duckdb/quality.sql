-- What of the report can be asked of reviews alone; rejections and mentions are the archive's own.
WITH told AS (
    SELECT audience, count(*) AS reviews, count(*) FILTER (date IS NULL) AS undated,
           count(*) FILTER (length(date) < 10) AS partial,
           count(*) FILTER (score IS NULL AND score_text IS NULL) AS unscored,
           count(*) FILTER (score IS NULL AND score_text IS NOT NULL) AS no_scale,
           count(*) FILTER (critic_id IS NULL) AS unattributed,
           count(*) FILTER (publication_id IS NULL) AS no_publication,
           count(*) FILTER (quote IS NULL) AS no_quote, sum(truncated) AS truncated
    FROM review GROUP BY audience
)
SELECT 'undated' AS what, audience, undated AS count, reviews AS of, 100.0 * undated / reviews AS share FROM told
UNION ALL SELECT 'date is partial', audience, partial, reviews, 100.0 * partial / reviews FROM told
UNION ALL SELECT 'unscored, nothing printed', audience, unscored, reviews, 100.0 * unscored / reviews FROM told
UNION ALL SELECT 'unscored, no scale', audience, no_scale, reviews, 100.0 * no_scale / reviews FROM told
UNION ALL SELECT 'unattributed', audience, unattributed, reviews, 100.0 * unattributed / reviews FROM told
UNION ALL SELECT 'no publication', audience, no_publication, reviews, 100.0 * no_publication / reviews FROM told
UNION ALL SELECT 'no quote', audience, no_quote, reviews, 100.0 * no_quote / reviews FROM told
UNION ALL SELECT 'quote cut off', audience, truncated, reviews, 100.0 * truncated / reviews FROM told
UNION ALL
SELECT 'work without a kind', 'both', (SELECT count(*) FROM work WHERE kind IS NULL AND id IN (SELECT work_id FROM review)),
       (SELECT count(DISTINCT work_id) FROM review), NULL
UNION ALL
SELECT 'work without a year', 'both', (SELECT count(*) FROM work WHERE year IS NULL AND id IN (SELECT work_id FROM review)),
       (SELECT count(DISTINCT work_id) FROM review), NULL;
