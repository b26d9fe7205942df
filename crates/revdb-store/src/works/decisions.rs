//! A work's title and creators with decisions applied (`revdb merge work`, `revdb rename work`).

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use crate::names::LONGEST_CHAIN;
use crate::{ArchiveError, sql::sql};
use revdb_model::property::{creator_keys, values};
use revdb_model::{Kind, Property, name};

/// A mention's title, kind and year in comparable form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleKey {
    /// The folded title.
    pub fold: String,
    /// The kind, if known.
    pub kind: Option<Kind>,
    /// The year, if known.
    pub year: Option<i16>,
}

/// A decision about the creators of works with a title.
#[derive(Debug, Clone)]
pub struct CreatorDecision {
    property: Property,
    names: Vec<String>,
    /// Keys of the names, and of those in the dumps at the time.
    keys: Vec<String>,
}

/// One decision about a title.
struct TitleDecision {
    id: i64,
    scope: String,
    from: (Option<Kind>, Option<i16>),
    into: TitleKey,
    /// Set if the decision is about creators.
    creator_decisions: Option<CreatorDecision>,
    /// Keys of the creators whose works it is about; `None` if of all.
    makers: Option<Vec<String>>,
}

impl TitleDecision {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind = |at: usize| -> rusqlite::Result<Option<Kind>> {
            Ok(row.get::<_, Option<String>>(at)?.and_then(|kind| kind.parse().ok()))
        };
        let property: Option<String> = row.get(7)?;
        let (from, names): (Option<String>, String) = (row.get(8)?, row.get(9)?);
        let makers = from.as_deref().filter(|_| property.is_none());
        let makers =
            makers.map(|names| values(names).iter().flat_map(|n| creator_keys(n)).collect());
        let creator_decisions =
            property.and_then(|property| property.parse().ok()).map(|property| {
                let names = values(&names);
                let from = values(from.as_deref().unwrap_or_default());
                let keys = names.iter().chain(&from).flat_map(|name| creator_keys(name)).collect();
                CreatorDecision { property, names, keys }
            });
        Ok(TitleDecision {
            id: row.get(6)?,
            scope: row.get(0)?,
            from: (kind(1)?, row.get(2)?),
            into: TitleKey { fold: row.get(3)?, kind: kind(4)?, year: row.get(5)? },
            creator_decisions,
            makers,
        })
    }

    fn is_about(&self, called: &TitleKey, stated: &[(Property, String)]) -> bool {
        let (kind, year) = self.from;
        if let Some(makers) = &self.makers {
            let is_known = |name: &str| creator_keys(name).iter().any(|key| makers.contains(key));
            if !stated
                .iter()
                .any(|(property, name)| property.distinguishes_works() && is_known(name))
            {
                return false;
            }
        }
        match self.scope.as_str() {
            "title" => true,
            // A missing part contradicts nothing.
            "work" => {
                (called.kind.is_none() || called.kind == kind)
                    && (called.year.is_none() || called.year == year)
            }
            _ => called.kind == kind && called.year == year,
        }
    }

    fn becomes(&self, called: &TitleKey) -> TitleKey {
        TitleKey {
            fold: self.into.fold.clone(),
            kind: self.into.kind.or(called.kind),
            year: self.into.year.or(called.year),
        }
    }
}

/// A mention's comparable form, and the decisions about its creators, oldest first. `stated`: the
/// creators that its dump names.
///
/// # Errors
/// The archive's error.
pub fn called(
    conn: &Connection,
    title: &str,
    kind: Option<Kind>,
    year: Option<i16>,
    stated: &[(Property, String)],
) -> Result<(TitleKey, Vec<CreatorDecision>), ArchiveError> {
    follow(conn, TitleKey { fold: name::fold(title), kind, year }, stated)
}

/// Applies decisions until none is left.
///
/// # Errors
/// The archive's error.
pub fn follow(
    conn: &Connection,
    mut called: TitleKey,
    stated: &[(Property, String)],
) -> Result<(TitleKey, Vec<CreatorDecision>), ArchiveError> {
    let mut creator_decisions = BTreeMap::new();
    for _ in 0..LONGEST_CHAIN {
        let mut statement = conn.prepare_cached(sql("names/work_decisions"))?;
        let mut rows = statement.query(named_params! {":fold": called.fold})?;
        let mut next = None;
        while let Some(row) = rows.next()? {
            let decided = TitleDecision::from_row(row)?;
            if !decided.is_about(&called, stated) {
                continue;
            }
            match decided.creator_decisions {
                Some(names) => {
                    creator_decisions.insert(decided.id, names);
                }
                None => next = next.or(Some(decided.becomes(&called))),
            }
        }
        match next.filter(|next| *next != called) {
            Some(next) => called = next,
            None => break,
        }
    }
    Ok((called, creator_decisions.into_values().collect()))
}

/// The names that replace a mention's creators: for each property the latest decision whose old
/// names match.
pub fn decided(
    creator_decisions: &[CreatorDecision],
    stated: &[(Property, String)],
) -> Vec<(Property, String)> {
    let mut decided: BTreeMap<Property, &CreatorDecision> = BTreeMap::new();
    for one in creator_decisions {
        let mut names = stated.iter().filter(|(property, _)| *property == one.property).peekable();
        let is_known = |name: &str| creator_keys(name).iter().any(|key| one.keys.contains(key));
        if names.peek().is_none() || names.any(|(_, name)| is_known(name)) {
            decided.insert(one.property, one);
        }
    }
    let names = |one: &&CreatorDecision| {
        one.names.iter().map(|name| (one.property, name.clone())).collect()
    };
    decided.values().flat_map(|one| -> Vec<_> { names(one) }).collect()
}
