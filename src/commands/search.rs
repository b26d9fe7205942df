//! `revdb search WORDS...`: ranked results with highlighted matches.

use revdb_query::listing::Sort;
use revdb_query::near_words::{self, Suggestion};
use revdb_query::{Counts, Scope, Words, search};
use revdb_render::{Caption, MATCH_END, MATCH_START};

use super::filter::{FilterArgs, Found, why_none, words};
use super::order::OrderArgs;
use super::output::OutputArgs;
use super::query::{columns, listed};
use super::{Global, Result, say};
use crate::rows::SqlRows;

/// Words are found in any case and with or without accents; all of them must be in the
/// quote. A "quoted phrase" is found as it stands, and light* is every word that begins so.
/// Words without a letter (emoji) and words in Chinese, Japanese, Korean or Thai are looked for
/// inside the text: slower, and without a rank.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Plain words and "quoted phrases"
    #[arg(required = true, value_name = "WORDS")]
    pub searched: Vec<String>,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub order: OrderArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Default number of matches on a screen.
const A_SCREEN: u64 = 20;

pub fn run(args: Args, global: &Global) -> Result {
    let format = args.output.chosen()?;
    let typed = typed(&args);
    let mut filter = FilterArgs { fts: false, words: None, ..args.filter.clone() }.filter()?;
    filter.words = Some(words(&typed, args.filter.fts)?);
    let sort = args.order.of_matches()?;
    let archive = global.open()?;
    let conn = archive.connection();
    let _reading = conn.unchecked_transaction()?;
    if search::only_fts(&filter) {
        filter.check_words(conn)?;
    }
    let Found { selection, ids, notes } = args.filter.found(&filter, conn)?;
    let counts = Counts::of(conn, Some(&ids))?;
    let sort = sort.or_else(|| {
        // Words outside the index have no rank: newest first.
        let is_ranked = filter.words.as_ref().is_some_and(|words| words.fts.is_some());
        (!is_ranked).then_some((Sort::Date, false))
    });
    let order = sort
        .map_or(search::Order::Relevance, |(sort, reverse)| search::Order::By(&ids, sort, reverse));
    let limit = args.order.limit.or_else(|| args.output.is_for_screen().then_some(A_SCREEN));
    let scope = match search::only_fts(&filter) {
        true => Scope::default(),
        false => Scope::of(ids.clone()),
    };
    scope.create_views(conn)?;
    let marks = (MATCH_START, MATCH_END);
    let mut statement = search::prepare(conn, (&filter, &scope), marks, &order, limit)?;
    let caption = Caption::of_reviews(filter.describe(), notes);
    let rows = statement.raw_query();
    let marker = Marker::new(filter.words.as_ref(), counts, limit);
    let mut rows = SqlRows::new(rows, columns(&search::COLUMNS, format), caption, marker);
    let status = args.output.deliver_read(&mut rows, None, global)?;
    drop(rows);
    if counts.all() == 0 {
        why_none(conn, &filter, &selection)?;
        if let Some(words) = filter.words.as_ref().filter(|_| !args.filter.fts) {
            print_suggestions(&near_words::of(conn, words)?);
        }
    }
    Ok(status)
}

/// Suggests words of the index for those that no quote contains.
fn print_suggestions(meant: &[Suggestion]) {
    for Suggestion { typed, near } in meant {
        say(&format!("note: no quote has the word \"{typed}\"; whole words are looked for"));
        if !near.is_empty() {
            say(&format!("help: did you mean {}?", near.join(", ")));
            say(&format!("help: {typed}* finds every word that begins with it"));
        }
    }
}

/// The words as one text. The shell removes quotation marks: an argument with a space was quoted,
/// so it is a phrase. `--match` is appended.
fn typed(args: &Args) -> String {
    let quoted = |word: &String| match word.contains(char::is_whitespace)
        && !word.contains('"')
        && !args.filter.fts
    {
        true if args.searched.len() > 1 => format!("\"{word}\""),
        _ => word.clone(),
    };
    let mut all: Vec<String> = args.searched.iter().map(quoted).collect();
    all.extend(args.filter.words.clone());
    all.join(" ")
}

/// Highlights matches that the index could not, and counts matches.
struct Marker {
    parts: Vec<String>,
    counts: Counts,
    limit: Option<u64>,
}

impl Marker {
    fn new(words: Option<&Words>, counts: Counts, limit: Option<u64>) -> Self {
        // If words of the index matched too, the snippet highlights those.
        let parts = words.filter(|words| words.fts.is_none()).map(|words| words.parts.clone());
        Marker { parts: parts.unwrap_or_default(), counts, limit }
    }
}

impl crate::rows::Watch for Marker {
    fn row(&mut self, cells: &mut [revdb_render::Cell]) {
        if let Some(revdb_render::Cell::Text(text)) = cells.last_mut() {
            for part in &self.parts {
                *text = text.replace(part.as_str(), &format!("{MATCH_START}{part}{MATCH_END}"));
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        listed(self.counts, self.limit)
    }
}
