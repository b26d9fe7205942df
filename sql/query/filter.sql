-- The names asked for, as ids; what the packed columns do not have; and the tables and views
-- that a filter lays over the archive's.

-- name: wanted_critics
SELECT id FROM critic WHERE instr(name_fold, :part)
UNION SELECT c.id FROM alias AS a JOIN critic AS c ON c.name_fold = a.into_fold
WHERE a.what = 'critic' AND instr(a.from_fold, :part);

-- name: wanted_works
SELECT id FROM work WHERE instr(title_fold, :part)
UNION SELECT w.id FROM alias AS a JOIN work AS w ON w.title_fold = a.into_fold
WHERE a.what = 'work' AND instr(a.from_fold, :part);

-- name: wanted_publications
SELECT id FROM publication WHERE instr(name_fold, :part)
UNION SELECT p.id FROM alias AS a JOIN publication AS p ON p.name_fold = a.into_fold
WHERE a.what = 'publication' AND instr(a.from_fold, :part);

-- name: critic_names
SELECT name, name_fold FROM critic;
-- name: work_names
SELECT title, title_fold FROM work;
-- name: publication_names
SELECT name, name_fold FROM publication;

-- name: works_of_kind
SELECT id FROM work WHERE kind = :kind;

-- name: words
SELECT rowid FROM review_fts WHERE review_fts MATCH :words;
-- name: words_check
SELECT rowid FROM review_fts WHERE review_fts MATCH :words LIMIT 1;

-- name: import_exists
SELECT EXISTS (SELECT 1 FROM import WHERE id = :import);
-- name: import_holds
SELECT review_id FROM sighting WHERE dump_id IN (SELECT dump_id FROM source WHERE import_id = :import);
-- name: import_held
SELECT EXISTS (SELECT 1 FROM sighting AS s WHERE s.review_id = :id
               AND s.dump_id IN (SELECT dump_id FROM source WHERE import_id = :import));

-- name: is_like
SELECT EXISTS (SELECT 1 FROM main.review WHERE id = :id AND quote LIKE :pattern ESCAPE '\');

-- name: lay_over
-- The same names as the views of the archive, laid over them. A view of the
-- archive always reads the archive's own, so both are needed.
DROP VIEW IF EXISTS temp.reviews;
DROP VIEW IF EXISTS temp.filtered;
DROP TABLE IF EXISTS temp.chosen;
CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY);
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

-- name: choose
INSERT INTO temp.chosen VALUES (:id);

-- name: lay_peers
DROP VIEW IF EXISTS temp.peers;
DROP TABLE IF EXISTS temp.chosen_peers;
CREATE TEMP TABLE chosen_peers (id INTEGER PRIMARY KEY);
CREATE TEMP VIEW peers AS
SELECT id, work_id, audience, critic_id, publication_id, date, score
FROM main.review WHERE id IN (SELECT id FROM temp.chosen_peers);

-- name: choose_peer
INSERT INTO temp.chosen_peers VALUES (:id);
