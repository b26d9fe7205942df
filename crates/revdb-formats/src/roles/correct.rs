//! Corrects what a column's name says by its values and position.
//!
//! Must never: use other columns for more than their presence, or choose a column for a field.

use super::Column;
use super::names::{self, Meaning, Role};
use super::values::Values;
use crate::json;

/// Whether a header has columns of people or of review texts. Then scores in any words ("Must
/// see") are scores and not age ratings.
pub(super) fn has_people_or_texts(columns: &[Column]) -> bool {
    let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId, Role::Quote];
    columns.iter().any(|column| {
        column.meaning.as_ref().is_some_and(|it| it.rank >= 2 && people.contains(&it.role))
    })
}

/// The result of checking a name against the values.
enum Finding {
    Agrees,
    /// The name is right.
    Outright,
    /// It has this role.
    Is(Role),
    /// It has this role unless a better column exists.
    AtBest(Role),
    /// It has no role, for this reason.
    Not(&'static str),
}

/// Why numbers are not verdicts.
pub(super) const MARKS_FOR_VERDICTS: &str = "its values are numbers, and no verdicts";

/// Why scores whose lowest number is the best are not read.
pub(super) const BEST_IS_ONE: &str = "1 is its best mark";

/// Numbers other than the yes and no of `1`, `0` and `-1`.
fn are_marks_in_numbers(values: &Values) -> bool {
    let few = values.min >= -1.0 && values.max <= 1.0 && values.integers == values.numbers;
    values.are_numbers() && !few
}

/// Corrects what a column's name says by its values. `spoken`: see [`has_people_or_texts`].
pub(super) fn by_values(column: &mut Column, spoken: bool) -> Result<(), String> {
    // "userReviews" and "reviewers" may be counts, or texts and people.
    if column.is(Role::Count) && column.values.are_words() {
        column.meaning = names::of_singular(&column.name)?;
    }
    // "reviews" with whole numbers are a person's number of reviews.
    if column.is(Role::Quote) && column.values.are_whole_numbers() && is_plural(&column.name)? {
        column.meaning = column.meaning.take().map(|it| Meaning { role: Role::Count, ..it });
    }
    // The same for "critics" and "users".
    let people = [Role::Critic, Role::Reviewer, Role::User];
    if people.iter().any(|role| column.is(*role))
        && column.values.are_whole_numbers()
        && names::of_singular(&column.name)?.is_some_and(|one| people.contains(&one.role))
    {
        column.meaning = column.meaning.take().map(|it| Meaning { role: Role::Count, ..it });
    }
    // French has one word for the text and for its author.
    if column.is(Role::Quote)
        && names::plain(&column.name) == "critique"
        && column.values.are_names_of_people()
    {
        column.meaning = column.meaning.take().map(|it| Meaning { role: Role::Critic, ..it });
    }
    // "Note" is a score in French, and text in English.
    let last = column.name.rsplit('.').next().unwrap_or(&column.name);
    let worded = column.values.marks == 0 && column.values.are_sentences();
    if column.is(Role::Score) && worded && names::plain(last) == "note" {
        let words = |it: Meaning| Meaning { role: Role::Quote, rank: 1, ..it };
        column.meaning = column.meaning.take().map(words);
    }
    let Some(meaning) = &mut column.meaning else { return Ok(()) };
    if column.values.none() {
        return Ok(());
    }
    if meaning.role == Role::LoneId && column.values.are_imdb_ids() {
        (meaning.role, meaning.site) = (Role::WorkId, Some("imdb"));
    }
    let is_mark = matches!(meaning.role, Role::Score | Role::OwnScore);
    let found = match is_shelf_of_apps(&column.name, meaning, &column.values)? {
        true => Finding::Not("its values say whence the record is"),
        false if is_mark && names::says_one_is_best(&column.name) => Finding::Not(BEST_IS_ONE),
        false => of_words(meaning, &column.values, spoken)?,
    };
    match found {
        Finding::Agrees => {}
        Finding::Outright => meaning.rank = 3,
        Finding::Is(role) => meaning.role = role,
        Finding::AtBest(role) => (meaning.role, meaning.rank) = (role, 1),
        Finding::Not(why) => {
            column.remark = Some(why);
            column.meaning = None;
        }
    }
    Ok(())
}

/// A "Store" with values "App Store" and "Google Play" is where an app is sold.
fn is_shelf_of_apps(name: &str, meaning: &Meaning, values: &Values) -> Result<bool, String> {
    let store = matches!(names::plain(name).as_str(), "store" | "shop");
    Ok(match &values.first {
        Some(first) if store && meaning.role == Role::Title => names::is_no_publication(first)?,
        _ => false,
    })
}

/// A plural such as "reviews", where "review" means the same.
fn is_plural(name: &str) -> Result<bool, String> {
    Ok(names::of_singular(name)?.is_some_and(|one| one.role == Role::Quote))
}

/// Why the values of a text or name column cannot be texts of people.
fn no_texts(role: Role, values: &Values) -> Option<&'static str> {
    let named =
        matches!(role, Role::Title | Role::Critic | Role::Reviewer | Role::User | Role::Author);
    if (named || role == Role::Quote) && values.are_urls() {
        Some("its values are addresses")
    } else if (named || role == Role::Publication) && values.are_records() {
        Some("its values are records, as programs print them")
    } else {
        None
    }
}

/// Checks a column of texts and names; for other columns, see [`of_figures`].
fn of_words(meaning: &Meaning, values: &Values, spoken: bool) -> Result<Finding, String> {
    use Finding::{AtBest, Is, Not};
    if let Some(why) = no_texts(meaning.role, values) {
        return Ok(Not(why));
    }
    Ok(match meaning.role {
        Role::Title if values.are_phone_numbers() && !values.are_dates() => {
            Not("its values are telephone numbers")
        }
        Role::Title if values.are_numbers() && meaning.rank != 2 => Is(Role::LoneId),
        Role::Title if values.are_whole_marks() => Not("its values are marks"),
        Role::Title if values.are_long() => Not("its values are longer than titles"),
        // "85%" under "Review".
        Role::Quote if values.are_whole_marks() => AtBest(Role::Score),
        Role::Quote if values.are_numbers() => {
            let own = values.max <= 10.0 && !values.are_fine();
            AtBest(match (values.are_counts(), own) {
                (true, _) => Role::Count,
                (false, true) => Role::Score,
                (false, false) => Role::SiteScore,
            })
        }
        // HTML, as sites and programs write descriptions of a work (Calibre's comments).
        Role::Quote if values.are_tagged() && meaning.rank < 3 => AtBest(Role::Blurb),
        Role::Quote if meaning.rank < 3 && (values.are_dates() || values.are_yes_no()) => {
            Not("its values are no words")
        }
        // "Who" with the values "critic" and "user".
        Role::Critic | Role::Reviewer | Role::User
            if values.filled > 1 && values.audiences == values.filled =>
        {
            Is(Role::Audience)
        }
        // 8.5 is not an account, and 92 not a critic: these are aggregate scores.
        Role::User | Role::Reviewer if values.are_numbers() && !values.are_whole() => {
            Is(Role::SiteScore)
        }
        Role::User | Role::Reviewer if values.are_numbers() => Is(Role::UserId),
        Role::Critic if values.are_numbers() => Is(Role::SiteScore),
        // MUBI's data set has the critique under "critic".
        Role::Critic | Role::Reviewer if values.are_prose() => AtBest(Role::Quote),
        Role::Author if values.are_numbers() => Not("its values are numbers, not names"),
        Role::Audience if values.audiences == 0 && !values.are_yes_no() => {
            Not("its values say neither critics nor users")
        }
        Role::Kind if values.audiences == values.filled => Is(Role::Audience),
        Role::EpisodeTitle if values.are_numbers() => Is(Role::Episode),
        Role::Part if values.are_long() || values.are_urls() => {
            Not("its values are longer than titles")
        }
        Role::Publication | Role::Publisher | Role::Reviewer | Role::User
            if values.are_of_many() =>
        {
            Is(Role::SiteScore)
        }
        Role::Publication | Role::Publisher => of_publications(values)?,
        _ => of_figures(meaning, values, spoken),
    })
}

/// Checks a column of publications.
fn of_publications(values: &Values) -> Result<Finding, String> {
    Ok(match &values.first {
        _ if values.are_urls() || values.are_numbers() => Finding::Not("its values are no names"),
        Some(first) if names::is_no_publication(first)? => {
            Finding::Not("its values say whence the record is")
        }
        _ => Finding::Agrees,
    })
}

/// Checks a column of scores, counts, dates, years and ids.
fn of_figures(meaning: &Meaning, values: &Values, spoken: bool) -> Finding {
    use Finding::{Agrees, AtBest, Is, Not, Outright};
    match meaning.role {
        Role::Own if values.planned > 0 => Outright,
        Role::Verdict if are_marks_in_numbers(values) => Not(MARKS_FOR_VERDICTS),
        Role::Verdict if meaning.rank == 1 && !values.are_marks() || values.are_codes() => {
            Not("its values are no verdicts")
        }
        Role::Score if values.are_of_credit() => Not("its values rate debtors"),
        Role::Score if values.are_thumbs() => Is(Role::Verdict),
        // "Ratings" in the thousands next to a rating.
        Role::Score if values.are_counts() && values.max > 100.0 => Is(Role::Count),
        Role::Score | Role::OwnScore if !spoken && !values.are_marks() => {
            Not("its values are no marks")
        }
        Role::Count if !values.are_numbers() => Not("its values are no numbers"),
        // One readable date is enough: reviews with unreadable ones are kept without date, with a
        // warning.
        Role::Date | Role::Added if !values.has_dates() && !values.are_serial_days() => {
            Not("its values are no dates")
        }
        Role::OwnDate if values.dates == 0 && !values.are_serial_days() => AtBest(Role::Own),
        Role::Year if !values.are_years() && !values.are_dates() => Not("its values are no years"),
        Role::WorkId if meaning.site == Some("imdb") => match imdb_ids(values) {
            true => Agrees,
            false if values.are_marks() && values.max <= 10.0 => Is(Role::SiteScore),
            false => Not("its values are no ids"),
        },
        _ => Agrees,
    }
}

/// If there is a "book_author", or an object for the book, "author" wrote the review.
pub(super) fn authors_of_reviews(columns: &mut [Column]) {
    let of_works = |column: &Column| {
        column.is(Role::WorkAuthor) && names::is_named_after_a_work(&column.name, "author")
    };
    let of_works = columns.iter().any(of_works);
    let objects = columns.iter().filter(|column| column.is(Role::Title));
    let objects = objects.filter_map(|column| Some(column.name.rsplit_once('.')?.0.to_owned()));
    let is_work =
        |object: &String| names::is_work_word(object.rsplit('.').next().unwrap_or(object));
    let works: Vec<String> = objects.filter(is_work).collect();
    let beside = |name: &str| works.iter().any(|object| !json::within(name, object));
    for column in columns {
        let speaks = of_works || beside(&column.name);
        if let Some(meaning) = &mut column.meaning
            && speaks
            && meaning.role == Role::Author
        {
            (meaning.role, meaning.rank) = (Role::Reviewer, 3);
        }
    }
}

/// "Avis" is the newspaper in Norwegian and Danish, and the text in French.
pub(super) fn scandinavian_newspapers(columns: &mut [Column]) {
    const NORTHERN: [&str; 8] = [
        "dato", "anmelder", "anmeldelse", "terningkast", "terning", "tittel", "filmtittel",
        "boktittel",
    ];
    let called = |column: &Column, names: &[&str]| {
        names.contains(&names::plain(&column.name).as_str()) && column.mapped.is_none()
    };
    if !columns.iter().any(|column| called(column, &NORTHERN)) {
        return;
    }
    for column in columns.iter_mut().filter(|column| called(column, &["avis"])) {
        if let Some(meaning) = &mut column.meaning {
            (meaning.role, meaning.rank) = (Role::Publication, 3);
        }
    }
}

/// The year of a date in parts: `day`, `month` and `year`, or `date.year`.
pub(super) fn year_of_a_day(columns: &mut [Column]) {
    let [year, month] = ["year", "month"].map(|part| part_of_a_day(columns, part));
    let (Some(year), Some(month)) = (year, month) else { return };
    for (at, remark) in [
        (year, "it is the year of the day beside it"),
        (month, "it is the month of the day beside it"),
    ] {
        if let Some(column) = columns.get_mut(at) {
            column.meaning = None;
            column.remark = Some(remark);
        }
    }
}

/// Folded names of the parts of a date.
const PARTS_OF_A_DAY: [(&str, &[&str]); 3] = [
    ("year", &["year", "jahr", "jaar", "ar", "annee", "ano", "anno", "rok", "год", "年"]),
    (
        "month",
        &["month", "monat", "maand", "manad", "mois", "mes", "mese", "miesiac", "месяц", "月"],
    ),
    ("day", &["day", "tag", "dag", "jour", "dia", "giorno", "dzien", "день", "日"]),
];

/// The only column with this part of a date.
pub(super) fn part_of_a_day(columns: &[Column], part: &str) -> Option<usize> {
    let called = PARTS_OF_A_DAY.iter().find(|(known, _)| *known == part)?.1;
    let is_it = |column: &Column| {
        let last = column.name.rsplit('.').next().unwrap_or(&column.name);
        let values = &column.values;
        let within =
            |low, high| values.are_whole_numbers() && values.min >= low && values.max <= high;
        called.contains(&names::plain(last).as_str())
            && column.mapped.is_none()
            && match part {
                "day" => within(1.0, 31.0),
                "month" => values.are_months(),
                _ => within(1870.0, 2100.0),
            }
    };
    let mut found = (0..columns.len()).filter(|&at| columns.get(at).is_some_and(is_it));
    found.next().filter(|_| found.next().is_none())
}

/// A text column named after its language is the review's, if a reviewer is named, there is no
/// other text and no record has two languages; a work's description has several.
pub(super) fn texts_by_language(columns: &mut [Column], rows: &[Vec<String>]) {
    let people = [Role::Author, Role::Critic, Role::Reviewer, Role::User];
    let named = columns.iter().any(|column| people.iter().any(|role| column.is(*role)));
    if !named || columns.iter().any(|column| column.is(Role::Quote)) {
        return;
    }
    let of_language =
        |column: &Column| column.is(Role::Blurb) && names::without_language(&column.name).is_some();
    let found: Vec<usize> = (0..columns.len()).filter(|&at| of_language(&columns[at])).collect();
    let filled = |row: &Vec<String>| {
        found.iter().filter(|&&at| row.get(at).is_some_and(|cell| !cell.trim().is_empty())).count()
    };
    if rows.iter().any(|row| filled(row) > 1) {
        return;
    }
    for at in found {
        if let Some(meaning) = &mut columns[at].meaning {
            (meaning.role, meaning.rank) = (Role::Quote, 2);
        }
    }
}

/// "CTO at Northwind" under "title" is a job title, unless some column describes a work or names a
/// professional critic.
pub(super) fn job_titles_under_title(columns: &mut [Column]) {
    let of_a_work = [
        Role::Year,
        Role::Kind,
        Role::WorkAuthor,
        Role::Artist,
        Role::OtherTitle,
        Role::WorkId,
        Role::Season,
        Role::Critic,
    ];
    if columns.iter().any(|column| of_a_work.iter().any(|role| column.is(*role))) {
        return;
    }
    for column in columns.iter_mut().filter(|column| column.is(Role::Title)) {
        if column.rank() == 2 && column.values.are_posts() {
            column.meaning = None;
            column.remark = Some("its values are what people do");
        }
    }
}

/// "Stars" that are actors are not scores if another column has scores.
pub(super) fn drop_textual_scores(columns: &mut [Column]) {
    if !columns.iter().any(|column| column.is(Role::Score) && column.values.are_marks()) {
        return;
    }
    for column in columns.iter_mut().filter(|column| column.is(Role::Score)) {
        if !column.values.none() && !column.values.are_marks() {
            column.meaning = None;
            column.remark = Some("its values are no marks");
        }
    }
}

/// `tt0012349`, or the number alone.
fn imdb_ids(values: &Values) -> bool {
    let first = values.first.as_deref().unwrap_or("");
    let digits = first.strip_prefix("tt").unwrap_or(first);
    digits.len() >= 5 && digits.bytes().all(|b| b.is_ascii_digit())
}
