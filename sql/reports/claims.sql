-- title = "What each page said against what the archive holds"
-- summary = "Whether the archive holds all that a page counted, and whether its figures agree; differences first."
-- audience = "all"
-- short = "what is held - what the page said; the largest difference first"
-- rule = """difference = held - said. critics, ratings: the reviews held of that work and audience.
-- metascore: the plain mean of the critics' scores; Metacritic's is a weighted mean whose weights are not published, so a
-- small difference is no mistake. user_score: the plain mean of the users' scores on the page's scale (out of 10 where it
-- said none). positive, mixed, negative: scored reviews in the bands of the work's kind: positive > 60 and negative < 40,
-- for games positive >= 75 and negative < 50, else mixed; out_of and held_of say of how many. Users' counts are of everybody who gave a
-- mark, most of them without words, and a page shows only those with words: where it counts more users than are held, that is
-- no gap, and difference is blank. Order: by |difference| / |said| from the largest, blanks last."""
-- source = "Metacritic, How We Create the Metascore Magic (bands and weighting)"
-- example = 'revdb query claims --audience user'
--
-- [columns]
-- work = "text: the work that the page is about"
-- audience = "text: whose reviews the page counts"
-- claim = "text: what it says: metascore, user_score, critics, ratings, positive, mixed, negative"
-- said = "real 1: the figure on the page"
-- out_of = "real 0: what it is out of; blank where the page gave none"
-- held = "real 2: the same figure of the reviews in the archive; blank where none with a score is held"
-- held_of = "int: reviews that it is of"
-- difference = "real 2: held - said; blank also where a page counts raters without words"

WITH said AS MATERIALIZED (
    -- A page imported twice says its claims once.
    SELECT DISTINCT m.work_id, c.audience, c.kind, c.value, c.out_of
    FROM claim AS c JOIN work_mention AS m ON m.dump_id = c.dump_id AND m.number = c.mention
    WHERE (:audience = 'all' OR c.audience = :audience)
),
held AS MATERIALIZED (
    SELECT a.work_id, a.audience, coalesce(s.reviews, 0) AS reviews, coalesce(s.n, 0) AS scored, s.points / s.n AS mean,
           coalesce(s.positive, 0) AS positive, coalesce(s.negative, 0) AS negative
    FROM (SELECT DISTINCT work_id, audience FROM said) AS a
    LEFT JOIN group_score AS s ON s.grouping = 'work' AND s.id = a.work_id AND s.audience = a.audience
),
compared AS (
    SELECT s.*, h.reviews,
           CASE s.kind
               WHEN 'metascore' THEN h.mean / 100 * coalesce(s.out_of, 100)
               WHEN 'user_score' THEN h.mean / 100 * coalesce(s.out_of, 10)
               WHEN 'critics' THEN h.reviews
               WHEN 'ratings' THEN h.reviews
               WHEN 'positive' THEN h.positive
               WHEN 'mixed' THEN h.scored - h.positive - h.negative
               WHEN 'negative' THEN h.negative
           END AS held,
           CASE WHEN s.kind NOT IN ('critics', 'ratings') THEN h.scored END AS held_of
    FROM said AS s JOIN held AS h ON h.work_id = s.work_id AND h.audience = s.audience
)
-- Raters without words are counted by a page, and not shown on it.
SELECT w.label AS work, c.audience, c.kind AS claim,
       CASE WHEN c.kind IN ('metascore', 'user_score') THEN c.value ELSE CAST(c.value AS INTEGER) END AS said,
       CAST(c.out_of AS INTEGER) AS out_of, c.held, c.held_of,
       iif(c.counts_raters, NULL, c.held - c.value) AS difference
FROM (SELECT *, audience = 'user' AND CASE kind WHEN 'ratings' THEN value > reviews
                                                 WHEN 'positive' THEN coalesce(out_of, value) > held_of
                                                 WHEN 'mixed' THEN coalesce(out_of, value) > held_of
                                                 WHEN 'negative' THEN coalesce(out_of, value) > held_of
                                                 ELSE 0 END AS counts_raters
      FROM compared) AS c JOIN work AS w ON w.id = c.work_id
-- Under a filter, the works that it leaves; without one, also those of which no review is held.
WHERE EXISTS (SELECT 1 FROM group_score AS s WHERE s.grouping = 'work' AND s.id = c.work_id)
   OR NOT EXISTS (SELECT 1 FROM held_work AS h WHERE h.work_id = c.work_id)
ORDER BY abs(iif(c.counts_raters, NULL, c.held - c.value)) / max(1.0, abs(c.value)) DESC NULLS LAST, work, c.audience, c.kind;

-- notes
WITH claimed AS MATERIALIZED (
    SELECT c.dump_id, m.work_id, c.audience
    FROM claim AS c JOIN work_mention AS m ON m.dump_id = c.dump_id AND m.number = c.mention
    WHERE :audience IN ('all', c.audience)
      AND (EXISTS (SELECT 1 FROM group_score AS s WHERE s.grouping = 'work' AND s.id = m.work_id)
           OR NOT EXISTS (SELECT 1 FROM held_work AS h WHERE h.work_id = m.work_id))
),
group_of AS MATERIALIZED (
    SELECT s.id, s.audience, s.reviews, s.n FROM group_score AS s
    WHERE s.grouping = 'work' AND (s.id, s.audience) IN (SELECT work_id, audience FROM claimed)
)
SELECT format('%d claim%s about %d work%s, from %d page%s; a page imported twice counts once in the table',
              claims, iif(claims = 1, '', 's'), works, iif(works = 1, '', 's'), pages, iif(pages = 1, '', 's'))
FROM (SELECT count(*) AS claims, count(DISTINCT work_id) AS works, count(DISTINCT dump_id) AS pages FROM claimed)
UNION ALL
-- A page counts all reviews of its work: under a filter on reviews the difference says nothing of what is missing.
SELECT format('held in part: %d of the %d reviews of these works that the archive has pass the filters', passing, held)
FROM (SELECT (SELECT total(reviews) FROM group_of) AS passing,
             (SELECT total(reviews) FROM held_work
              WHERE (work_id, audience) IN (SELECT work_id, audience FROM claimed)) AS held)
WHERE passing < held
UNION ALL
SELECT format('left out of means and bands: %d review%s without a score, of the works with claims',
              bare, iif(bare = 1, '', 's'))
FROM (SELECT CAST(total(reviews - n) AS INTEGER) AS bare FROM group_of)
