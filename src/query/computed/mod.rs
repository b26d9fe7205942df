//! Views of the archive that revdb works out itself.
//!
//! What reports ask of all reviews is a view in the archive, so that a report's text runs in
//! any SQLite shell. Where a report reads such a view, a table of the same name, worked out
//! here from the packed columns (`query::facts`) and held in memory (`query::laid`), is laid
//! over it. Of a million reviews: keywords 77 s, agreement 132 s,
//! near-duplicates 69 s of processor time as views.
//!
//! Must never: give other rows than the view (`tests/computed_views.rs` compares
//! them), or know a report by name: what decides is what a report reads.

mod course;
mod days;
mod distance;
mod figures;
mod folded;
mod grouped;
mod halves;
mod incomplete;
mod leaning;
mod periods;
mod quote_pair;
mod source;
mod sum;
mod tally;
mod taste_pair;
mod views;
mod word_side;

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use self::source::Source;
use self::views::{Make, View};
use super::AudienceChoice;
use super::laid::{self, Table};
use crate::archive::ArchiveError;
use crate::archive::sql::sql;
use crate::domain::Audience;

pub use halves::REVIEWS_FOR_TWO;
pub use views::names;

/// The words of audiences; a flag of a user is a place here.
const AUDIENCES: [&str; 2] = ["critic", "user"];

/// What a report was asked that bears on the tables.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Pairs and words of others are not made.
    pub audience: AudienceChoice,
    /// Pairs of critics with fewer works in common are not made.
    pub min_shared: i64,
    /// The quotes of so many reviews are read on two connections at once.
    pub two_from: usize,
}

impl Asked {
    fn has(self, is_user: bool) -> bool {
        match self.audience {
            AudienceChoice::All => true,
            AudienceChoice::Only(audience) => (audience == Audience::User) == is_user,
        }
    }
}

/// Lays the tables that `select` names over the archive's views of these names.
/// They hold what passes the filters that are laid over `filtered` and `peers`. Their rows are
/// made when `select` reads them; a transaction around both sees one state of the archive.
///
/// # Errors
/// An interrupt, a damaged archive.
pub fn lay_over(conn: &Connection, select: &str, asked: Asked) -> Result<(), ArchiveError> {
    let named: Vec<&'static View> =
        views::all().iter().filter(|view| select.contains(view.name)).collect();
    if named.is_empty() {
        return Ok(());
    }
    // One state of the archive for all that is read now, where the caller holds none around this
    // and the rows.
    let transaction = conn.is_autocommit().then(|| conn.unchecked_transaction()).transpose()?;
    let source = Arc::new(Source::read(conn)?);
    let mut tables = HashMap::new();
    for view in &named {
        tables.insert(view.name, Arc::new(table(conn, view, &source, asked)?));
    }
    laid::make_known(conn, tables)?;
    for view in &named {
        conn.execute_batch(view.lay)?;
    }
    if let Some(transaction) = transaction {
        transaction.commit()?;
    }
    Ok(())
}

fn table(
    conn: &Connection,
    view: &'static View,
    source: &Arc<Source>,
    asked: Asked,
) -> Result<Table, ArchiveError> {
    match view.make {
        // Where SQLite reads it: what stands in a branch that is not taken reads no column.
        Make::OfFacts(make) => {
            let about = (source.facts.all().len() / view.reviews_a_row).max(10);
            let source = Arc::clone(source);
            // Reports ask the groups for their audience, some of them for both.
            let of_all = Asked { audience: AudienceChoice::All, ..asked };
            Ok(Table::new(view.declared, view.ascending, about, move |conn| {
                source.want(conn, view)?;
                Ok(make(&source, of_all))
            }))
        }
        // Now: tables that it makes on the way cannot be dropped while a statement runs.
        Make::OfArchive(make) => {
            source.want(conn, view)?;
            Ok(Table::of(view.declared, view.ascending, make(conn, source, asked)?))
        }
    }
}

/// Steps enough for the connection's own handler to be asked whether to stop.
fn look(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(sql("computed/look"))?.query_row([], |_| Ok(()))
}
