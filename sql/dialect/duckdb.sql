-- SQL for DuckDB 2.0 and later.

-- name: begin
-- NULL handling as in SQLite, also for division by zero.
SET default_null_order = 'nulls_first_on_asc_last_on_desc';
SET ieee_floating_point_ops = false;
SET error_on_division_by_zero = false;
CREATE OR REPLACE TEMP MACRO iif(asked, yes, other) AS CASE WHEN asked THEN yes ELSE other END;
-- SQLite's sqrt: NULL for a negative number.
CREATE OR REPLACE TEMP MACRO root(number) AS CASE WHEN number >= 0 THEN sqrt(number) END;
CREATE OR REPLACE TEMP MACRO days_between(begins, ends) AS date_diff('day', CAST(begins AS DATE), CAST(ends AS DATE));
-- The ISO week that begins on this day.
CREATE OR REPLACE TEMP MACRO iso_week(begins) AS strftime(CAST(begins AS DATE), '%G-W%V');
-- Lower case without accents, as in the archive's full-text index.
CREATE OR REPLACE TEMP MACRO folded(words) AS translate(words, {letters}, {folds});
CREATE OR REPLACE TEMP MACRO names_in_order(names) AS array_to_string(list_sort(string_split(names, '; ')), ' and ');
CREATE OR REPLACE TEMP VIEW export AS SELECT * FROM read_parquet({path}, hive_partitioning = true);

-- name: view
CREATE OR REPLACE TEMP VIEW {name} AS
{text};

-- name: review_word
SELECT id AS doc, unnest(regexp_extract_all(folded(quote), '[\p{L}\p{N}\p{Co}]+')) AS term FROM review

-- name: work_value
SELECT DISTINCT work_id, property, unnest(string_split(names, '; ')) AS value
FROM (SELECT work_id, unnest(['author', 'director', 'brand', 'genre']) AS property,
             unnest([authors, directors, brands, genres]) AS names FROM export) AS said
WHERE names IS NOT NULL

-- name: calendar
SELECT sort, audience, CAST(CAST(begins AS DATE) AS STRING) AS begins
FROM (SELECT sort, audience, unnest(generate_series(first, last,
             CASE sort WHEN 'day' THEN INTERVAL 1 DAY WHEN 'week' THEN INTERVAL 7 DAY
                       WHEN 'month' THEN INTERVAL 1 MONTH ELSE INTERVAL 1 YEAR END)) AS begins
      FROM period_bounds) AS days
