//! `revdb merge`: treats two names as one, also in later imports.

use super::decision::{
    WHAT, decide, explain, from_labels, list, named, one_work, open, print_merged, quoted, refused,
};
use super::global::note_log;
use super::output::OutputArgs;
use super::{ExitStatus, Global, Result, values};
use revdb_model::Kind;
use revdb_model::name::fold;
use revdb_store::{
    AliasRow, Archive, KnownName, MergeError, Mergeable, Merged, OfWork, Verb, WorkName,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What has these names
    #[arg(value_parser = values::one_of(WHAT), required_unless_present = "list")]
    what: Option<Mergeable>,
    /// The name that is replaced; part of it is enough if no other name contains it
    #[arg(required_unless_present = "list")]
    from: Option<String>,
    /// The name that stays
    #[arg(required_unless_present_any = ["list", "remove"])]
    into: Option<String>,
    /// Do it; without --yes, only show what would change
    #[arg(long)]
    yes: bool,
    /// Merge two works even if their years or kinds differ; those of INTO are shown
    #[arg(long, conflicts_with_all = ["remove", "list"])]
    anyway: bool,
    /// Undo a merge: FROM is a separate name again
    #[arg(long, conflicts_with_all = ["into", "list"])]
    remove: bool,
    /// List every decision: what was merged, renamed, corrected or hidden
    #[arg(long, conflicts_with_all = ["what", "yes"])]
    list: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    let (Some(what), Some(from)) = (args.what, args.from) else {
        return list(&args.output, global);
    };
    let mut archive = open(args.yes, &args.output, global)?;
    match args.into {
        None => {
            let (id, from) = made(&archive, what, &from)?;
            let merged = archive.take_back(id, args.yes).map_err(explain)?;
            print_merged(args.yes, &format!("separated {} \"{from}\"", what.as_str()), &merged);
        }
        Some(into) => {
            let (from, into, merged) = match what {
                Mergeable::Work => works(&mut archive, [&from, &into], args.anyway, args.yes)?,
                _ => names(&mut archive, what, [&from, &into], args.yes)?,
            };
            let done = format!("merged {} \"{from}\" into \"{into}\"", what.as_str());
            print_merged(args.yes, &done, &merged);
        }
    }
    if args.yes {
        note_log(&archive)?;
    }
    Ok(ExitStatus::Done)
}

/// The merge of this name: as displayed by `--list`, as stored, or part of it.
fn made(archive: &Archive, what: Mergeable, asked: &str) -> Result<(i64, String)> {
    let mut merges = archive.aliases()?;
    merges.retain(|made| made.verb == Verb::Merge.as_str() && made.what == what.as_str());
    let wanted = fold(asked.strip_prefix('=').unwrap_or(asked));
    let is_called = |made: &&AliasRow| {
        let (whole, dated) = from_labels(made);
        fold(&whole) == wanted || fold(&dated) == wanted
    };
    let mut found: Vec<&AliasRow> = merges.iter().filter(is_called).collect();
    let mut shown = asked.trim().to_owned();
    if found.is_empty() {
        let name = named(archive, what, asked)?;
        found = merges.iter().filter(|made| made.from_fold == name.fold).collect();
        shown = name.shown;
    }
    match found.as_slice() {
        [made] => Ok((made.id, shown)),
        [] => Err(explain(MergeError::NotMerged(shown))),
        several => {
            let mut labels: Vec<String> = several.iter().map(|made| from_labels(made).0).collect();
            labels.sort();
            let labels = quoted(labels);
            Err(refused(format!("several works called \"{shown}\" are merged: {labels}"))
                .help("write one of them whole"))
        }
    }
}

/// The displayed names, and the effect.
type Done = (String, String, Merged);

fn names(
    archive: &mut Archive,
    what: Mergeable,
    [from, into]: [&str; 2],
    yes: bool,
) -> Result<Done> {
    let (from, into) = (named(archive, what, from)?, named(archive, what, into)?);
    let merged = decide(archive, (Verb::Merge, what), [&from, &into], None, None, yes)?;
    Ok((from.shown, into.shown, merged))
}

/// Merges two titles, for all works of the title; or one work into another, if a year or a creator
/// specifies which, or with `--anyway`. A merge without effect is refused.
fn works(archive: &mut Archive, asked: [&str; 2], anyway: bool, yes: bool) -> Result<Done> {
    if !anyway && !says_which(archive, asked[0])? && !says_which(archive, asked[1])? {
        let (.., merged) = names(archive, Mergeable::Work, asked, false)?;
        if merged.works_before != merged.works_after {
            return names(archive, Mergeable::Work, asked, yes);
        }
        let labels = |asked: &str| -> Result<String> {
            Ok(quoted(archive.works_called(asked)?.iter().map(WorkName::label)))
        };
        let [from, into] = [labels(asked[0])?, labels(asked[1])?];
        return Err(refused(format!(
            "no two works would become one: {from} and {into} differ in year, kind or a site's id"
        ))
        .help("--anyway merges them, with the year and kind of the second"));
    }
    let ((from, is_only), (into, _)) = (one_work(archive, asked[0])?, one_work(archive, asked[1])?);
    let (target, of_work) = meant(&from, is_only, &into)?;
    let mut decided = |yes| {
        let names = [&from.name, &target];
        decide(archive, (Verb::Merge, Mergeable::Work), names, Some(of_work.clone()), None, yes)
    };
    let preview = decided(false)?;
    if preview.works_before == preview.works_after {
        return Err(refused(format!(
            "{} and {} stay two works: one site gave them different ids",
            from.label(),
            into.label()
        )));
    }
    let merged = decided(yes)?;
    Ok((from.label(), into.label(), merged))
}

/// Whether this is one work, not a title.
fn says_which(archive: &Archive, asked: &str) -> Result<bool> {
    let kind = asked.rsplit_once(", ").map(|(_, kind)| kind.trim().parse::<Kind>());
    if asked.trim_end().ends_with(')') || kind.is_some_and(|kind| kind.is_ok()) {
        return Ok(true);
    }
    Ok(matches!(archive.works_called(asked)?.as_slice(), [one] if one.makers.is_some()))
}

/// The name that the first work gets, and what decides that it does: of two works that only their
/// creators tell apart, those of the second replace those of the first.
fn meant(from: &WorkName, is_only: bool, into: &WorkName) -> Result<(KnownName, OfWork)> {
    let of_work = OfWork {
        is_only,
        from_kind: from.kind,
        from_year: from.year,
        into_kind: into.kind,
        into_year: into.year,
        ..OfWork::default()
    };
    let stated = |work: &WorkName| work.makers.as_ref().map(|makers| makers.stated.join("; "));
    match (&from.makers, &into.makers) {
        (_, None) => Ok((into.name.clone(), OfWork { makers: stated(from), ..of_work })),
        (Some(of), Some(by)) if from.name.fold == into.name.fold && of.property == by.property => {
            let creators = stated(from).map(|names| (of.property, names));
            let target = KnownName { shown: by.names.join("; "), ..from.name.clone() };
            Ok((target, OfWork { creators, into_kind: None, into_year: None, ..of_work }))
        }
        _ => Err(refused(format!(
            "only its creators tell \"{}\" from another work, and a merge cannot name them",
            into.label()
        ))
        .help("`revdb rename work` gives it a title of its own first")),
    }
}
