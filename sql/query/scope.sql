-- The archive's views restricted by a filter (crates/revdb-query/src/scope.rs). `passing` and
-- `passing_peers` are tables of ids in memory. A view of the archive always reads the archive's
-- own views, so each view that reads reviews is created again.

-- name: remove
DROP VIEW IF EXISTS temp.reviews;
DROP VIEW IF EXISTS temp.filtered;
DROP VIEW IF EXISTS temp.peers;
DROP TABLE IF EXISTS temp.passing;
DROP TABLE IF EXISTS temp.passing_peers;

-- name: create_passing
CREATE VIRTUAL TABLE temp.passing USING scope;
CREATE TEMP VIEW filtered AS
SELECT r.* FROM temp.passing AS p JOIN main.filtered AS r ON r.id = p.id;
CREATE TEMP VIEW reviews AS
SELECT r.* FROM temp.passing AS p JOIN main.reviews AS r ON r.id = p.id;

-- name: create_peers
CREATE VIRTUAL TABLE temp.passing_peers USING scope;
CREATE TEMP VIEW peers AS
SELECT r.* FROM temp.passing_peers AS p JOIN main.peers AS r ON r.id = p.id;
