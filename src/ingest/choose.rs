//! Which format reads a dump, and what is said where none does.
//!
//! Owns: the person's own word (`--format`, `--profile`, `--map`) before
//! detection, and whether what is not known is refused (it was named) or left
//! alone (it lay in a folder). Must never: store, or create an archive.

use super::report::{ImportReport, LeftAlone, Refused};
use super::run::{ImportError, Request};
use crate::import::columns::mapped;
use crate::import::container::{Dump, Found};
use crate::import::detect::{self, DumpText, Undecided};
use crate::import::format::{Format, ReadError, ReadOptions, Sink, Stop};
use crate::import::letterboxd::Unit;
use crate::import::profile::Profile;
use crate::import::record::{Item, Position};

/// Goes on to the first dump that can be read, so that no archive is created
/// where there is nothing to put into it.
pub(super) fn first_readable(
    request: &Request<'_>,
    formats: &[&dyn Format],
    units: &mut impl Iterator<Item = Unit>,
    report: &mut ImportReport,
) -> Option<Unit> {
    for unit in units {
        match unit {
            Unit::One(Found::Dump(dump)) => {
                if let Some(format) = choose(request, formats, report, &dump)
                    && begins(format, &dump, &request.options, report)
                {
                    return Some(Unit::One(Found::Dump(dump)));
                }
            }
            Unit::One(Found::LeftAlone { path, reason }) => {
                report.left_alone.push(LeftAlone { path, reason });
            }
            Unit::One(Found::Refused { path, reason }) => {
                report.refused.push(Refused { path, line: None, reason, help: None });
            }
            tables => return Some(tables),
        }
    }
    None
}

/// Reads up to the first record: a dump that is refused for its header is so
/// refused before there is an archive.
fn begins(
    format: &dyn Format,
    dump: &Dump,
    options: &ReadOptions,
    report: &mut ImportReport,
) -> bool {
    struct First;
    impl Sink for First {
        fn item(&mut self, _: Position, _: &dyn Fn() -> String, _: Item) -> Result<(), Stop> {
            Err(Stop)
        }
    }
    let (line, help, reason) = match format.read(&mut DumpText::new(dump), options, &mut First) {
        Ok(()) | Err(ReadError::Stopped) => return true,
        Err(ReadError::Malformed { message, line, help }) => (line, help, message),
        Err(error) => (None, None, error.to_string()),
    };
    report.refused.push(Refused { path: dump.path.clone(), line, reason, help });
    false
}

/// The dump's format; `None` where it was refused or left alone, and noted so.
pub(super) fn choose<'f>(
    request: &Request<'_>,
    formats: &[&'f dyn Format],
    report: &mut ImportReport,
    dump: &Dump,
) -> Option<&'f dyn Format> {
    let path = dump.path.clone();
    let looked = match detect::look(dump) {
        Ok(looked) => looked,
        Err(error) => {
            let reason = error.to_string();
            report.refused.push(Refused { path, line: None, reason, help: None });
            return None;
        }
    };
    let explicit = request.paths.iter().any(|given| given.as_os_str() == dump.path.as_str());
    let told = request.format.is_some() || request.profile.is_some();
    let undecided = match looked {
        Err(reason) => Undecided::Unsupported(reason),
        Ok(_) if told => return formats.first().copied(),
        Ok(head) => match detect::choose(&head.probe(), formats) {
            Ok(format) => return Some(format),
            // Whoever maps columns says that it is a table.
            Err(Undecided::Nobody) if !request.options.map.is_empty() => {
                let table = formats.iter().find(|format| format.name() == mapped::NAME);
                match table {
                    Some(format) => return Some(*format),
                    None => Undecided::Nobody,
                }
            }
            Err(undecided) => undecided,
        },
    };
    let (reason, help) = explain_undecided(&undecided);
    if explicit || told {
        report.refused.push(Refused { path, line: None, reason, help });
    } else {
        report.left_alone.push(LeftAlone { path, reason });
    }
    None
}

/// `--profile` (its file's name and text): the person's own format, which is then the only one.
///
/// # Errors
/// [`ImportError::Usage`] where it does not parse.
pub fn own_profile(told: Option<&(String, String)>) -> Result<Option<Profile>, ImportError> {
    let Some((file, text)) = told else { return Ok(None) };
    match Profile::parse(file, text) {
        Ok(profile) => Ok(Some(profile)),
        Err(error) => Err(ImportError::Usage { message: error.to_string(), help: None }),
    }
}

/// Every format, or the one that was named.
///
/// # Errors
/// [`ImportError::Usage`] where none has that name.
pub fn formats(wanted: Option<&str>) -> Result<Vec<&'static dyn Format>, ImportError> {
    let all = detect::formats()
        .map_err(|error| ImportError::Usage { message: error.to_string(), help: None })?;
    let Some(wanted) = wanted else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|format| format.name().to_owned()).collect();
    let chosen: Vec<_> = all.into_iter().filter(|format| format.name() == wanted).collect();
    if chosen.is_empty() {
        let message = format!("there is no format named {wanted}");
        let help = Some(format!("the formats are {}", names.join(", ")));
        return Err(ImportError::Usage { message, help });
    }
    Ok(chosen)
}

/// Why no format was chosen, as a clause, and what to do.
pub fn explain_undecided(undecided: &Undecided) -> (String, Option<String>) {
    match undecided {
        Undecided::Unsupported(reason) => (reason.clone(), None),
        Undecided::Nobody => (
            "no format knows it".to_owned(),
            Some("`revdb formats` lists what can be read; --format names one, --map field=column maps a table".to_owned()),
        ),
        Undecided::Several(names) => (
            format!("it could be {}", names.join(" or ")),
            Some(format!("say --format {}", names.join(" or --format "))),
        ),
    }
}
