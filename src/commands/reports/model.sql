-- title = "A report of my own, by {by}"
-- summary = "How many reviews there are and how high they score: change this to what you ask."
-- short = "mean of the scores; most reviews first"
-- rule = """mean = sum / n over the reviews that have a score; positive = percent of n with a score above 60.
-- Order: most reviews first."""
-- example = "revdb query REPORT --by kind --since 2012"
-- chart = { kind = "bars", label = "name", value = "mean", group = "audience", x = "{by}", y = "mean (0-100)" }
--
-- [columns]
-- name = { kind = "text: what the reviews are of", heading = "{by}", blank = "(unknown)" }
-- audience = "text: who speaks; critics and users are never mixed"
-- n = "int: reviews with a score"
-- mean = "real 2: mean of their scores"
-- positive = "real 1: percent above 60"
--
-- [[param]]
-- name = "by"
-- type = "text"
-- default = "work"
-- one_of = ["work", "kind"]
-- help = "what a row is"
--
-- [[param]]
-- name = "min_reviews"
-- type = "int"
-- default = 2
-- min = 1
-- help = "leave out what has fewer scores"

SELECT iif(:by = 'kind', kind, work) AS name, audience, count(*) AS n, avg(score) AS mean,
       100.0 * count(*) FILTER (WHERE score > 60) / count(*) AS positive
FROM reviews
WHERE score IS NOT NULL AND :audience IN ('all', audience)
GROUP BY 1, 2
HAVING n >= :min_reviews
ORDER BY n DESC, mean DESC, name;

-- notes
SELECT format('reviews: %d; left out: %d without a score', count(*), count(*) FILTER (WHERE score IS NULL))
FROM reviews WHERE :audience IN ('all', audience)
