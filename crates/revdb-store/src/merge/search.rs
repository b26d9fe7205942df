//! Finds the stored name that a person means.

use rusqlite::named_params;

use super::Mergeable;
use crate::{Archive, ArchiveError, sql::sql};
use revdb_model::{Kind, Property, name};

impl Mergeable {
    fn names(self) -> &'static str {
        match self {
            Mergeable::Critic => sql("merge/critics"),
            Mergeable::Work => sql("merge/works"),
            Mergeable::Publication => sql("merge/publications"),
        }
    }
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// Folded, for comparing.
    pub fold: String,
    /// As displayed.
    pub shown: String,
}

impl KnownName {
    /// A name as somebody wrote it.
    pub fn new(shown: &str) -> Self {
        KnownName { fold: name::fold(shown), shown: shown.to_owned() }
    }
}

/// A work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkName {
    /// Its number.
    pub id: i64,
    /// Its title.
    pub name: KnownName,
    /// Its kind, if known.
    pub kind: Option<Kind>,
    /// Its year, if known.
    pub year: Option<i16>,
}

impl WorkName {
    /// As reports print it, with the kind.
    pub fn label(&self) -> String {
        let year = self.year.map(|year| format!(" ({year})")).unwrap_or_default();
        let kind = self.kind.map(|kind| format!(", {kind}")).unwrap_or_default();
        format!("{}{year}{kind}", self.name.shown)
    }
}

/// The result of looking up a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameSearch {
    /// Exactly one name matches.
    One(KnownName),
    /// Several names contain the text; the first of them.
    Several(Vec<String>),
    /// No name matches.
    None {
        /// Similar names.
        near: Vec<String>,
    },
}

/// The most suggestions, and their least Jaro-Winkler similarity.
const OFFERED: usize = 5;
const NEAR: f64 = 0.85;

impl Archive {
    /// Looks up a name, compared folded: whole, else in part. Also finds a name that was merged.
    ///
    /// # Errors
    /// The archive's error.
    pub fn find_name(&self, what: Mergeable, asked: &str) -> Result<NameSearch, ArchiveError> {
        let wanted = name::fold(asked);
        let mut parts: Vec<KnownName> = Vec::new();
        let mut near: Vec<(f64, String)> = Vec::new();
        for known in self.known_names(what)? {
            if known.fold == wanted {
                return Ok(NameSearch::One(known));
            }
            if known.fold.contains(&wanted) {
                parts.push(known);
            } else {
                let likeness = strsim::jaro_winkler(&known.fold, &wanted);
                if likeness >= NEAR {
                    near.push((likeness, known.shown));
                }
            }
        }
        parts.dedup_by(|a, b| a.fold == b.fold);
        if parts.len() == 1 {
            return Ok(parts.pop().map_or(NameSearch::None { near: Vec::new() }, NameSearch::One));
        }
        if parts.is_empty() {
            near.sort_by(|a, b| b.0.total_cmp(&a.0));
            let near = near.into_iter().take(OFFERED).map(|(_, shown)| shown).collect();
            return Ok(NameSearch::None { near });
        }
        Ok(NameSearch::Several(parts.into_iter().take(OFFERED).map(|known| known.shown).collect()))
    }

    /// Whether a critic or publication is displayed under this folded name.
    ///
    /// # Errors
    /// The archive's error.
    pub fn is_shown(&self, what: Mergeable, fold: &str) -> Result<bool, ArchiveError> {
        let mut statement = self.conn.prepare(what.names())?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if row.get_ref(0)?.as_str().is_ok_and(|known| known == fold) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn known_names(&self, what: Mergeable) -> Result<Vec<KnownName>, ArchiveError> {
        let mut statement = self.conn.prepare(what.names())?;
        let mut known: Vec<KnownName> = Vec::new();
        let rows = statement
            .query_map([], |row| Ok(KnownName { fold: row.get(0)?, shown: row.get(1)? }))?;
        for row in rows {
            let mut row = row?;
            if what == Mergeable::Work {
                // The fold in the table follows aliases; the title has its own.
                row.fold = name::fold(&row.shown);
            }
            known.push(row);
        }
        let mut statement = self.conn.prepare(sql("merge/alias_names"))?;
        let named = named_params! {":what": what.as_str()};
        let names = statement
            .query_map(named, |row| Ok(KnownName { fold: row.get(0)?, shown: row.get(1)? }))?;
        for name in names {
            known.push(name?);
        }
        known.sort_by(|a, b| a.fold.cmp(&b.fold));
        Ok(known)
    }

    /// The work's creators according to the dumps, separated by "; ".
    ///
    /// # Errors
    /// The archive's error.
    pub fn stated_creators(
        &self,
        work_id: i64,
        property: Property,
    ) -> Result<String, ArchiveError> {
        let asked = named_params! {":work_id": work_id, ":property": property.as_str()};
        let names: Option<String> =
            self.conn.query_row(sql("works/stated_of_work"), asked, |row| row.get(0))?;
        Ok(names.unwrap_or_default())
    }

    /// The works with this title, or with this label: "Title (year)", "Title (year), kind".
    ///
    /// # Errors
    /// The archive's error.
    pub fn works_called(&self, asked: &str) -> Result<Vec<WorkName>, ArchiveError> {
        let (whole, with_year) = (name::fold(asked), parted(asked));
        let mut statement = self.conn.prepare(sql("merge/work_rows"))?;
        let rows = statement.query_map([], |row| {
            Ok(WorkName {
                id: row.get(0)?,
                name: KnownName { shown: row.get(1)?, fold: row.get(2)? },
                kind: row.get::<_, Option<String>>(3)?.and_then(|kind| kind.parse().ok()),
                year: row.get(4)?,
            })
        })?;
        let all = rows.collect::<Result<Vec<_>, _>>()?;
        let found = |meant: &dyn Fn(&WorkName) -> bool| -> Vec<WorkName> {
            all.iter().filter(|work| meant(work)).cloned().collect()
        };
        let labelled = found(&|work| work.kind.is_some() && name::fold(&work.label()) == whole);
        if !labelled.is_empty() {
            return Ok(labelled);
        }
        let called =
            found(&|work| work.name.fold == whole || name::fold(&work.name.shown) == whole);
        if !called.is_empty() {
            return Ok(called);
        }
        Ok(match with_year {
            Some((title, year)) => found(&|work| {
                work.year == Some(year)
                    && (work.name.fold == title || name::fold(&work.name.shown) == title)
            }),
            None => Vec::new(),
        })
    }
}

/// "Title (year)", the title folded.
fn parted(asked: &str) -> Option<(String, i16)> {
    let (title, year) = asked.trim().strip_suffix(')')?.rsplit_once('(')?;
    Some((name::fold(title), year.parse().ok().filter(|year| (1000..=9999).contains(year))?))
}
