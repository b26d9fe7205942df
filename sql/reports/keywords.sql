-- title = "Words of positive and of negative reviews"
-- summary = "Which words distinguish the quotes of positive reviews from those of negative ones."
-- heavy = true
-- short = "log-odds of each word with an informative prior, as z; the largest of each side first"
-- rule = """Log-odds ratio with an informative Dirichlet prior. For word w with y counts among the n words of a side, prior
-- a_w = a0 * (count of w in all quotes) / (words in all quotes), a0 = {prior}:
-- log_odds = ln((y+ + a_w) / (n+ + a0 - y+ - a_w)) - ln((y- + a_w) / (n- + a0 - y- - a_w));
-- z = log_odds / sqrt(1 / (y+ + a_w) + 1 / (y- + a_w)). Words are those of the full-text index (small letters, no accents;
-- a run of Chinese or Japanese characters is one word). Sides by the bands of the kind of work: positive > 60 and
-- negative < 40, for games positive >= 75 and negative < 50; mixed and unscored quotes count in the prior only.
-- positive_quotes and negative_quotes: in how many quotes the word stands; z takes words for independent draws, which those of one quote are not,
-- so a word of few quotes tells little. holds: yes where the word passes Benjamini and Hochberg's step-up at a false discovery rate of 5 % among all words
-- compared, p two-sided of z by the normal distribution (erfc to 1.2e-7 of itself). Order: positive words first, each side by |z| from the largest."""
-- source = "Monroe, Colaresi and Quinn 2008, Fightin' Words, equations 15, 16, 22; Benjamini and Hochberg 1995; the Chebyshev fit of erfc: Press et al., Numerical Recipes, 6.2"
-- example = 'revdb query keywords --top 50 --kind movie'
-- chart = { kind = "bars", label = "word", value = "z", group = "side", x = "word", y = "z" }
--
-- [columns]
-- audience = "text: who speaks"
-- side = "text: of which quotes the word is a mark"
-- word = "text: in lower case, as the index has it"
-- z = "real 2: log odds / its standard deviation; beyond 1.96 rare by chance for one word"
-- log_odds = "real 3: how much likelier in positive than in negative quotes"
-- positive = "int: times in positive quotes"
-- negative = "int: times in negative quotes"
-- positive_quotes = "int: positive quotes that have it"
-- negative_quotes = "int: negative quotes that have it"
-- holds = { kind = "text: whether it holds among so many words: Benjamini-Hochberg at 5 %", heading = "holds at 5 %" }
--
-- [[param]]
-- name = "top"
-- type = "int"
-- default = 25
-- min = 1
-- help = "how many words a side"
--
-- [[param]]
-- name = "min_count"
-- type = "int"
-- default = 2
-- min = 1
-- help = "leave out words that stand fewer times in the positive and negative quotes together"
--
-- [[param]]
-- name = "prior"
-- type = "real"
-- default = 500.0
-- min = 0.001
-- help = "a0: how many words the prior is worth"

-- LIMIT -1 keeps what is nested from being written out where it is used, logarithms twice and more.
WITH weighed AS MATERIALIZED (
    SELECT audience, word, plus, minus, plus_quotes, minus_quotes, log_odds, log_odds / sqrt(1 / a + 1 / b) AS z
    FROM (SELECT *, ln(a / (plus_all - a)) - ln(b / (minus_all - b)) AS log_odds
          FROM (SELECT s.audience, word, plus, minus, plus_quotes, minus_quotes,
                       plus_all + :prior AS plus_all, minus_all + :prior AS minus_all,
                       plus + :prior * y / y_all AS a, minus + :prior * y / y_all AS b
                FROM (VALUES ('critic'), ('user')) AS asked CROSS JOIN word_counts AS s ON s.audience = asked.column1
                -- Where one side has no word there is nothing to compare; one word that is all words has no odds.
                WHERE said >= :min_count AND plus_all > 0 AND minus_all > 0 AND y < y_all AND :audience IN ('all', asked.column1)
                LIMIT -1)
          LIMIT -1)
),
compared AS MATERIALIZED (SELECT audience, count(*) AS words FROM weighed GROUP BY audience),
-- Only a word below 5 % by itself can be among those that hold.
tested AS MATERIALIZED (
    SELECT audience, z, t * exp(-x * x - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418
               + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587
               + t * (-0.82215223 + t * 0.17087277))))))))) AS p
    FROM (SELECT audience, z, x, 1 / (1 + 0.5 * x) AS t
          FROM (SELECT audience, z, abs(z) / sqrt(2) AS x FROM weighed WHERE abs(z) > 1.9 LIMIT -1) LIMIT -1)
),
-- Of Benjamini and Hochberg's words the one with the least |z|.
holding AS MATERIALIZED (
    SELECT r.audience, min(abs(z)) FILTER (WHERE p <= 0.05 * place / words) AS least
    FROM (SELECT audience, z, p, row_number() OVER (PARTITION BY audience ORDER BY p) AS place FROM tested) AS r
    JOIN compared AS c ON c.audience = r.audience
    GROUP BY r.audience
)
-- A LIMIT for each table keeps :top rows while it goes through the words; numbering them
-- by a window would sort them all, which took a third of the time.
SELECT f.audience, iif(z > 0, 'positive', 'negative') AS side, word, z, log_odds, plus AS positive, minus AS negative,
       plus_quotes AS positive_quotes, minus_quotes AS negative_quotes, iif(abs(z) >= h.least, 'yes', 'no') AS holds
FROM (SELECT * FROM (SELECT * FROM weighed WHERE audience = 'critic' AND z > 0 ORDER BY z DESC, word LIMIT :top)
      UNION ALL
      SELECT * FROM (SELECT * FROM weighed WHERE audience = 'critic' AND z < 0 ORDER BY z, word LIMIT :top)
      UNION ALL
      SELECT * FROM (SELECT * FROM weighed WHERE audience = 'user' AND :audience <> 'critic' AND z > 0 ORDER BY z DESC, word LIMIT :top)
      UNION ALL
      SELECT * FROM (SELECT * FROM weighed WHERE audience = 'user' AND :audience <> 'critic' AND z < 0 ORDER BY z, word LIMIT :top)) AS f
LEFT JOIN holding AS h ON h.audience = f.audience
ORDER BY f.audience, side DESC, abs(z) DESC, word;

-- notes
SELECT format('%s quotes: %d, of which %d positive, %d negative; in the prior only: %d mixed, %d without a score; left out: %d reviews without a quote, and words that stand fewer than %d times',
              asked.column1, total(q.reviews), total(q.reviews) FILTER (WHERE q.band = 'positive'),
              total(q.reviews) FILTER (WHERE q.band = 'negative'), total(q.reviews) FILTER (WHERE q.band = 'mixed'),
              total(q.reviews) FILTER (WHERE q.band IS NULL),
              (SELECT total(reviews) FROM review_tally AS t WHERE t.audience = asked.column1 AND NOT t.quoted), :min_count)
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN review_tally AS q ON q.audience = asked.column1 AND q.quoted
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT format('%s words compared: %d; by chance alone about %d of them have |z| above 1.96, so look at "holds at 5 %%" and at the numbers of quotes',
              audience, words, round(0.05 * words))
FROM (SELECT asked.column1 AS audience, count(*) AS words
      FROM (VALUES ('critic'), ('user')) AS asked CROSS JOIN word_counts AS s ON s.audience = asked.column1
      WHERE said >= :min_count AND plus_all > 0 AND minus_all > 0 AND y < y_all AND :audience IN ('all', asked.column1)
      GROUP BY asked.column1)
UNION ALL
SELECT 'words are compared only where there are both positive and negative quotes'
FROM (SELECT count(*) AS audiences
      FROM (SELECT audience FROM review_tally
            WHERE quoted AND band IN ('positive', 'negative') AND :audience IN ('all', audience)
            GROUP BY audience HAVING count(DISTINCT band) = 2) AS compared) AS found
WHERE audiences = 0
