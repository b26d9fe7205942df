//! `revdb show ID`: one review in full, with every source that contains it.

use revdb_render::{Cell, Collected, ColumnKind};

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
    let mut rows: Vec<[Cell; 2]> = Vec::new();
    rows.extend(detail.fields.into_iter().map(|(name, value)| [name.into(), cell(value)]));
    if detail.truncated {
        let cut = "the dump has only the beginning of the quote";
        rows.push(["cut off".into(), cut.into()]);
    }
    rows.extend(detail.language.map(|language| ["language".into(), language.into()]));
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
        rows.push(["source".into(), line.into()]);
    }
    let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    for change in detail.changes {
        let line = format!(
            "{}: {} became {} ({}, record {})",
            change.field,
            shown(change.old),
            shown(change.new),
            change.path,
            change.record
        );
        rows.push(["change".into(), line.into()]);
    }
    for correction in detail.corrected {
        let (since, reason) = (correction.created_at, correction.reason);
        if correction.hides {
            rows.push(["hidden".into(), format!("{reason} ({since})").into()]);
        }
        for change in correction.changes {
            let (field, old, new) = (change.field, shown(change.old), shown(change.new));
            let line = format!("{field}: {old} was read, {new} is right: {reason} ({since})");
            rows.push(["corrected".into(), line.into()]);
        }
    }
    let columns = [("field", ColumnKind::Text), ("value", ColumnKind::Quote)];
    args.output.deliver(&mut Collected::of(columns, rows), global)
}
