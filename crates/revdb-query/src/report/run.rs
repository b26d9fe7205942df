//! Checks a report against an archive, binds its parameters and runs it.

use rusqlite::types::{FromSqlResult, Value, ValueRef};
use rusqlite::{Connection, Statement as Compiled};

use super::error::{Fault, ReportError};
use super::header::{Kind, Report, Statement};
use super::param::Values;
use super::tokens::tokens;
use crate::Scope;
use crate::engine::{self, namesakes};

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name in the SELECT.
    pub name: String,
    /// The declared heading, or the name in words.
    pub heading: String,
    /// The type of its values.
    pub kind: Kind,
    /// Text for people where the value is NULL.
    pub blank: Option<String>,
}

/// A report ready to run: checked, with its parameters bound.
pub struct Prepared<'c> {
    report: String,
    statement: Compiled<'c>,
    /// The columns of the result.
    columns: Vec<Column>,
}

/// The rows of a [`Prepared`] report, one at a time.
pub struct ReportRows<'p> {
    report: &'p str,
    rows: rusqlite::Rows<'p>,
    width: usize,
}

impl Prepared<'_> {
    /// The columns of the result.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Starts reading the rows.
    pub fn rows(&mut self) -> ReportRows<'_> {
        ReportRows {
            report: &self.report,
            rows: self.statement.raw_query(),
            width: self.columns.len(),
        }
    }
}

impl ReportRows<'_> {
    /// The next row, one value per column; `None` after the last.
    ///
    /// # Errors
    /// [`ReportError::Failed`]: an interrupt, a damaged archive, a full temporary disk.
    pub fn next_row(&mut self) -> Result<Option<Vec<Value>>, ReportError> {
        let mut values = Vec::with_capacity(self.width);
        let there = self.each_value(|_, value| {
            values.push(Value::try_from(*value)?);
            Ok(())
        })?;
        Ok(there.then_some(values))
    }

    /// Calls `show` with each value of the next row and its index, without copying; false after
    /// the last row.
    ///
    /// # Errors
    /// As [`next_row`](Self::next_row).
    pub fn each_value(
        &mut self,
        mut show: impl FnMut(usize, &ValueRef<'_>) -> FromSqlResult<()>,
    ) -> Result<bool, ReportError> {
        let failed = |source| ReportError::Failed {
            report: self.report.to_owned(),
            source: Box::new(source),
        };
        let Some(row) = self.rows.next().map_err(failed)? else {
            return Ok(false);
        };
        for column in 0..self.width {
            // Matched by reference: moving it out first makes the processor wait for the preceding
            // write, 8 % of a report of 42,000 rows.
            match row.get_ref(column) {
                Ok(ref value) => show(column, value).map_err(|error| {
                    let why = Box::new(error);
                    let kind = value.data_type();
                    failed(rusqlite::Error::FromSqlConversionFailure(column, kind, why))
                })?,
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(true)
    }
}

impl Report {
    /// Compiles, checks and binds the SELECT for the reviews in the scope.
    ///
    /// # Errors
    /// [`ReportError::Broken`] at the line where SQL, header or archive disagree.
    pub fn prepare<'c>(
        &self,
        archive: &'c Connection,
        scope: &Scope,
        values: &Values,
    ) -> Result<Prepared<'c>, ReportError> {
        self.create_engine_tables(archive, scope)?;
        let statement = self.compile(archive, &self.select)?;
        self.check_params(archive, &statement)?;
        let columns = self.check_columns(&statement, values)?;
        let mut prepared = Prepared { report: self.name.clone(), statement, columns };
        self.bind(&mut prepared.statement, values)?;
        Ok(prepared)
    }

    /// The lines to print below the table, before the rule; if `is_whole`, with the details. Uses
    /// the tables that [`prepare`](Report::prepare) created on this connection.
    ///
    /// # Errors
    /// As [`Report::prepare`] and [`ReportRows::next_row`].
    pub fn notes(
        &self,
        archive: &Connection,
        values: &Values,
        is_whole: bool,
    ) -> Result<Vec<String>, ReportError> {
        let mut lines = Vec::new();
        for part in self.notes.iter().chain(self.details.iter().filter(|_| is_whole)) {
            let mut statement = self.compile(archive, part)?;
            self.names_used(&statement, part)?;
            self.bind(&mut statement, values)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(|error| self.failed(error))? {
                let line: Option<String> = row.get(0).map_err(|error| self.failed(error))?;
                lines.extend(line);
            }
        }
        Ok(lines)
    }

    /// Creates the engine's tables over the archive's views.
    fn create_engine_tables(&self, archive: &Connection, scope: &Scope) -> Result<(), ReportError> {
        let created = engine::create_tables(archive, scope).and_then(|()| {
            // Comparing all titles takes time, which reports without works need not spend.
            if self.names_works() { namesakes::tell_apart(archive) } else { Ok(()) }
        });
        created.map_err(|source| ReportError::Archive {
            report: self.name.clone(),
            source: Box::new(source),
        })
    }

    /// Whether the SELECT reads labels of works.
    fn names_works(&self) -> bool {
        let reads = |token: &str| {
            token.eq_ignore_ascii_case("label") || token.eq_ignore_ascii_case("work_timeline")
        };
        tokens(&self.select.sql).into_iter().any(reads)
    }

    fn failed(&self, source: rusqlite::Error) -> ReportError {
        ReportError::Failed { report: self.name.clone(), source: Box::new(source) }
    }

    fn broken(&self, line: usize, message: impl Into<String>, hint: &str) -> ReportError {
        let fault = Fault { line, message: message.into(), hint: Some(hint.to_owned()) };
        ReportError::Broken { file: self.file.clone(), faults: vec![fault] }
    }

    /// Compiles one statement, which must be read-only.
    fn compile<'c>(
        &self,
        archive: &'c Connection,
        part: &Statement,
    ) -> Result<Compiled<'c>, ReportError> {
        let start = part.first_line();
        if !part.is_select() {
            let hint = "a report is one SELECT (or WITH ... SELECT): it can only read";
            return Err(self.broken(start, "this is no SELECT", hint));
        }
        let statement = archive.prepare(&part.sql).map_err(|error| match error {
            rusqlite::Error::SqlInputError { msg, offset, .. } => {
                let before = part.sql.get(..offset.max(0) as usize).unwrap_or("");
                let line = part.line + before.matches('\n').count();
                self.broken(
                    line,
                    msg,
                    "names of tables and columns: `revdb sql`, or the archive's view `reviews`",
                )
            }
            rusqlite::Error::MultipleStatement => self.broken(
                start,
                "more than one statement",
                "one SELECT, and after a line `-- notes` one for the notes",
            ),
            other => self.broken(start, other.to_string(), "see the statement that begins here"),
        })?;
        if !statement.readonly() {
            return Err(self.broken(start, "this statement writes", "a report can only read"));
        }
        Ok(statement)
    }

    /// Every `:name` must be declared, and every declared parameter used, here or in the notes.
    /// The notes of a built-in report are not compiled if the SELECT uses all parameters: they
    /// refer to views that do not exist yet.
    fn check_params(&self, archive: &Connection, select: &Compiled<'_>) -> Result<(), ReportError> {
        let mut used = self.names_used(select, &self.select)?;
        let is_unused = |used: &[String], name: &str| {
            name != super::param::AUDIENCE && !used.iter().any(|used| used == name)
        };
        let uses_all = self.params.iter().all(|param| !is_unused(&used, &param.name));
        let parts = self.notes.iter().chain(&self.details);
        for part in parts.filter(|_| !self.is_built_in || !uses_all) {
            used.extend(self.names_used(&self.compile(archive, part)?, part)?);
        }
        match self.params.iter().find(|param| is_unused(&used, &param.name)) {
            None => Ok(()),
            Some(param) => Err(self.broken(
                self.select.first_line(),
                format!("parameter {:?} is declared, but :{0} is nowhere in the SQL", param.name),
                "use it, or take its [[param]] out of the header",
            )),
        }
    }

    fn names_used(
        &self,
        compiled: &Compiled<'_>,
        part: &Statement,
    ) -> Result<Vec<String>, ReportError> {
        let mut names = Vec::new();
        for index in 1..=compiled.parameter_count() {
            let name = compiled.parameter_name(index).unwrap_or("?");
            let Some(param) = name
                .strip_prefix(':')
                .and_then(|name| self.params.iter().find(|param| param.name == name))
            else {
                return Err(self.broken(
                    part.line_of(name),
                    format!("{name} is in the SQL, but not declared"),
                    "parameters are written :name, each with its [[param]] in the header",
                ));
            };
            names.push(param.name.clone());
        }
        Ok(names)
    }

    fn check_columns(
        &self,
        select: &Compiled<'_>,
        values: &Values,
    ) -> Result<Vec<Column>, ReportError> {
        let line = self.select.first_line();
        let (mut columns, mut faults) = (Vec::new(), Vec::new());
        let mut fault = |message: String, hint: String| {
            faults.push(Fault { line, message, hint: Some(hint) });
        };
        for name in select.column_names() {
            let Some((_, spec)) = self.columns.iter().find(|(known, _)| known == name) else {
                let hint = format!("add to [columns] in the header: {name} = \"text\"");
                fault(format!("column {name:?} is not declared"), hint);
                continue;
            };
            columns.push(Column {
                name: name.to_owned(),
                heading: spec.heading(name, values),
                kind: spec.kind,
                blank: spec.blank.clone(),
            });
        }
        for (name, _) in
            self.columns.iter().filter(|(name, _)| !columns.iter().any(|c| c.name == *name))
        {
            fault(
                format!("column {name:?} is declared, but the SELECT does not give it"),
                "take it out of [columns], or name a column of the SELECT so with AS".to_owned(),
            );
        }
        match faults.is_empty() {
            true => Ok(columns),
            false => Err(ReportError::Broken { file: self.file.clone(), faults }),
        }
    }

    fn bind(&self, statement: &mut Compiled<'_>, values: &Values) -> Result<(), ReportError> {
        for index in 1..=statement.parameter_count() {
            let name = statement.parameter_name(index).unwrap_or("?");
            let value = values.get(name.trim_start_matches(':')).cloned();
            statement
                .raw_bind_parameter(index, value.unwrap_or(Value::Null))
                .map_err(|error| self.failed(error))?;
        }
        Ok(())
    }
}

impl Statement {
    /// Line number in the file of the first word outside comments.
    fn first_line(&self) -> usize {
        let blank = |line: &&str| line.trim().is_empty() || line.trim().starts_with("--");
        self.line + self.sql.lines().take_while(blank).count()
    }

    /// Line number in the file of the first occurrence of `word`.
    fn line_of(&self, word: &str) -> usize {
        let before = self.sql.split(word).next().unwrap_or("");
        self.line + before.matches('\n').count()
    }

    /// Whether the first word begins a reading statement. `readonly()` alone allows ATTACH and
    /// some pragmas.
    fn is_select(&self) -> bool {
        self.sql
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with("--"))
            .is_some_and(|line| {
                let word: String = line.chars().take_while(char::is_ascii_alphabetic).collect();
                ["SELECT", "WITH", "VALUES"].contains(&word.to_ascii_uppercase().as_str())
            })
    }
}
