-- What the reviews that pass have at all (src/commands/reports/why_none.rs).

-- name: present
SELECT count(*), count(score), count(critic_id), count(date), count(quote)
FROM filtered WHERE :audience IN ('all', audience);
