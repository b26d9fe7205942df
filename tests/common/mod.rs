//! Shared by the tests of the whole pipeline: an import into a scratch archive, and its visible
//! content.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod program;
pub mod shared;

use std::path::{Path, PathBuf};

use revdb::ingest::{self, ImportReport, Keep, Request};
use revdb_formats::format::ReadOptions;
use revdb_store::Archive;

/// A temporary folder for dumps and an archive.
pub struct Scratch {
    pub folder: tempfile::TempDir,
}

impl Scratch {
    pub fn new() -> Self {
        Scratch { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn archive(&self) -> PathBuf {
        self.folder.path().join("archive.db")
    }

    /// Writes a dump and returns its path.
    pub fn dump(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("a dump is written");
        path
    }

    pub fn import(&self, paths: &[&Path], options: ReadOptions) -> ImportReport {
        self.import_as(paths, options, |_| {})
    }

    /// As `import`, with the request modified by `changed`.
    pub fn import_as(
        &self,
        paths: &[&Path],
        options: ReadOptions,
        changed: impl FnOnce(&mut Request<'_>),
    ) -> ImportReport {
        let archive = self.archive();
        let owned = paths.iter().map(|path| path.to_path_buf()).collect();
        let (keep, command) = (Keep::Never, "test".to_owned());
        let mut request = Request { options, keep, command, ..Request::new(&archive, owned) };
        changed(&mut request);
        ingest::run(&request, &mut ()).unwrap_or_else(|error| panic!("{paths:?}: {error}"))
    }

    /// Every row of the public view without its id, and every work and claim, sorted.
    pub fn content(&self) -> Vec<String> {
        let mut all = self.rows(
            "SELECT audience, critic, byline, publication, date, score, score_text, quote, url, work, kind, year, verdict
             FROM reviews",
        );
        all.extend(self.rows("SELECT 'work', title, kind, year FROM work"));
        all.extend(self.rows("SELECT 'claim', audience, kind, value, out_of FROM claim"));
        all.sort();
        all
    }

    /// Rows as JSON lines, in the order of the query.
    pub fn rows(&self, query: &str) -> Vec<String> {
        let archive = Archive::open(&self.archive()).expect("the archive opens");
        let mut statement = archive.connection().prepare(query).expect("a query");
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let rows = statement
            .query_map([], |row| {
                let mut line = serde_json::Map::new();
                for (index, name) in names.iter().enumerate() {
                    let value = match row.get::<_, rusqlite::types::Value>(index)? {
                        rusqlite::types::Value::Null => continue,
                        rusqlite::types::Value::Integer(number) => number.into(),
                        rusqlite::types::Value::Real(number) => number.into(),
                        rusqlite::types::Value::Text(text) => text.into(),
                        rusqlite::types::Value::Blob(_) => "(bytes)".into(),
                    };
                    line.insert(name.clone(), value);
                }
                Ok(serde_json::Value::Object(line).to_string())
            })
            .expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }
}

pub fn sample(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(path)
}
