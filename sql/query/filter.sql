-- Filters as successive narrowing. `chosen` is filled once, from the index of
-- the filter that leaves least, and every other filter takes out of it. The
-- names asked for were resolved to ids before (`wanted_...`), as parts of the
-- folded name; instr() knows no wildcards, so % and _ are plain characters.

-- name: prepare
DROP VIEW IF EXISTS temp.reviews;
DROP VIEW IF EXISTS temp.filtered;
DROP TABLE IF EXISTS temp.chosen;
DROP TABLE IF EXISTS temp.wanted_critic;
DROP TABLE IF EXISTS temp.wanted_work;
DROP TABLE IF EXISTS temp.wanted_publication;
CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE wanted_critic (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE wanted_work (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE wanted_publication (id INTEGER PRIMARY KEY);

-- name: lay_over
-- The same names as the views of the archive, laid over them. A view of the
-- archive always reads the archive's own, so both are needed.
CREATE TEMP VIEW filtered AS
SELECT id, work_id, audience, critic_id, publication_id, byline, date, score,
       score_text, quote, url, truncated, language
FROM main.review WHERE id IN (SELECT id FROM temp.chosen);
CREATE TEMP VIEW reviews AS
SELECT r.id, w.title AS work, w.kind, w.year, r.audience, c.name AS critic, r.byline,
       p.name AS publication, r.date, r.score, r.score_text, r.quote, r.url
FROM temp.filtered AS r
LEFT JOIN main.work AS w ON w.id = r.work_id
LEFT JOIN main.critic AS c ON c.id = r.critic_id
LEFT JOIN main.publication AS p ON p.id = r.publication_id;

-- name: lay_peers
-- What is chosen so far, before the filters on who wrote it, as `peers`.
DROP VIEW IF EXISTS temp.peers;
DROP TABLE IF EXISTS temp.chosen_peers;
CREATE TEMP TABLE chosen_peers (id INTEGER PRIMARY KEY);
INSERT INTO temp.chosen_peers SELECT id FROM temp.chosen;
CREATE TEMP VIEW peers AS
SELECT id, work_id, audience, critic_id, publication_id, date, score
FROM main.review WHERE id IN (SELECT id FROM temp.chosen_peers);

-- name: want_critic
INSERT OR IGNORE INTO temp.wanted_critic
SELECT id FROM critic WHERE instr(name_fold, :part)
UNION SELECT c.id FROM alias AS a JOIN critic AS c ON c.name_fold = a.into_fold
WHERE a.what = 'critic' AND instr(a.from_fold, :part);

-- name: want_work
INSERT OR IGNORE INTO temp.wanted_work
SELECT id FROM work WHERE instr(title_fold, :part)
UNION SELECT w.id FROM alias AS a JOIN work AS w ON w.title_fold = a.into_fold
WHERE a.what = 'work' AND instr(a.from_fold, :part);

-- name: want_publication
INSERT OR IGNORE INTO temp.wanted_publication
SELECT id FROM publication WHERE instr(name_fold, :part)
UNION SELECT p.id FROM alias AS a JOIN publication AS p ON p.name_fold = a.into_fold
WHERE a.what = 'publication' AND instr(a.from_fold, :part);

-- name: critic_names
SELECT name, name_fold FROM critic;
-- name: work_names
SELECT title, title_fold FROM work;
-- name: publication_names
SELECT name, name_fold FROM publication;

-- name: critic_size
-- How many reviews a filter leaves, counted no further than :most.
SELECT count(*) FROM (SELECT 1 FROM review WHERE critic_id IN (SELECT id FROM temp.wanted_critic) LIMIT :most);
-- name: work_size
SELECT count(*) FROM (SELECT 1 FROM review WHERE work_id IN (SELECT id FROM temp.wanted_work) LIMIT :most);
-- name: publication_size
SELECT count(*) FROM (SELECT 1 FROM review WHERE publication_id IN (SELECT id FROM temp.wanted_publication) LIMIT :most);
-- name: words_size
SELECT count(*) FROM (SELECT 1 FROM review_fts WHERE review_fts MATCH :words LIMIT :most);
-- name: import_size
SELECT count(*) FROM (SELECT 1 FROM sighting WHERE dump_id IN (SELECT dump_id FROM source WHERE import_id = :import) LIMIT :most);
-- name: dates_size
SELECT count(*) FROM (SELECT 1 FROM review WHERE date >= :year AND date < :until LIMIT :most);

-- name: critic_lead
INSERT INTO temp.chosen SELECT id FROM review WHERE critic_id IN (SELECT id FROM temp.wanted_critic);
-- name: work_lead
INSERT INTO temp.chosen SELECT id FROM review WHERE work_id IN (SELECT id FROM temp.wanted_work);
-- name: publication_lead
INSERT INTO temp.chosen SELECT id FROM review WHERE publication_id IN (SELECT id FROM temp.wanted_publication);
-- name: words_lead
INSERT INTO temp.chosen SELECT rowid FROM review_fts WHERE review_fts MATCH :words;
-- name: import_lead
INSERT OR IGNORE INTO temp.chosen SELECT review_id FROM sighting
WHERE dump_id IN (SELECT dump_id FROM source WHERE import_id = :import);
-- name: dates_lead
-- A date may be partial. It is in where the period it names and the period asked
-- for have a day in common: 2012-07 is since 2012-07-15, and until it. As text:
-- not before :since, or the month or year that :since is in; before what comes
-- after every text that begins with --until.
INSERT INTO temp.chosen SELECT id FROM review
WHERE date >= :year AND date < :until AND (date >= :since OR date IN (:month, :year));
-- name: all_lead
INSERT INTO temp.chosen SELECT id FROM review;

-- name: critic_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id WHERE r.critic_id IN (SELECT id FROM temp.wanted_critic));
-- name: work_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id WHERE r.work_id IN (SELECT id FROM temp.wanted_work));
-- name: publication_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id WHERE r.publication_id IN (SELECT id FROM temp.wanted_publication));
-- name: words_narrow
DELETE FROM temp.chosen WHERE id NOT IN (SELECT rowid FROM review_fts WHERE review_fts MATCH :words);
-- name: import_narrow
DELETE FROM temp.chosen WHERE NOT EXISTS
    (SELECT 1 FROM sighting AS s WHERE s.review_id = chosen.id
     AND s.dump_id IN (SELECT dump_id FROM source WHERE import_id = :import));
-- name: dates_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id
     WHERE r.date >= :year AND r.date < :until AND (r.date >= :since OR r.date IN (:month, :year)));
-- name: part_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id WHERE r.quote LIKE :pattern ESCAPE '\');
-- name: audience_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id WHERE r.audience = :audience);
-- name: score_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id WHERE r.score >= :min AND r.score <= :max);
-- name: kind_narrow
DELETE FROM temp.chosen WHERE id NOT IN
    (SELECT r.id FROM temp.chosen AS c CROSS JOIN review AS r ON r.id = c.id
     JOIN work AS w ON w.id = r.work_id WHERE w.kind = :kind);

-- name: import_exists
SELECT EXISTS (SELECT 1 FROM import WHERE id = :import);

-- What a filter on dates or scores cannot judge, among what its other parts leave.
-- name: count_undated
SELECT count(*) FROM filtered WHERE date IS NULL;

-- name: count_unscored
SELECT count(*) FROM filtered WHERE score IS NULL;

-- name: count_neither
SELECT count(*) FROM filtered WHERE date IS NULL AND score IS NULL;
