//! Chooses the format of a dump, and explains if there is none.
//!
//! Owns: the precedence of the user's options (`--input-format`, `--profile`, `--map`) over
//! detection, and whether an unrecognised file is refused (if it was named) or skipped (if found
//! in a folder). Must never: store, or create an archive.

use super::report::{ImportReport, LeftAlone, Refused};
use super::run::{ImportError, Request, Result};
use revdb_formats::container::{Dump, Found, display};
use revdb_formats::description::describe;
use revdb_formats::detect::{self, DumpText, Head, Undecided};
use revdb_formats::format::{Confidence, Format, Note, ReadError, Sink, Stop};
use revdb_formats::letterboxd::Unit;
use revdb_formats::profile::{MAP_FIELDS, Profile};
use revdb_formats::record::{Item, Position};
use revdb_formats::shell_word;
use revdb_model::DateOrder;
use revdb_model::name::nearest;

/// Skips to the first readable dump, so that no archive is created if there is nothing to store.
pub(super) fn first_readable(
    request: &Request<'_>,
    formats: &[&dyn Format],
    units: &mut impl Iterator<Item = Unit>,
    report: &mut ImportReport,
) -> Option<Unit> {
    for unit in units {
        match unit {
            Unit::One(Found::Dump(dump)) => match choose(request, formats, &dump) {
                Ok(format) if begins(format, &dump, request, report) => {
                    return Some(Unit::One(Found::Dump(dump)));
                }
                Ok(_) => {}
                Err(unread) => unread.note(report),
            },
            Unit::One(Found::LeftAlone { path, reason }) => {
                report.left_alone.push(LeftAlone { path, reason });
            }
            Unit::One(Found::Refused { path, reason }) => {
                report.refused.push(Refused { path, reason, ..Refused::default() });
            }
            tables => return Some(tables),
        }
    }
    None
}

/// Reads up to the first record, so that a dump with an invalid header is refused before there is
/// an archive.
fn begins(
    format: &dyn Format,
    dump: &Dump,
    request: &Request<'_>,
    report: &mut ImportReport,
) -> bool {
    struct First;
    impl Sink for First {
        fn item(&mut self, _: Position, _: &dyn Fn() -> String, _: Item) -> Result<(), Stop> {
            Err(Stop)
        }

        fn note(&mut self, _: Note) -> Result<(), Stop> {
            Ok(())
        }
    }
    let read = format.read(
        &mut DumpText::with_options(dump, &request.options),
        &request.options,
        &mut First,
    );
    let read = match read {
        Ok(()) if names_format(request) => Err(nothing_found(format)),
        read => read,
    };
    match read {
        Ok(()) | Err(ReadError::Stopped) => return true,
        Err(error) => report.refused.push(refused_by(dump.path.clone(), error, request)),
    }
    false
}

/// The report entry for a dump that its format could not read.
pub(super) fn refused_by(path: String, error: ReadError, request: &Request<'_>) -> Refused {
    match error {
        ReadError::Malformed { message, line, help } => {
            Refused { path, line, reason: message, help, shown: None }
        }
        ReadError::Unsure(unsure) => {
            let help = command(&path, request, &unsure.flags).or_else(map_help);
            let line = unsure.shown.header_line;
            Refused { path, line, reason: unsure.reason, help, shown: Some(Box::new(unsure.shown)) }
        }
        error => Refused { path, reason: error.to_string(), ..Refused::default() },
    }
}

/// The command that would work: the options given, and `flags`.
fn command(path: &str, request: &Request<'_>, flags: &[String]) -> Option<String> {
    if flags.is_empty() {
        return None;
    }
    let options = &request.options;
    let mut words = vec!["revdb import".to_owned(), shell_word(path)];
    let mut say = |flag: &str, value: Option<String>| {
        words.extend(value.map(|value| format!("--{flag} {}", shell_word(&value))));
    };
    say("audience", options.audience.map(|audience| audience.as_str().to_owned()));
    say("title", options.title.clone());
    say("kind", options.kind.map(|kind| kind.to_string()));
    say("year", options.year.map(|year| year.to_string()));
    say(
        "scale",
        options.scale.map(|scale| match scale.worst {
            0.0 => scale.best.to_string(),
            worst => format!("{worst}-{}", scale.best),
        }),
    );
    let order = |order| match order {
        DateOrder::DayFirst => "day-first".to_owned(),
        DateOrder::MonthFirst => "month-first".to_owned(),
        DateOrder::YearFirst => "year-first".to_owned(),
    };
    say("date-order", options.date_order.map(order));
    say("by", options.by.clone());
    say("encoding", options.encoding.map(|encoding| encoding.name().to_owned()));
    say("header", options.header.map(|line| line.to_string()));
    say("sheet", request.sheet.clone());
    for (field, column) in &options.map {
        say("map", Some(format!("{field}={column}")));
    }
    words.extend(flags.iter().cloned());
    Some(words.join(" "))
}

/// Advice if no column of a table is known.
fn map_help() -> Option<String> {
    let fields = MAP_FIELDS.join(", ");
    Some(format!("if it holds reviews, --map FIELD=COLUMN says where; the fields are {fields}"))
}

/// The report entry for a dump without a format.
fn described(dump: &Dump, head: &Head, request: &Request<'_>) -> Refused {
    let path = dump.path.clone();
    let mut description = describe(&head.probe().with_options(&request.options));
    // It may have been the wrong sheet of a workbook.
    description.reason.extend(dump.warning.iter().flat_map(|warning| ["; ", warning.as_str()]));
    let help = command(&path, request, &description.flags).or(description.help).or_else(map_help);
    let line = description.shown.as_ref().and_then(|shown| shown.header_line);
    Refused { path, line, reason: description.reason, help, shown: description.shown.map(Box::new) }
}

/// The report entry for a dump that is not read.
#[derive(Debug)]
pub(super) enum Unread {
    LeftAlone(LeftAlone),
    Refused(Refused),
}

impl Unread {
    fn refused(path: String, line: Option<u64>, reason: String, help: Option<String>) -> Self {
        Unread::Refused(Refused { path, line, reason, help, shown: None })
    }

    pub(super) fn note(self, report: &mut ImportReport) {
        match self {
            Unread::LeftAlone(left) => report.left_alone.push(left),
            Unread::Refused(refused) => report.refused.push(refused),
        }
    }
}

/// The dump's format, or the report entry if there is none.
pub(super) fn choose<'f>(
    request: &Request<'_>,
    formats: &[&'f dyn Format],
    dump: &Dump,
) -> Result<&'f dyn Format, Unread> {
    let path = dump.path.clone();
    let head = match detect::look(dump, &request.options) {
        Ok(head) => head,
        Err(error) => return Err(Unread::refused(path, None, error.to_string(), None)),
    };
    // A file is refused if it or its format was named; others are skipped.
    let explicit = request.paths.iter().any(|given| display(given) == dump.path);
    let named = names_format(request);
    let undecided = match head {
        Err(reason) => Undecided::Unsupported(reason),
        Ok(head) if named || is_own(request, formats, &head, explicit) => match formats.first() {
            Some(format) => return as_named(request, *format, &head, path),
            None => Undecided::Nobody,
        },
        Ok(head) => match among(request, formats, &head) {
            Ok(format) => return Ok(format),
            Err(Undecided::Nobody) => {
                return Err(match explicit || named {
                    true => Unread::Refused(described(dump, &head, request)),
                    false => {
                        let reason = describe(&head.probe().with_options(&request.options)).short;
                        Unread::LeftAlone(LeftAlone { path, reason })
                    }
                });
            }
            Err(undecided) => undecided,
        },
    };
    let (mut reason, help) = explain_undecided(&undecided);
    if matches!(undecided, Undecided::Unsupported(_)) && explicit {
        reason.push_str(" (in a folder such a file is left alone)");
    }
    Err(match explicit || named {
        true => Unread::refused(path, None, reason, help),
        false => Unread::LeftAlone(LeftAlone { path, reason }),
    })
}

/// The format named by the user, unless the dump does not match it.
fn as_named<'f>(
    request: &Request<'_>,
    format: &'f dyn Format,
    head: &Head,
    path: String,
) -> Result<&'f dyn Format, Unread> {
    // With `--map`, the header is expected to differ.
    let profile = request.options.map.is_empty().then(|| format.profile()).flatten();
    let probe = head.probe().with_options(&request.options);
    match profile.and_then(|profile| profile.misfit(&probe, request.profile.is_some())) {
        Some((reason, help)) => Err(Unread::refused(path, Some(1), reason, help)),
        None => Ok(format),
    }
}

/// The format detected by content, or the one that reads a table as mapped.
fn among<'f>(
    request: &Request<'_>,
    formats: &[&'f dyn Format],
    head: &Head,
) -> Result<&'f dyn Format, Undecided> {
    let probe = head.probe().with_options(&request.options);
    match detect::choose(&probe, others(request, formats)) {
        // `--map` implies a table.
        Err(Undecided::Nobody) if !request.options.map.is_empty() => {
            detect::for_mapping(head, formats).ok_or(Undecided::Nobody)
        }
        chosen => chosen,
    }
}

/// Whether a format was named; it is then the only candidate.
fn names_format(request: &Request<'_>) -> bool {
    request.format.is_some()
}

/// Whether the user's profile reads the dump: it recognises the dump, or the user named both.
fn is_own(request: &Request<'_>, formats: &[&dyn Format], head: &Head, explicit: bool) -> bool {
    let knows = |format: &&dyn Format| {
        format.recognise(&head.probe().with_options(&request.options)) != Confidence::No
    };
    request.profile.is_some() && (explicit || formats.first().is_some_and(knows))
}

/// The candidates for detection; the user's profile takes precedence and is not among them.
fn others<'a, 'f>(request: &Request<'_>, formats: &'a [&'f dyn Format]) -> &'a [&'f dyn Format] {
    let own = usize::from(request.profile.is_some());
    formats.get(own..).unwrap_or_default()
}

/// Whether the user's profile recognises one of the tables.
pub(super) fn own_knows(request: &Request<'_>, formats: &[&dyn Format], tables: &[Dump]) -> bool {
    request.profile.is_some()
        && tables.iter().any(|table| {
            matches!(detect::look(table, &request.options), Ok(Ok(head)) if is_own(request, formats, &head, false))
        })
}

/// The error for a dump in which the named format finds nothing.
pub(super) fn nothing_found(format: &dyn Format) -> ReadError {
    let message = format!("read as {}, there is no review in it", format.name());
    let help = "leave out --input-format to have the format detected";
    ReadError::Malformed { message, line: None, help: Some(help.to_owned()) }
}

/// `--profile` (its file's name and text): the user's format, which takes precedence.
///
/// # Errors
/// [`ImportError::Usage`] if it does not parse, or has a built-in format's name.
pub fn own_profile(given: Option<&(String, String)>) -> Result<Option<Profile>> {
    let Some((file, text)) = given else { return Ok(None) };
    match Profile::parse(file, text) {
        Ok(profile) if formats(None)?.iter().any(|format| format.name() == profile.name) => {
            let message = format!("{file}: revdb has a format named {} itself", profile.name);
            Err(ImportError::usage(message, "give the profile a name of its own"))
        }
        Ok(profile) => Ok(Some(profile)),
        Err(error) => Err(ImportError::Usage { message: error.to_string(), help: error.help() }),
    }
}

/// All formats, or the one that was named.
///
/// # Errors
/// [`ImportError::Usage`] for an unknown name.
pub fn formats(wanted: Option<&str>) -> Result<Vec<&'static dyn Format>> {
    let all = detect::formats()
        .map_err(|error| ImportError::Usage { message: error.to_string(), help: None })?;
    let Some(wanted) = wanted else { return Ok(all) };
    let names: Vec<&str> = all.iter().map(|format| format.name()).collect();
    let near = nearest(wanted, names).join(" or ");
    let chosen: Vec<_> = all.into_iter().filter(|format| format.name() == wanted).collect();
    if chosen.is_empty() {
        let message = format!("no format of dumps is named {wanted:?}");
        let near = if near.is_empty() { near } else { format!("did you mean {near}? ") };
        let help = "leave it out to have the format detected; `revdb formats` lists them";
        return Err(ImportError::usage(message, &(near + help)));
    }
    Ok(chosen)
}

/// Why no format was chosen, as a clause, and advice.
pub fn explain_undecided(undecided: &Undecided) -> (String, Option<String>) {
    match undecided {
        Undecided::Unsupported(reason) => (reason.clone(), None),
        Undecided::Nobody => (
            "no format knows it".to_owned(),
            Some("`revdb formats` lists what can be read; --input-format names one, --map field=column maps a table".to_owned()),
        ),
        Undecided::Several(names) => (
            format!("it could be {}", names.join(" or ")),
            Some(format!("say --input-format {}", names.join(" or --input-format "))),
        ),
    }
}
