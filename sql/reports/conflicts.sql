-- title = "Where a later dump contradicts an earlier one"
-- summary = "Every value that changed between dumps: what it was, what it is, and which dumps say so."
-- audience = "all"
-- short = "each value that a later dump contradicts; by work"
-- rule = """A dump that gives another value for a field of a review it shares with an earlier dump makes a change. The newer
-- value is the one shown everywhere, the older one is kept here. old_from is the dump that held the review before.
-- Order: by work, review and import."""
-- example = 'revdb query conflicts --work "Never Sorry"'
--
-- [columns]
-- id = "int: the review, for `revdb show`"
-- work = "text: its work"
-- audience = "text: who speaks"
-- critic = { kind = "text: its critic or byline", blank = "(no byline)" }
-- field = "text: what changed"
-- old = "quote: what it was"
-- new = "quote: what it is"
-- old_from = "text: the dump that had said the old value"
-- new_from = "text: the dump that says the new one"
-- record = "int: number of the record in the newer dump"

SELECT c.review_id AS id, w.label AS work, r.audience,
       coalesce(k.name, r.byline) AS critic, c.field,
       coalesce(c.old, '(nothing)') AS old, coalesce(c.new, '(nothing)') AS new,
       coalesce((SELECT o.path FROM sighting AS s JOIN dump AS e ON e.id = s.dump_id JOIN source AS o ON o.id = e.place
                 WHERE s.review_id = c.review_id AND (e.place, s.record) < (d.place, c.record)
                 ORDER BY e.place DESC, s.record DESC LIMIT 1), '(a dump since undone)') AS old_from,
       n.path AS new_from, c.record
FROM change AS c
CROSS JOIN filtered AS r ON r.id = c.review_id
JOIN dump AS d ON d.id = c.dump_id
JOIN source AS n ON n.id = d.place
JOIN work AS w ON w.id = r.work_id
LEFT JOIN critic AS k ON k.id = r.critic_id
WHERE (:audience = 'all' OR r.audience = :audience)
ORDER BY work, c.review_id, d.place, c.record, c.field;

-- notes
SELECT format('%d changes of %d reviews; record is the number of the record in the newer dump; critic is blank where there is no byline',
              count(*), count(DISTINCT c.review_id))
FROM change AS c CROSS JOIN filtered AS r ON r.id = c.review_id
WHERE (:audience = 'all' OR r.audience = :audience)
