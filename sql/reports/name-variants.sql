-- title = "Names that may be one"
-- tells = "Critics, publications and works whose names nearly agree; revdb merge decides, nothing is merged by itself."
-- audience = "all"
-- rule = """letters: the same letters and digits once spaces, punctuation and the article The are gone. initials: the same last word, and first
-- words of which one is the initials or the beginning letter of the other. typing: from six letters on, equal after leaving
-- out one letter of each (a letter more, less, other, or two swapped); digits must agree, so that Part 2 is not Part 3.
-- Works of different kinds or years are not compared. The name with fewer reviews is merged into the one with more."""
-- source = "the typing rule is the deletion neighbourhood of Mor and Fraenkel 1982, distance 1"
-- example = 'revdb query name-variants --what critic'
--
-- [columns]
-- what = "text"
-- name = "text"
-- reviews = "int"
-- variant = "text"
-- variant_reviews = "int"
-- why = "text"
-- suggestion = "quote"
--
-- [[param]]
-- name = "what"
-- type = "text"
-- default = "all"
-- one_of = ["all", "critic", "publication", "work"]
-- help = "which names to look at"

WITH RECURSIVE name AS MATERIALIZED (
    SELECT 'critic' AS what, id, name, name_fold AS fold, NULL AS kind, NULL AS year FROM critic
    WHERE :what IN ('all', 'critic')
    UNION ALL
    SELECT 'publication', id, name, name_fold, NULL, NULL FROM publication WHERE :what IN ('all', 'publication')
    UNION ALL
    SELECT 'work', id, title, title_fold, kind, year FROM work WHERE :what IN ('all', 'work')
    -- A work known by an id alone has no name to compare.
    AND title_fold <> ''
),
bare AS MATERIALIZED (
    SELECT *, replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
                  -- "The Lantern", "Lantern, The" and "Lantern" are one.
                  CASE WHEN fold LIKE 'the _%' THEN substr(fold, 5)
                       WHEN fold LIKE '%_, the' THEN substr(fold, 1, length(fold) - 5) ELSE fold END,
                  ' ', ''), '-', ''), '''', ''), '"', ''), ',', ''), '.', ''), ':', ''), '!', ''), '?', ''),
                  '&', 'and'), '/', ''), '_', '') AS letters,
           -- The last word: what is left when all before it is taken away.
           CASE WHEN instr(fold, ' ') THEN substr(fold, length(rtrim(fold, replace(fold, ' ', ''))) + 1) END AS last,
           CASE WHEN instr(fold, ' ') THEN trim(rtrim(fold, replace(fold, ' ', ''))) END AS first
    FROM name
),
-- Every name without one of its letters: two names within one mistake share such a form.
place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < 60),
lacking AS MATERIALIZED (
    SELECT what, id, letters AS form FROM bare WHERE length(letters) BETWEEN 6 AND 60
    UNION
    SELECT what, id, substr(letters, 1, n - 1) || substr(letters, n + 1)
    FROM bare JOIN place ON n <= length(letters)
    WHERE length(letters) BETWEEN 6 AND 60 AND substr(letters, n, 1) NOT GLOB '[0-9]'
),
-- Forms that more than a few names share say nothing of any two of them.
shared AS MATERIALIZED (
    SELECT what, form FROM lacking GROUP BY what, form HAVING count(*) BETWEEN 2 AND 20
),
near AS (
    SELECT a.what, a.id AS one, b.id AS two, 1 AS rule
    FROM bare AS a JOIN bare AS b ON b.letters = a.letters AND b.what = a.what AND b.id > a.id
    UNION ALL
    SELECT a.what, a.id, b.id, 2
    FROM bare AS a JOIN bare AS b ON b.last = a.last AND b.what = a.what AND b.id <> a.id
    WHERE a.what = 'critic' AND length(a.first) < length(b.first)
      AND (a.first = substr(b.first, 1, 1)
           OR (length(a.first) = 2 AND b.first LIKE substr(a.first, 1, 1) || '% ' || substr(a.first, 2, 1) || '%'))
    UNION ALL
    SELECT a.what, a.id, b.id, 3
    FROM shared AS s JOIN lacking AS a ON a.what = s.what AND a.form = s.form
    JOIN lacking AS b ON b.what = s.what AND b.form = s.form AND b.id > a.id
),
pair AS MATERIALIZED (
    SELECT what, min(one, two) AS one, max(one, two) AS two, min(rule) AS rule FROM near GROUP BY 1, 2, 3
),
-- Under the filters.
counted AS MATERIALIZED (
    SELECT 'critic' AS what, critic_id AS id, sum(reviews) AS n FROM critic_sum WHERE :what IN ('all', 'critic') GROUP BY critic_id
    UNION ALL
    SELECT 'publication', publication_id, sum(reviews) FROM publication_sum
    WHERE :what IN ('all', 'publication') GROUP BY publication_id
    UNION ALL
    SELECT 'work', work_id, sum(reviews) FROM work_sum WHERE :what IN ('all', 'work') GROUP BY work_id
),
weighed AS (
    SELECT p.what, p.rule, a.name AS one, b.name AS two, coalesce(x.n, 0) AS n, coalesce(y.n, 0) AS m
    FROM pair AS p
    JOIN bare AS a ON a.what = p.what AND a.id = p.one
    JOIN bare AS b ON b.what = p.what AND b.id = p.two
    LEFT JOIN counted AS x ON x.what = p.what AND x.id = p.one
    LEFT JOIN counted AS y ON y.what = p.what AND y.id = p.two
    WHERE coalesce(a.kind, b.kind) IS coalesce(b.kind, a.kind) AND coalesce(a.year, b.year) IS coalesce(b.year, a.year)
),
directed AS (
    SELECT what, rule, iif(n >= m, one, two) AS name, max(n, m) AS reviews,
           iif(n >= m, two, one) AS variant, min(n, m) AS variant_reviews
    FROM weighed
    WHERE n + m > 0
)
SELECT what, name, reviews, variant, variant_reviews,
       CASE rule WHEN 1 THEN 'letters' WHEN 2 THEN 'initials' ELSE 'typing' END AS why,
       'revdb merge ' || what || ' ''' || replace(variant, '''', '''\''''') || ''' '''
           || replace(name, '''', '''\''''') || '''' AS suggestion
FROM directed
ORDER BY rule, what, reviews + variant_reviews DESC, name, variant;

-- notes
SELECT format('names compared: %d critics, %d publications, %d works; pairs without a review under the filters are left out',
              iif(:what IN ('all', 'critic'), (SELECT count(*) FROM critic), 0),
              iif(:what IN ('all', 'publication'), (SELECT count(*) FROM publication), 0),
              iif(:what IN ('all', 'work'), (SELECT count(*) FROM work WHERE title_fold <> ''), 0))
UNION ALL
SELECT format('%d names were merged before and are not listed again', count(*)) FROM alias
WHERE :what IN ('all', what);
