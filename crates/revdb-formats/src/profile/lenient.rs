//! Short notations in profile files, and errors that say what is expected.
//!
//! Owns: a single string in place of a list, a number in place of a scale, a flat list in place of
//! sets of columns. Errors of serde's own untagged enums would only say that no variant matched.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serializer;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::fields::{FieldSpec, FullSpec};
use revdb_model::Scale;

/// Default of a switch that is on unless given.
pub(super) fn yes() -> bool {
    true
}

/// Whether a value is the default and need not be written.
pub(super) fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn is_yes(value: &bool) -> bool {
    *value
}

/// A string, a list of strings, or (if `MAP`) a table.
enum Written {
    One(String),
    Many(Vec<String>),
    Table(FullSpec),
}

struct Texts {
    expecting: &'static str,
    table: bool,
}

impl<'de> Visitor<'de> for Texts {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Written, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = seq.next_element()? {
            texts.push(text);
        }
        Ok(Written::Many(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
        if !self.table {
            return Err(Error::custom(format!("a table, expected {}", self.expecting)));
        }
        FullSpec::deserialize(MapAccessDeserializer::new(map)).map(Written::Table)
    }
}

/// A list of strings, or a single one.
pub fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let visitor = Texts { expecting: "a text or a list of texts", table: false };
    Ok(match from.deserialize_any(visitor)? {
        Written::One(text) => vec![text],
        Written::Many(texts) => texts,
        Written::Table(_) => Vec::new(),
    })
}

/// Values by column, each a list of strings or a single one.
pub fn texts_by_name<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    struct One(Vec<String>);
    impl<'de> Deserialize<'de> for One {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            texts(from).map(One)
        }
    }
    let values = BTreeMap::<String, One>::deserialize(from)?;
    Ok(values.into_iter().map(|(name, One(texts))| (name, texts)).collect())
}

/// Sets of column names; a flat list is one set.
pub fn sets<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<String>>, D::Error> {
    const EXPECTING: &str = "a list of column names, or a list of such lists";
    struct Part(Written);
    impl<'de> Deserialize<'de> for Part {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_any(Texts { expecting: EXPECTING, table: false }).map(Part)
        }
    }
    let (mut flat, mut sets) = (Vec::new(), Vec::new());
    for Part(part) in Vec::deserialize(from)? {
        match part {
            Written::One(name) => flat.push(name),
            Written::Many(set) => sets.push(set),
            Written::Table(_) => {}
        }
    }
    match (flat.is_empty(), sets.is_empty()) {
        (true, _) => Ok(sets),
        (false, true) => Ok(vec![flat]),
        (false, false) => Err(Error::custom(format!("a list and a name, expected {EXPECTING}"))),
    }
}

/// A scale, or the maximum of bare scores.
pub mod scale {
    use super::*;

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Scale>, D::Error> {
        struct Marks;
        impl<'de> Visitor<'de> for Marks {
            type Value = Scale;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("full marks as a number (10), or { worst = 1, best = 10 }")
            }

            fn visit_i64<E: Error>(self, best: i64) -> Result<Scale, E> {
                // Maximum scores are small integers, which a float represents exactly.
                Ok(Scale::out_of(best as f64))
            }

            fn visit_f64<E: Error>(self, best: f64) -> Result<Scale, E> {
                Ok(Scale::out_of(best))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scale, A::Error> {
                Scale::deserialize(MapAccessDeserializer::new(map))
            }
        }
        let scale = from.deserialize_any(Marks)?;
        if scale.best > scale.worst && scale.best.is_finite() && scale.worst.is_finite() {
            return Ok(Some(scale));
        }
        Err(Error::custom("the best marks must be above the worst"))
    }

    pub fn serialize<S: Serializer>(scale: &Option<Scale>, to: S) -> Result<S::Ok, S::Error> {
        let Some(Scale { worst, best }) = scale else { return to.serialize_none() };
        match *worst == 0.0 {
            true => to.serialize_f64(*best),
            false => to.collect_map([("worst", worst), ("best", best)]),
        }
    }
}

/// Fields whose columns all count, or a single one.
pub fn fields<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<FieldSpec>, D::Error> {
    struct Specs;
    impl<'de> Visitor<'de> for Specs {
        type Value = Vec<FieldSpec>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(COLUMNS)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![FieldSpec::One(text.to_owned())])
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let full = FullSpec::deserialize(MapAccessDeserializer::new(map))?;
            Ok(vec![FieldSpec::Full(full)])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut specs = Vec::new();
            while let Some(spec) = seq.next_element()? {
                specs.push(spec);
            }
            Ok(specs)
        }
    }
    from.deserialize_any(Specs)
}

const COLUMNS: &str = "a column's name, a list of such names, or a table with `from`";

impl<'de> Deserialize<'de> for FieldSpec {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match from.deserialize_any(Texts { expecting: COLUMNS, table: true })? {
            Written::One(name) => FieldSpec::One(name),
            Written::Many(names) => FieldSpec::First(names),
            Written::Table(full) => FieldSpec::Full(full),
        })
    }
}
