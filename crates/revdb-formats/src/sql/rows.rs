//! Converts the rows of a dump to a JSON document: a list for each table, each row on its own
//! line.
//!
//! Must never: assign a value to the wrong column.

use std::collections::HashMap;
use std::io::BufRead;

use serde_json::{Map, Value};

use super::scan::Scan;
use super::unapplied::{Keys, Unapplied};
use crate::format::{ReadError, Result};
use crate::json::generated::Writer;

/// The next part of the dump.
enum Next {
    Statement,
    /// Rows of an INSERT statement.
    Tuples(Vec<String>),
    /// Lines after a COPY statement.
    Lines(Vec<String>),
}

/// Reads SQL and writes JSON.
pub(super) struct Rows<R> {
    scan: Scan<R>,
    next: Next,
    /// The columns of each created table.
    columns: HashMap<String, Vec<String>>,
    /// Tables whose lists were written; the last one's list is open.
    tables: Vec<String>,
    /// The open list has a row.
    filled: bool,
    written: u64,
    unapplied: Unapplied,
    passed_here: u64,
    keys: Keys,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(source: R, unapplied: Unapplied) -> Self {
        Self {
            scan: Scan::new(source),
            next: Next::Statement,
            columns: HashMap::new(),
            tables: Vec::new(),
            filled: false,
            written: 1,
            unapplied,
            passed_here: 0,
            keys: Keys::default(),
        }
    }

    /// Reads a statement; false at the end.
    fn statement(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        self.scan.space()?;
        if self.scan.peek()?.is_none() {
            out.extend_from_slice(if self.tables.is_empty() { b"{}" } else { b"]}" });
            return Ok(false);
        }
        let line = self.scan.line;
        match self.scan.word()?.as_str() {
            "CREATE" => self.create()?,
            word @ ("INSERT" | "REPLACE") => self.insert(word == "REPLACE", line, out)?,
            "COPY" => self.copy(out)?,
            "UPDATE" => self.change(line)?,
            "DELETE" | "TRUNCATE" => {
                self.scan.word()?;
                self.change(line)?;
            }
            "MERGE" | "LOAD" => self.pass(line)?,
            _ => self.scan.statement()?,
        }
        Ok(true)
    }

    /// Records the columns of a table.
    fn create(&mut self) -> Result {
        const NO_COLUMNS: [&str; 9] = [
            "PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FULLTEXT", "FOREIGN", "CHECK",
            "SPATIAL",
        ];
        if self.scan.word()? != "TABLE" {
            return self.scan.statement();
        }
        let mut table = self.scan.name()?;
        if table.eq_ignore_ascii_case("if") {
            self.scan.word()?;
            self.scan.word()?;
            table = self.scan.name()?;
        }
        let mut columns = Vec::new();
        if self.scan.sign(b'(')? {
            loop {
                let quoted = self.scan.is_quoted_name()?;
                let name = self.scan.name()?;
                if quoted || !NO_COLUMNS.contains(&name.to_uppercase().as_str()) {
                    columns.push(name);
                }
                self.scan.value()?;
                if !self.scan.sign(b',')? {
                    break;
                }
            }
        }
        self.columns.insert(table, columns);
        self.scan.statement()
    }

    /// Skips a statement that changes rows, and counts it.
    fn pass(&mut self, line: u64) -> Result {
        self.passed_here += 1;
        self.unapplied.changes(self.passed_here, line);
        self.scan.statement()
    }

    /// Changes of a table without rows do not matter: dumps empty tables before they fill them.
    fn change(&mut self, line: u64) -> Result {
        let table = self.scan.name()?;
        match self.tables.contains(&table) {
            true => self.pass(line),
            false => self.scan.statement(),
        }
    }

    /// Reads an INSERT statement up to its first row.
    fn insert(&mut self, replaces: bool, line: u64, out: &mut Vec<u8>) -> Result {
        let mut resolves_duplicates = replaces;
        let mut word = self.scan.word()?;
        while matches!(word.as_str(), "IGNORE" | "LOW_PRIORITY" | "DELAYED" | "OR" | "REPLACE") {
            resolves_duplicates |= matches!(word.as_str(), "IGNORE" | "REPLACE");
            word = self.scan.word()?;
        }
        // SQL Server omits INTO.
        let table = match word.as_str() {
            "INTO" | "" => self.scan.name()?,
            _ if self.scan.sign(b'.')? => self.scan.name()?,
            _ => word,
        };
        let columns = self.named(&table)?;
        let mut word = self.scan.word()?;
        while matches!(word.as_str(), "OVERRIDING" | "SYSTEM" | "USER" | "VALUE") {
            word = self.scan.word()?;
        }
        if word != "VALUES" {
            return self.pass(line);
        }
        self.open(&table, out)?;
        self.keys.begin(resolves_duplicates);
        self.next = Next::Tuples(columns);
        Ok(())
    }

    fn copy(&mut self, out: &mut Vec<u8>) -> Result {
        let table = self.scan.name()?;
        let columns = self.named(&table)?;
        let (from, whence) = (self.scan.word()?, self.scan.word()?);
        self.scan.statement()?;
        self.scan.line_of_text()?;
        if (from.as_str(), whence.as_str()) == ("FROM", "STDIN") {
            self.open(&table, out)?;
            self.next = Next::Lines(columns);
        }
        Ok(())
    }

    /// The columns in brackets after the table's name, or those of its CREATE statement.
    fn named(&mut self, table: &str) -> Result<Vec<String>> {
        if !self.scan.sign(b'(')? {
            return Ok(self.columns.get(table).cloned().unwrap_or_default());
        }
        let mut names = vec![self.scan.name()?];
        while self.scan.sign(b',')? {
            names.push(self.scan.name()?);
        }
        self.scan.sign(b')')?;
        Ok(names)
    }

    fn open(&mut self, table: &str, out: &mut Vec<u8>) -> Result {
        if self.tables.last().is_some_and(|last| last == table) {
            return Ok(());
        }
        if self.tables.iter().any(|known| known == table) {
            let message = format!("rows of the table {table} are parted by others");
            let help = Some("put the statements of a table below each other".to_owned());
            return Err(ReadError::Malformed { message, line: Some(self.scan.line), help });
        }
        out.extend_from_slice(if self.tables.is_empty() { b"{" } else { b"]," });
        out.extend_from_slice(Value::String(table.to_owned()).to_string().as_bytes());
        out.extend_from_slice(b":[");
        self.tables.push(table.to_owned());
        self.filled = false;
        self.keys = self.keys.of_another_table();
        Ok(())
    }

    /// Reads a row in brackets; false after the last.
    fn tuple(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<bool> {
        if !self.scan.sign(b'(')? {
            self.scan.statement()?;
            return Ok(false);
        }
        let line = self.scan.line;
        let mut values = vec![self.scan.value()?];
        while self.scan.sign(b',')? {
            values.push(self.scan.value()?);
        }
        if !self.scan.sign(b')')? {
            return Err(self.scan.broken("a row is not closed"));
        }
        self.keys.row(values.first().and_then(Option::as_deref), line);
        self.row(columns, values, line, out)?;
        let last = self.scan.line;
        if self.scan.sign(b',')? {
            return Ok(true);
        }
        // ON DUPLICATE KEY, ON CONFLICT; the next statement may follow without a semicolon.
        let resolves_duplicates =
            matches!(self.scan.peek()?, Some(b'o' | b'O')) && self.scan.word()? == "ON";
        self.keys.end(resolves_duplicates);
        self.unapplied.repeated_keys(self.keys.repeated_keys);
        self.scan.rest_of_statement(self.scan.line == last)?;
        Ok(false)
    }

    /// Reads a line of COPY data; false after the last.
    fn line(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<bool> {
        let line = self.scan.line;
        let Some(text) = self.scan.line_of_text()?.filter(|text| text.trim_end() != "\\.") else {
            return Ok(false);
        };
        let values = text.split('\t').map(|cell| (cell != "\\N").then(|| unescaped(cell)));
        self.row(columns, values.collect(), line, out)?;
        Ok(true)
    }

    fn row(
        &mut self,
        columns: &[String],
        values: Vec<Option<String>>,
        line: u64,
        out: &mut Vec<u8>,
    ) -> Result {
        if columns.len() != values.len() {
            let what = format!("{} values for {} columns", values.len(), columns.len());
            return Err(self.scan.broken(&what));
        }
        if std::mem::replace(&mut self.filled, true) {
            out.push(b',');
        }
        out.extend((self.written..line).map(|_| b'\n'));
        self.written = self.written.max(line);
        let value = |value: Option<String>| value.map_or(Value::Null, Value::String);
        let row: Map<String, Value> =
            columns.iter().cloned().zip(values.into_iter().map(value)).collect();
        out.extend_from_slice(Value::Object(row).to_string().as_bytes());
        Ok(())
    }
}

impl<R: BufRead> Writer for Rows<R> {
    fn write(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let next = std::mem::replace(&mut self.next, Next::Statement);
        match next {
            Next::Statement => return self.statement(out),
            Next::Tuples(columns) => {
                if self.tuple(&columns, out)? {
                    self.next = Next::Tuples(columns);
                }
            }
            Next::Lines(columns) => {
                if self.line(&columns, out)? {
                    self.next = Next::Lines(columns);
                }
            }
        }
        Ok(true)
    }
}

/// The escapes of COPY: `\t`, `\n` and `\\`.
fn unescaped(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        out.push(match escaped {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some(other) => other,
            None => c,
        });
    }
    out
}
