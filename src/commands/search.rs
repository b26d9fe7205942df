//! `revdb search WORDS...`: ranked, with the matches marked.

use crate::output::{Caption, MATCH_END, MATCH_START};
use crate::query::near_words::{self, Meant};
use crate::query::{Applied, Words, search};

use super::filter::{FilterArgs, left_out, tell, why_none, words};
use super::output::OutputArgs;
use super::query::{Footer, columns};
use super::rows::SqlRows;
use super::{CommandError, ExitStatus, Global, say};

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
    /// At most so many
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = super::order::limit)]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    let format = args.output.chosen()?;
    let typed = typed(&args);
    let mut filter = FilterArgs { fts: false, words: None, ..args.filter.clone() }.filter()?;
    filter.words = Some(words(&typed, args.filter.fts)?);
    let archive = global.open()?;
    let conn = archive.connection();
    let _reading = conn.unchecked_transaction()?;
    args.filter.verify(conn)?;
    let notes = left_out(&filter, conn)?;
    let mut applied = Applied::default();
    if search::only_fts(&filter) {
        filter.check_words(conn)?;
    } else {
        applied = filter.apply(conn)?;
        tell(&applied.matches);
        applied.scope.lay(conn)?;
    }
    // One more than is shown tells whether there are more.
    let one_more = args.limit.map(|limit| limit.saturating_add(1));
    let mut statement =
        search::prepare(conn, (&filter, &applied.scope), (MATCH_START, MATCH_END), one_more)?;
    let caption = Caption { filters: filter.describe(), notes, ..Caption::default() };
    let rows = statement.raw_query();
    let marker = Marker::new(filter.words.as_ref());
    let mut rows =
        SqlRows::new(rows, columns(&search::COLUMNS, format), caption, marker).limited(args.limit);
    let status = args.output.deliver_read(&mut rows, None, global)?;
    let is_empty = rows.seen() == 0 && args.limit != Some(0);
    drop(rows);
    if is_empty {
        why_none(conn, &filter, &applied.matches)?;
        if let Some(words) = filter.words.as_ref().filter(|_| !args.filter.fts) {
            tell_meant(&near_words::of(conn, words)?);
        }
    }
    Ok(status)
}

/// Offers words of the index for those that no quote has.
fn tell_meant(meant: &[Meant]) {
    for Meant { typed, near } in meant {
        say(&format!("note: no quote has the word \"{typed}\"; whole words are looked for"));
        if !near.is_empty() {
            say(&format!("help: did you mean {}?", near.join(", ")));
            say(&format!("help: {typed}* finds every word that begins so"));
        }
    }
}

/// The words as one text. A shell takes quotation marks away: an argument with a space
/// in it was quoted, so it is a phrase. `--match` adds to them.
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

/// Counts rows, and marks what the index could not.
struct Marker {
    parts: Vec<String>,
    footer: Footer,
}

impl Marker {
    fn new(words: Option<&Words>) -> Self {
        // Where words of the index matched too, the snippet shows those.
        let parts = words.filter(|words| words.fts.is_none()).map(|words| words.parts.clone());
        Marker { parts: parts.unwrap_or_default(), footer: Footer::default() }
    }
}

impl super::rows::Watch for Marker {
    fn row(&mut self, cells: &mut [crate::output::Cell]) {
        if let Some(crate::output::Cell::Text(text)) = cells.last_mut() {
            for part in &self.parts {
                *text = text.replace(part.as_str(), &format!("{MATCH_START}{part}{MATCH_END}"));
            }
        }
        self.footer.row(cells);
    }

    fn notes(&self) -> Vec<String> {
        self.footer.notes()
    }
}
