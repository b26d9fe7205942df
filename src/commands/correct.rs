//! `revdb correct` and `revdb hide`: correct or hide a single review.
//!
//! Must never: change what a dump said; that stays in the archive and is shown too.

use super::decision::{NOT_YET, list, open, refused};
use super::global::{note_log, say};
use super::output::OutputArgs;
use super::{CommandError, ExitStatus, Global, Result};
use crate::clock;
use revdb_model::merge::Values;
use revdb_model::score::{self, Scale};
use revdb_model::{byline, date, text};
use revdb_store::{Archive, CorrectError, CorrectionMeta, FieldChange};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The score with its scale: 3/5, 85/100, B+
    #[arg(long, value_name = "SCORE")]
    score: Option<String>,
    /// The scale of a bare number: 5, 10, 100
    #[arg(long, value_name = "N", requires = "score")]
    scale: Option<f64>,
    /// The byline
    #[arg(long, value_name = "NAME")]
    critic: Option<String>,
    /// Where it appeared
    #[arg(long, value_name = "NAME")]
    publication: Option<String>,
    /// The day, month or year on which it appeared
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Its words
    #[arg(long, value_name = "TEXT")]
    quote: Option<String>,
    /// Its address
    #[arg(long)]
    url: Option<String>,
    /// Undo all corrections of the review
    #[arg(long, conflicts_with_all = ["score", "critic", "publication", "date", "quote", "url", "reason", "list"])]
    remove: bool,
    #[command(flatten)]
    review: OfReview,
}

#[derive(Debug, clap::Args)]
pub struct HideArgs {
    /// Show it again
    #[arg(long, conflicts_with_all = ["reason", "list"])]
    remove: bool,
    #[command(flatten)]
    review: OfReview,
}

/// Arguments of both verbs.
#[derive(Debug, clap::Args)]
struct OfReview {
    /// The review's number, as listings show it
    #[arg(required_unless_present = "list")]
    id: Option<i64>,
    /// The reason, shown in the list of decisions
    #[arg(long, required_unless_present_any = ["list", "remove"])]
    reason: Option<String>,
    /// Do it; without --yes, only show what would change
    #[arg(long)]
    yes: bool,
    /// List every decision: what was merged, renamed, corrected or hidden
    #[arg(long, conflicts_with_all = ["id", "yes"])]
    list: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    let OfReview { id, yes, .. } = args.review;
    let Some(id) = id else { return list(&args.review.output, global) };
    let wanted = Wanted::of(&args)?;
    let mut archive = open(yes, &args.review.output, global)?;
    let done = if args.remove {
        let count = archive.take_back_corrections(id, false, yes).map_err(explain)?;
        format!("taken back {count} corrections of review {id}")
    } else {
        let now = clock::now();
        let because = CorrectionMeta { reason: args.review.reason()?, created_at: &now };
        let change = |values: &mut Values| wanted.put_into(values);
        let changes = archive.correct(id, change, because, yes).map_err(explain)?;
        let changes: Vec<String> = changes.iter().map(in_words).collect();
        format!("corrected review {id}: {}", changes.join(", "))
    };
    print_done(&archive, yes, &done)
}

pub fn hide(args: HideArgs, global: &Global) -> Result {
    let OfReview { id, yes, .. } = args.review;
    let Some(id) = id else { return list(&args.review.output, global) };
    let mut archive = open(yes, &args.review.output, global)?;
    if args.remove {
        archive.take_back_corrections(id, true, yes).map_err(explain)?;
        return print_done(&archive, yes, &format!("shown review {id} again"));
    }
    let now = clock::now();
    let because = CorrectionMeta { reason: args.review.reason()?, created_at: &now };
    archive.hide(id, because, yes).map_err(explain)?;
    print_done(&archive, yes, &format!("hidden review {id}"))
}

fn print_done(archive: &Archive, yes: bool, done: &str) -> Result {
    if yes {
        say(done);
        note_log(archive)?;
    } else {
        say(&format!("would have {done}"));
        say(NOT_YET);
    }
    Ok(ExitStatus::Done)
}

impl OfReview {
    fn reason(&self) -> Result<&str> {
        match self.reason.as_deref().map(str::trim) {
            Some(reason) if !reason.is_empty() => Ok(reason),
            _ => Err(CommandError::usage("--reason is empty")),
        }
    }
}

fn in_words(change: &FieldChange) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    format!("{} {} becomes {}", change.field, shown(&change.old), shown(&change.new))
}

fn explain(error: CorrectError) -> CommandError {
    let failed = refused(error.to_string());
    match error {
        CorrectError::Archive(error) => error.into(),
        CorrectError::NoReview(_) => failed.help("`revdb query` lists reviews with their numbers"),
        CorrectError::Hidden(id) => {
            failed.help(format!("`revdb hide {id} --remove` shows it again"))
        }
        CorrectError::SaysSo(id) => failed.help(format!("`revdb show {id}` has it whole")),
        CorrectError::NotMade { .. } => failed.help("`revdb correct --list` shows every decision"),
    }
}

/// The requested values: `None` is unchanged, `Some(None)` removes the value.
#[derive(Debug, Default)]
struct Wanted {
    score: Option<(Option<String>, Option<f64>)>,
    byline: Option<Option<String>>,
    publication: Option<Option<String>>,
    date: Option<Option<String>>,
    quote: Option<Option<String>>,
    url: Option<Option<String>>,
}

/// `None` for "none".
fn unless_none(given: &str) -> Option<&str> {
    Some(given).filter(|given| !given.trim().eq_ignore_ascii_case("none"))
}

impl Wanted {
    fn of(args: &Args) -> Result<Self> {
        let line = |given: &Option<String>, clean: fn(&str) -> String| {
            given.as_deref().map(|given| unless_none(given).map(clean).filter(|s| !s.is_empty()))
        };
        let wanted = Wanted {
            score: args.score.as_deref().map(|given| score_of(given, args.scale)).transpose()?,
            byline: line(&args.critic, byline::clean),
            publication: line(&args.publication, text::clean_line),
            date: args.date.as_deref().map(date_of).transpose()?,
            quote: line(&args.quote, |quote| text::clean_quote(quote).text),
            url: line(&args.url, text::clean_line),
        };
        let asks = wanted.score.is_some()
            || [&wanted.byline, &wanted.publication, &wanted.date, &wanted.quote, &wanted.url]
                .iter()
                .any(|value| value.is_some());
        if !asks && !args.remove {
            return Err(CommandError::usage("nothing is to be corrected")
                .help("say --score, --critic, --publication, --date, --quote or --url"));
        }
        Ok(wanted)
    }

    fn put_into(&self, values: &mut Values) {
        if let Some((text, score)) = &self.score {
            values.score_text.clone_from(text);
            values.score = *score;
        }
        let texts = [
            (&self.byline, &mut values.byline),
            (&self.publication, &mut values.publication),
            (&self.date, &mut values.date),
            (&self.url, &mut values.url),
        ];
        for (wanted, value) in texts {
            if let Some(wanted) = wanted {
                value.clone_from(wanted);
            }
        }
        if let Some(quote) = &self.quote {
            values.quote.clone_from(quote);
            values.truncated = false;
        }
    }
}

fn score_of(given: &str, scale: Option<f64>) -> Result<(Option<String>, Option<f64>)> {
    let Some(printed) = unless_none(given) else { return Ok((None, None)) };
    let score = score::parse(printed, scale.map(Scale::out_of));
    match score {
        Some(score) => Ok((Some(printed.trim().to_owned()), Some(score))),
        None => Err(CommandError::usage(format!("\"{printed}\" is no score with a known scale"))
            .help("write it with its scale, as in 3/5 or 85/100, or say --scale")),
    }
}

fn date_of(given: &str) -> Result<Option<String>> {
    let Some(printed) = unless_none(given) else { return Ok(None) };
    match date::parse(printed, None) {
        Ok(date) => Ok(Some(date.to_string())),
        Err(error) => Err(CommandError::usage(format!("the date \"{printed}\": {error}"))
            .help("write it as 2012-07-26, 2012-07 or 2012")),
    }
}
