-- name: by_date
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY date DESC, id;

-- name: by_date_reversed
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY date ASC NULLS LAST, id;

-- name: by_score
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY score DESC, id;

-- name: by_score_reversed
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY score ASC NULLS LAST, id;

-- name: by_critic
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY coalesce(critic, byline) COLLATE NOCASE NULLS LAST, date DESC, id;

-- name: by_critic_reversed
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY coalesce(critic, byline) COLLATE NOCASE DESC, date DESC, id;

-- name: by_work
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY work COLLATE NOCASE, date DESC, id;

-- name: by_work_reversed
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY work COLLATE NOCASE DESC, date DESC, id;

-- name: by_publication
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY publication COLLATE NOCASE NULLS LAST, date DESC, id;

-- name: by_publication_reversed
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY publication COLLATE NOCASE DESC, date DESC, id;

-- name: by_id
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY id;

-- name: by_id_reversed
SELECT id, work, audience, coalesce(critic, byline) AS critic, publication, date, score, quote
FROM reviews
ORDER BY id DESC;

-- name: export_by_date
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY date DESC, id;

-- name: export_by_date_reversed
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY date ASC NULLS LAST, id;

-- name: export_by_score
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY score DESC, id;

-- name: export_by_score_reversed
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY score ASC NULLS LAST, id;

-- name: export_by_critic
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY coalesce(critic, byline) COLLATE NOCASE NULLS LAST, date DESC, id;

-- name: export_by_critic_reversed
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY coalesce(critic, byline) COLLATE NOCASE DESC, date DESC, id;

-- name: export_by_work
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY work COLLATE NOCASE, date DESC, id;

-- name: export_by_work_reversed
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY work COLLATE NOCASE DESC, date DESC, id;

-- name: export_by_publication
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY publication COLLATE NOCASE NULLS LAST, date DESC, id;

-- name: export_by_publication_reversed
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY publication COLLATE NOCASE DESC, date DESC, id;

-- name: export_by_id
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY id;

-- name: export_by_id_reversed
SELECT id, work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url
FROM reviews
ORDER BY id DESC;
