//! Reports: canned queries, one `.sql` file each.
//!
//! Owns: the form of a report's header ([`header`]), where reports are found
//! ([`catalogue`]), how a typed parameter becomes a bound one ([`param`]) and
//! how a report is checked and run ([`run`]).
//! Must never: write to the archive (a statement that could is refused before
//! it is stepped), know a single report by name, or format a value for people.
//! That is why adding a report touches one file under `sql/reports`.

pub mod catalogue;
pub mod dialect;
pub mod error;
pub mod header;
pub mod param;
mod read;
mod read_param;
pub mod run;
pub mod tokens;

pub use catalogue::Catalogue;
pub use dialect::Dialect;
pub use error::{Fault, ReportError};
pub use header::{Chart, ChartKind, Coarser, ColumnSpec, Kind, Report};
pub use param::{AUDIENCE, Param, ParamType, Values};
pub use run::{Column, Prepared, ReportRows};
