//! What a work is called, and whose it is, once a person's decisions are followed: `revdb merge work`,
//! `revdb rename work`.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use crate::names::LONGEST_CHAIN;
use crate::{ArchiveError, sql::sql};
use revdb_model::property::{maker_keys, values};
use revdb_model::{Kind, Property, name};

/// A mention of a work as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The title, folded.
    pub fold: String,
    pub kind: Option<Kind>,
    pub year: Option<i16>,
}

/// Whose the works of a title are, by decision.
#[derive(Debug, Clone)]
pub struct Whose {
    property: Property,
    names: Vec<String>,
    /// Of the names, and of those that dumps gave then.
    keys: Vec<String>,
}

/// One decision about a title.
struct Decided {
    id: i64,
    scope: String,
    from: (Option<Kind>, Option<i16>),
    into: Called,
    /// It is not about the title.
    whose: Option<Whose>,
}

impl Decided {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind = |at: usize| -> rusqlite::Result<Option<Kind>> {
            Ok(row.get::<_, Option<String>>(at)?.and_then(|kind| kind.parse().ok()))
        };
        let property: Option<String> = row.get(7)?;
        let (from, names): (Option<String>, String) = (row.get(8)?, row.get(9)?);
        let whose = property.and_then(|property| property.parse().ok()).map(|property| {
            let names = values(&names);
            let from = values(from.as_deref().unwrap_or_default());
            let keys = names.iter().chain(&from).flat_map(|name| maker_keys(name)).collect();
            Whose { property, names, keys }
        });
        Ok(Decided {
            id: row.get(6)?,
            scope: row.get(0)?,
            from: (kind(1)?, row.get(2)?),
            into: Called { fold: row.get(3)?, kind: kind(4)?, year: row.get(5)? },
            whose,
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

/// What a mention is compared as, and what was decided on whose its work is, the oldest first.
pub fn called(
    conn: &Connection,
    title: &str,
    kind: Option<Kind>,
    year: Option<i16>,
) -> Result<(Called, Vec<Whose>), ArchiveError> {
    follow(conn, Called { fold: name::fold(title), kind, year })
}

/// Follows decisions to their end.
pub fn follow(conn: &Connection, mut called: Called) -> Result<(Called, Vec<Whose>), ArchiveError> {
    let mut whose = BTreeMap::new();
    for _ in 0..LONGEST_CHAIN {
        let mut statement = conn.prepare_cached(sql("names/work_decisions"))?;
        let mut rows = statement.query(named_params! {":fold": called.fold})?;
        let mut next = None;
        while let Some(row) = rows.next()? {
            let decided = Decided::from_row(row)?;
            if !decided.is_about(&called) {
                continue;
            }
            match decided.whose {
                Some(names) => {
                    whose.insert(decided.id, names);
                }
                None => next = next.or(Some(decided.becomes(&called))),
            }
        }
        match next.filter(|next| *next != called) {
            Some(next) => called = next,
            None => break,
        }
    }
    Ok((called, whose.into_values().collect()))
}

/// The names that stand for what a mention says: of each property those decided last. What a
/// mention with other names says is of another work.
pub fn decided(whose: &[Whose], said: &[(Property, String)]) -> Vec<(Property, String)> {
    let mut decided: BTreeMap<Property, &Whose> = BTreeMap::new();
    for one in whose {
        let mut names = said.iter().filter(|(property, _)| *property == one.property).peekable();
        let is_known = |name: &str| maker_keys(name).iter().any(|key| one.keys.contains(key));
        if names.peek().is_none() || names.any(|(_, name)| is_known(name)) {
            decided.insert(one.property, one);
        }
    }
    let names = |one: &&Whose| one.names.iter().map(|name| (one.property, name.clone())).collect();
    decided.values().flat_map(|one| -> Vec<_> { names(one) }).collect()
}
