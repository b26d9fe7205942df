-- The highest valid id of a packed column (crates/revdb-query/src/column_set.rs).

-- name: last_work
SELECT coalesce(max(id), 0) FROM main.work;
-- name: last_critic
SELECT coalesce(max(id), 0) FROM main.critic;
-- name: last_publication
SELECT coalesce(max(id), 0) FROM main.publication;
