//! The plain listing of reviews and its orders.

use crate::archive::sql::sql;

/// What a listing is ordered by, each in the direction that is asked for most.
/// Reviews without the value come last; equal ones in the order they came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Date,
    /// Highest first.
    Score,
    /// A to Z, then newest first.
    Critic,
    Work,
    Publication,
    /// As imported.
    Id,
}

impl Sort {
    /// Every order by its name.
    pub const NAMES: [(&str, Sort); 6] = [
        ("date", Sort::Date),
        ("score", Sort::Score),
        ("critic", Sort::Critic),
        ("work", Sort::Work),
        ("publication", Sort::Publication),
        ("id", Sort::Id),
    ];

    /// Whether it begins with the greatest without being reversed.
    pub fn is_descending(self) -> bool {
        matches!(self, Sort::Date | Sort::Score)
    }
}

/// The columns of every listing, in order: those of the SELECTs of `listing.sql`.
pub const COLUMNS: [&str; 8] =
    ["id", "work", "audience", "critic", "publication", "date", "score", "quote"];

/// The statement that lists all reviews of the connection's view `reviews`.
pub fn statement(sort: Sort, reverse: bool) -> &'static str {
    match (sort, reverse) {
        (Sort::Date, false) => sql("listing/by_date"),
        (Sort::Date, true) => sql("listing/by_date_reversed"),
        (Sort::Score, false) => sql("listing/by_score"),
        (Sort::Score, true) => sql("listing/by_score_reversed"),
        (Sort::Critic, false) => sql("listing/by_critic"),
        (Sort::Critic, true) => sql("listing/by_critic_reversed"),
        (Sort::Work, false) => sql("listing/by_work"),
        (Sort::Work, true) => sql("listing/by_work_reversed"),
        (Sort::Publication, false) => sql("listing/by_publication"),
        (Sort::Publication, true) => sql("listing/by_publication_reversed"),
        (Sort::Id, false) => sql("listing/by_id"),
        (Sort::Id, true) => sql("listing/by_id_reversed"),
    }
}

/// The columns of the public view `reviews`, in its order.
pub const EXPORTED: [&str; 13] = [
    "id",
    "work",
    "kind",
    "year",
    "audience",
    "critic",
    "byline",
    "publication",
    "date",
    "score",
    "score_text",
    "quote",
    "url",
];

/// The statement that gives every review with all public columns.
pub fn export(sort: Sort, reverse: bool) -> &'static str {
    match (sort, reverse) {
        (Sort::Date, false) => sql("listing/export_by_date"),
        (Sort::Date, true) => sql("listing/export_by_date_reversed"),
        (Sort::Score, false) => sql("listing/export_by_score"),
        (Sort::Score, true) => sql("listing/export_by_score_reversed"),
        (Sort::Critic, false) => sql("listing/export_by_critic"),
        (Sort::Critic, true) => sql("listing/export_by_critic_reversed"),
        (Sort::Work, false) => sql("listing/export_by_work"),
        (Sort::Work, true) => sql("listing/export_by_work_reversed"),
        (Sort::Publication, false) => sql("listing/export_by_publication"),
        (Sort::Publication, true) => sql("listing/export_by_publication_reversed"),
        (Sort::Id, false) => sql("listing/export_by_id"),
        (Sort::Id, true) => sql("listing/export_by_id_reversed"),
    }
}
