//! `revdb show ID`: one review whole, with every source that held it.

use revdb_render::{Caption, Cell, Collected, Column, ColumnKind};

use super::output::OutputArgs;
use super::{Global, Result};
use crate::rows::cell;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The review's number, as listings show it
    #[arg(allow_negative_numbers = true, value_parser = super::values::review)]
    pub id: i64,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    args.output.chosen()?;
    let detail = global.open()?.detail(args.id)?;
    let text = |text: String| Cell::Text(text);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (name, value) in detail.fields {
        rows.push(vec![text(name), cell(value)]);
    }
    if detail.truncated {
        rows.push(vec![
            text("cut off".into()),
            text("the dump has only the beginning of the quote".into()),
        ]);
    }
    rows.extend(
        detail.language.map(|language| vec![text("language".into()), Cell::Text(language)]),
    );
    for seen in detail.sightings {
        let mut line = format!(
            "{}:{}: record {} ({}; import {}, source {})",
            seen.path, seen.line, seen.record, seen.format, seen.import_id, seen.source_id
        );
        if let Some(id) = seen.external_id {
            line.push_str(&format!("; id {id}"));
        }
        if let Some(differs) = seen.differs {
            line.push_str(&format!("; differs: {differs}"));
        }
        rows.push(vec![text("source".into()), Cell::Text(line)]);
    }
    for change in detail.changes {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
        let line = format!(
            "{}: {} became {} ({}, record {})",
            change.field,
            shown(change.old),
            shown(change.new),
            change.path,
            change.record
        );
        rows.push(vec![text("change".into()), Cell::Text(line)]);
    }
    for correction in detail.corrected {
        let (since, reason) = (correction.created_at, correction.reason);
        if correction.hides {
            rows.push(vec![text("hidden".into()), Cell::Text(format!("{reason} ({since})"))]);
        }
        for change in correction.changes {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
            let (field, old, new) = (change.field, shown(change.old), shown(change.new));
            let line = format!("{field}: {old} was read, {new} is right: {reason} ({since})");
            rows.push(vec![text("corrected".into()), Cell::Text(line)]);
        }
    }
    let columns =
        vec![Column::new("field", ColumnKind::Text), Column::new("value", ColumnKind::Quote)];
    args.output.deliver(&mut Collected::new(columns, rows, Caption::default()), global)
}
