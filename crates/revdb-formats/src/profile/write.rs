//! A profile as the text of a file.
//!
//! Owns: the other way of `schema`: what is written here is read there as the
//! same profile. Must never: leave out what changes a reading.

use std::fmt::Write;

use super::fields::{FieldSpec, FromColumns, FullSpec};
use super::schema::{Profile, Role, Shape};
use revdb_model::{DateOrder, Scale};

impl Profile {
    /// The text of a profile file that reads as this profile of a table or of
    /// JSON does. (What a profile of a text says beside is not written.)
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let mut line = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                out.push_str(&format!("{key} = {value}\n"));
            }
        };
        let text = |text: &str| (!text.is_empty()).then(|| quoted(text));
        let texts = |all: &[String]| (!all.is_empty()).then(|| list(all));
        line("name", Some(quoted(&self.name)));
        line("describe", text(&self.describe));
        line("source", text(&self.source));
        line(
            "shape",
            match self.shape {
                Shape::Json => Some(quoted("json")),
                Shape::Xml => Some(quoted("xml")),
                Shape::Notes => Some(quoted("notes")),
                Shape::Columns | Shape::Text => None,
            },
        );
        line("role", (self.role == Role::Works).then(|| quoted("works")));
        line("records", texts(&self.records));
        line("each", self.each.as_deref().map(quoted));
        line("quotes", (!self.quotes).then(|| "false".to_owned()));
        line("formula-guards", self.formula_guards.then(|| "true".to_owned()));
        line("audience", self.audience.map(|audience| quoted(audience.as_str())));
        line("kind", self.kind.map(|kind| quoted(&kind.to_string())));
        line("scale", self.scale.map(scale));
        line("date-order", self.date_order.map(date_order));
        line("unknown-dates", texts(&self.unknown_dates));
        line("unknown-values", texts(&self.unknown_values));
        line("unknown-scores", texts(&self.unknown_scores));
        out.push_str(&self.fields_toml());
        for score in &self.scores {
            let from = spec(&score.from);
            let out_of = score.scale.map(scale).map(|scale| format!("scale = {scale}\n"));
            out.push_str(&format!("\n[[scores]]\nfrom = {from}\n{}", out_of.unwrap_or_default()));
        }
        for id in &self.work_ids {
            let from = spec(&id.from);
            out.push_str(&format!("\n[[work-ids]]\nsite = {}\nfrom = {from}\n", quoted(&id.site)));
        }
        for rule in &self.left_alone {
            out.push_str("\n[[left-alone]]\n");
            for (key, columns) in [("when", &rule.when), ("unless", &rule.unless)] {
                let columns: Vec<String> = columns
                    .iter()
                    .map(|(column, values)| format!("{} = {}", quoted(column), list(values)))
                    .collect();
                if !columns.is_empty() {
                    out.push_str(&format!("{key} = {{ {} }}\n", columns.join(", ")));
                }
            }
            out.push_str(&format!("reason = {}\n", quoted(rule.reason.0)));
        }
        out
    }

    fn fields_toml(&self) -> String {
        let fields = &self.fields;
        let mut out = "\n[fields]\n".to_owned();
        for (name, field) in fields.single() {
            if let Some(field) = field {
                out.push_str(&format!("{name} = {}\n", spec(field)));
            }
        }
        let lists = fields.properties().map(|(property, specs)| (property.as_str(), specs));
        for (name, specs) in lists.into_iter().chain([("tags", fields.tags.as_slice())]) {
            let specs: Vec<String> = specs.iter().map(spec).collect();
            match specs.as_slice() {
                [] => {}
                [one] => out.push_str(&format!("{name} = {one}\n")),
                several => out.push_str(&format!("{name} = [{}]\n", several.join(", "))),
            }
        }
        if let Some(id) = &fields.id {
            let (site, from) = (quoted(&id.site), spec(&id.from));
            out.push_str(&format!("id = {{ site = {site}, from = {from} }}\n"));
        }
        out
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn scale(scale: Scale) -> String {
    match scale.worst {
        0.0 => format!("{{ best = {:?} }}", scale.best),
        worst => format!("{{ worst = {worst:?}, best = {:?} }}", scale.best),
    }
}

fn date_order(order: DateOrder) -> String {
    quoted(match order {
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
    })
}

fn spec(spec: &FieldSpec) -> String {
    match spec {
        FieldSpec::One(name) => quoted(name),
        FieldSpec::First(names) => list(names),
        FieldSpec::Full(full) => full_spec(full),
    }
}

fn full_spec(full: &FullSpec) -> String {
    let from = match &full.from {
        FromColumns::One(name) => quoted(name),
        FromColumns::First(names) => list(names),
    };
    let mut parts = vec![format!("from = {from}")];
    parts.extend(full.after.iter().map(|mark| format!("after = {}", quoted(mark))));
    parts.extend(full.before.iter().map(|mark| format!("before = {}", quoted(mark))));
    parts.extend(full.without.iter().map(|part| format!("without = {}", quoted(part))));
    if full.excel_text {
        parts.push("excel-text = true".to_owned());
    }
    parts.extend(full.separator.iter().map(|mark| format!("separator = {}", quoted(mark))));
    if full.surname_first {
        parts.push("surname-first = true".to_owned());
    }
    if !full.values.is_empty() {
        let values = full
            .values
            .iter()
            .map(|(theirs, ours)| format!("{} = {}", quoted(theirs), quoted(ours)));
        parts.push(format!("values = {{ {} }}", values.collect::<Vec<_>>().join(", ")));
    }
    format!("{{ {} }}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::built_in;

    /// A lone column of a table is read back as a list of one.
    fn read_back(profile: &Profile) -> String {
        let text = profile.to_toml();
        let again =
            Profile::parse("x.toml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        again.to_toml()
    }

    #[test]
    fn every_profile_comes_back_as_it_was_written() {
        let one = |text: &str| text.replace("from = [\"", "from = \"").replace("\"]", "\"");
        let all = built_in().unwrap();
        for profile in all.iter().filter(|profile| profile.shape != Shape::Text) {
            assert_eq!(one(&read_back(profile)), one(&profile.to_toml()), "{}", profile.name);
        }
        assert_eq!(quoted("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000A\"");
    }
}
