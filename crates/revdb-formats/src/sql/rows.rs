//! Converts the rows of a dump to a JSON document: a list for each table, each row on its own
//! line.
//!
//! Must never: assign a value to the wrong column.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::BufRead;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::scan::Scan;
use crate::format::{Note, ReadError, Result};
use crate::json::generated::Writer;

/// The next part of the dump.
enum Next {
    Statement,
    /// Rows of an INSERT statement.
    Tuples(Vec<String>),
    /// Lines after a COPY statement.
    Lines(Vec<String>),
}

/// Statements that change rows and are ignored: their number, and the line of the first.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed(Rc<Cell<(u64, u64)>>);

impl Passed {
    /// A dump is read more than once, and not always to its end: the highest number counts.
    fn one(&self, passed: u64, line: u64) {
        let (count, first) = self.0.get();
        if passed > count {
            self.0.set((passed, if count == 0 { line } else { first }));
        }
    }

    pub(super) fn note(&self) -> Option<Note> {
        let (count, line) = self.0.get();
        let message = match count {
            0 => return None,
            1 => format!("a statement that changes rows (line {line}) is not run"),
            _ => format!("{count} statements that change rows (from line {line}) are not run"),
        };
        let help = "rows are read as they stand in INSERT … VALUES and COPY; a database that has \
                    run the others can export its tables as CSV";
        Some(Note { message, help: Some(help.to_owned()) })
    }
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
    passed: Passed,
    passed_here: u64,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(source: R, passed: Passed) -> Self {
        Self {
            scan: Scan::new(source),
            next: Next::Statement,
            columns: HashMap::new(),
            tables: Vec::new(),
            filled: false,
            written: 1,
            passed,
            passed_here: 0,
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
            "INSERT" | "REPLACE" => self.insert(line, out)?,
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
        self.passed.one(self.passed_here, line);
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
    fn insert(&mut self, line: u64, out: &mut Vec<u8>) -> Result {
        let mut word = self.scan.word()?;
        while matches!(word.as_str(), "IGNORE" | "LOW_PRIORITY" | "DELAYED" | "OR" | "REPLACE") {
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
        self.row(columns, values, line, out)?;
        let last = self.scan.line;
        if self.scan.sign(b',')? {
            return Ok(true);
        }
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
