//! What a title stands for once a person's decisions are followed: `revdb merge work`,
//! `revdb rename work`.

use rusqlite::{Connection, Row, named_params};

use crate::names::LONGEST_CHAIN;
use crate::{ArchiveError, sql::sql};
use revdb_model::{Kind, name};

/// A mention of a work as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The title, folded.
    pub fold: String,
    pub kind: Option<Kind>,
    pub year: Option<i16>,
}

/// One decision about a title.
struct Decided {
    scope: String,
    from: (Option<Kind>, Option<i16>),
    into: Called,
}

impl Decided {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind = |at: usize| -> rusqlite::Result<Option<Kind>> {
            Ok(row.get::<_, Option<String>>(at)?.and_then(|kind| kind.parse().ok()))
        };
        Ok(Decided {
            scope: row.get(0)?,
            from: (kind(1)?, row.get(2)?),
            into: Called { fold: row.get(3)?, kind: kind(4)?, year: row.get(5)? },
        })
    }

    fn is_about(&self, called: &Called) -> bool {
        let (kind, year) = self.from;
        match self.scope.as_str() {
            "title" => true,
            // What says nothing contradicts nothing.
            "work" => {
                (called.kind.is_none() || called.kind == kind)
                    && (called.year.is_none() || called.year == year)
            }
            _ => called.kind == kind && called.year == year,
        }
    }

    fn becomes(&self, called: &Called) -> Called {
        Called {
            fold: self.into.fold.clone(),
            kind: self.into.kind.or(called.kind),
            year: self.into.year.or(called.year),
        }
    }
}

/// What a mention is compared as.
pub fn called(
    conn: &Connection,
    title: &str,
    kind: Option<Kind>,
    year: Option<i16>,
) -> Result<Called, ArchiveError> {
    follow(conn, Called { fold: name::fold(title), kind, year })
}

/// Follows decisions to their end.
pub fn follow(conn: &Connection, mut called: Called) -> Result<Called, ArchiveError> {
    for _ in 0..LONGEST_CHAIN {
        let mut statement = conn.prepare_cached(sql("names/work_decisions"))?;
        let mut rows = statement.query(named_params! {":fold": called.fold})?;
        let mut next = None;
        while let Some(row) = rows.next()? {
            let decided = Decided::from_row(row)?;
            if decided.is_about(&called) {
                next = Some(decided.becomes(&called)).filter(|next| *next != called);
                break;
            }
        }
        match next {
            Some(next) => called = next,
            None => break,
        }
    }
    Ok(called)
}
