//! Turns a raw record into a normalised review. This is the only place where texts are cleaned,
//! dates and scores are parsed, and gaps in the dump are filled from the user's options.
//!
//! Must never: guess, or omit something silently. A score without a known scale stays text; an
//! unreadable date or year is omitted with a warning (`doubts`).

mod lost_digits;
mod titles;

use std::collections::BTreeSet;

use super::format::ReadOptions;
use super::missing::unless_missing;
use super::record::{Claim, ClaimKind, RawReview, RawWork};
use lost_digits::is_whole;
use revdb_model::date::{self, DateError};
use revdb_model::{
    Audience, PartialDate, Property, Review, WorkMention, byline, name, property, score, text,
    verdict, work,
};
pub use titles::title_of_file;
use titles::{read_year, without_year};

/// What the user or the file name adds to the dump.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The user's options.
    pub options: &'a ReadOptions,
    /// The file name without folder and extension: the title if there is no other.
    pub file_stem: &'a str,
}

/// A review, and how its gaps were filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// The review.
    pub review: Review,
    /// Its work has only the file name as a title.
    pub titled_by_file: bool,
    /// It is rated in a list whose status says that the work is not yet seen.
    pub planned: bool,
    /// What could not be read and is omitted, as clauses.
    pub doubts: Vec<String>,
}

/// Normalises one record.
///
/// # Errors
/// Why the record is not a review, as one clause.
pub fn review(raw: RawReview, context: Context<'_>) -> Result<Normalised, String> {
    let Work { mention: work, titled_by_file, mut doubts } = work(raw.work, context);
    if work.title.is_none() && work.ids.is_empty() {
        return Err("it names no work".to_owned());
    }
    let audience = context.options.audience.or(raw.audience).unwrap_or(Audience::Critic);
    if let (Some(word), None) = (raw.unknown_audience, context.options.audience) {
        let taken_for = audience.as_str();
        doubts.push(format!("the audience {word} is not known, so that it is a {taken_for}'s"));
    }
    let (note, words) = raw.quote.as_deref().map(language_note).unzip();
    let quote = words.map(text::clean_quote);
    let (mut truncated, mut language) = (raw.truncated, line(raw.language).or(note.flatten()));
    let quote = quote.and_then(|clean| {
        truncated |= clean.truncated;
        language = language.take().or(clean.language);
        Some(clean.text).filter(|text| !text.is_empty())
    });
    // score_text is kept as printed, except for surrounding white space.
    let trimmed = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let scale = raw.scale.or(context.options.scale);
    let score_read = raw.score.and_then(trimmed);
    let score = score_read.as_deref().and_then(|text| score::parse(text, scale));
    let score_text = raw.score_text.and_then(trimmed).or(score_read);
    let verdict = line(raw.verdict).map(|text| verdict::printed(&text));
    if quote.is_none() && score_text.is_none() && verdict.is_none() {
        return Err("it has neither words nor a score".to_owned());
    }
    let order = raw.date_order.or(context.options.date_order);
    let date = read_date(raw.date.as_deref(), order).unwrap_or_else(|doubt| {
        doubts.push(doubt);
        None
    });
    let mut is_whole = |what: &str, value: &str| is_whole(what, value, &mut doubts);
    let id = raw.id.filter(|id| !id.id.trim().is_empty() && is_whole("id", &id.id));
    let byline = line(raw.byline).filter(|name| is_whole("name", name));
    let printed = byline.or_else(|| context.options.by.clone());
    let review = Review {
        audience,
        work,
        byline: printed.map(|text| byline::clean(&text)).filter(|text| !text.is_empty()),
        publication: line(raw.publication),
        date,
        score,
        score_text,
        verdict,
        truncated: truncated && quote.is_some(),
        quote,
        url: line(raw.url),
        id,
        language,
        tags: tags(&raw.tags),
    };
    Ok(Normalised { review, titled_by_file, planned: raw.planned, doubts })
}

/// "[Full Review in Spanish]" before the words, as in some scrapes of Rotten Tomatoes;
/// `revdb_model::text` reads it after them, and also if nothing follows.
fn language_note(quote: &str) -> (Option<String>, &str) {
    const NOTE: &str = "[full review in ";
    let words = quote.trim_start();
    let noted = words.get(..NOTE.len()).filter(|start| start.eq_ignore_ascii_case(NOTE));
    let after = noted.and_then(|_| words.get(NOTE.len()..)?.split_once(']'));
    match after {
        Some((language, rest)) if !rest.trim().is_empty() && language.len() <= 40 => {
            (line(Some(language.to_owned())), rest)
        }
        _ => (None, quote),
    }
}

fn line(text: Option<String>) -> Option<String> {
    text.map(|text| text::clean_line(&text)).filter(|text| !text.is_empty())
}

/// Earlier years are from another calendar, or typos.
const FIRST_YEAR: i16 = 1650;

fn read_date(
    printed: Option<&str>,
    order: Option<revdb_model::DateOrder>,
) -> Result<Option<PartialDate>, String> {
    let Some(printed) = printed.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match date::parse(printed, order) {
        Ok(date) if date.year() < FIRST_YEAR => {
            Err(format!("the date {printed} is before there were reviews"))
        }
        Ok(date) => Ok(Some(date)),
        Err(DateError::Ambiguous) => {
            let orders = match date::year_is_open(printed) {
                true => "day first or year first",
                false => "day first or month first",
            };
            Err(format!("the date {printed} could be {orders} (say --date-order)"))
        }
        Err(DateError::Unknown) => Err(format!("the date {printed} is in no known format")),
    }
}

/// A normalised work.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// What the record says about the work.
    pub mention: WorkMention,
    /// Only the file name gives a title.
    pub titled_by_file: bool,
    /// What could not be read and is omitted, as clauses.
    pub doubts: Vec<String>,
}

/// The work of a record, with gaps filled from the options.
pub fn work(raw: RawWork, context: Context<'_>) -> Work {
    let options = context.options;
    let title = line(raw.title);
    let named = title.is_some() || !raw.ids.is_empty();
    let titled_by_file = !named && options.title.is_none();
    let (by_file, year_by_file) = match titled_by_file {
        true => title_of_file(context.file_stem),
        false => (String::new(), None),
    };
    let title = title.or_else(|| {
        let given = if named { None } else { options.title.as_deref().or(Some(&by_file)) };
        given.map(text::clean_line).filter(|title| !title.is_empty())
    });
    let (mut ids, mut doubts) = (raw.ids, Vec::new());
    ids.retain(|id| !id.id.trim().is_empty() && is_whole("id", &id.id, &mut doubts));
    ids.iter_mut().for_each(|id| id.id = work::plain_id(&id.site, &id.id));
    let said = raw.year.as_deref().and_then(read_year).or(options.year);
    if let (Some(printed), None) = (raw.year.as_deref().map(unless_missing), said)
        && !printed.is_empty()
    {
        doubts.push(format!("the work's year cannot be {printed}"));
    }
    let (title, in_title) = match title {
        Some(title) => without_year(title, said),
        None => (None, None),
    };
    let year = said.or(in_title).or(year_by_file);
    let (kind, properties) = (raw.kind.or(options.kind), properties(raw.properties));
    if let (Some(word), None) = (raw.unknown_kind, kind) {
        doubts.push(format!("the kind {word} of the work is not known"));
    }
    let mention = WorkMention { title, kind, year, ids, properties };
    Work { mention, titled_by_file, doubts }
}

/// Each name once per property, in its first spelling and the dump's order.
fn properties(raw: Vec<(Property, String)>) -> Vec<(Property, String)> {
    let mut found: Vec<(Property, String)> = Vec::new();
    let mut folds = BTreeSet::new();
    for (property, text) in raw {
        for value in property::values(&text::clean_line(&text)) {
            if !unless_missing(&value).is_empty() && folds.insert((property, name::fold(&value))) {
                found.push((property, value));
            }
        }
    }
    found.sort_by_key(|(property, _)| *property);
    found
}

fn tags(raw: &[String]) -> Option<String> {
    let all = raw.iter().map(|text| text::clean_line(text)).collect::<Vec<_>>().join(";");
    Some(property::values(&all).join("; ")).filter(|tags| !tags.is_empty())
}

/// A claim, with its work resolved like a review's.
pub fn claim(raw: Claim, context: Context<'_>) -> (Claim, WorkMention) {
    let work = work(raw.work.clone(), context);
    (raw, work.mention)
}

/// The word under which a claim is stored.
pub fn claim_word(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Metascore => "metascore",
        ClaimKind::UserScore => "user_score",
        ClaimKind::CriticCount => "critics",
        ClaimKind::RatingCount => "ratings",
        ClaimKind::Positive => "positive",
        ClaimKind::Mixed => "mixed",
        ClaimKind::Negative => "negative",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revdb_model::{Kind, Scale};

    fn options() -> ReadOptions {
        ReadOptions {
            title: Some("Told".into()),
            kind: Some(Kind::Movie),
            ..ReadOptions::default()
        }
    }

    #[test]
    fn the_dump_overrides_the_options() {
        let options = options();
        let context = Context { options: &options, file_stem: "file" };
        let cases = [
            (RawWork::default(), Some("Told"), false),
            (
                RawWork { title: Some(" Printed  title".into()), ..RawWork::default() },
                Some("Printed title"),
                false,
            ),
            (
                RawWork { ids: vec![revdb_model::ExternalId::new("s", "1")], ..RawWork::default() },
                None,
                false,
            ),
        ];
        for (raw, title, by_file) in cases {
            let Work { mention, titled_by_file, .. } = work(raw.clone(), context);
            assert_eq!((mention.title.as_deref(), titled_by_file), (title, by_file), "{raw:?}");
            assert_eq!(mention.kind, Some(Kind::Movie));
        }
        let nothing = ReadOptions::default();
        let read = work(RawWork::default(), Context { options: &nothing, file_stem: "file" });
        assert_eq!((read.mention.title.as_deref(), read.titled_by_file), (Some("File"), true));
    }

    #[test]
    fn a_record_without_judgement_is_rejected() {
        let options = options();
        let context = Context { options: &options, file_stem: "file" };
        let bare = RawReview { byline: Some("A".into()), ..RawReview::default() };
        assert!(review(bare.clone(), context).is_err());
        let thumb = RawReview { verdict: Some("true".into()), ..bare.clone() };
        let thumb = review(thumb, context).expect("a review").review;
        assert_eq!(thumb.verdict.as_deref(), Some("recommended"));
        assert_eq!(thumb.score_text, None);
        let scored =
            RawReview { score: Some("7".into()), scale: Some(Scale::out_of(10.0)), ..bare.clone() };
        assert_eq!(review(scored, context).expect("a review").review.score, Some(70.0));
        let undated =
            RawReview { score: Some("7".into()), date: Some("some day".into()), ..bare.clone() };
        let undated = review(undated, context).expect("a review without a date");
        assert_eq!((undated.review.date, undated.review.score_text.as_deref()), (None, Some("7")));
        assert!(undated.doubts.len() == 1 && undated.doubts[0].contains("some day"));
        let raw = RawReview { score: Some("7".into()), date: Some("1397/12/23".into()), ..bare };
        let other = review(raw, context).expect("a review without a date");
        assert_eq!((other.review.date, other.doubts.len()), (None, 1));
    }

    #[test]
    fn the_audience_option_overrides_the_dump() {
        let raw =
            |audience| RawReview { audience, score: Some("B".into()), ..RawReview::default() };
        for (dump, person, wanted) in [
            (None, None, Audience::Critic),
            (Some(Audience::User), None, Audience::User),
            (None, Some(Audience::User), Audience::User),
            (Some(Audience::User), Some(Audience::Critic), Audience::Critic),
        ] {
            let options = ReadOptions { audience: person, ..options() };
            let context = Context { options: &options, file_stem: "file" };
            let read = review(raw(dump), context).expect("a review");
            assert_eq!(read.review.audience, wanted, "{dump:?} {person:?}");
        }
    }

    #[test]
    fn a_language_note_may_stand_first() {
        let nothing = ReadOptions::default();
        let context = Context { options: &nothing, file_stem: "file" };
        for (quote, language, words) in [
            ("[Full Review in Spanish] It rains.", Some("Spanish"), "It rains."),
            ("It rains. [Full Review in Spanish]", Some("Spanish"), "It rains."),
            ("[Full review in Swiss German]\nIt rains.", Some("Swiss German"), "It rains."),
            ("[Full of rain] It rains.", None, "[Full of rain] It rains."),
        ] {
            let raw = RawReview { quote: Some(quote.to_owned()), ..RawReview::default() };
            let read = review(raw, context).expect("a review").review;
            assert_eq!(read.language.as_deref(), language, "{quote}");
            assert_eq!(read.quote.as_deref(), Some(words), "{quote}");
        }
    }

    #[test]
    fn invalid_years_kinds_and_audiences_are_doubts() {
        let nothing = ReadOptions::default();
        let context = Context { options: &nothing, file_stem: "file" };
        for (year, good) in [
            ("20222", false),
            ("2022", true),
            ("", true),
            ("n/a", true),
            ("0", false),
            ("-5", false),
            ("01", false),
            ("800", false),
            ("TBA", false),
            ("20120726", true),
        ] {
            let work = RawWork { year: Some(year.into()), ..RawWork::default() };
            let raw = RawReview { work, score: Some("B".into()), ..RawReview::default() };
            let read = review(raw, context).expect("a review in any case");
            assert_eq!(read.doubts.is_empty(), good, "{year}");
        }
        let said = ReadOptions {
            kind: Some(Kind::Game),
            audience: Some(Audience::User),
            year: Some(2001),
            ..ReadOptions::default()
        };
        for (options, wanted) in [(&nothing, 3), (&said, 0)] {
            let context = Context { options, file_stem: "file" };
            let raw = RawReview {
                unknown_audience: Some("staff".into()),
                work: RawWork {
                    unknown_kind: Some("Podcast".into()),
                    year: Some("0".into()),
                    ..RawWork::default()
                },
                score: Some("B".into()),
                ..RawReview::default()
            };
            let doubts = review(raw, context).expect("a review in any case").doubts;
            assert_eq!(doubts.len(), wanted, "{doubts:?}");
            let named = ["0", "Podcast", "staff"];
            assert!(doubts.iter().zip(named).all(|(doubt, word)| doubt.contains(word)));
        }
    }
}
