-- Reviews of separately settled parts (src/commands/settle.rs): ids are hashes of the content, so that
-- different parts never use one id for two things.

-- name: reviews
WITH first AS (
    SELECT s.review_id, s.record, d.sha256, row_number() OVER (PARTITION BY s.review_id ORDER BY d.place, s.record) AS number
    FROM sighting AS s JOIN dump AS d ON d.id = s.dump_id
),
words AS (
    -- All values of a mention, which no two works share.
    SELECT m.work_id, row_number() OVER (PARTITION BY m.work_id ORDER BY d.place, m.number) AS place,
           row_hash(m.title, m.stated_kind, m.stated_year,
                    (SELECT json_group_array(json_array(s.name, e.ext_id) ORDER BY s.name, e.ext_id)
                     FROM external_id AS e JOIN site AS s ON s.id = e.site_id
                     WHERE e.dump_id = m.dump_id AND e.number = m.number),
                    (SELECT json_group_array(json_array(p.property, p.value) ORDER BY p.property, p.value)
                     FROM mention_property AS p WHERE p.dump_id = m.dump_id AND p.number = m.number)) AS hash
    FROM work_mention AS m JOIN dump AS d ON d.id = m.dump_id
)
SELECT row_hash(f.sha256, f.record) AS id, w.title AS work, w.kind, w.year, r.audience, c.name AS critic, r.byline,
       p.name AS publication, r.date, r.score, r.score_text, r.quote, r.url, r.verdict,
       (SELECT min(s.name || ':' || x.ext_id)
        FROM work_mention AS m
        JOIN external_id AS x ON x.dump_id = m.dump_id AND x.number = m.number
        JOIN site AS s ON s.id = x.site_id
        WHERE m.work_id = r.work_id) AS work_ext_id,
       r.tags, o.authors, o.contributors, o.directors, o.brands, o.genres,
       v.hash AS work_id, iif(r.critic_id IS NULL, NULL, row_hash(c.name_fold)) AS critic_id,
       iif(r.publication_id IS NULL, NULL, row_hash(p.name_fold)) AS publication_id, r.truncated, r.language,
       c.name_fold AS critic_fold, p.name_fold AS publication_fold
FROM review AS r
JOIN first AS f ON f.review_id = r.id AND f.number = 1
JOIN words AS v ON v.work_id = r.work_id AND v.place = 1
LEFT JOIN work AS w ON w.id = r.work_id
LEFT JOIN work_properties AS o ON o.work_id = r.work_id
LEFT JOIN critic AS c ON c.id = r.critic_id
LEFT JOIN publication AS p ON p.id = r.publication_id
ORDER BY r.id;
