//! Generates review dumps: any number of invented reviews from one seed.
//!
//! Owns: the content of a generated review and the format of its dump. Must never: depend on
//! earlier reviews: number 7 of seed 1 is the same in a dump of ten and of ten million, in every
//! order and format, so that "the same reviews, shuffled" and "a thousand more" can be generated.
//!
//! The sizes are those of the largest public data set of critics' reviews (Rotten Tomatoes as
//! scraped in 2020: 1.1 million reviews of 17,700 films by 11,000 critics in 2,200 publications);
//! as there, the busiest critic of a million reviews has some 7,000, and the most reviewed work
//! some 600.

mod random;
mod words;
mod write;

pub use write::{Shape, write_movies, write_page, write_reviews};

use std::borrow::Cow;

use random::{Random, Zipf};
use words::Words;

const WORKS: u32 = 17_700;
const CRITICS: u32 = 11_000;
const PUBLICATIONS: u32 = 2_200;

/// What is constant across reviews.
pub struct Dump {
    seed: u64,
    words: Words,
    works: Vec<Work>,
    critics: Vec<Critic>,
    publications: Vec<String>,
    work: Zipf,
    critic: Zipf,
    publication: Zipf,
}

struct Work {
    id: String,
    /// Quality, 0 to 100.
    worth: f64,
    /// In days since 1970-01-01.
    first_day: i64,
}

struct Critic {
    name: String,
    /// Bias in points relative to other critics.
    habit: f64,
    /// Index of the publication.
    paper: u32,
}

/// One generated review, as printed.
struct Made<'a> {
    number: u64,
    work: u32,
    movie_id: &'a str,
    byline: Cow<'a, str>,
    publication: &'a str,
    date: Cow<'a, str>,
    score: Cow<'a, str>,
    fresh: bool,
    quote: String,
}

impl Dump {
    pub fn new(seed: u64) -> Self {
        let publication = Zipf::new(PUBLICATIONS, 20.0);
        let work = |number: u32| Work {
            id: movie_id(number),
            worth: 64.0 + 13.0 * Random::of(seed ^ 0x776f_7274, u64::from(number)).normal(),
            first_day: first_day(number),
        };
        let critic = |number: u32| Critic {
            name: words::person(number),
            habit: 6.0 * Random::of(seed ^ 0x6861_6269, u64::from(number)).normal(),
            paper: publication.draw(&mut Random::of(0x7061_7065, u64::from(number))),
        };
        Dump {
            seed,
            words: Words::new(),
            works: (0..WORKS).map(work).collect(),
            critics: (0..CRITICS).map(critic).collect(),
            publications: (0..PUBLICATIONS).map(words::publication).collect(),
            work: Zipf::new(WORKS, 500.0),
            critic: Zipf::new(CRITICS, 20.0),
            publication,
        }
    }

    fn review(&self, number: u64) -> Made<'_> {
        let mut random = Random::of(self.seed, number);
        let work_number = self.work.draw(&mut random);
        let critic_number = self.critic.draw(&mut random);
        let work = &self.works[work_number as usize];
        let critic = &self.critics[critic_number as usize];
        // The critic's opinion: the work's quality, the critic's bias, and chance.
        let percent = (work.worth + critic.habit + 12.0 * random.normal()).clamp(0.0, 100.0);
        Made {
            number,
            work: work_number,
            movie_id: &work.id,
            byline: byline(&critic.name, &mut random),
            publication: self.publication(critic, &mut random),
            date: date(work.first_day, &mut random),
            score: score(critic_number, percent, &mut random),
            fresh: percent >= 60.0,
            quote: self.quote(&mut random),
        }
    }

    /// The critic's own paper in four of five reviews.
    fn publication(&self, critic: &Critic, random: &mut Random) -> &str {
        let number = match random.below(100) {
            0 => return "",
            1..20 => self.publication.draw(random),
            _ => critic.paper,
        };
        &self.publications[number as usize]
    }

    /// 12 to 60 words in sentences of 6 to 20. One in fifty quotes a word, one in a hundred has
    /// paragraphs, one in two hundred has boilerplate or entities.
    fn quote(&self, random: &mut Random) -> String {
        let count = random.between(12, 60);
        let (quoted, broken) = (random.one_in(50), random.one_in(100));
        let mut quote = String::with_capacity(400);
        let mut left = 0;
        for at in 0..count {
            let word = self.words.draw(random);
            if left == 0 {
                left = random.between(6, 20);
                quote.push_str(match at {
                    0 => "",
                    _ if broken => ".\n\n",
                    _ => ". ",
                });
                words::push_capital(&mut quote, word);
            } else if quoted && at == count / 2 {
                quote.push_str(" \"");
                quote.push_str(word);
                quote.push('"');
            } else {
                quote.push_str(if random.one_in(12) { ", " } else { " " });
                quote.push_str(word);
            }
            left -= 1;
        }
        quote.push_str(match random.below(600) {
            0 => "... Full Review »",
            1 => " &amp; more&#133;",
            2 => "<br>— it isn’t over.",
            _ => ".",
        });
        quote
    }
}

fn byline<'a>(name: &'a str, random: &mut Random) -> Cow<'a, str> {
    match random.below(400) {
        0..4 => "".into(),
        4..8 => "Staff (Not credited)".into(),
        8 => name.to_uppercase().into(),
        9 => name.replace(' ', "  ").into(),
        _ => name.into(),
    }
}

/// Printed on the critic's own scale; missing one time in eight. Of a hundred scores three are
/// unusual: they stay text or need parsing.
fn score(critic: u32, percent: f64, random: &mut Random) -> Cow<'static, str> {
    match random.below(100) {
        0..12 => return "".into(),
        12 => {
            return random
                .pick(&["3", "***", "5.5/5", "3/2", "Recommended", "B+/A-", "two thumbs"])
                .into();
        }
        13 => return format!("{} 1/2 / 4", random.between(0, 3)).into(),
        14 => return format!("{}%", percent.round()).into(),
        _ => {}
    }
    match critic % 10 {
        0..3 => format!("{}/5", (percent / 10.0).round() / 2.0).into(),
        3..5 => format!("{}/4", (percent / 12.5).round() / 2.0).into(),
        5..7 => format!("{}/10", (percent / 10.0).round()).into(),
        7 => format!("{}/100", percent.round()).into(),
        8 => format!("{} out of 10", (percent / 5.0).round() / 2.0).into(),
        _ => letter(percent).into(),
    }
}

fn letter(percent: f64) -> &'static str {
    const LETTERS: [&str; 13] =
        ["F", "F+", "D-", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A"];
    LETTERS[(percent / 100.0 * 12.0).round() as usize]
}

/// Seven of ten within three weeks of the work's release, the others in the 600 weeks after. Some
/// have none, some the scraper's placeholder, and one in ten thousand is unreadable and gets
/// rejected.
fn date(first: i64, random: &mut Random) -> Cow<'static, str> {
    match random.below(10_000) {
        0 => "the other day".into(),
        1..150 => "".into(),
        150..300 => "2000-01-01".into(),
        300..7_300 => iso(first + random.between(-7, 14)).into(),
        _ => iso(first + random.between(14, 4_200)).into(),
    }
}

/// Days since 1970-01-01, from 1995 to 2013, so that no review is in the future.
fn first_day(work: u32) -> i64 {
    Random::of(0x6669_7273, u64::from(work)).between(9_131, 15_700)
}

/// ISO date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-compatible
/// low-level date algorithms", `civil_from_days`; for days after 0000-03-01).
fn iso(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

fn movie_id(work: u32) -> String {
    format!("m-{work:05}")
}

fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let (era, of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

/// `rows` numbers from `first`, shuffled (Fisher and Yates).
pub fn order(first: u64, rows: u64, shuffle: Option<u64>) -> Vec<u64> {
    let mut numbers: Vec<u64> = (first..first.saturating_add(rows)).collect();
    if let Some(seed) = shuffle {
        let mut random = Random::of(seed, 0);
        for at in (1..numbers.len()).rev() {
            numbers.swap(at, random.below(at as u64 + 1) as usize);
        }
    }
    numbers
}
