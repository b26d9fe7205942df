//! Finds the stored name that a person means.

use std::collections::BTreeMap;

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
    /// Its creators, if only they tell it from another work.
    pub makers: Option<Makers>,
}

/// By whom a work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Makers {
    /// Author or director.
    pub property: Property,
    /// Their names.
    pub names: Vec<String>,
    /// Those that the dumps name, by which a decision knows the work again.
    pub stated: Vec<String>,
}

impl WorkName {
    /// As reports print it, with the kind.
    pub fn label(&self) -> String {
        self.labelled(true)
    }

    fn labelled(&self, with_kind: bool) -> String {
        let year = self.year.map(|year| format!(" ({year})")).unwrap_or_default();
        let kind = self.kind.filter(|_| with_kind).map(|kind| format!(", {kind}"));
        let makers = self.makers.as_ref().map(|makers| format!(", {}", makers.names.join(" and ")));
        let (kind, makers) = (kind.unwrap_or_default(), makers.unwrap_or_default());
        format!("{}{year}{kind}{makers}", self.name.shown)
    }

    /// What namesakes share that only their creators tell apart.
    fn namesake_key(&self) -> (String, Option<&'static str>, Option<i16>) {
        (self.name.fold.clone(), self.kind.map(Kind::as_str), self.year)
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

    /// The works with this title, or with this label: "Title (year)", "Title (year), kind",
    /// "Title (year), kind, creators".
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
                makers: None,
            })
        })?;
        let mut all = rows.collect::<Result<Vec<_>, _>>()?;
        self.name_makers(&mut all, &whole)?;
        let found = |meant: &dyn Fn(&WorkName) -> bool| -> Vec<WorkName> {
            all.iter().filter(|work| meant(work)).cloned().collect()
        };
        let labelled = found(&|work| match work.makers {
            Some(_) => [true, false].map(|kind| name::fold(&work.labelled(kind))).contains(&whole),
            None => work.kind.is_some() && name::fold(&work.label()) == whole,
        });
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

impl Archive {
    /// Adds the creators to those works that `asked` may mean and that only they tell apart.
    fn name_makers(&self, all: &mut [WorkName], asked: &str) -> Result<(), ArchiveError> {
        let is_meant = |work: &WorkName| {
            asked.starts_with(&work.name.fold) || asked.starts_with(&name::fold(&work.name.shown))
        };
        let mut namesakes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, work) in all.iter().enumerate().filter(|(_, work)| is_meant(work)) {
            namesakes.entry(work.namesake_key()).or_default().push(at);
        }
        for at in namesakes.into_values().filter(|group| group.len() > 1).flatten() {
            all[at].makers = self.makers(all[at].id)?;
        }
        Ok(())
    }

    fn makers(&self, work_id: i64) -> Result<Option<Makers>, ArchiveError> {
        let mut statement = self.conn.prepare_cached(sql("works/makers"))?;
        let mut rows = statement.query(named_params! {":work_id": work_id})?;
        let mut makers: Option<Makers> = None;
        while let Some(row) = rows.next()? {
            let property: Property =
                row.get::<_, String>(0)?.parse().map_err(ArchiveError::Damaged)?;
            let (names, stated) = (Vec::new(), Vec::new());
            let found = makers.get_or_insert(Makers { property, names, stated });
            if found.property == property {
                found.names.push(row.get(1)?);
                found.stated.extend(row.get::<_, Option<String>>(2)?);
            }
        }
        Ok(makers.filter(|makers| !makers.stated.is_empty()))
    }
}

/// "Title (year)", the title folded.
fn parted(asked: &str) -> Option<(String, i16)> {
    let (title, year) = asked.trim().strip_suffix(')')?.rsplit_once('(')?;
    Some((name::fold(title), year.parse().ok().filter(|year| (1000..=9999).contains(year))?))
}
