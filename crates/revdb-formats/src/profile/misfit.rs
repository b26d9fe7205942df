//! Why a dump is not of the format that the user named.
//!
//! Owns: the messages for `--input-format` and `--profile` on a dump with another header. Must
//! never: reject a dump that the format itself would recognise.

use super::detect::{Detect, same_column};
use super::schema::{Profile, Shape};
use super::text;
use crate::format::Probe;

/// Why a profile does not fit, as a clause, and advice.
pub type Misfit = (String, Option<String>);

impl Profile {
    /// Why a dump is not of this profile, which the user named; `None` if it is, or if reading it
    /// will give a better error. `own`: the profile is the user's own, so every column in it is
    /// required.
    pub fn misfit(&self, probe: &Probe<'_>, own: bool) -> Option<Misfit> {
        if self.shape == Shape::Text {
            return text::misfit(self, probe);
        }
        let Some(names) = self.names_in(probe) else {
            let shape = self.shape_of(probe.head);
            let other = shape != Shape::Columns || self.shape != shape;
            let is = self.shape.word();
            return other.then(|| (format!("it is not {is}, as {} is", self.name), None));
        };
        let lacks = self.detect.lacks(&names);
        if !lacks.is_empty() {
            let what = match self.shape_of(probe.head) {
                Shape::Columns => format!("the header is not a {} header: it lacks", self.name),
                Shape::Json | Shape::Text | Shape::Xml | Shape::Notes => {
                    format!("the records are not {} records: they lack", self.name)
                }
            };
            return Some((format!("{what} {}", lacks.join(", ")), Some(columns_are(&names))));
        }
        let missing = self.missing(&names);
        if !own || self.shape != Shape::Columns || missing.is_empty() {
            return None;
        }
        let reason = format!(
            "the profile {} names columns that are not there: {}",
            self.name,
            missing.join(", ")
        );
        Some((reason, Some(columns_are(&names))))
    }

    /// Fields that have no column in the dump: `Scorx (score)`.
    fn missing(&self, names: &[String]) -> Vec<String> {
        let has = |wanted: &&str| names.iter().any(|name| same_column(name, wanted));
        self.sources()
            .into_iter()
            .filter(|(_, columns)| !columns.iter().any(has))
            .map(|(field, columns)| format!("{} ({field})", columns.join(" or ")))
            .collect()
    }

    /// Whether every field has a column, and one of them is a judgement; this is how a profile
    /// without `[detect]` recognises dumps.
    pub(super) fn feeds(&self, names: &[String]) -> bool {
        let fields = &self.fields;
        let judges =
            [&fields.quote, &fields.score, &fields.verdict].iter().any(|field| field.is_some());
        judges && self.missing(names).is_empty()
    }
}

impl Detect {
    /// The missing columns of the set that fits best.
    fn lacks(&self, names: &[String]) -> Vec<&str> {
        let has = |wanted: &str| names.iter().any(|name| same_column(name, wanted));
        self.columns
            .iter()
            .map(|set| set.iter().map(String::as_str).filter(|name| !has(name)).collect())
            .min_by_key(|lacks: &Vec<&str>| lacks.len())
            .unwrap_or_default()
    }
}

/// Spreadsheets may have hundreds of columns; only some are shown.
fn columns_are(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let more = if names.len() > SHOWN { ", …" } else { "" };
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    format!("its columns are: {}{more}", shown.join(", "))
}
