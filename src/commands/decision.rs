//! Shared by the verbs for a user's decisions: merge, rename, correct, hide.

use super::global::say;
use super::messages::counted;
use super::output::OutputArgs;
use super::{CommandError, Global, Result};
use crate::clock;
use revdb_model::name;
use revdb_model::property::values;
use revdb_render::ColumnKind::Text;
use revdb_render::{Cell, Collected};
use revdb_store::{
    AliasRow, Archive, Decision, KnownName, MergeError, Mergeable, Merged, NameSearch,
};
use revdb_store::{OfWork, Verb, WorkName};

/// The sorts of names, as typed.
pub const WHAT: [(&str, Mergeable); 3] = [
    ("critic", Mergeable::Critic),
    ("work", Mergeable::Work),
    ("publication", Mergeable::Publication),
];

/// The note on a preview.
pub const NOT_YET: &str = "note: nothing is changed yet; the same command with --yes does it";

/// The error for a refused decision.
pub fn refused(message: impl Into<String>) -> CommandError {
    CommandError::failed(message.into()).note("the archive is as before")
}

pub fn quoted(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// The only name in the archive that matches.
pub fn named(archive: &Archive, what: Mergeable, asked: &str) -> Result<KnownName> {
    let what_word = what.as_str();
    // As in filters, `=Name` matches whole names only.
    let (asked, is_whole) = match asked.strip_prefix('=') {
        Some(whole) => (whole, true),
        None => (asked, false),
    };
    match archive.find_name(what, asked)? {
        NameSearch::One(known) if is_whole && known.fold != name::fold(asked) => {
            Err(refused(format!("no {what_word} is called \"{asked}\""))
                .help(format!("similar: {}", quoted([known.shown]))))
        }
        NameSearch::Several(names) if is_whole => {
            Err(refused(format!("no {what_word} is called \"{asked}\""))
                .help(format!("similar: {}", quoted(names))))
        }
        NameSearch::One(known) => Ok(known),
        NameSearch::Several(names) => {
            Err(refused(format!("\"{asked}\" is part of several {what_word} names"))
                .help(format!("write one of them whole: {}", quoted(names))))
        }
        NameSearch::None { near } => {
            let help = (!near.is_empty()).then(|| format!("similar: {}", quoted(near)));
            Err(refused(format!("no {what_word} has \"{asked}\" in its name")).helped(help))
        }
    }
}

/// The only work that matches, and whether no other has its title.
pub fn one_work(archive: &Archive, asked: &str) -> Result<(WorkName, bool)> {
    let whole = asked.strip_prefix('=');
    let mut works = archive.works_called(whole.unwrap_or(asked))?;
    if let Some(label) = whole.map(name::fold)
        && works.iter().any(|work| name::fold(&work.label()) == label)
    {
        // A work without year and kind cannot be specified further.
        works.retain(|work| name::fold(&work.label()) == label);
    }
    if works.is_empty() {
        // Part of the title is enough if it is unambiguous.
        let name = named(archive, Mergeable::Work, asked)?;
        works = archive.works_called(&name.shown)?;
    }
    if works.len() > 1 {
        let labels = quoted(works.iter().map(WorkName::label));
        let refusal = refused(format!("several works are called \"{asked}\": {labels}"));
        if works.iter().all(|work| work.makers.is_some()) {
            return Err(refusal.help("write one of them whole, with its creators"));
        }
        let year = works.first().and_then(|work| work.year);
        return Err(match works.iter().all(|work| work.year == year) {
            // A merge by title affects all works of that title.
            true => refusal
                .help("only their kind tells them apart: write it, as in \"Title (year), movie\"; \"=Title (year)\" is the one without"),
            false => refusal
                .help("write the year, as in \"Title (year)\"; \"=Title\" is the one without"),
        });
    }
    let Some(work) = works.pop() else {
        return Err(refused(format!("no work is called \"{asked}\" any more"))
            .help("its title stands for another: `revdb merge --list`"));
    };
    let is_only = archive.works_called(&work.name.shown)?.len() == 1;
    Ok((work, is_only))
}

/// Merges or renames from now on; without `yes`, only computes the effect.
pub fn decide(
    archive: &mut Archive,
    (verb, what): (Verb, Mergeable),
    [from, into]: [&KnownName; 2],
    of_work: Option<OfWork>,
    reason: Option<&str>,
    yes: bool,
) -> Result<Merged> {
    let now = clock::now();
    let decision = Decision { verb, what, from, into, of_work, reason, created_at: &now };
    archive.decide(&decision, yes).map_err(explain)
}

pub fn explain(error: MergeError) -> CommandError {
    let failed = refused(error.to_string());
    match error {
        MergeError::Archive(error) => error.into(),
        MergeError::AlreadyMerged { .. } => {
            failed.help("`revdb merge WHAT FROM --remove` takes that back")
        }
        MergeError::Circle { .. } => {
            failed.help("`revdb merge --list` shows every decision; --remove takes one back")
        }
        MergeError::NotMerged(_) => failed.help("`revdb merge --list` shows every decision"),
        MergeError::Same(_) => failed,
    }
}

/// Says what was done, or would be done.
pub fn print_merged(yes: bool, done: &str, merged: &Merged) {
    let would = if yes { "" } else { "would have " };
    let change = |before: i64, after: i64, what: &str| match before == after {
        true => format!("{} as before", counted(after, what)),
        false => format!("{} become {after}", counted(before, what)),
    };
    say(&format!(
        "{would}{done}: {} matched again, {}, {}",
        counted(merged.records, "record"),
        change(merged.reviews_before, merged.reviews_after, "review"),
        change(merged.works_before, merged.works_after, "work"),
    ));
    if !yes {
        say(NOT_YET);
    }
}

/// The subject of a decision as displayed in the list: a work with year, kind and creators, if
/// these matter, and without the kind.
pub fn from_labels(made: &AliasRow) -> (String, String) {
    let dated = with_year(made.from_fold.clone(), made.from_year);
    let kind = made.from_kind.as_ref().map(|kind| format!(", {kind}")).unwrap_or_default();
    // A renaming of creators is of all works of the title that have these or none.
    let is_of_makers = made.property.is_none() || made.verb == Verb::Merge.as_str();
    let makers = made.from_names.as_ref().filter(|_| is_of_makers);
    let makers = makers.map(|names| format!(", {}", values(names).join(" and ")));
    let makers = makers.unwrap_or_default();
    (format!("{dated}{kind}{makers}"), format!("{dated}{makers}"))
}

fn with_year(name: String, year: Option<i64>) -> String {
    match year {
        Some(year) => format!("{name} ({year})"),
        None => name,
    }
}

/// Opens the archive for a decision. Output flags are only valid with `--list`.
pub fn open(yes: bool, output: &OutputArgs, global: &Global) -> Result<Archive> {
    if output.is_said() {
        return Err(
            CommandError::usage("-o and --format are for --list").note("the archive is as before")
        );
    }
    global.open_to_change(yes)
}

/// Lists every decision of the user.
pub fn list(output: &OutputArgs, global: &Global) -> Result {
    output.chosen()?;
    let archive = global.open()?;
    let names = archive.aliases()?.into_iter().map(|made| {
        let (from, _) = from_labels(&made);
        let kind = made.into_kind.map(|kind| format!(", {kind}")).unwrap_or_default();
        let into = match made.property {
            Some(property) => format!("{property}: {}", made.into_name),
            None => with_year(made.into_name, made.into_year) + &kind,
        };
        [made.verb, made.what, from, into, made.reason.unwrap_or_default(), made.created_at]
    });
    let reviews = archive.corrections()?.into_iter().map(|made| {
        let verb = if made.hides { "hide" } else { "correct" }.to_owned();
        let what = match made.reviews {
            Some(numbers) => format!("review {numbers}"),
            None => "review of no dump that is here".to_owned(),
        };
        let into = if made.hides { String::new() } else { made.corrected };
        [verb, what, made.review, into, made.reason, made.created_at]
    });
    let cell = |text: String| if text.is_empty() { Cell::Null } else { Cell::Text(text) };
    let rows = names.chain(reviews).map(|row| row.map(cell));
    let columns = ["decision", "what", "from", "into", "reason", "since"].map(|name| (name, Text));
    output.deliver(&mut Collected::of(columns, rows).titled("Decisions"), global)
}
