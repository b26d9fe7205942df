//! Possible roles of a line of a pasted page, judged by itself.
//!
//! Owns: the classes of lines (a lone number, a date, a byline, boilerplate). `markup` removes
//! converters' markup. Must never: decide what a line *is*; that depends on its position and is
//! decided in `blocks` and `slots`. Only a separate list mark is joined to the line below it.

use super::boilerplate::{self, Role};
use super::details::is_platform;
use super::figures::{is_date_line, name_and_date, number, release_date};
use super::markup::{is_lone_mark, is_rule, spaces, strip_mark, strip_markup, unescaped};
use super::truncation::counts_on;
use super::{glued_dates, one_line_heads, statements, wrapped};

/// The list mark before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Number(u32),
    Bullet,
}

/// What a line could be by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Only a number (or [`NO_SCORE`]).
    Number,
    /// Only a date.
    Date,
    /// "Reviewed by: NAME"; the name may be on the next line.
    ReviewedBy(String),
    /// The same, glued to its neighbours: "The EchoReviewed by: Ann OakMay 3, 2019".
    Signed {
        publication: Option<String>,
        name: String,
        date: Option<String>,
    },
    /// "By NAME".
    By(String),
    /// A name and a date without a separator: "Codex13Dec 17, 2019".
    NameDate {
        name: String,
        date: String,
    },
    /// Boilerplate: known words of the page outside reviews.
    Boilerplate(Role),
    Text,
}

/// A non-blank line.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// Line number, from 1.
    pub number: u64,
    pub raw: &'a str,
    pub marker: Option<Marker>,
    /// Indentation of the line.
    pub column: usize,
    /// Column of the text after the list mark; equals `column` without one.
    pub inner: usize,
    /// Without list mark and Markdown.
    pub body: String,
    /// As words of a quote: with the list mark, since a review may number its own points.
    pub words: String,
    pub shape: Shape,
    /// A blank line (or the beginning) precedes it.
    pub gap: bool,
}

/// Maximum length of a name, a publication or a title, in characters. The longest of 12,000
/// publication names in public Metacritic data has 47.
pub const NAME_LIMIT: usize = 60;

/// The non-blank lines of a page.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let mut gap = true;
    let mut waiting: Option<Line<'_>> = None;
    // A lone CR ends a line too, as on some clipboards.
    let raw_lines =
        text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    for (raw, number) in raw_lines.zip(1..) {
        let (marker, body) = strip_markup(raw);
        if body.is_empty() || is_rule(&body) {
            gap = true;
            continue;
        }
        let shape = shape_of(&body);
        let column = raw.chars().take_while(|c| c.is_whitespace()).fold(0, column_after);
        let mark = raw.trim_start().chars().take_while(|c| !c.is_whitespace()).count() + 1;
        let inner = if marker.is_some() { column + mark } else { column };
        let words = unescaped(spaces(raw).trim()).into_owned();
        let mut line = Line { number, raw, marker, column, inner, body, words, shape, gap };
        gap = false;
        if let Some(mark) = waiting.take()
            && !line.join_mark(&mark, text)
        {
            found.push(mark);
        }
        if is_lone_mark(&line.body) {
            waiting = Some(line);
        } else {
            found.push(line);
        }
    }
    // The text ends within the mark of the next item.
    let above = found.last().map_or(0, |line| line.column);
    found.extend(waiting.filter(|mark| mark.column >= above && !counts_on(&found, mark)));
    let found = statements::restored(wrapped::joined(one_line_heads::split(found), text), text);
    glued_dates::split(found)
}

/// The column after a white-space character.
fn column_after(column: usize, space: char) -> usize {
    const TAB: usize = 8;
    if space == '\t' { (column / TAB + 1) * TAB } else { column + 1 }
}

impl<'a> Line<'a> {
    /// Joins a list mark that is alone on the previous line to this line; `raw` then begins with
    /// the mark. False if this line cannot be an item.
    fn join_mark(&mut self, mark: &Line<'a>, text: &'a str) -> bool {
        if matches!(self.shape, Shape::Boilerplate(_))
            || matches!(self.marker, Some(Marker::Number(_)))
            || is_lone_mark(&self.body)
        {
            return false;
        }
        let Some(raw) = spanning(text, mark.raw, self.raw) else {
            return false;
        };
        let found = strip_mark(&format!("{} x", mark.body)).and_then(|(marker, _)| marker);
        self.marker = found.or(self.marker);
        (self.column, self.inner) = (mark.column, self.column.max(mark.column));
        self.words = format!("{}\n{}", mark.words, self.words);
        (self.raw, self.number, self.gap) = (raw, mark.number, mark.gap);
        true
    }
}

/// The slice of `text` from the beginning of `first` to the end of `last`, which must both be
/// slices of it.
pub fn spanning<'a>(text: &'a str, first: &str, last: &str) -> Option<&'a str> {
    let place = |part: &str| (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    text.get(place(first)?..place(last)? + last.len())
}

impl Line<'_> {
    /// Whether the text is short enough for a name.
    pub fn is_short(&self) -> bool {
        matches!(self.shape, Shape::Text | Shape::By(_)) && self.body.chars().count() <= NAME_LIMIT
    }

    /// A short text that does not end like a sentence.
    pub fn could_be_name(&self) -> bool {
        self.shape == Shape::Text && is_name(&self.body)
    }

    pub fn value(&self) -> Option<f64> {
        number(self.body.strip_suffix("/100").unwrap_or(&self.body))
    }
}

/// Placeholders for a missing score, in lower case.
const NO_SCORE: [&str; 3] = ["tbd", "tba", "n/a"];

pub fn shape_of(body: &str) -> Shape {
    if body.len() > 400 {
        return Shape::Text;
    }
    let lower = body.to_lowercase();
    if number(body).is_some() || of_a_hundred(body) || NO_SCORE.contains(&lower.as_str()) {
        Shape::Number
    } else if is_date_line(strip_posted(body)) {
        Shape::Date
    } else if let Some(signed) = signed(body) {
        signed
    } else if let Some(name) = reviewed_by(body) {
        Shape::ReviewedBy(name.to_string())
    } else if let Some(role) = boilerplate_role(body, &lower) {
        Shape::Boilerplate(role)
    } else if let Some(name) = body.strip_prefix("By ").or_else(|| body.strip_prefix("by "))
        && is_name(name)
        && is_credit(body)
    {
        Shape::By(name.trim().to_string())
    } else if let Some((name, date)) = name_and_date(body) {
        Shape::NameDate { name, date }
    } else {
        Shape::Text
    }
}

/// "75/100": a critic's score with its maximum.
fn of_a_hundred(body: &str) -> bool {
    body.strip_suffix("/100").is_some_and(|score| number(score.trim_end()).is_some())
}

fn strip_posted(text: &str) -> &str {
    let date = text.strip_prefix("Posted ").unwrap_or(text);
    date.strip_prefix("on ").unwrap_or(date)
}

/// The date on a date line, without "Posted".
pub fn date_text(body: &str) -> String {
    strip_posted(body).to_string()
}

/// "By Ann Oak", "by The Wets", "By de Boer", but not "by far the best".
fn is_credit(body: &str) -> bool {
    let mut words = body.split_whitespace();
    let by = words.next();
    let capital =
        |word: Option<&str>| word.is_some_and(|word| !word.starts_with(|c: char| c.is_lowercase()));
    capital(words.next()) || capital(by) && capital(words.next_back())
}

/// The name after "Reviewed by:"; empty if it is on the next line.
pub fn reviewed_by(text: &str) -> Option<&str> {
    let head = text.get(.."reviewed by".len())?;
    if !head.eq_ignore_ascii_case("reviewed by") {
        return None;
    }
    let rest = text.get("reviewed by".len()..)?.trim_start();
    let name = rest.strip_prefix(':')?.trim();
    (name.chars().count() <= 2 * NAME_LIMIT).then_some(name)
}

/// "Reviewed by:" with a publication before it, a date after the name, or both.
fn signed(body: &str) -> Option<Shape> {
    const LABEL: &str = "Reviewed by:";
    let (before, rest) = body.split_once(LABEL)?;
    let before = before.trim();
    let (name, date) = match name_and_date(rest.trim()) {
        Some((name, date)) => (name, Some(date)),
        None => (rest.trim().to_string(), None),
    };
    let glued = date.is_some() || (!before.is_empty() && is_name(&name));
    let fits = glued && (before.is_empty() || is_name(before));
    let publication = (!before.is_empty()).then(|| before.to_string());
    fits.then_some(Shape::Signed { publication, name, date })
}

/// A short text that does not end like a sentence.
pub fn is_name(text: &str) -> bool {
    let text = text.trim();
    // "Jr.", "Inc.", "B.", but not "It is wet."
    let initial = || {
        let last = text.rsplit(' ').next();
        last.is_some_and(|word| word.chars().count() <= 4 && word.starts_with(char::is_uppercase))
            // "KateB.", a shortened user name.
            || !text.contains(' ') && text.trim_end_matches('.').ends_with(char::is_uppercase)
    };
    !text.is_empty()
        && text.chars().count() <= NAME_LIMIT
        && !text.ends_with(['!', '?', ',', ';', ':', '"', '”', '…', '»'])
        && (!text.ends_with('.') || initial())
        && (!text.ends_with(')') || is_in_brackets(text))
        && !is_citation(text)
}

/// Words that cite a printed page: "Wet. [Mar 2004, p.92]".
pub fn is_citation(text: &str) -> bool {
    text.strip_suffix(']')
        .and_then(|text| text.rsplit_once('['))
        .is_some_and(|(_, inner)| inner.contains(", p.") && inner.len() < 40)
}

/// Names may end like this: "Staff (Not Credited)", "North Sea Express (NSE)", "tea(TM)"; but not
/// "It boils (twice)".
fn is_in_brackets(text: &str) -> bool {
    let Some((name, inner)) = text.rsplit_once('(') else { return false };
    let inner = inner.trim_end_matches(')');
    if !name.ends_with(' ') {
        return !name.is_empty()
            && !inner.is_empty()
            && inner.bytes().all(|b| b.is_ascii_uppercase());
    }
    name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && inner.starts_with(char::is_uppercase)
        && !inner.contains([':', '.', ','])
}

/// The role of a known line, without the arrows and dots of its link.
pub fn boilerplate_role(body: &str, lower: &str) -> Option<Role> {
    if release_date(body).is_some() {
        return Some(Role::Detail);
    }
    let plain = lower.replace('’', "'").replace("&amp;", "&");
    let plain = plain.trim_end_matches(['»', '…', ' ', '▸', '>']);
    boilerplate::role(plain).or_else(|| platform_end(body, plain))
}

/// "PlayStation 5 FULL REVIEW", "PC Report": a card's platform and its link.
fn platform_end(body: &str, lower: &str) -> Option<Role> {
    let link = ["full review", "report", "read more"].iter().find(|link| lower.ends_with(*link))?;
    let platform = body.get(..body.len().min(lower.len()).checked_sub(link.len())?)?.trim();
    is_platform(platform).then_some(Role::End)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let named =
            |name: &str, date: &str| Shape::NameDate { name: name.into(), date: date.into() };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        let signed = |publication: &str, name: &str, date: &str| Shape::Signed {
            publication: some(publication),
            name: name.into(),
            date: some(date),
        };
        let cases = [
            ("100", Shape::Number),
            ("8.1", Shape::Number),
            ("12345", Shape::Text),
            ("1.2.3", Shape::Text),
            ("**88**", Shape::Number),
            ("Aug 2, 2012", Shape::Date),
            ("2 August 2012", Shape::Date),
            ("Posted Jun 20, 2018", Shape::Date),
            ("2012-08-02", Shape::Date),
            ("Aug 42, 2012", Shape::Text),
            ("Reviewed by:\u{a0} Ann Oak", Shape::ReviewedBy("Ann Oak".into())),
            ("REVIEWED BY:", Shape::ReviewedBy(String::new())),
            ("Reviewed by: [Ann Oak](/critic/ann-oak)", Shape::ReviewedBy("Ann Oak".into())),
            ("**Reviewed by:** Ann Oak", Shape::ReviewedBy("Ann Oak".into())),
            ("3. __Reviewed by:__ Ann Oak", Shape::ReviewedBy("Ann Oak".into())),
            ("**Reviewed by: Ann Oak**", Shape::ReviewedBy("Ann Oak".into())),
            ("*Reviewed by:* ", Shape::ReviewedBy(String::new())),
            ("**Reviewed by**: _Ann Oak_", Shape::ReviewedBy("Ann Oak".into())),
            ("***Reviewed by:*** [Ann Oak](/critic/ann-oak)", Shape::ReviewedBy("Ann Oak".into())),
            ("**Reviewed by** nobody", Shape::Text),
            ("By Ann Oak", Shape::By("Ann Oak".into())),
            ("By the end, nobody cares.", Shape::Text),
            ("Codex13Dec 17, 2019", named("Codex13", "Dec 17, 2019")),
            ("JuneMay 3, 2019", named("June", "May 3, 2019")),
            ("Reviewed by: Ann OakMay 3, 2019", signed("", "Ann Oak", "May 3, 2019")),
            (
                "The EchoReviewed by: Ann OakMay 3, 2019",
                signed("The Echo", "Ann Oak", "May 3, 2019"),
            ),
            ("The EchoReviewed by: Ann Oak", signed("The Echo", "Ann Oak", "")),
            ("Never, ever. Reviewed by: nobody, says the label.", Shape::Text),
            ("Éa_1Sep 30, 2001", named("Éa_1", "Sep 30, 2001")),
            ("0 of 0 users found this helpful00", Shape::Boilerplate(Role::UserEnd)),
            ("All this user’s reviews", Shape::Boilerplate(Role::UserEnd)),
            ("Read full review", Shape::Boilerplate(Role::End)),
            ("See all 28 Critic Reviews", Shape::Boilerplate(Role::Selection)),
            ("PlayStation 5 FULL REVIEW", Shape::Boilerplate(Role::End)),
            ("This review contains spoilers, and I am sorry.", Shape::Text),
        ];
        for (text, shape) in cases {
            assert_eq!(shape_of(&strip_markup(text).1), shape, "{text}");
        }
    }

    #[test]
    fn list_marks_alone_on_a_line() {
        /// Line number, mark, body, words.
        type Told = (u64, Option<Marker>, &'static str, &'static str);
        let one = Some(Marker::Number(1));
        let cases: [(&str, &[Told]); 8] = [
            ("  1.\n    100\n", &[(1, one, "100", "1.\n100")]),
            ("\r\n1)\r\n\r\n  Rain.", &[(2, one, "Rain.", "1)\nRain.")]),
            ("•\nRain.", &[(1, Some(Marker::Bullet), "Rain.", "•\nRain.")]),
            // A number that ends the words above it remains a line of words.
            (
                "1.\nAll this user's reviews",
                &[
                    (1, None, "1.", "1."),
                    (2, None, "All this user's reviews", "All this user's reviews"),
                ],
            ),
            (
                "1.\n2.\nRain.",
                &[(1, None, "1.", "1."), (2, Some(Marker::Number(2)), "Rain.", "2.\nRain.")],
            ),
            (
                "  1. Rain.\n    Fog.\n  2.",
                &[(1, one, "Rain.", "1. Rain."), (2, None, "Fog.", "Fog.")],
            ),
            ("Rain.\n1.", &[(1, None, "Rain.", "Rain."), (2, None, "1.", "1.")]),
            ("1. Rain.\n2.", &[(1, one, "Rain.", "1. Rain.")]),
        ];
        for (text, wanted) in cases {
            let found = lines(text);
            let words: Vec<String> = found.iter().map(|line| line.words.clone()).collect();
            let told: Vec<_> = found
                .iter()
                .zip(&words)
                .map(|(line, words)| (line.number, line.marker, line.body.as_str(), words.as_str()))
                .collect();
            assert_eq!(told, wanted, "{text:?}");
        }
    }
}
