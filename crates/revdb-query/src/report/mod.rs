//! Reports: canned queries, one `.sql` file each.
//!
//! Owns: the file's form (`header`), where reports are found (`catalogue`), the parsing of
//! parameters (`param`), and checking and running a report (`run`). Must never: write to the
//! archive (statements that could are refused), depend on a single report's name, or format a
//! value for people.

mod catalogue;
mod dialect;
mod error;
mod header;
mod param;
mod read;
mod read_param;
mod run;
pub mod tokens;

pub use catalogue::Catalogue;
pub use dialect::{Dialect, DialectError};
pub use error::{Fault, ReportError};
pub use header::{Chart, ChartKind, Coarser, ColumnSpec, Kind, Report};
pub use param::{AUDIENCE, Param, ParamType, Values};
pub use run::{Column, Prepared, ReportRows};
