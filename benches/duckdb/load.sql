-- The native file that DuckDB is asked on: the archive's own reviews, works,
-- critics and publications, with ids as in the archive and dates as dates.
-- compare.py writes the CSV files from the archive and fills in {folder}.
CREATE TABLE work AS SELECT * FROM read_csv('{folder}/work.csv', header = true,
    columns = {'id': 'INTEGER', 'title': 'VARCHAR', 'kind': 'VARCHAR', 'year': 'INTEGER'});
CREATE TABLE critic AS SELECT * FROM read_csv('{folder}/critic.csv', header = true,
    columns = {'id': 'INTEGER', 'name': 'VARCHAR', 'name_fold': 'VARCHAR'});
CREATE TABLE publication AS SELECT * FROM read_csv('{folder}/publication.csv', header = true,
    columns = {'id': 'INTEGER', 'name': 'VARCHAR', 'name_fold': 'VARCHAR'});
CREATE TABLE review AS SELECT *, try_cast(date AS DATE) AS day FROM read_csv('{folder}/review.csv', header = true,
    columns = {'id': 'INTEGER', 'work_id': 'INTEGER', 'audience': 'VARCHAR', 'critic_id': 'INTEGER',
               'publication_id': 'INTEGER', 'byline': 'VARCHAR', 'date': 'VARCHAR', 'score': 'DOUBLE',
               'score_text': 'VARCHAR', 'quote': 'VARCHAR', 'truncated': 'INTEGER'});
CHECKPOINT;
