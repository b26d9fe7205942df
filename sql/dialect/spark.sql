-- SQL for Spark.

-- name: begin
-- Division by zero is NULL, as in SQLite.
SET spark.sql.ansi.enabled = false;
CREATE OR REPLACE TEMPORARY FUNCTION days_between(begins STRING, ends STRING) RETURNS INT
RETURN datediff(CAST(ends AS DATE), CAST(begins AS DATE));
-- The ISO week that begins on this day: the year is that of its Thursday.
CREATE OR REPLACE TEMPORARY FUNCTION iso_week(begins STRING) RETURNS STRING
RETURN format_string('%d-W%02d', year(date_add(CAST(begins AS DATE), 3)), weekofyear(CAST(begins AS DATE)));
-- Lower case without accents, as in the archive's full-text index.
CREATE OR REPLACE TEMPORARY FUNCTION folded(words STRING) RETURNS STRING
RETURN translate(words, {letters}, {folds});
CREATE OR REPLACE TEMPORARY FUNCTION names_in_order(names STRING) RETURNS STRING RETURN array_join(array_sort(split(names, '; ')), ' and ');
CREATE OR REPLACE TEMPORARY VIEW export USING parquet OPTIONS (path {path});

-- name: view
CREATE OR REPLACE TEMPORARY VIEW {name} AS
{text};

-- name: review_word
SELECT doc, explode(words) AS term
FROM (SELECT id AS doc, regexp_extract_all(folded(quote), '[\\p{L}\\p{N}\\p{Co}]+', 0) AS words FROM review) AS cut

-- name: work_value
SELECT DISTINCT work_id, property, explode(split(names, '; ')) AS value
FROM (SELECT work_id, stack(4, 'author', authors, 'director', directors, 'brand', brands, 'genre', genres) AS (property, names)
      FROM export) AS said
WHERE names IS NOT NULL

-- name: calendar
SELECT sort, audience, CAST(begins AS STRING) AS begins
FROM (SELECT sort, audience, explode(sequence(first, last, INTERVAL 1 DAY)) AS begins FROM period_bounds WHERE sort = 'day'
      UNION ALL
      SELECT sort, audience, explode(sequence(first, last, INTERVAL 7 DAYS)) FROM period_bounds WHERE sort = 'week'
      UNION ALL
      SELECT sort, audience, explode(sequence(first, last, INTERVAL 1 MONTH)) FROM period_bounds WHERE sort = 'month'
      UNION ALL
      SELECT sort, audience, explode(sequence(first, last, INTERVAL 1 YEAR)) FROM period_bounds WHERE sort = 'year') AS days
