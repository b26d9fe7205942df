//! Views of the archive that revdb works out itself.
//!
//! Some reports ask what SQL says plainly but answers slowly: which words stand on which
//! side, which critics share a taste, which quotes are nearly one, how the scores of each
//! work are spread. Each is a view in the archive, so that a report's text runs in any
//! SQLite shell. Where a report reads such a view, a temporary table of the same name, filled
//! here, is laid over it. A million reviews, view against table: keywords
//! 77 s, agreement 132 s, near-duplicates 69 s of processor time as views.
//!
//! Must never: give other rows than the view (`tests/computed_views.rs` compares
//! them), or know a report by name: what decides is what a report reads.

mod folded;
mod halves;
mod leaning;
mod quote_pair;
mod scores;
mod sum;
mod sums;
mod taste_pair;
mod word_side;

use rusqlite::Connection;

use crate::archive::sql::sql;

pub use halves::REVIEWS_FOR_TWO;

/// What a report was asked that bears on the tables.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `critic`, `user` or `all`.
    pub audience: &'a str,
    /// Whose groups, of reports that let it be chosen: those of another sort are not made.
    pub by: Option<&'a str>,
    /// Pairs of critics with fewer works in common are not made.
    pub min_shared: i64,
    /// Archives of so many reviews are read on two connections at once.
    pub two_from: i64,
}

impl Asked<'_> {
    fn has(self, is_user: bool) -> bool {
        self.audience == "all" || self.audience == audience(is_user)
    }

    /// Whether the choice is another sort of group than this one. The archive's own view
    /// stands where the table is left out, so a wrong yes costs time and nothing else.
    fn is_by_other_than(self, sort: &str) -> bool {
        let sorts = ["work", "critic", "publication", "kind", "year"];
        // Years are made of days.
        self.by.is_some_and(|by| sorts.contains(&by) && by != sort && (by, sort) != ("year", "day"))
    }
}

type Lay = fn(&Connection, Asked<'_>) -> rusqlite::Result<()>;

/// The views, what their groups are sorted by, and what lays the tables.
const TABLES: [(&str, &str, Lay); 12] = [
    ("work_score", "work", scores::lay_works),
    ("work_spread", "work", scores::lay_work_spread),
    ("critic_spread", "critic", scores::lay_critic_spread),
    ("publication_spread", "publication", scores::lay_publication_spread),
    ("work_ten", "work", scores::lay_tens),
    ("work_sum", "work", sums::lay_work_sum),
    ("day_sum", "day", sums::lay_day_sum),
    ("day_band", "day", sums::lay_day_band),
    ("critic_leaning", "critic", leaning::lay),
    ("word_side", "word", word_side::lay),
    ("taste_pair", "critic", taste_pair::lay),
    ("quote_pair", "quote", quote_pair::lay),
];

/// Lays the tables that `select` names over the archive's views of these names.
/// They hold what passes the filters that are laid over `filtered` and `peers`.
///
/// # Errors
/// What SQLite says: an interrupt, a damaged archive, a full temporary disk.
pub fn lay_over(conn: &Connection, select: &str, asked: Asked<'_>) -> rusqlite::Result<()> {
    // A view of the archive knows nothing of a filter, so under one every table is laid.
    let filtered: bool = conn.query_row(sql("computed/filtered"), [], |row| row.get(0))?;
    for (name, sort, lay) in TABLES {
        if !select.contains(name) {
            continue;
        }
        // What an earlier report laid was asked otherwise.
        let stale: bool = conn.query_row(sql("computed/is_laid"), [name], |row| row.get(0))?;
        if filtered || stale || !asked.is_by_other_than(sort) {
            // One transaction: a temporary table is else synchronised row by row. A page of
            // several reports has one around them all.
            let transaction =
                conn.is_autocommit().then(|| conn.unchecked_transaction()).transpose()?;
            lay(conn, asked)?;
            if let Some(transaction) = transaction {
                transaction.commit()?;
            }
        }
    }
    Ok(())
}

/// `critic` or `user`, from the flag that the statements give.
fn audience(is_user: bool) -> &'static str {
    if is_user { "user" } else { "critic" }
}
