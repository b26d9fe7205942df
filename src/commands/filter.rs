//! The filters' flags: the same for listings, reports, search and export.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::domain::{Audience, Kind, PartialDate};
use crate::query::filter::Unmatched;
use crate::query::{AudienceChoice, Filter, FilterError, LeftOut, Words};

use super::{CommandError, say};

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Part of a critic's name, in any case, with or without accents (repeatable: any of them)
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub critic: Vec<String>,
    /// Part of a work's title (repeatable)
    #[arg(long, value_name = "TITLE", value_parser = name)]
    pub work: Vec<String>,
    /// Part of a publication's name (repeatable)
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub publication: Vec<String>,
    /// Whose reviews: critic, user or all [default: listings show both, reports take critics]
    #[arg(long, value_name = "WHO", value_parser = PossibleValuesParser::new(["critic", "user", "all"]).map(|who| audience(&who)))]
    pub audience: Option<AudienceChoice>,
    /// The kind of work
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)).try_map(|kind| kind.parse::<Kind>()))]
    pub kind: Option<Kind>,
    /// From this day, month or year on; a review known only to be of 2012-07 is since 2012-07-15 too
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub since: Option<PartialDate>,
    /// Until this day, month or year, which is included
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<PartialDate>,
    /// Scores from here, 0 to 100; unscored reviews are left out
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub min_score: Option<f64>,
    /// Scores up to here
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub max_score: Option<f64>,
    /// Words the quote has: plain words and "quoted phrases", all of them
    #[arg(id = "match", long = "match", value_name = "WORDS")]
    pub words: Option<String>,
    /// Take the words as FTS5 query syntax (AND, OR, NOT, NEAR, prefix*)
    #[arg(long)]
    pub fts: bool,
    /// Only what this import held (`revdb imports` has the numbers)
    #[arg(long, value_name = "N")]
    pub import: Option<i64>,
}

fn audience(who: &str) -> AudienceChoice {
    Audience::parse(who).map_or(AudienceChoice::All, AudienceChoice::Only)
}

/// Part of a name. An empty one would be part of every name: likelier a variable that is not set.
fn name(text: &str) -> Result<String, String> {
    if crate::domain::name::fold(text).is_empty() {
        return Err("there is no name in it; leave the flag out to take all".to_owned());
    }
    Ok(text.to_owned())
}

fn date(text: &str) -> Result<PartialDate, String> {
    PartialDate::from_iso(text.trim())
        .ok_or_else(|| "not a date such as 2012, 2012-07 or 2012-07-26".to_owned())
}

fn score(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(score) if (0.0..=100.0).contains(&score) => Ok(score),
        _ => Err("not a score from 0 to 100".to_owned()),
    }
}

impl FilterArgs {
    /// The filter these flags mean.
    ///
    /// # Errors
    /// A search that is too long or has no word; `--fts` without words.
    pub fn filter(&self) -> Result<Filter, CommandError> {
        if self.fts && self.words.is_none() {
            return Err(CommandError::usage("--fts says how to read words, and there are none")
                .help("give them with --match"));
        }
        let words = self.words.as_deref().map(|typed| words(typed, self.fts)).transpose()?;
        Ok(Filter {
            critics: self.critic.clone(),
            works: self.work.clone(),
            publications: self.publication.clone(),
            audience: self.audience,
            kind: self.kind,
            since: self.since,
            until: self.until,
            min_score: self.min_score,
            max_score: self.max_score,
            words,
            import: self.import,
        })
    }
}

/// Reads the words of a search.
pub fn words(typed: &str, fts: bool) -> Result<Words, CommandError> {
    let words = if fts { Words::raw(typed) } else { Words::plain(typed) };
    words.map_err(|error| CommandError::usage(error.to_string()))
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
            FilterError::Archive(error) => error.into(),
        }
    }
}

/// The sentences that belong under whatever a filter leaves.
pub fn left_out(filter: &Filter, conn: &rusqlite::Connection) -> Result<Vec<String>, CommandError> {
    Ok(LeftOut::count(filter, conn)?.sentence().into_iter().collect())
}

/// Says which names nothing has, and what is near to them.
pub fn tell(unmatched: &[Unmatched]) {
    for unmatched in unmatched {
        say(&format!("note: no {} has \"{}\" in the name", unmatched.what, unmatched.asked));
        if !unmatched.near.is_empty() {
            say(&format!("help: did you mean {}?", unmatched.near.join(", or ")));
        }
    }
}
