//! `revdb query`: lists reviews.

use crate::output::{Caption, Cell};
use crate::query::listing;

use super::filter::FilterArgs;
use super::output::OutputArgs;
use super::rows::{SqlRows, Watch};
use super::{CommandError, ExitStatus, Global};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    args.output.chosen()?;
    let archive = global.open()?;
    let mut statement = archive.connection().prepare(listing::statement(listing::Sort::Date, false))?;
    let rows = statement.query([])?;
    let mut rows = SqlRows::new(rows, columns(), Caption::default(), Footer::default())
        .limited(args.filter.limit);
    args.output.deliver(&mut rows, global)
}

fn columns() -> Vec<crate::output::Column> {
    use crate::output::{Column, ColumnKind as Kind};
    let kind = |name| match name {
        "id" => Kind::Int,
        "date" => Kind::Date,
        "score" => Kind::Real { decimals: 0 },
        "quote" => Kind::Quote,
        _ => Kind::Text,
    };
    listing::COLUMNS.iter().map(|&name| Column::new(name, kind(name))).collect()
}

/// Counts what passed, for the line under the table.
#[derive(Debug, Default)]
struct Footer {
    critics: u64,
    users: u64,
}

impl Watch for Footer {
    fn row(&mut self, cells: &mut [Cell]) {
        let audience = listing::COLUMNS.iter().position(|name| *name == "audience");
        match audience.and_then(|index| cells.get(index)) {
            Some(Cell::Text(word)) if word == "user" => self.users += 1,
            _ => self.critics += 1,
        }
    }

    fn notes(&self) -> Vec<String> {
        let all = self.critics + self.users;
        vec![format!("{all} reviews: {} by critics, {} by users", self.critics, self.users)]
    }
}
