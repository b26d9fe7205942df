//! The head of a page: which work it is about, and where another page begins.
//!
//! Owns: title, kind and year of a pasted page, and the boundary between pages pasted one after
//! another. Must never: take a line of the page's frame ("Record Label: …", "by …", the verdict)
//! for a title, or split a page at words of a review: a further page only begins at a title with
//! details and a score below.

use super::boilerplate::Role;
use super::claims::{Statement, statement_at};
use super::details::{Detail, HEADINGS, detail, invited_kind, is_season, kind_of_release};
use super::figures::release_date;
use super::lines::{Line, Shape};
use crate::record::{ClaimKind, RawWork};
use revdb_model::Kind;

/// One pasted page: lines `start..end`.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub start: usize,
    pub end: usize,
    pub work: RawWork,
}

/// Maximum number of detail lines between title and score.
const MOST_DETAILS: usize = 12;
/// Maximum number of unknown lines (a summary) among them.
const MOST_OTHERS: usize = 3;
/// Maximum number of navigation lines above the first title.
const MOST_BEFORE_TITLE: usize = 60;

/// The pages of a text, in order; at least one.
pub fn pages(lines: &[Line<'_>]) -> Vec<Page> {
    let starts = starts(lines);
    let mut pages: Vec<Page> = Vec::with_capacity(starts.len());
    let mut start = 0;
    for (index, (_, header)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(lines.len(), |(next, _)| *next);
        let own = &lines[start..end];
        let mut work = match header {
            Some(header) => header.work(own),
            None => by_release_date(own),
        };
        // The critics' and the users' page of one work, pasted together.
        if let Some(before) = pages.last().filter(|before| before.work.title == work.title) {
            work.kind = work.kind.or(before.work.kind);
            work.year = work.year.or(before.work.year.clone());
        }
        pages.push(Page { start, end, work });
        start = end;
    }
    pages
}

/// Where pages begin, with the header of each that has one. Lines above the first title belong to
/// its page, unless there are reviews among them.
fn starts(lines: &[Line<'_>]) -> Vec<(usize, Option<Header>)> {
    let mut starts: Vec<(usize, Option<Header>)> = Vec::new();
    let mut headings: Vec<&'static str> = Vec::new();
    let mut begun = false;
    let mut at = 0;
    while at < lines.len() {
        begun |= is_of_a_review(&lines[at].shape);
        let first = starts.is_empty() && !begun;
        match header_at(lines, at) {
            Some(header) if header.counts(lines, at, &headings, first) => {
                if starts.is_empty() && begun {
                    starts.push((0, None));
                }
                headings.extend(header.heading.filter(|heading| !headings.contains(heading)));
                let end = header.end;
                starts.push((at, Some(header)));
                at = end;
            }
            _ => at += 1,
        }
    }
    if starts.is_empty() {
        starts.push((0, None));
    }
    starts
}

fn is_of_a_review(shape: &Shape) -> bool {
    match shape {
        Shape::ReviewedBy(_) | Shape::Signed { .. } | Shape::NameDate { .. } => true,
        Shape::Boilerplate(role) => matches!(role, Role::UserEnd | Role::CriticEnd),
        _ => false,
    }
}

/// A title with details and the page's score below it.
#[derive(Debug, Clone, PartialEq)]
struct Header {
    title: String,
    kind: Option<Kind>,
    year: Option<String>,
    /// "user reviews" or "critic reviews", on its own line or at the title's end.
    heading: Option<&'static str>,
    /// Some detail is one that no review has: a release date, a label, a publisher.
    strong: bool,
    end: usize,
}

impl Header {
    fn work(&self, lines: &[Line<'_>]) -> RawWork {
        let year = self
            .year
            .clone()
            .or_else(|| lines.iter().find_map(|line| release_date(&line.body)).map(str::to_string));
        let kind = self.kind.or_else(|| lines.iter().find_map(invited_kind));
        RawWork { title: Some(self.title.clone()), kind, year, ..RawWork::default() }
    }

    /// Whether it begins a page. The first one may be weak, a later one not: the last words of a
    /// review may precede the heading of the next section.
    fn counts(&self, lines: &[Line<'_>], at: usize, known: &[&str], first: bool) -> bool {
        let after_end = at
            .checked_sub(1)
            .and_then(|above| lines.get(above))
            .is_none_or(|line| matches!(line.shape, Shape::Boilerplate(_)));
        let again = self.heading.is_some_and(|heading| known.contains(&heading));
        let named = lines.get(at).is_some_and(|line| line.could_be_name());
        if first {
            return at < MOST_BEFORE_TITLE;
        }
        self.strong || (named && (after_end || again))
    }
}

fn header_at(lines: &[Line<'_>], at: usize) -> Option<Header> {
    let line = lines.get(at)?;
    let (title, heading) = title_and_heading(&line.body);
    // The first line below a title is a detail, unless the title is a heading too.
    let below = lines.get(at + 1)?;
    if (heading.is_none() && detail(below).is_none()) || !could_be_title(lines, at) {
        return None;
    }
    let mut header = Header {
        title: title.to_string(),
        kind: is_season(title).then_some(Kind::Tv),
        year: None,
        heading,
        strong: false,
        end: at + 1,
    };
    let mut others = 0;
    let (mut platform, mut by) = (false, false);
    for next in at + 1..(at + 1 + MOST_DETAILS).min(lines.len()) {
        let detail = detail(&lines[next]);
        if detail.is_none() && is_page_score(lines, next) {
            if platform {
                header.kind = Some(Kind::Game);
            }
            // Only albums name their artist below the title.
            header.kind = header.kind.or(by.then_some(Kind::Album));
            header.end = next;
            return (header.strong || others == 0).then_some(header);
        }
        match detail {
            Some(detail) => {
                platform |= detail == Detail::Platform;
                by |= detail == Detail::By;
                header.take(&lines[next], detail);
                header.end = next + 1;
            }
            None => others += 1,
        }
        if others > MOST_OTHERS {
            return None;
        }
    }
    None
}

impl Header {
    fn take(&mut self, line: &Line<'_>, detail: Detail) {
        match detail {
            Detail::Labelled(kind) => {
                self.strong = true;
                self.kind = self.kind.or(kind);
                if self.year.is_none() {
                    self.year = release_date(&line.body).map(str::to_string);
                }
            }
            Detail::Season => self.kind = self.kind.or(Some(Kind::Tv)),
            Detail::Heading(heading) => self.heading = self.heading.or(Some(heading)),
            Detail::Platform | Detail::By => {}
        }
    }
}

/// "Elden Moon User Reviews" is title and heading on one line.
fn title_and_heading(body: &str) -> (&str, Option<&'static str>) {
    for (end, heading) in [(" Critic Reviews", HEADINGS[0]), (" User Reviews", HEADINGS[1])] {
        if let Some(title) = body.strip_suffix(end).map(str::trim_end).filter(|t| !t.is_empty()) {
            return (title, Some(heading));
        }
    }
    (body, None)
}

/// Entries of the site's menu, in lower case.
const MENU: [&str; 10] = [
    "movies", "games", "tv", "tv shows", "music", "home", "features", "reviews", "summary",
    "details",
];

fn could_be_title(lines: &[Line<'_>], at: usize) -> bool {
    let line = &lines[at];
    matches!(line.shape, Shape::Text | Shape::Number)
        && line.body.chars().count() <= 200
        && !MENU.contains(&line.body.to_lowercase().as_str())
        && detail(line).is_none()
        && statement_at(lines, at).is_none()
}

/// Whether the line is the page's own score, its label or verdict.
fn is_page_score(lines: &[Line<'_>], at: usize) -> bool {
    let is_score = |said: Statement| match said.claim {
        Some((kind, ..)) => matches!(
            kind,
            ClaimKind::Metascore
                | ClaimKind::UserScore
                | ClaimKind::CriticCount
                | ClaimKind::RatingCount
        ),
        None => true,
    };
    statement_at(lines, at).is_some_and(|said| said.certain && is_score(said))
}

/// The work of a page without a score below its title: the line of the release date, and the title
/// above it.
fn by_release_date(lines: &[Line<'_>]) -> RawWork {
    let mut work = RawWork { kind: lines.iter().find_map(invited_kind), ..RawWork::default() };
    let Some(at) = lines.iter().position(|line| release_date(&line.body).is_some()) else {
        return work;
    };
    let release = &lines[at].body;
    work.year = release_date(release).map(str::to_string);
    let first = at.saturating_sub(MOST_DETAILS);
    let mut title = None;
    let mut told = kind_of_release(release);
    for above in (first..at).rev() {
        match detail(&lines[above]) {
            Some(Detail::Labelled(kind)) => told = kind.or(told),
            Some(Detail::Platform) => told = Some(Kind::Game),
            Some(Detail::Season) => told = Some(Kind::Tv),
            Some(Detail::By | Detail::Heading(_)) => {}
            None => {
                title = could_be_title(lines, above).then(|| lines[above].body.clone());
                break;
            }
        }
    }
    if title.as_deref().is_some_and(is_season) {
        told = Some(Kind::Tv);
    }
    work.kind = work.kind.or(told);
    work.title = title;
    work
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::page_text::lines::lines;

    #[test]
    fn works() {
        use Kind::*;
        let cases = [
            (
                "Dull Rain\nAcme Films | Release Date: December 13, 2019",
                Some("Dull Rain"),
                Some(Movie),
            ),
            (
                "Dull Rain\nPlayStation 5\nPublisher: Acme | Release Date: Feb 25, 2022",
                Some("Dull Rain"),
                Some(Game),
            ),
            (
                "Dull Rain\nby The Wets\nLabel: Acme | Release Date: Jun 8, 2018",
                Some("Dull Rain"),
                Some(Album),
            ),
            ("1917\nAcme | Release Date: December 25, 2019", Some("1917"), Some(Movie)),
            ("Metascore\n81", None, None),
            ("Games\nMetascore\n81", None, None),
            (
                "Wet Fields\nby The Wets\nRecord Label: Acme\nRelease Date: Jun 3, 2016\nMetascore\n85",
                Some("Wet Fields"),
                Some(Album),
            ),
            (
                "Wet Fields\nby The Wets\nRecord Label: Acme\nRelease Date: Jun 3, 2016\nSummary: wet\nMetascore\n85",
                Some("Wet Fields"),
                Some(Album),
            ),
            (
                "Wet Fields\nby The Wets\nMetascore\n85\nUniversal acclaim - based on 3 Critics\nRelease Date: Jun 3, 2016",
                Some("Wet Fields"),
                Some(Album),
            ),
            (
                "Gutter\nSeason 2\nNetwork: HBO\nSeries Premiere Date: October 3, 2014\nMetascore\n72",
                Some("Gutter"),
                Some(Tv),
            ),
            (
                "Gutter: Season 2\nHBO | Release Date: October 3, 2014\nMetascore\n72",
                Some("Gutter: Season 2"),
                Some(Tv),
            ),
            (
                "Puddle Moon\nPS5\nReleased On: Feb 25, 2022\nMetascore\n96",
                Some("Puddle Moon"),
                Some(Game),
            ),
            ("Games\nPuddle Moon\nDeveloper: Acme\nMetascore\n96", Some("Puddle Moon"), Some(Game)),
            ("Puddle Moon User Reviews\nPC\nUser Score\n7.9", Some("Puddle Moon"), Some(Game)),
            (
                "Puddle Moon\nUser Reviews\n7.9\nGenerally Favorable\nBased on 20 User Ratings",
                Some("Puddle Moon"),
                None,
            ),
        ];
        for (text, title, kind) in cases {
            let work = &pages(&lines(text))[0].work;
            assert_eq!((work.title.as_deref(), work.kind), (title, kind), "{text}");
        }
    }
}
