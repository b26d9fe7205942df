//! Database dumps as SQL (mysqldump, phpMyAdmin, pg_dump, sqlite3's .dump): the rows of INSERT and
//! COPY statements, converted to JSON with one list per table.
//!
//! Must never: execute a statement, or hold more than one row.

use std::io::{self, BufRead};

use super::format::{Confidence, Format, Probe, ReadOptions, Result, Sink, Text};
use super::json::any::{self, AnyJson, List};
use super::json::generated::{self, Failure};
use rows::Rows;
use unapplied::Unapplied;

mod rows;
mod scan;
mod unapplied;
mod values;

/// The format's name for `--input-format`.
pub const NAME: &str = "sql";

/// A database dump that matches no profile.
pub struct AnySql;

impl Format for AnySql {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "the tables of a database's SQL dump, by their columns or by --map field=column"
    }

    fn shape(&self) -> &'static str {
        "SQL"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        if !is_sql(probe.head) {
            return Confidence::No;
        }
        let json = head_as_json(probe.head);
        AnyJson.recognise(&Probe::new(probe.name, &json, probe.whole).with_options(probe.options))
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let mut json = AsJson::of(text);
        let read = AnyJson.read(&mut json, options, sink);
        read.map_err(|error| json.failure.cause_of(error))?;
        Ok(json.unapplied.notes().try_for_each(|note| sink.note(note))?)
    }
}

/// The tables of a dump that are read or asked about.
///
/// # Errors
/// As for reading.
pub fn lists_of(text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<List>> {
    let mut json = AsJson::of(text);
    any::lists_of(&mut json, options).map_err(|error| json.failure.cause_of(error))
}

/// Whether a line begins a statement with rows and the lines before it are SQL too.
pub fn is_sql(head: &str) -> bool {
    const ROWS: [&str; 5] =
        ["insert into ", "replace into ", "insert ignore into ", "insert or ", "insert ["];
    const OTHERS: [&str; 12] = [
        "--", "/*", "#", "set ", "create ", "drop ", "begin", "pragma ", "start transaction",
        "use ", "go", "rem ",
    ];
    let lines = head.trim_start_matches('\u{feff}').lines().map(|line| line.trim_start());
    let mut lines = lines.map(str::to_lowercase).filter(|line| !line.is_empty());
    let begins = |line: &String, with: &[&str]| with.iter().any(|word| line.starts_with(word));
    let has_rows = |line: &String| {
        begins(line, &ROWS) || line.starts_with("copy ") && line.contains(" from stdin")
    };
    let first = lines.next();
    first.is_some_and(|first| {
        has_rows(&first) || begins(&first, &OTHERS) && lines.any(|line| has_rows(&line))
    })
}

/// A dump's beginning as JSON.
pub fn head_as_json(head: &str) -> String {
    generated::all(Rows::new(head.as_bytes(), Unapplied::default()))
}

/// A dump read as a JSON document.
struct AsJson<'a> {
    text: &'a mut dyn Text,
    failure: Failure,
    unapplied: Unapplied,
}

impl<'a> AsJson<'a> {
    fn of(text: &'a mut dyn Text) -> Self {
        Self { text, failure: Failure::default(), unapplied: Unapplied::default() }
    }
}

impl Text for AsJson<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        let rows = Rows::new(self.text.reader()?, self.unapplied.clone());
        Ok(generated::reader(rows, &self.failure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MYSQL: &str = "-- MySQL dump\nCREATE TABLE `films` (\n  `id` int(11) NOT NULL,\n  \
        `title` varchar(9) DEFAULT 'a,b',\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n\
        INSERT INTO `films` VALUES (1,'It\\'s; (so)'),(2,NULL);\n\
        INSERT INTO `reviews` (`film_id`, `body`) VALUES\n(1, 'Wet, \"cold\"');\n";

    #[test]
    fn rows_of_statements_are_lists_by_their_tables() {
        for (dump, wanted) in [
            (
                MYSQL,
                r#"{"films":[{"id":"1","title":"It's; (so)"},{"id":"2","title":null}],"reviews":[{"film_id":"1","body":"Wet, \"cold\""}]}"#,
            ),
            (
                "BEGIN;\nCOPY public.reviews (title, body) FROM stdin;\nTide\tWet\\tcold\nFog\t\\N\n\\.\n",
                r#"{"reviews":[{"title":"Tide","body":"Wet\tcold"},{"title":"Fog","body":null}]}"#,
            ),
            (
                "INSERT INTO \"r\" (\"a\") VALUES('C:\\x ''y''');\nINSERT INTO \"r\" (\"a\") VALUES(3.50);\n",
                r#"{"r":[{"a":"C:\\x 'y'"},{"a":"3.50"}]}"#,
            ),
            (
                "USE [db]\nGO\nSET IDENTITY_INSERT [dbo].[r] ON\nGO\nINSERT [dbo].[r] ([a], [b]) \
                VALUES (N'Wet', CAST(8.50 AS Decimal(4, 2)))\nINSERT [dbo].[r] ([a], [b]) VALUES \
                (NULL, CAST(N'2019-03-14' AS Date))\nGO\n",
                r#"{"r":[{"a":"Wet","b":"8.50"},{"a":null,"b":"2019-03-14"}]}"#,
            ),
            (
                "INSERT INTO r(a,b) VALUES(replace('x\\ny','\\n',char(10)),unistr('\\u00e9'));\n\
                INSERT INTO r(a,b) VALUES('x'||chr(10)||'y',X'c3a9');\n",
                r#"{"r":[{"a":"x\ny","b":"é"},{"a":"x\ny","b":"é"}]}"#,
            ),
        ] {
            assert!(is_sql(dump), "{dump}");
            let json: String = head_as_json(dump).chars().filter(|c| *c != '\n').collect();
            assert_eq!(json, wanted, "{dump}");
        }
        for (end, rows) in [
            ("INSERT INTO r VALUES (2,'b') ON DUPLICATE KEY UPDATE a='b';", 1),
            ("REPLACE INTO r VALUES (1,'b'),(4,'c'),(3,'d');", 2),
            ("INSERT IGNORE INTO r VALUES (3,'b');", 0),
            ("INSERT INTO r VALUES (2,'b');\nCREATE TABLE s (id int);", 0),
        ] {
            let unapplied = Unapplied::default();
            let dump = format!(
                "CREATE TABLE r (id int, a text);\nINSERT INTO r VALUES (1,'a'),(2,'a');\n{end}"
            );
            generated::all(Rows::new(dump.as_bytes(), unapplied.clone()));
            let notes: Vec<_> = unapplied.notes().map(|note| note.message).collect();
            assert_eq!(notes.len(), usize::from(rows > 0), "{end}: {notes:?}");
            assert!(rows < 2 || notes[0].contains("2 rows (from line 3)"), "{notes:?}");
        }
        assert!(!is_sql("Set in Rome, it rains.\nCopy of a copy.\n"));
    }
}
