//! `revdb rename`: changes the name of a critic, a publication or a work, or a work's creators;
//! also for later imports.

use super::decision::{
    WHAT, decide, explain, from_labels, list, named, one_work, open, print_merged, refused,
};
use super::global::note_log;
use super::output::OutputArgs;
use super::{CommandError, ExitStatus, Global, Result, values};
use crate::clock;
use revdb_model::{Kind, Property, name, property, text};
use revdb_store::{Archive, Decision, KnownName, Mergeable, Merged, OfWork, Verb, WorkName};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What has this name
    #[arg(value_parser = values::one_of(WHAT), required_unless_present = "list")]
    what: Option<Mergeable>,
    /// The present name; part of it is enough if no other name contains it
    #[arg(required_unless_present = "list")]
    old: Option<String>,
    /// The new name
    #[arg(required_unless_present_any = ["list", "remove", "year", "kind", "author", "director"])]
    new: Option<String>,
    /// The work's year
    #[arg(long, value_parser = clap::value_parser!(i16).range(1000..=9999))]
    year: Option<i16>,
    /// The work's kind
    #[arg(long)]
    kind: Option<Kind>,
    /// The author, if dumps name another or nobody (repeatable)
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// The director (repeatable)
    #[arg(long, value_name = "NAME")]
    director: Vec<String>,
    /// The reason, shown in the list of decisions
    #[arg(long)]
    reason: Option<String>,
    /// Do it; without --yes, only show what would change
    #[arg(long)]
    yes: bool,
    /// Undo a renaming; OLD may be the old or the new name
    #[arg(long, conflicts_with_all = ["new", "year", "kind", "author", "director", "list"])]
    remove: bool,
    /// List every decision: what was merged, renamed, corrected or hidden
    #[arg(long, conflicts_with_all = ["what", "yes"])]
    list: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    let (Some(what), Some(old)) = (args.what, &args.old) else {
        return list(&args.output, global);
    };
    let creators = [(Property::Author, &args.author), (Property::Director, &args.director)];
    let has_creators = creators.iter().any(|(_, names)| !names.is_empty());
    if what != Mergeable::Work && (args.year.is_some() || args.kind.is_some() || has_creators) {
        return Err(CommandError::usage("--year, --kind, --author and --director are for works"));
    }
    let mut archive = open(args.yes, &args.output, global)?;
    if args.remove {
        let (id, done) = made(&archive, what, old)?;
        let merged = archive.take_back(id, args.yes).map_err(explain)?;
        print_merged(args.yes, &done, &merged);
    } else if what != Mergeable::Work {
        let (done, merged) = whoever(&mut archive, what, old, &args)?;
        print_merged(args.yes, &done, &merged);
    } else {
        of_work(&mut archive, old, &creators, &args)?;
    }
    if args.yes {
        note_log(&archive)?;
    }
    Ok(ExitStatus::Done)
}

/// The new name, cleaned like names in dumps.
fn new_name(args: &Args) -> Result<Option<KnownName>> {
    let Some(new) = &args.new else { return Ok(None) };
    let new = text::clean_line(new);
    match name::fold(&new).is_empty() {
        true => Err(CommandError::usage("the new name is empty")),
        false => Ok(Some(KnownName::new(&new))),
    }
}

fn whoever(
    archive: &mut Archive,
    what: Mergeable,
    old: &str,
    args: &Args,
) -> Result<(String, Merged)> {
    let from = named(archive, what, old)?;
    let Some(into) = new_name(args)? else {
        return Err(CommandError::usage("the new name is missing"));
    };
    if from.shown == into.shown {
        return Err(refused(format!("\"{}\" is called so already", from.shown)));
    }
    if from.fold != into.fold && archive.is_shown(what, &into.fold)? {
        let (word, into) = (what.as_str(), &into.shown);
        return Err(refused(format!("there is a {word} \"{into}\" already")).help(format!(
            "`revdb merge {word} \"{}\" \"{into}\"` takes the two for one",
            from.shown
        )));
    }
    let (decision, reason) = ((Verb::Rename, what), args.reason.as_deref());
    let merged = decide(archive, decision, [&from, &into], None, reason, args.yes)?;
    let done = format!("renamed {} \"{}\" to \"{}\"", what.as_str(), from.shown, into.shown);
    Ok((done, merged))
}

/// One of several changes to a work.
struct Renaming {
    done: String,
    from: KnownName,
    into: KnownName,
    of_work: OfWork,
}

/// Changes a work's title and creators: all changes or none.
fn of_work(
    archive: &mut Archive,
    old: &str,
    creators: &[(Property, &Vec<String>)],
    args: &Args,
) -> Result<()> {
    let (mut called, is_only) = one_work(archive, old)?;
    let mut renamings = Vec::new();
    if args.new.is_some() || args.year.is_some() || args.kind.is_some() {
        let (into, of_work) = work(&called, is_only, args)?;
        let done = format!("renamed work \"{}\" to \"{}\"", called.label(), into.label());
        renamings.push(Renaming { done, from: called.name, into: into.name.clone(), of_work });
        called = into;
    }
    for (property, names) in creators.iter().filter(|(_, names)| !names.is_empty()) {
        renamings.push(made_by(archive, &called, is_only, (*property, names))?);
    }
    let now = clock::now();
    let decisions: Vec<Decision<'_>> = renamings
        .iter()
        .map(|renaming| Decision {
            verb: Verb::Rename,
            what: Mergeable::Work,
            from: &renaming.from,
            into: &renaming.into,
            of_work: Some(renaming.of_work.clone()),
            reason: args.reason.as_deref(),
            created_at: &now,
        })
        .collect();
    let merged = archive.decide_all(&decisions, args.yes).map_err(explain)?;
    renamings
        .iter()
        .zip(&merged)
        .for_each(|(renaming, merged)| print_merged(args.yes, &renaming.done, merged));
    Ok(())
}

/// A work's new title, year and kind.
fn work(from: &WorkName, is_only: bool, args: &Args) -> Result<(WorkName, OfWork)> {
    let mut into = from.clone();
    if let Some(new) = new_name(args)? {
        into.name = new;
    }
    (into.year, into.kind) = (args.year.or(from.year), args.kind.or(from.kind));
    if into.label() == from.label() {
        return Err(refused(format!("\"{}\" is called so already", from.label())));
    }
    let of_work = OfWork {
        is_only,
        from_kind: from.kind,
        from_year: from.year,
        into_kind: args.kind,
        into_year: args.year,
        creators: None,
        makers: from.makers.as_ref().map(|makers| makers.stated.join("; ")),
    };
    Ok((into, of_work))
}

/// Changes a work's creators; returns the current names.
fn made_by(
    archive: &Archive,
    work: &WorkName,
    is_only: bool,
    (property, names): (Property, &[String]),
) -> Result<Renaming> {
    let names = property::values(&text::clean_line(&names.join("; "))).join("; ");
    if names.is_empty() {
        return Err(CommandError::usage(format!("--{property} is empty")));
    }
    let of_work = OfWork {
        is_only,
        from_kind: work.kind,
        from_year: work.year,
        creators: Some((property, archive.stated_creators(work.id, property)?)),
        ..OfWork::default()
    };
    let done = format!("made {names} the {property} of \"{}\"", work.label());
    let into = KnownName { fold: work.name.fold.clone(), shown: names };
    Ok(Renaming { done, from: work.name.clone(), into, of_work })
}

/// The last renaming with this name on either side.
fn made(archive: &Archive, what: Mergeable, asked: &str) -> Result<(i64, String)> {
    let asked = asked.strip_prefix('=').unwrap_or(asked);
    let title = asked.trim().strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let wanted = [name::fold(asked), name::fold(title.map_or(asked, |(title, _)| title))];
    let aliases = archive.aliases()?.into_iter().filter(|made| {
        let is_named = |fold: &String| wanted.contains(fold);
        let (whole, dated) = from_labels(made);
        made.verb == Verb::Rename.as_str()
            && made.what == what.as_str()
            && (is_named(&made.from_fold)
                || is_named(&made.into_fold)
                || [whole, dated].iter().any(|label| name::fold(label) == wanted[0]))
    });
    let Some(made) = aliases.max_by_key(|made| made.id) else {
        return Err(refused(format!("no {} was renamed from or to \"{asked}\"", what.as_str()))
            .help("`revdb rename --list` shows every decision"));
    };
    let done = match made.property {
        Some(property) => {
            format!("took back that {} is the {property} of \"{asked}\"", made.into_name)
        }
        None => format!("took back that {} is called \"{}\"", what.as_str(), made.into_name),
    };
    Ok((made.id, done))
}
