-- name: sha256_of_source
SELECT d.sha256 FROM source AS s JOIN dump AS d ON d.id = s.dump_id WHERE s.id = :id;

-- name: read
SELECT sha256, size, bytes FROM raw_dump WHERE sha256 = :sha256;

-- name: contents
SELECT sha256 FROM raw_dump NOT INDEXED;
