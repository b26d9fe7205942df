//! `revdb export`: the public columns of every review, for other tools.

use revdb_model::Audience;
use revdb_query::AudienceChoice;
use revdb_query::listing::{self, Columns, PartitionBy, Sort};
use revdb_query::services::Service;
use revdb_render::{Caption, Column, ColumnKind, OutputFormat, Reader};

use super::filter::{FilterArgs, Found, why_none};
use super::order::OrderArgs;
use super::output::OutputArgs;
use super::query::{Footer, columns};
use super::{CommandError, Global, Result, say, values};
use crate::rows::SqlRows;

mod partitioned;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write CSV that this service imports, of users' reviews unless --audience says otherwise
    #[arg(long = "for", value_name = "SERVICE", value_parser = values::one_of(Service::NAMES))]
    pub service: Option<Service>,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub order: OrderArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    /// Write a folder of files, -o DIR, one for each year or kind of work, as DuckDB and Spark
    /// read them (kind=movie/part-0.parquet)
    #[arg(long, value_name = "COLUMN", requires = "output", conflicts_with_all = ["service", "force"], value_parser = values::one_of(PartitionBy::NAMES), help_heading = "Output")]
    pub partition_by: Option<PartitionBy>,
}

pub fn run(mut args: Args, global: &Global) -> Result {
    if args.service.is_some() {
        for_programs(&mut args.output)?;
        args.filter.audience.get_or_insert(AudienceChoice::Only(Audience::User));
    }
    let format = match args.partition_by {
        Some(_) => partitioned::format(&args.output)?,
        None => args.output.chosen()?,
    };
    let (sort, reverse) = args.order.of_reviews(Sort::Id)?;
    let filter = args.filter.filter()?;
    let archive = global.open()?;
    let conn = archive.connection();
    // Filter and rows must see one state of the archive.
    let _reading = conn.unchecked_transaction()?;
    let Found { selection, ids, notes } = args.filter.found(&filter, conn)?;
    let most = args.order.most();
    let order = (sort, reverse);
    let (mut statement, columns) = match args.service {
        Some(service) => {
            let statement = service.prepare(conn, &ids, order, most)?;
            for lost in service.losses(conn)? {
                say(&format!("note: {lost}"));
            }
            (statement, columns(service.columns(), format))
        }
        None => {
            let shown = shown(format);
            if let Some(by) = args.partition_by {
                let parts = listing::parts(conn, &ids, order, most, by)?;
                return partitioned::write(&args.output, format, conn, (by, parts));
            }
            let statement = listing::prepare(conn, &ids, order, shown, most)?;
            (
                statement,
                columns(shown.names(), format).into_iter().map(|it| whole(it, format)).collect(),
            )
        }
    };
    let rows = statement.query([])?;
    let caption = Caption::of_reviews(filter.describe(), notes);
    let footer = Footer::of(conn, &ids, args.order.limit)?;
    let mut rows = SqlRows::new(rows, columns, caption, footer);
    let status = args.output.deliver_read(&mut rows, None, global)?;
    if ids.is_empty() {
        why_none(conn, &filter, &selection)?;
    }
    Ok(status)
}

/// Pages and Markdown tables may be imported again: a rounded score would be a different one.
fn whole(column: Column, format: OutputFormat) -> Column {
    match column.kind {
        ColumnKind::Real { .. } if !format.is_binary && !format.styles_terminal => {
            Column { kind: ColumnKind::Real { decimals: ColumnKind::ALL_DIGITS }, ..column }
        }
        _ => column,
    }
}

/// Engines get the ids by which they join rows.
fn shown(format: OutputFormat) -> Columns {
    match format.read_by {
        Reader::Engine => Columns::WithIds,
        _ => Columns::Exported,
    }
}

/// CSV without the extras for spreadsheets.
fn for_programs(output: &mut OutputArgs) -> Result<()> {
    let is_said = output.format.is_some() || output.output.is_some();
    if is_said && output.chosen()?.to_string() != "csv" {
        return Err(CommandError::usage("--for writes CSV, which is what services import")
            .help("leave out --format, or say -o FILE.csv"));
    }
    output.format = OutputFormat::all().find(|format| format.to_string() == "csv");
    output.raw = true;
    Ok(())
}
