-- title = "Words of praise and words of blame"
-- tells = "Which words mark the quotes of positive reviews against those of negative ones."
-- rule = """Log-odds ratio with an informative Dirichlet prior. For word w with y counts among the n words of a side, prior
-- a_w = a0 * (count of w in all quotes) / (words in all quotes), a0 = {prior}:
-- log_odds = ln((y+ + a_w) / (n+ + a0 - y+ - a_w)) - ln((y- + a_w) / (n- + a0 - y- - a_w));
-- z = log_odds / sqrt(1 / (y+ + a_w) + 1 / (y- + a_w)). Words are those of the full-text index (small letters, no accents;
-- a run of Chinese or Japanese characters is one word). Sides by the bands of the kind of work: positive > 60 and
-- negative < 40, for games positive >= 75 and negative < 50; mixed and unscored quotes count in the prior only."""
-- source = "Monroe, Colaresi and Quinn 2008, Fightin' Words, equations 15, 16, 22"
-- example = 'revdb query keywords --top 50 --kind movie'
-- chart = { kind = "bars", label = "word", value = "z", group = "side", x = "word", y = "z" }
--
-- [columns]
-- audience = "text"
-- side = "text"
-- word = "text"
-- z = "real 2"
-- log_odds = "real 3"
-- positive = "int"
-- negative = "int"
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

-- LIMIT -1 keeps a subquery in one piece, so that its logarithms are worked out once, not wherever they are named.
-- LIMIT -1 keeps what is nested from being written out where it is used, logarithms twice and more.
WITH weighed AS MATERIALIZED (
    SELECT audience, word, plus, minus, log_odds, log_odds / sqrt(1 / a + 1 / b) AS z
    FROM (SELECT audience, word, plus, minus, a, b, ln(a / (plus_all - a)) - ln(b / (minus_all - b)) AS log_odds
          FROM (SELECT audience, word, plus, minus, plus_all + :prior AS plus_all, minus_all + :prior AS minus_all,
                       plus + :prior * y / y_all AS a, minus + :prior * y / y_all AS b
                FROM word_side
                -- Where one side has no word there is nothing to compare; one word that is all words has no odds.
                WHERE said >= :min_count AND plus_all > 0 AND minus_all > 0 AND y < y_all AND :audience IN ('all', audience)
                LIMIT -1)
          LIMIT -1)
)
-- A LIMIT for each table keeps :top rows while it goes through the words; numbering them
-- by a window would sort them all, which took a third of the time.
SELECT audience, iif(z > 0, 'positive', 'negative') AS side, word, z, log_odds, plus AS positive, minus AS negative
FROM (SELECT * FROM (SELECT * FROM weighed WHERE audience = 'critic' AND z > 0 ORDER BY z DESC, word LIMIT :top)
      UNION ALL
      SELECT * FROM (SELECT * FROM weighed WHERE audience = 'critic' AND z < 0 ORDER BY z, word LIMIT :top)
      UNION ALL
      SELECT * FROM (SELECT * FROM weighed WHERE audience = 'user' AND :audience <> 'critic' AND z > 0 ORDER BY z DESC, word LIMIT :top)
      UNION ALL
      SELECT * FROM (SELECT * FROM weighed WHERE audience = 'user' AND :audience <> 'critic' AND z < 0 ORDER BY z, word LIMIT :top))
ORDER BY audience, side DESC, abs(z) DESC, word;

-- notes
SELECT format('%s quotes: %d, of which %d positive, %d negative; in the prior only: %d mixed, %d without a score; left out: %d reviews without a quote, and words that stand fewer than %d times',
              asked.column1, total(q.quotes), total(q.quotes) FILTER (WHERE q.band = 'positive'),
              total(q.quotes) FILTER (WHERE q.band = 'negative'), total(q.quotes) FILTER (WHERE q.band = 'mixed'),
              total(q.quotes) FILTER (WHERE q.band IS NULL),
              (SELECT total(reviews) FROM review_tally AS t WHERE t.audience = asked.column1 AND NOT t.quoted), :min_count)
FROM (VALUES ('critic'), ('user')) AS asked LEFT JOIN quote_band AS q ON q.audience = asked.column1
WHERE :audience IN ('all', asked.column1)
GROUP BY asked.column1
UNION ALL
SELECT 'both a positive and a negative quote are needed; without them the table is empty';
