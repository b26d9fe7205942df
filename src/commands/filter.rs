//! The filters' flags: the same for listings, reports, search and export.

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// At most so many rows
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}
