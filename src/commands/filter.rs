//! The filter flags, the same for listings, reports, search and export.

use rusqlite::Connection;

use revdb_model::{Audience, Kind, PartialDate};
use revdb_query::filter::NameMatch;
use revdb_query::ids::Ids;
use revdb_query::{
    AudienceChoice, Counts, Filter, FilterError, LeftOut, NameFilter, Named, Selection, Words,
    empty,
};
use revdb_store as archive;

use super::messages::counted;
use super::{CommandError, Result, say, values};

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    #[command(flatten)]
    pub names: NameArgs,
    /// Whose reviews: critic, user or all [default: listings show both, reports take whoever is there, critics before users]
    #[arg(long, value_name = "WHO", value_parser = values::audience())]
    pub audience: Option<AudienceChoice>,
    /// The kind of work
    #[arg(long, value_name = "KIND", value_parser = values::kind())]
    pub kind: Option<Kind>,
    /// On or after this day, month or year; a review dated just 2012-07 passes --since 2012-07-15
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub since: Option<PartialDate>,
    /// On or before the end of this day, month or year
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub until: Option<PartialDate>,
    /// Lowest score, 0 to 100; leaves out reviews without a score
    #[arg(long, value_name = "SCORE", value_parser = values::score)]
    pub min_score: Option<f64>,
    /// Highest score, 0 to 100; leaves out reviews without a score
    #[arg(long, value_name = "SCORE", value_parser = values::score)]
    pub max_score: Option<f64>,
    /// Words that the quote must contain: plain words and "quoted phrases", all of them
    #[arg(id = "match", long = "match", value_name = "WORDS")]
    pub words: Option<String>,
    /// Treat the words as FTS5 query syntax (AND, OR, NOT, NEAR, prefix*)
    #[arg(long, hide_short_help = true)]
    pub fts: bool,
    /// Only reviews in this import (`revdb imports` lists the numbers)
    #[arg(long, hide_short_help = true, value_name = "N", allow_negative_numbers = true, value_parser = values::import)]
    pub import: Option<i64>,
    /// Only reviews in these dumps: part of a path, or the name of a format (repeatable)
    #[arg(long, hide_short_help = true, value_name = "DUMP", value_parser = values::name)]
    pub from: Vec<String>,
    /// First compare all rows with their hashes, as `revdb check` does; exit with 4 if one was changed
    #[arg(long, hide_short_help = true)]
    pub verify: bool,
}

/// For each sort of names, a flag and one that excludes.
#[derive(Debug, Clone, Default)]
pub struct NameArgs(pub Vec<NameFilter>);

/// The placeholder and the help text of a name flag.
fn described(what: Named) -> (&'static str, &'static str) {
    match what {
        Named::Critic => (
            "NAME",
            "Part of a critic's name, in any case, with or without accents; =Name is exact (repeatable)",
        ),
        Named::Work => (
            "TITLE",
            "Part of a work's title; =Title is exact, \"Title (year)\" as reports print it (repeatable)",
        ),
        Named::Publication => ("NAME", "Part of a publication's name; =Name is exact (repeatable)"),
        Named::Author => ("NAME", "Part of the name of a work's author or artist (repeatable)"),
        Named::Director => ("NAME", "Part of the name of a film's director (repeatable)"),
        Named::Genre => ("NAME", "Part of a work's genre (repeatable)"),
        Named::Tag => ("NAME", "Part of a tag or shelf that the reviewer gave (repeatable)"),
    }
}

/// `critic`, `not-critic`.
fn flag(what: Named, is_excluded: bool) -> String {
    format!("{}{}", if is_excluded { "not-" } else { "" }, what.as_str())
}

impl clap::Args for NameArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        NameFilter::sorts().fold(command, |command, (what, is_excluded)| {
            let (value, help) = described(what);
            let help = match is_excluded {
                true => format!("Leave this {} out (repeatable)", what.as_str()),
                false => help.to_owned(),
            };
            let flag = flag(what, is_excluded);
            let arg = clap::Arg::new(flag.clone()).long(flag).value_name(value).help(help);
            let is_rare =
                is_excluded || !matches!(what, Named::Critic | Named::Work | Named::Publication);
            command.arg(
                arg.action(clap::ArgAction::Append)
                    .value_parser(values::name)
                    .hide_short_help(is_rare),
            )
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for NameArgs {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        let asked = NameFilter::sorts().flat_map(|(what, is_excluded)| {
            let typed = matches.get_many::<String>(&flag(what, is_excluded));
            let typed = typed.into_iter().flatten().cloned();
            typed.map(move |text| NameFilter { what, text, is_excluded })
        });
        Ok(NameArgs(asked.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl FilterArgs {
    /// `--verify`, for the state of the archive being read.
    pub fn verify(&self, conn: &Connection) -> Result<()> {
        if self.verify { Ok(archive::verify(conn)?) } else { Ok(()) }
    }

    /// The filter for these flags.
    ///
    /// # Errors
    /// A search that is too long or has no word; `--fts` without words.
    pub fn filter(&self) -> Result<Filter> {
        if self.fts && self.words.is_none() {
            return Err(CommandError::usage("--fts needs words to search for")
                .help("give them with --match"));
        }
        if let (Some(since), Some(until)) = (self.since, self.until)
            && (since.year(), since.month().unwrap_or(1), since.day().unwrap_or(1))
                > (until.year(), until.month().unwrap_or(12), until.day().unwrap_or(31))
        {
            return Err(CommandError::usage(format!(
                "nothing lies between --since {since} and --until {until}"
            ))
            .help("--since is the earlier one"));
        }
        if let (Some(min), Some(max)) = (self.min_score, self.max_score)
            && min > max
        {
            return Err(CommandError::usage(format!(
                "no score is at least {min} and at most {max}"
            ))
            .help("--min-score is the lower one"));
        }
        let words = self.words.as_deref().map(|typed| words(typed, self.fts)).transpose()?;
        Ok(Filter {
            names: self.names.0.clone(),
            audience: self.audience,
            kind: self.kind,
            since: self.since,
            until: self.until,
            min_score: self.min_score,
            max_score: self.max_score,
            words,
            import: self.import,
            from: self.from.clone(),
        })
    }
}

/// The result of a filter on one state of the archive.
pub struct Found {
    pub selection: Selection,
    pub ids: Ids,
    /// Notes printed under the rows.
    pub notes: Vec<String>,
}

impl FilterArgs {
    /// The reviews that pass; prints which names were matched.
    ///
    /// # Errors
    /// The archive's error.
    pub fn found(&self, filter: &Filter, conn: &Connection) -> Result<Found> {
        self.verify(conn)?;
        let selection = filter.select(conn)?;
        let (notes, ids) = (left_out(&selection, conn, None)?, selection.ids(conn)?);
        print_matches(&selection.matches);
        Ok(Found { selection, ids, notes })
    }
}

/// Parses the words of a search.
pub fn words(typed: &str, fts: bool) -> Result<Words> {
    let words = if fts { Words::raw(typed) } else { Words::plain(typed) };
    let words = words.map_err(|error| {
        CommandError::usage(error.to_string())
            .help("write words or a phrase in quotation marks: 'rain \"slow burn\"'")
    })?;
    if words.asks_for_whole_runs() {
        say(
            "note: with --fts, Chinese, Japanese, Korean and Thai words are found only where they stand by themselves",
        );
        say(
            "help: without --fts they are looked up inside the text; `映*` finds words that begin with it",
        );
    }
    Ok(words)
}

impl From<FilterError> for CommandError {
    fn from(error: FilterError) -> Self {
        let message = error.to_string();
        match error {
            FilterError::Syntax(_) => CommandError::usage(message)
                .help("leave out --fts to search for plain words; https://sqlite.org/fts5.html has the syntax"),
            FilterError::NoImport(_) => {
                CommandError::failed(message).help("`revdb imports` lists them")
            }
            FilterError::NoDump { formats, .. } => CommandError::failed(message).help(format!(
                "the formats in this archive are {}; `revdb imports` lists the dumps",
                formats.join(", ")
            )),
            FilterError::Archive(error) => error.into(),
        }
    }
}

/// The notes for any filtered result; for one audience, if the rows are about that one only.
pub fn left_out(
    selection: &Selection,
    conn: &rusqlite::Connection,
    audience: Option<Audience>,
) -> Result<Vec<String>> {
    let hidden = match revdb_store::hidden(conn)? {
        0 => None,
        1 => Some("1 review is hidden: `revdb hide --list`".to_owned()),
        hidden => Some(format!("{hidden} reviews are hidden: `revdb hide --list`")),
    };
    Ok(LeftOut::count(selection, conn, audience)?.sentence().into_iter().chain(hidden).collect())
}

/// Says on standard error which parts of a filter exclude everything. Unknown names were reported
/// before.
pub fn why_none(conn: &rusqlite::Connection, filter: &Filter, selection: &Selection) -> Result<()> {
    if selection.matches.iter().any(|name| name.taken == 0) {
        return Ok(());
    }
    if filter.is_off() || Counts::of(conn, None)?.all() == 0 {
        say("note: the archive holds no reviews");
        say("help: `revdb import PATH` reads some");
        return Ok(());
    }
    let causes = empty::causes(filter, selection, conn)?;
    for empty::Cause { flags, reviews, more, .. } in causes.iter().take(3) {
        let more = more.as_ref().map_or(String::new(), |more| format!(", {more}"));
        let pass = if reviews == &1 { "passes" } else { "pass" };
        let reviews = counted(*reviews, "review");
        say(&format!("note: {reviews} {pass} without {flags}{more}"));
    }
    say(match causes.as_slice() {
        [] => "help: leave out several filters: no single one is the cause",
        [empty::Cause { is_words: true, .. }] => {
            "help: fewer words find more, and so do parts: light*"
        }
        [_] => "help: leave it out, or loosen it",
        _ => "help: leave one of them out, or loosen it",
    });
    Ok(())
}

/// Says which names were matched, unless the typed name is the answer.
pub fn print_matches(matches: &[NameMatch]) {
    for matched in matches {
        let NameMatch { what, is_excluded, asked, taken, only_parts, examples, near } = matched;
        let text = asked.trim_start_matches(['=', '~']);
        let flag = format!("--{}", flag(*what, *is_excluded));
        let what = what.as_str();
        let (takes, meant) = match is_excluded {
            false => ("takes", "meant"),
            true => ("leaves out", "left out"),
        };
        match (taken, only_parts) {
            (0, _) if asked.starts_with('=') => {
                say(&format!("note: no {what} is called \"{text}\""))
            }
            (0, _) => say(&format!("note: no {what} has \"{text}\" in the name")),
            (1, 0) => {}
            (_, 0) => {
                let more = if *taken > examples.len() { ", …" } else { "" };
                let names = examples.join(", ");
                say(&format!("note: {taken} {what}s match \"{text}\": {names}{more}"));
                let alone = |one: &&String| examples.iter().filter(|it| it == one).count() == 1;
                match examples.iter().find(alone) {
                    Some(one) => {
                        say(&format!("help: {flag} {} {takes} one of them", exactly(one)));
                    }
                    None => say("help: --kind, --author or --director may take one of them"),
                }
            }
            (_, others) => {
                let names = examples.join(", ");
                let one = *taken == 1;
                let called =
                    if one { format!("the {what} ") } else { format!("{taken} {what}s, ") };
                let is = if one { "is" } else { "are" };
                let others = match (others, is_excluded) {
                    (1, false) => "1 with that in the name is left out".to_owned(),
                    (many, false) => format!("{many} with that in the name are left out"),
                    (1, true) => "1 with that in the name stays".to_owned(),
                    (many, true) => format!("{many} with that in the name stay"),
                };
                say(&format!(
                    "note: {called}{names} {is} {meant}, called just \"{text}\"; {others}"
                ));
                say(&format!("help: {flag} \"~{text}\" {takes} all of them"));
            }
        }
        if *taken == 0 && !near.is_empty() {
            say(&format!("help: did you mean {}?", near.join(", or ")));
        }
    }
}

/// An exact name (`=Name`), quoted for a shell.
fn exactly(name: &str) -> String {
    match name.contains(['"', '$', '`', '\\']) {
        true => revdb_formats::shell_word(&format!("={name}")),
        false => format!("\"={name}\""),
    }
}
