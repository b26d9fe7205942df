-- Words of the index (crates/revdb-query/src/near_words.rs).

-- name: create
CREATE VIRTUAL TABLE IF NOT EXISTS temp.index_word USING fts5vocab ('main', 'review_fts', 'row');

-- name: exists
SELECT 1 FROM temp.index_word WHERE term = :word;

-- name: beginning
SELECT term FROM temp.index_word WHERE term > ?1 AND term < ?2 ORDER BY doc DESC, length(term), term LIMIT 3;

-- name: within
-- Scripts without spaces come after all others in the index: U+0E00 is the first Thai letter.
SELECT term FROM temp.index_word WHERE term >= char(0x0E00) AND instr(term, ?1)
ORDER BY doc DESC, length(term), term LIMIT 3;

-- name: all_beginning
SELECT term FROM temp.index_word WHERE term > ?1 AND term < ?2 LIMIT 20000;
