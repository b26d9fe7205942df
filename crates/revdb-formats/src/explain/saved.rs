//! Turns a reading into a profile, for `revdb formats --save-profile`.
//!
//! Must never: write a profile that reads the dump in another way.

use super::choose;
use crate::any_records;
use crate::columns::any_columns;
use crate::container::Dump;
use crate::detect::{self, DumpText};
use crate::format::{Format, ReadError, ReadOptions, Result};
use crate::inferred;
use crate::json::any;
use crate::profile::{Profile, Shape};

/// A profile named `name` that reads `dump` as it is read with `options`.
///
/// # Errors
/// If the dump is neither a table nor JSON, or cannot be read.
pub fn profile_of(
    dump: &Dump,
    formats: &[&dyn Format],
    explicit: bool,
    options: &ReadOptions,
    name: &str,
) -> Result<Profile> {
    let head = detect::look(dump, options)?.map_err(no_profile)?;
    let format = match formats {
        [only] if explicit => *only,
        _ => choose(&head, formats, options)
            .map_err(|_| no_profile("no format reads it; --map names its columns".to_owned()))?,
    };
    let mut text = DumpText::with_options(dump, options);
    let mut profile = match format.profile() {
        Some(profile) if profile.shape == Shape::Text => {
            return Err(no_profile(format!("{} is a text, not a table", format.name())));
        }
        Some(profile) => profile.clone(),
        None if format.name() == any_columns::NAME => {
            let table = any_columns::sample(&mut text, options)?;
            inferred::read_header(&table, options, Shape::Columns, name)?.profile
        }
        None if format.name() == any::NAME => {
            let lists = any::lists_of(&mut text, options)?;
            let [list] = lists.as_slice() else {
                let names: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
                let which =
                    format!("it has several lists ({}); a profile reads one", names.join(", "));
                return Err(no_profile(which));
            };
            let read = inferred::read_header(&list.table, options, Shape::Json, name)?.profile;
            let known = list.reading.profile.clone();
            Profile { records: known.records, each: known.each, kind: known.kind, ..read }
        }
        None if any_records::has_json_records(format.name()) => {
            let message = format!("no profile is saved of the format {}", format.name());
            return Err(no_profile(message));
        }
        None => {
            return Err(no_profile(format!("{} is a page, which no profile reads", format.name())));
        }
    };
    profile = profile.with_map(&options.map)?;
    profile.name = name.to_owned();
    profile.describe = format!("as {} was read", dump.name);
    profile.audience = options.audience.or(profile.audience);
    profile.kind = options.kind.or(profile.kind);
    profile.scale = options.scale.or(profile.scale);
    profile.date_order = options.date_order.or(profile.date_order);
    Ok(profile)
}

fn no_profile(message: String) -> ReadError {
    let help = Some("tables and JSON can be read by a profile".to_owned());
    ReadError::Malformed { message, line: None, help }
}
