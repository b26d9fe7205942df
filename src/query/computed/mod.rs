//! Views of the archive that revdb works out itself.
//!
//! What reports ask of all reviews is a view in the archive, so that a report's text runs in
//! any SQLite shell. Over each of these views a table of the same name is laid, worked out
//! here from the packed columns (`query::facts`) when a statement first reads it, and held in
//! memory (`query::laid`). Of a million reviews: keywords 77 s, agreement 132 s,
//! near-duplicates 69 s of processor time as views.
//!
//! Must never: give other rows than the view (`tests/computed_views.rs` compares
//! them), look into a statement's text, or know a parameter by its name: only what SQLite hands
//! down narrows a table.

mod course;
mod days;
mod distance;
mod figures;
mod formats;
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
mod words;

use std::sync::{Arc, OnceLock};

use rusqlite::Connection;
use rusqlite::types::Value;

use self::source::Source;
use self::views::{Make, View};
use super::Scope;
use super::laid::{self, Compare, Handed, Table};
use crate::archive::sql::sql;
use crate::archive::{ArchiveError, columns};
use crate::domain::Audience;

pub use halves::REVIEWS_FOR_TWO;
pub use views::names;

/// The words of audiences; a flag of a user is a place here.
const AUDIENCES: [&str; 2] = ["critic", "user"];

/// The columns of a view whose comparisons narrow what is made.
pub struct Narrowed {
    /// The column of the audience.
    audience: Option<usize>,
    /// The column of how many works two critics share.
    shared: Option<usize>,
    /// Both.
    columns: &'static [usize],
}

impl Narrowed {
    /// A view that is always made whole.
    const NOT: Narrowed = Narrowed { audience: None, shared: None, columns: &[] };

    /// What the comparisons that SQLite handed down leave to be made.
    fn by(&self, handed: &[Handed], two_from: usize) -> Narrowing {
        let mut narrowing = Narrowing { two_from, ..Narrowing::of_all() };
        for Handed { column, compare, value } in handed {
            match (compare, value) {
                (Compare::Equal, Value::Text(word)) if self.audience == Some(*column) => {
                    narrowing.audience = Audience::parse(word);
                }
                (Compare::AtLeast, Value::Integer(least)) if self.shared == Some(*column) => {
                    narrowing.min_shared = narrowing.min_shared.max(*least);
                }
                _ => {}
            }
        }
        narrowing
    }
}

/// What is not asked for, and need not be made.
#[derive(Debug, Clone, Copy)]
pub struct Narrowing {
    /// Pairs and words of others are not made.
    audience: Option<Audience>,
    /// Pairs of critics with fewer works in common are not made.
    min_shared: i64,
    /// The quotes of so many reviews are read on two connections at once.
    two_from: usize,
}

impl Narrowing {
    fn of_all() -> Self {
        // Two works at least, as the view says.
        Narrowing { audience: None, min_shared: 2, two_from: REVIEWS_FOR_TWO }
    }

    fn has(&self, is_user: bool) -> bool {
        self.audience.is_none_or(|audience| (audience == Audience::User) == is_user)
    }
}

/// Lays the tables over the archive's views of the same names. They hold what is in the scope,
/// which is laid with them, and are made by the statement that reads them: nobody looks into its text, and what a report reads in a branch
/// that is not taken, or names in a comment, costs nothing. A transaction around this and
/// the statements sees one state of the archive.
///
/// # Errors
/// What SQLite says.
pub fn lay(conn: &Connection, scope: &Scope) -> Result<(), ArchiveError> {
    lay_for(conn, scope, REVIEWS_FOR_TWO)
}

/// As [`lay`]; the quotes of `two_from` reviews or more are read on two connections.
///
/// # Errors
/// What SQLite says.
pub fn lay_for(conn: &Connection, scope: &Scope, two_from: usize) -> Result<(), ArchiveError> {
    scope.lay(conn)?;
    let source = Arc::new(OnceLock::new());
    let about = columns::about(conn)?;
    let tables = views::all().iter();
    let tables =
        tables.map(|view| (view.name, Arc::new(table(view, (&source, scope), about, two_from))));
    laid::make_known(conn, c"laid", tables.collect())?;
    conn.execute_batch(sql("computed/lay"))?;
    Ok(())
}

/// What all tables of one [`lay`] are made from, read by the first that is.
type Shared = Arc<OnceLock<Source>>;

fn table(
    view: &'static View,
    (source, scope): (&Shared, &Scope),
    about: usize,
    two_from: usize,
) -> Table {
    let about = (about / view.reviews_a_row).max(10);
    let (source, scope) = (Arc::clone(source), scope.clone());
    let made = move |conn: &Connection, handed: &[Handed]| {
        if source.get().is_none() {
            let read = Source::read(conn, &scope)?;
            source.get_or_init(|| read);
        }
        let Some(source) = source.get() else { return Ok(Vec::new()) };
        source.want(conn, view)?;
        match view.make {
            Make::OfFacts(make) => Ok(make(source)),
            Make::OfArchive(make, narrowed) => make(conn, source, &narrowed.by(handed, two_from)),
        }
    };
    let table = Table::new(view.declared, view.ascending, about, made);
    match view.make {
        Make::OfFacts(_) => table,
        Make::OfArchive(_, narrowed) => table.narrowed_by(narrowed.columns),
    }
}

/// Steps enough for the connection's own handler to be asked whether to stop.
fn look(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(sql("computed/look"))?.query_row([], |_| Ok(()))
}
