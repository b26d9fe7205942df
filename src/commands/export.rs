//! `revdb export`: the public columns of every review, for other tools.

use crate::output::Caption;
use crate::query::listing::{self, Shown, Sort};

use super::filter::{FilterArgs, left_out, tell, why_none};
use super::order::OrderArgs;
use super::output::OutputArgs;
use super::query::{Footer, columns};
use super::rows::SqlRows;
use super::{CommandError, ExitStatus, Global};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub order: OrderArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    let format = args.output.chosen()?;
    let (sort, reverse) = args.order.of_reviews(Sort::Id)?;
    let filter = args.filter.filter()?;
    let archive = global.open()?;
    let conn = archive.connection();
    // One state of the archive for the filter and the rows, and one lock.
    let _reading = conn.unchecked_transaction()?;
    args.filter.verify(conn)?;
    let selection = filter.select(conn)?;
    let notes = left_out(&selection, conn)?;
    let ids = selection.ids(conn)?;
    tell(&selection.matches);
    let most = args.order.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let order = (sort, reverse);
    let mut statement = listing::prepare(conn, &ids, order, Shown::Exported, most)?;
    let rows = statement.query([])?;
    let caption = Caption { filters: filter.describe(), notes, ..Caption::default() };
    let footer = Footer::of(conn, &ids, args.order.limit)?;
    let columns = columns(Shown::Exported.columns(), format);
    let mut rows = SqlRows::new(rows, columns, caption, footer);
    let status = args.output.deliver_read(&mut rows, None, global)?;
    if ids.is_empty() {
        why_none(conn, &filter, &selection)?;
    }
    Ok(status)
}
