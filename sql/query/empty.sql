-- Which values the passing reviews have (src/commands/reports/why_none.rs).

-- name: present
SELECT coalesce(sum(reviews), 0), coalesce(sum(reviews * scored), 0), coalesce(sum(reviews * named * scored), 0),
       coalesce(sum(reviews * (dated > 0)), 0), coalesce(sum(reviews * quoted), 0)
FROM review_tally WHERE :audience IN ('all', audience);
