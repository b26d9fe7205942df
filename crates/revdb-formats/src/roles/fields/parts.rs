//! Titles composed of several columns: maker, series, part.
//!
//! Must never: merge two works that a column distinguishes, silently.

use rustc_hash::FxHashMap;

use super::{Chooser, Column};
use crate::format::Note;
use crate::profile::FieldSpec;
use crate::roles::names::{self, Role};
use crate::roles::table_kind::TableKind;
use crate::roles::{Flag, shell_word};

/// Titles for which "Producer" or "House" is the maker; films have producers too.
const PRODUCTS: [&str; 24] = [
    "wine", "winename", "beer", "beername", "whisky", "whiskey", "bottle", "cuvee", "cheese",
    "coffee", "tea", "chocolate", "perfume", "fragrance", "gin", "rum", "product", "productname",
    "wein", "vin", "vino", "vinho", "bier", "birra",
];

/// The relation of a second title column to the first.
pub(super) enum SecondTitle {
    /// The review's headline, another spelling, or no second column.
    Nothing,
    /// A part of the first: an episode, a track.
    Within(usize),
    /// Either could be the work.
    Open(usize),
}

impl Chooser<'_> {
    /// "Title" next to "Show" is the episode's; next to "Game" it may be the review's.
    pub(super) fn second_title(&self, at: usize) -> SecondTitle {
        let other = self.with(Role::Title).find(|&other| {
            let column = &self.columns[other];
            other != at
                && column.rank() == 2
                && !column.values.none()
                && !self.same_values(at, other)
        });
        let Some(other) = other else { return SecondTitle::Nothing };
        let holds = names::is_container(&self.columns[at].name).unwrap_or(false);
        let worded = self.chosen.fields.quote.is_some() || self.is_explicit("quote");
        match (holds, worded && !self.own()) {
            (true, false) => SecondTitle::Within(other),
            (_, false) if !worded => SecondTitle::Open(other),
            _ => SecondTitle::Nothing,
        }
    }

    /// The title with its maker in front and the part after it: an episode's score is not the
    /// series'.
    pub(super) fn whole_title(&mut self, at: usize, inner: Option<usize>) -> FieldSpec {
        let title = self.columns[at].name.clone();
        if title.contains(['{', '}']) {
            return FieldSpec::One(title);
        }
        let maker = self.maker(at);
        let mut used: Vec<usize> = maker.into_iter().collect();
        let parts = self.parts(at, inner, &mut used);
        let name = |at: usize| &self.columns[at].name;
        let whole = |part: Option<&String>| {
            let part = part.map_or(String::new(), |part| format!(": {part}"));
            [maker, None].map(|maker| match maker {
                Some(maker) => format!("{{{}}} – {{{title}}}{part}", name(maker)),
                None if part.is_empty() => title.clone(),
                None => format!("{{{title}}}{part}"),
            })
        };
        let mut specs: Vec<String> = parts.iter().map(Some).chain([None]).flat_map(whole).collect();
        specs.dedup();
        if specs.len() == 1 {
            return FieldSpec::One(title);
        }
        for at in used {
            self.assumed("title", at, "as part of it");
        }
        FieldSpec::First(specs)
    }

    /// Templates for the text after the title, the longest first.
    fn parts(&self, at: usize, inner: Option<usize>, used: &mut Vec<usize>) -> Vec<String> {
        let filled = |role| self.filled(role).filter(|&part| part != at);
        let cell = |at: usize| format!("{{{}}}", self.columns[at].name);
        let (season, episode, named, part) = (
            filled(Role::Season),
            filled(Role::Episode),
            filled(Role::EpisodeTitle),
            filled(Role::Part),
        );
        used.extend([inner, named, part, season, episode].into_iter().flatten());
        let mut parts: Vec<String> = [inner, named].into_iter().flatten().map(cell).collect();
        parts.extend(part.map(|at| match self.columns[at].values.are_numbers() {
            true => format!("{} {}", self.columns[at].name.trim(), cell(at)),
            false => cell(at),
        }));
        let season = season.map(|at| format!("Season {}", cell(at)));
        let episode = episode.map(|at| format!("Episode {}", cell(at)));
        if let (Some(season), Some(episode)) = (&season, &episode) {
            parts.push(format!("{season}, {episode}"));
        }
        parts.extend(season);
        parts.extend(episode);
        parts
    }

    /// The maker, where titles alone are ambiguous: an artist, a brewery, a brand.
    fn maker(&self, title: usize) -> Option<usize> {
        let with_ids = self.has(&[Role::WorkId, Role::LoneId]);
        let company = |at: &usize| {
            let name = names::plain(&self.columns[*at].name);
            *at != title && matches!(name.as_str(), "company" | "firm")
        };
        let tasted = PRODUCTS.contains(&names::plain(&self.columns[title].name).as_str());
        self.filled(Role::Artist)
            .filter(|&at| match self.columns[at].rank() {
                3 => true,
                2 => !with_ids && !self.says(title, at),
                _ => tasted && !with_ids && !self.says(title, at),
            })
            .or_else(|| self.with(Role::Title).find(company))
    }

    /// Whether most titles contain their maker's name.
    fn says(&self, title: usize, maker: usize) -> bool {
        let holds = |row: &&Vec<String>| {
            let cell = |at: usize| row.get(at).map_or(String::new(), |cell| names::plain(cell));
            let maker = cell(maker);
            !maker.is_empty() && cell(title).contains(&maker)
        };
        self.table.rows.iter().filter(holds).count() * 2 > self.table.rows.len()
    }

    /// If works repeat without a person or date that distinguishes their rows, and an unknown
    /// column of short texts does, it may be part of the title.
    pub(super) fn ask_about_part(&mut self) {
        let distinguishing = [
            Role::Critic,
            Role::Reviewer,
            Role::User,
            Role::UserId,
            Role::Author,
            Role::Publication,
            Role::Season,
        ];
        let titles: Vec<usize> = self
            .chosen
            .used
            .iter()
            .filter(|used| used.field == "title")
            .map(|used| used.column)
            .collect();
        // A tasting year that is constant per work distinguishes nothing.
        let dated = [Role::Date, Role::OwnDate]
            .into_iter()
            .flat_map(|role| self.with(role))
            .any(|at| !self.columns[at].values.are_years() || self.distinguishes_rows(&titles, at));
        let anonymous = matches!(self.decided.kind, TableKind::Own | TableKind::Users)
            && !self.has(&distinguishing)
            && !dated
            && !self.is_explicit("byline")
            && !self.is_explicit("date");
        if !anonymous || self.chosen.fields.quote.is_some() {
            return;
        }
        let used: Vec<usize> = self.chosen.used.iter().map(|used| used.column).collect();
        let free = |at: &usize| !used.contains(at) && could_be_part(&self.columns[*at]);
        let found =
            (0..self.columns.len()).filter(free).find(|&at| self.distinguishes_rows(&titles, at));
        let (Some(part), Some(&title)) = (found, titles.last()) else { return };
        let (title, part) = (&self.columns[title].name, &self.columns[part].name);
        let reason = format!(
            "works come again in {title}, and only {part} tells them apart: it may be a part of the title"
        );
        let flag = Flag::map("title", &format!("{{{title}}} – {{{part}}}"));
        self.ask(reason, Some(flag));
    }

    /// Some works repeat, and this column differs in all of their rows.
    fn distinguishes_rows(&self, titles: &[usize], part: usize) -> bool {
        let mut seen: FxHashMap<Vec<&str>, Vec<&str>> = FxHashMap::default();
        for row in &self.table.rows {
            let cell = |at: usize| row.get(at).map_or("", |cell| cell.trim());
            let work: Vec<&str> = titles.iter().map(|&at| cell(at)).collect();
            seen.entry(work).or_default().push(cell(part));
        }
        let again: Vec<&Vec<&str>> = seen.values().filter(|parts| parts.len() > 1).collect();
        let differ = |parts: &&Vec<&str>| {
            parts.iter().all(|part| {
                !part.is_empty() && parts.iter().filter(|other| *other == part).count() == 1
            })
        };
        !again.is_empty() && again.iter().all(differ)
    }

    pub(super) fn note_headline(&mut self, at: usize) {
        let name = &self.columns[at].name;
        self.chosen.notes.push(Note {
            message: format!("{name} read as the reviews' own headlines (assumed)"),
            help: Some(format!("--map title={} takes it for the work's title", shell_word(name))),
        });
    }
}

/// Its name is unknown, and its values look like parts of a title.
fn could_be_part(column: &Column) -> bool {
    let values = &column.values;
    column.meaning.is_none()
        && column.remark.is_none()
        && column.mapped.is_none()
        && !column.name.contains(['{', '}'])
        && values.filled > 0
        && values.are_words()
        && !values.are_long()
}
