//! `revdb merge`: treats two names as one, also in later imports.

use super::decision::{
    WHAT, decide, explain, from_labels, list, named, one_work, open, print_merged, quoted, refused,
};
use super::global::note_log;
use super::output::OutputArgs;
use super::{ExitStatus, Global, Result, values};
use revdb_model::Kind;
use revdb_model::name::fold;
use revdb_store::{AliasRow, Archive, MergeError, Mergeable, Merged, OfWork, Verb, WorkName};

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

/// Merges two titles, for all works of the title; or one work into another, if a year specifies
/// which, or with `--anyway`. A merge without effect is refused.
fn works(archive: &mut Archive, asked: [&str; 2], anyway: bool, yes: bool) -> Result<Done> {
    let says_which = |asked: &&str| {
        let kind = asked.rsplit_once(", ").map(|(_, kind)| kind.trim().parse::<Kind>());
        asked.trim_end().ends_with(')') || kind.is_some_and(|kind| kind.is_ok())
    };
    if !anyway && !asked.iter().any(says_which) {
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
    let of_work = OfWork {
        is_only,
        from_kind: from.kind,
        from_year: from.year,
        into_kind: into.kind,
        into_year: into.year,
        creators: None,
    };
    let mut decided = |yes| {
        let names = [&from.name, &into.name];
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
