//! Decides the kind of a table: critic reviews, one person's, many users', works, aggregates, or
//! something else.
//!
//! Must never: choose a column for a field.

use super::Column;
use super::names::{self, Role};
use crate::format::{Note, ReadOptions};
use revdb_model::Audience;

/// The kind of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    Critics,
    /// One person's own list or diary.
    Own,
    Users,
    /// A companion table: it describes works.
    Works,
    /// Averages and counts: one row per work, and no reviews.
    Aggregates,
    /// It contains no judgement.
    Other,
}

/// The decision and its evidence.
#[derive(Debug)]
pub(super) struct Decided {
    pub kind: TableKind,
    pub sure: bool,
    /// Names of the columns that are evidence.
    pub because: Vec<String>,
}

/// The evidence in the whole header.
struct Evidence<'a> {
    columns: &'a [Column],
}

impl Evidence<'_> {
    fn any(&self, roles: &[Role]) -> bool {
        !self.names(roles, 1).is_empty()
    }

    /// Names of columns that have one of `roles` and at least `rank`.
    fn names(&self, roles: &[Role], rank: u8) -> Vec<String> {
        self.columns
            .iter()
            .filter(|column| column.rank() >= rank && roles.iter().any(|role| column.is(*role)))
            .map(|column| column.name.clone())
            .collect()
    }

    /// The same for people who speak: a column still tells who they are if `--map` says that it
    /// is the byline.
    fn people(&self, roles: &[Role]) -> Vec<String> {
        let means = |column: &Column, role: &Role| {
            column.mapped.is_none_or(|field| field == "byline")
                && column.meaning.as_ref().is_some_and(|meaning| meaning.role == *role)
        };
        let people = self.columns.iter().filter(|it| roles.iter().any(|role| means(it, role)));
        people.map(|column| column.name.clone()).collect()
    }

    fn is_explicit(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column.mapped == Some(field))
    }

    /// Columns that are explicitly the owner's.
    fn own(&self) -> Vec<String> {
        let said = |column: &&Column| {
            column.meaning.as_ref().is_some_and(|meaning| column.mapped.is_none() && meaning.own)
        };
        let mut own: Vec<String> =
            self.columns.iter().filter(said).map(|column| column.name.clone()).collect();
        own.extend(self.names(&[Role::Own], 3));
        own.extend(self.names(&[Role::OwnDate], 2));
        own.dedup();
        own
    }

    /// Each row has a different work id.
    fn has_one_row_per_work(&self) -> bool {
        let differs = |column: &Column| column.values.distinct == column.values.filled;
        let is_id = |column: &Column| column.is(Role::LoneId) || column.is(Role::WorkId);
        self.columns.iter().any(|column| is_id(column) && differs(column))
    }

    /// A column of people names several.
    fn several_people(&self) -> bool {
        let people = [Role::User, Role::UserId, Role::Reviewer, Role::Critic];
        self.columns
            .iter()
            .any(|column| people.iter().any(|role| column.is(*role)) && column.values.distinct > 1)
    }

    /// A text column, or names that explicitly belong to a review.
    fn of_reviews(&self) -> bool {
        self.any(&[Role::Reviewer, Role::Quote, Role::ReviewId, Role::Headline])
            || !self.names(&[Role::Score, Role::Date], 3).is_empty()
    }

    fn score_is_fine(&self) -> bool {
        self.columns.iter().any(|column| column.is(Role::Score) && column.values.are_fine())
    }
}

/// Decides the kind from all columns. `list`: the audience given by the list's own name.
pub(super) fn decide(columns: &[Column], list: Option<Role>, options: &ReadOptions) -> Decided {
    let has = Evidence { columns };
    let explicit_judgement = has.is_explicit("score") || has.is_explicit("quote");
    let judged = has.any(&[Role::Score, Role::OwnScore, Role::Verdict])
        || !has.names(&[Role::Quote], 2).is_empty()
        || explicit_judgement
        || blurb_is_a_review(&has);
    let own = has.own();
    let said = explicit_judgement
        || options.audience.is_some()
        || options.title.is_some()
        || options.by.is_some()
        || options.scale.is_some();
    let foreign = has.names(&[Role::Foreign], 1);
    if !said && !foreign.is_empty() {
        return Decided { kind: TableKind::Other, sure: true, because: foreign };
    }
    let figures = has.names(&[Role::SiteScore, Role::Count], 1);
    let decided = |kind, sure, because| Decided { kind, sure, because };
    let described = own.is_empty()
        && has.any(&[Role::Title])
        && has.any(&[Role::LoneId, Role::WorkId])
        && (figures.is_empty() || has.has_one_row_per_work());
    if !judged {
        return match (figures.is_empty(), described) {
            (_, true) => decided(TableKind::Works, true, figures),
            (false, false) => decided(TableKind::Aggregates, true, figures),
            (true, false) => decided(TableKind::Other, true, own),
        };
    }
    if !explicit_judgement && is_aggregate(&has, &own, &figures) {
        let sure = !figures.is_empty();
        if sure && described {
            return decided(TableKind::Works, true, figures);
        }
        let because = if sure { figures } else { has.names(&[Role::Score], 1) };
        return decided(TableKind::Aggregates, sure, because);
    }
    if let Some(audience) = options.audience {
        let kind = match audience {
            Audience::Critic => TableKind::Critics,
            Audience::User if own.is_empty() || has.several_people() => TableKind::Users,
            Audience::User => TableKind::Own,
        };
        return decided(kind, true, Vec::new());
    }
    by_reviewer_columns(&has, list, own, said)
}

/// For a table of reviews: decides by the list's name, or by its columns of people.
fn by_reviewer_columns(
    has: &Evidence<'_>,
    list: Option<Role>,
    own: Vec<String>,
    said: bool,
) -> Decided {
    let decided = |kind, sure, because| Decided { kind, sure, because };
    match list {
        Some(Role::Critic | Role::Publication) => {
            return decided(TableKind::Critics, true, vec!["their list".to_owned()]);
        }
        Some(_) => return decided(TableKind::Users, true, vec!["their list".to_owned()]),
        None => {}
    }
    let (critics, users) = (critics(has), users(has));
    if !said && are_results(has) {
        return decided(TableKind::Other, true, Vec::new());
    }
    match (critics.is_empty(), users.is_empty(), own.is_empty()) {
        // Columns of both critics and users: assumed, with a note.
        (false, _, _) => {
            decided(TableKind::Critics, users.is_empty() || has.any(&[Role::Critic]), critics)
        }
        (true, false, true) => decided(TableKind::Users, true, users),
        (true, false, false) if has.several_people() => decided(TableKind::Users, true, users),
        // "Who" next to the date watched: a household's list.
        (true, true, false) if has.any(&[Role::Reviewer]) && has.several_people() => {
            decided(TableKind::Users, true, has.names(&[Role::Reviewer], 1))
        }
        (true, _, false) => decided(TableKind::Own, true, own),
        (true, true, true) if !websites(has).is_empty() => {
            decided(TableKind::Critics, false, websites(has))
        }
        (true, true, true) if has.of_reviews() => decided(TableKind::Users, false, Vec::new()),
        (true, true, true) if !said && is_unrelated(has) => {
            decided(TableKind::Other, true, Vec::new())
        }
        (true, true, true) => decided(TableKind::Own, false, Vec::new()),
    }
}

/// A score by a name that results of games and exams have, too.
fn is_anybodys_mark(column: &Column) -> bool {
    const ANYBODYS: [&str; 14] = [
        "score", "scores", "points", "grade", "mark", "marks", "rate", "overall score",
        "final score", "punkte", "puntuación", "punteggio", "得分", "点数",
    ];
    let known = ANYBODYS.iter().any(|it| names::plain(it) == names::plain(&column.name));
    known && !column.values.are_whole_marks()
}

/// A player's score is what he or she reached, unless there are words.
fn are_results(has: &Evidence<'_>) -> bool {
    let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId, Role::Author];
    let is_player = |column: &Column| {
        let name = names::plain(&column.name);
        matches!(name.as_str(), "player" | "playername" | "spieler" | "joueur" | "jugador")
    };
    let of_players =
        |column: &Column| !people.iter().any(|role| column.is(*role)) || is_player(column);
    has.columns.iter().any(|column| column.is(Role::Reviewer) && is_player(column))
        && has.columns.iter().all(of_players)
        && has.columns.iter().all(|column| !column.is(Role::Score) || is_anybodys_mark(column))
        && !has.any(&[Role::Quote, Role::Headline, Role::ReviewId, Role::OwnScore])
}

/// A name and a score, but no work, person or text: a server, a player, a ticket.
fn is_unrelated(has: &Evidence<'_>) -> bool {
    let of_works = [
        Role::Year,
        Role::Kind,
        Role::WorkAuthor,
        Role::Artist,
        Role::Author,
        Role::OtherTitle,
        Role::WorkId,
        Role::LoneId,
        Role::Part,
        Role::Season,
        Role::EpisodeTitle,
        Role::Audience,
        Role::Verdict,
        Role::Scale,
        Role::Blurb,
    ];
    let genre = |column: &Column| names::property(&column.name).is_some();
    let marks = |column: &Column| !column.is(Role::Score) || is_anybodys_mark(column);
    !has.any(&of_works)
        && has.names(&[Role::Title], 3).is_empty()
        && !has.columns.iter().any(genre)
        && has.columns.iter().all(|column| column.mapped.is_none() && marks(column))
}

/// Columns that only critic reviews have. A personal table may have a publication column too: the
/// book's.
fn critics(has: &Evidence<'_>) -> Vec<String> {
    let mut critics = has.people(&[Role::Critic, Role::Critics]);
    if has.own().is_empty() {
        critics.extend(has.names(&[Role::Publication], 2));
    }
    if has.is_explicit("publication") {
        critics.push("--map publication".to_owned());
    }
    critics
}

/// "Website" next to a text, if no account is named and its values are several names: the source
/// of each review.
fn websites(has: &Evidence<'_>) -> Vec<String> {
    let people = [Role::Author, Role::User, Role::UserId, Role::Critic];
    if has.any(&people) || has.names(&[Role::Quote], 2).is_empty() {
        return Vec::new();
    }
    let is_site = |column: &&Column| {
        let name = names::plain(&column.name);
        column.is(Role::Publisher)
            && matches!(name.as_str(), "website" | "site" | "paper" | "source")
            && (name != "source" || has.any(&[Role::Reviewer]))
            && column.values.are_words()
            && column.values.distinct > 1
    };
    has.columns.iter().filter(is_site).map(|column| column.name.clone()).collect()
}

/// Columns that only user reviews have, if there is a text.
fn users(has: &Evidence<'_>) -> Vec<String> {
    let mut users = has.people(&[Role::User, Role::UserId]);
    if has.any(&[Role::Quote, Role::User, Role::UserId, Role::Reviewer]) {
        users.extend(has.names(&[Role::Users], 3));
    }
    users
}

/// A description is a review only if there is a reviewer and no other text.
fn blurb_is_a_review(has: &Evidence<'_>) -> bool {
    has.any(&[Role::Blurb])
        && has.any(&[Role::Critic, Role::Reviewer, Role::User])
        && !has.any(&[Role::Quote])
}

/// One row per work and no reviewer: aggregates.
fn is_aggregate(has: &Evidence<'_>, own: &[String], figures: &[String]) -> bool {
    let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
    let somebody = has.any(&people) || !own.is_empty() || has.is_explicit("byline");
    // "Notes" may be a perfume's.
    let spoken = !has.names(&[Role::Quote], 2).is_empty();
    if somebody || !has.names(&[Role::Date], 3).is_empty() {
        return false;
    }
    if spoken {
        // A work's mean and number of reviews, and some of these in one cell.
        let of_reviews = |name: &String| names::plain(name).contains("review");
        let counts = has.names(&[Role::Count], 1);
        return counts.iter().any(of_reviews) && has.has_one_row_per_work() && has.score_is_fine();
    }
    let counted = has.any(&[Role::Count]);
    match has.any(&[Role::Score]) {
        false => !figures.is_empty(),
        true => counted || has.score_is_fine() || is_catalogue(has),
    }
}

/// A price and a stock: a shop's goods, whose marks are its customers' together. A hotel's stars
/// are its class.
fn is_catalogue(has: &Evidence<'_>) -> bool {
    let called = |names: &[&str]| {
        let is_it = |column: &Column| {
            let plain = names::plain(&column.name);
            column.mapped.is_none() && names.iter().any(|name| plain.contains(name))
        };
        has.columns.iter().any(is_it)
    };
    let is_class = |column: &Column| {
        let name = names::plain(&column.name);
        column.is(Role::Score) && matches!(name.as_str(), "star" | "stars" | "sterne" | "etoiles")
    };
    let priced = called(&["price", "preis", "prix", "precio", "prezzo", "preco"]);
    let stocked = called(&["available", "availability", "instock", "stockquantity", "inventory"]);
    let housed = called(&["hotel"]) && has.columns.iter().any(is_class);
    priced && (stocked || housed)
}

/// The note about the audience. `column`: the one that gives it for each record.
pub(super) fn note(decided: &Decided, column: Option<&str>, options: &ReadOptions) -> Option<Note> {
    if options.audience.is_some() {
        return None;
    }
    let (what, other) = match decided.kind {
        TableKind::Critics => ("critics' reviews", "user"),
        TableKind::Users => ("users' reviews", "critic"),
        TableKind::Own => ("one person's own marks, a user's", "critic"),
        TableKind::Works if !decided.because.is_empty() => {
            let figures = first_few(&decided.because);
            let message = format!("many people's figures of each work are not read: {figures}");
            return Some(Note { message, help: None });
        }
        TableKind::Works | TableKind::Aggregates | TableKind::Other => return None,
    };
    let reason = match decided.sure {
        true => format!("for its columns {}", first_few(&decided.because)),
        false => "assumed".to_owned(),
    };
    let message = match column {
        Some(name) => format!("{name} says who speaks; where it does not: {what} ({reason})"),
        None => format!("read as {what} ({reason})"),
    };
    let help = (!decided.sure).then(|| format!("--audience {other} says otherwise"));
    Some(Note { message, help })
}

/// The first few names are enough for the reason.
pub(super) fn first_few(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let more = if names.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}
