-- title = "Names that may be one"
-- summary = "Critics, publications and works whose names nearly agree; revdb merge decides, nothing is merged by itself."
-- audience = "all"
-- heavy = true
-- short = "names alike but for punctuation, initials or one letter; revdb merge decides"
-- rule = """letters: the same letters and digits once spaces, all punctuation and the article The are off (names are compared without case and accents). initials: the same last word, and first
-- words of which one is the initials or the beginning letter of the other. typing: from six letters on, equal after leaving
-- out one letter of each (a letter more, less, other, or two swapped); what numbers a thing must agree, so that Part 2 is not Part 3, II not III,
-- Volume A not Volume B: words with a digit, single letters, words of the Roman digits i v x l c d m.
-- Works of different kinds or years are not compared. The name with fewer reviews is merged into the one with more.
-- Order: letters, initials, typing; within these by reviews from the most."""
-- source = "the typing rule is the deletion neighbourhood of Mor and Fraenkel 1982, distance 1"
-- example = 'revdb query name-variants --what critic'
--
-- [columns]
-- what = "text: critic, publication or work"
-- name = "text: the name with more reviews"
-- reviews = "int: its reviews"
-- variant = "text: a name nearly like it"
-- variant_reviews = "int: its reviews"
-- why = "text: what the two have in common"
-- suggestion = "quote: what to type where they are one"
--
-- [[param]]
-- name = "what"
-- type = "text"
-- default = "all"
-- one_of = ["all", "critic", "publication", "work"]
-- help = "which names to look at"

WITH RECURSIVE name AS MATERIALIZED (
    SELECT 'critic' AS what, id, name, name AS asked, name_fold AS fold, NULL AS kind, NULL AS year FROM critic
    WHERE :what IN ('all', 'critic')
    UNION ALL
    SELECT 'publication', id, name, name, name_fold, NULL, NULL FROM publication WHERE :what IN ('all', 'publication')
    UNION ALL
    -- A title alone may be that of several works, or part of another's: =Title is the one without a year.
    SELECT 'work', id, label, iif(label = title, '=' || title, label), title_fold, kind, year FROM work
    -- A work known by an id alone has no name to compare.
    WHERE :what IN ('all', 'work') AND title_fold <> ''
),
-- Letters, digits and spaces: other characters of ASCII go, and the blocks of Unicode that hold punctuation and signs. Names that
-- have none of these are left as they are.
place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < 200),
spaced AS MATERIALIZED (
    SELECT what, id, name, asked, fold, kind, year,
           CASE WHEN plain NOT GLOB '*[^a-z0-9 ]*' THEN plain ELSE trim(coalesce((
               SELECT group_concat(CASE WHEN c IN ('''', 'ʼ', 'ʻ') THEN ''
                                        WHEN u < 128 THEN iif(c GLOB '[a-z0-9]', c, ' ')
                                        WHEN u BETWEEN 161 AND 191 AND u NOT IN (170, 178, 179, 181, 185, 186, 188, 189, 190)
                                          OR u IN (215, 247) OR u BETWEEN 8192 AND 8303 OR u BETWEEN 8352 AND 8399
                                          OR u BETWEEN 8448 AND 11263 OR u BETWEEN 11776 AND 11903
                                          OR u BETWEEN 12288 AND 12351 AND u NOT BETWEEN 12293 AND 12295
                                          OR u = 12539 OR u BETWEEN 65040 AND 65135 OR u BETWEEN 65281 AND 65295
                                          OR u BETWEEN 65306 AND 65312 OR u BETWEEN 65339 AND 65344 OR u BETWEEN 65371 AND 65381
                                          OR u BETWEEN 126976 AND 129791 THEN ' '
                                        ELSE c END, '')
               FROM (SELECT c, unicode(c) AS u FROM (SELECT substr(plain, n, 1) AS c FROM place WHERE n <= length(plain) ORDER BY n))), '')) END AS words
    FROM (SELECT *, replace(
              -- "The Lantern", "Lantern, The" and "Lantern" are one.
              CASE WHEN fold LIKE 'the _%' THEN substr(fold, 5)
                   WHEN fold LIKE '%_, the' THEN substr(fold, 1, length(fold) - 5) ELSE fold END, '&', ' and ') AS plain
          FROM name)
),
bare AS MATERIALIZED (
    -- A name of nothing but punctuation is compared as it is.
    SELECT *, iif(replace(words, ' ', '') = '', fold, replace(words, ' ', '')) AS letters,
           -- The last word: what is left when all before it is taken away.
           CASE WHEN instr(fold, ' ') THEN substr(fold, length(rtrim(fold, replace(fold, ' ', ''))) + 1) END AS last,
           CASE WHEN instr(fold, ' ') THEN trim(rtrim(fold, replace(fold, ' ', ''))) END AS first
    FROM spaced
),
-- Every name without one of its letters: two names within one mistake share such a form.
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
    -- Beginning letters; without this a common last name would pair all who have it.
    WHERE a.what = 'critic' AND length(a.first) <= 2 AND length(a.first) < length(b.first)
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
    SELECT grouping AS what, id, sum(reviews) AS n FROM group_score
    WHERE grouping IN ('critic', 'publication', 'work') AND :what IN ('all', grouping)
    GROUP BY grouping, id
),
weighed AS (
    SELECT p.what, p.rule, a.name AS one, b.name AS two, a.asked AS ask_one, b.asked AS ask_two,
           -- What numbers a thing, in the order of its words.
           p.rule <> 3
           OR (SELECT group_concat(value, ' ') FROM json_each('[' || replace(json_quote(a.words), ' ', '","') || ']')
               WHERE value GLOB '*[0-9]*' OR length(value) = 1 OR value <> '' AND value NOT GLOB '*[^ivxlcdm]*')
           IS (SELECT group_concat(value, ' ') FROM json_each('[' || replace(json_quote(b.words), ' ', '","') || ']')
               WHERE value GLOB '*[0-9]*' OR length(value) = 1 OR value <> '' AND value NOT GLOB '*[^ivxlcdm]*') AS agrees, coalesce(x.n, 0) AS n, coalesce(y.n, 0) AS m
    FROM pair AS p
    JOIN bare AS a ON a.what = p.what AND a.id = p.one
    JOIN bare AS b ON b.what = p.what AND b.id = p.two
    LEFT JOIN counted AS x ON x.what = p.what AND x.id = p.one
    LEFT JOIN counted AS y ON y.what = p.what AND y.id = p.two
    WHERE coalesce(a.kind, b.kind) IS coalesce(b.kind, a.kind) AND coalesce(a.year, b.year) IS coalesce(b.year, a.year)
),
directed AS (
    SELECT what, rule, iif(n >= m, one, two) AS name, max(n, m) AS reviews,
           iif(n >= m, two, one) AS variant, min(n, m) AS variant_reviews,
           iif(n >= m, ask_one, ask_two) AS into_name, iif(n >= m, ask_two, ask_one) AS from_name
    FROM weighed
    WHERE n + m > 0 AND agrees
)
SELECT what, name, reviews, variant, variant_reviews,
       CASE rule WHEN 1 THEN 'letters' WHEN 2 THEN 'initials' ELSE 'typing' END AS why,
       'revdb merge ' || what || ' ''' || replace(from_name, '''', '''\''''') || ''' '''
           || replace(into_name, '''', '''\''''') || '''' AS suggestion
FROM directed
ORDER BY rule, what, reviews + variant_reviews DESC, name, variant;

-- notes
SELECT format('names compared: %d critics, %d publications, %d works; pairs without a review under the filters are left out',
              iif(:what IN ('all', 'critic'), (SELECT count(*) FROM critic), 0),
              iif(:what IN ('all', 'publication'), (SELECT count(*) FROM publication), 0),
              iif(:what IN ('all', 'work'), (SELECT count(*) FROM work WHERE title_fold <> ''), 0))
UNION ALL
SELECT format('merged before, and not listed again: %d', count(*)) FROM alias
WHERE verb = 'merge' AND :what IN ('all', what)
