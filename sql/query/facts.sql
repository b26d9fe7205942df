-- Which reviews pass (src/query/facts.rs). Filters lay these tables of ids (sql/query/filter.sql).

-- name: are_laid
SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = 'chosen'),
       EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = 'chosen_peers');

-- name: chosen
SELECT id FROM temp.chosen;

-- name: chosen_peers
SELECT id FROM temp.chosen_peers;

-- name: last_work
SELECT coalesce(max(id), 0) FROM main.work;
-- name: last_critic
SELECT coalesce(max(id), 0) FROM main.critic;
-- name: last_publication
SELECT coalesce(max(id), 0) FROM main.publication;
