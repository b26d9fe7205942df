-- title = "Scores far from the rest of their work"
-- summary = "Which reviews score a work very differently from all others of the same audience."
-- short = "{method}: how far a score lies from the others of its work, beyond 3.5 (mad), 1.5 (iqr) or 3 (z); the farthest first"
-- rule = """Per work and audience, among all reviews that pass the filters other than critic and publication. mad: M = 0.6745 (x - median) / MAD, MAD = median |x - median|, far where |M| > 3.5;
-- where MAD is 0, (x - median) / (1.253314 mean |x - median|) instead, shown as mean-ad. iqr: how many IQR a score
-- lies outside the quartiles, far where > 1.5; where the IQR is 0 every other score is far and the measure is blank.
-- z: (x - mean) / sd, far where |z| > 3. Works whose scores are all equal have no outlier.
-- Of n scores no |z| is above (n - 1) / sqrt(n): with --method z works of ten or fewer can have none above 3, and are counted as not looked at. Order: by |measure| from the farthest, blanks first. Method asked for: {method}."""
-- source = "Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers; IBM Cognos on MAD = 0; Tukey 1977 for iqr; Shiffler 1988, Maximum Z Scores and Outliers"
-- example = 'revdb query outliers --method iqr --min-reviews 10'
-- chart = { kind = "strip", label = "work", group = "audience", value = "score", mark = "measure", centre = "median", axis = [0, 100], x = "score (0-100)" }
--
-- [columns]
-- id = "int: the review, for `revdb show`"
-- work = "text: title (year)"
-- audience = "text: who speaks"
-- critic = { kind = "text: who wrote it", blank = "(no byline)" }
-- publication = "text: where; blank where the dump gave none"
-- date = "date: when; blank where the dump gave none"
-- score = "real 1: the score that is far"
-- n = "int: scores of the work"
-- median = "real 1: their median"
-- measure = "real 3: how far, with its sign; blank where the IQR is 0"
-- rule = "text: mad, mean-ad, iqr or z"
-- quote = "quote: its words"
--
-- [[param]]
-- name = "method"
-- type = "text"
-- default = "mad"
-- one_of = ["mad", "iqr", "z"]
-- help = "the rule that says what is far"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 5
-- min = 1
-- help = "leave out works with fewer scored reviews"
--
-- [[param]]
-- name = "threshold"
-- type = "real"
-- min = 0.0
-- help = "how far is far [default: 3.5 for mad, 1.5 for iqr, 3 for z]"

-- A branch for each method; the guards :method = '...' stop all but one before the first row.
SELECT f.id, w.label AS work, f.audience,
       coalesce(c.name, r.byline) AS critic, p.name AS publication, r.date,
       f.score, f.n, f.median, f.measure, f.rule, r.quote
FROM score_distance AS f
CROSS JOIN filtered AS r ON r.id = f.id
CROSS JOIN work AS w ON w.id = f.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN publication AS p ON p.id = r.publication_id
WHERE f.method = :method AND f.distance > coalesce(:threshold, CASE :method WHEN 'mad' THEN 3.5 WHEN 'iqr' THEN 1.5 ELSE 3 END)
  AND f.n >= :min_reviews AND :audience IN ('all', f.audience)
ORDER BY abs(f.measure) DESC NULLS FIRST, work, f.score, f.id;

-- notes
WITH per_work AS (
    SELECT s.audience, s.reviews, s.n AS scored, coalesce(p.n, 0) AS n, p.min = p.max AS equal,
           -- Whether so few scores could have an outlier at all.
           s.n > 0 AND p.n >= :min_reviews AND (:method <> 'z' OR (p.n - 1) / sqrt(p.n) > coalesce(:threshold, 3)) AS looked_at
    FROM group_score AS s LEFT JOIN peer_score AS p ON p.work_id = s.id AND p.audience = s.audience
    WHERE s.grouping = 'work' AND :audience IN ('all', s.audience)
),
told AS (
    SELECT asked.column1 AS audience, total(reviews) AS reviews, total(reviews - scored) AS unscored,
           total(scored) FILTER (WHERE looked_at) AS used,
           count(*) FILTER (WHERE looked_at) AS works,
           total(scored) FILTER (WHERE n >= :min_reviews AND scored > 0 AND NOT looked_at) AS hidden_reviews,
           count(*) FILTER (WHERE n >= :min_reviews AND scored > 0 AND NOT looked_at) AS hidden,
           count(*) FILTER (WHERE n < :min_reviews) AS few,
           total(scored) FILTER (WHERE n < :min_reviews) AS few_reviews,
           count(*) FILTER (WHERE looked_at AND equal) AS equal
    FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN per_work ON per_work.audience = asked.column1
    WHERE :audience IN ('all', asked.column1)
    GROUP BY asked.column1
)
SELECT format('%s reviews: %d, of which %d of %d works are looked at; left out: %d without a score, %d of %d works with fewer than %d scores (--min-reviews)%s; %d of the works looked at have only equal scores, and so no outlier',
              audience, reviews, used, works, unscored, few_reviews, few, :min_reviews,
              iif(hidden > 0, format(', %d of %d works with too few scores for so large a z (--method mad finds outliers there)', hidden_reviews, hidden), ''), equal)
FROM told
