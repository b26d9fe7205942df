//! Parses printed scores to the archive's scale of 0–100.
//!
//! Owns the only table of the meaning of printed scores. Must never guess: a text without a known
//! maximum keeps its score_text and gets no score, because a wrong number in a mean cannot be
//! noticed later.
//!
//! | printed | read as | source |
//! | --- | --- | --- |
//! | `3.5/4`, `4.5 / 5`, `3,5/5`, `3 1/2 / 4`, `3½/4`, `3/5 stars` | share of the "out of" | Rotten Tomatoes, column `originalScore` |
//! | `4 of 5`, `7 out of 10`, `4.0 out of 5 stars` | the same | Rotten Tomatoes, Amazon |
//! | `80%` | per cent | |
//! | `A+` … `F`, `B +`, `B-plus`, `A minus` | `GRADES` | Metacritic, "How we create the Metascore magic" |
//! | `★★★½` | out of 5 | Letterboxd prints half stars out of five and no empty ones |
//! | `★★★☆` | filled of all | the empty stars give the "out of" |
//! | `8.1`, `***`, `3 stars` | only with a known [`Scale`] | |
//!
//! A valid "out of" is an integer from 3 to 100. Below 3 it was a typo in every case seen (`3/2`,
//! `2.1/2`, `3.0/.0`) or half a star (`1/2`); no site's scale exceeds 100. A comma is a decimal
//! comma, except before exactly three digits, where it could separate thousands and the text gets
//! no score.

pub mod compare;
mod lex;

use lex::{Stars, Token, Tokens};

/// The scale of bare numbers: `best` is the maximum, `worst` the minimum.
///
/// `worst` is 0 unless the dump itself gives another (schema.org `worstRating`): then `worst` maps
/// to 0 and `best` to 100, linearly. A text with its own "out of" (`4/5`) is counted from 0
/// whatever the scale.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
pub struct Scale {
    /// The minimum: 0, or 1 of five stars.
    #[serde(default)]
    pub worst: f64,
    /// The maximum.
    pub best: f64,
}

impl Scale {
    /// Scale from 0 to `best`.
    pub const fn out_of(best: f64) -> Self {
        Self { worst: 0.0, best }
    }

    /// The position of `value` on the scale, 0–100; `None` outside the scale or if the scale is
    /// invalid (`best` not above `worst`, or not finite).
    fn place(self, value: f64) -> Option<f64> {
        let width = self.best - self.worst;
        let sound = width.is_finite() && width > 0.0;
        (sound && (self.worst..=self.best).contains(&value))
            .then(|| round((value - self.worst) / width * 100.0))
    }
}

/// Letter grades as Metacritic converts them: twelve equal steps from A to F, with A+ equal to A
/// and F+ one step above F. There is no F-.
const GRADES: [(char, Option<bool>, f64); 14] = [
    ('a', Some(true), 100.0),
    ('a', None, 100.0),
    ('a', Some(false), 91.0),
    ('b', Some(true), 83.0),
    ('b', None, 75.0),
    ('b', Some(false), 67.0),
    ('c', Some(true), 58.0),
    ('c', None, 50.0),
    ('c', Some(false), 42.0),
    ('d', Some(true), 33.0),
    ('d', None, 25.0),
    ('d', Some(false), 16.0),
    ('f', Some(true), 8.0),
    ('f', None, 0.0),
];

/// Letter grades and their points, best first.
pub fn grades() -> impl Iterator<Item = (String, f64)> {
    GRADES.iter().map(|(letter, sign, points)| {
        let sign = sign.map_or("", |plus| if plus { "+" } else { "-" });
        (format!("{}{sign}", letter.to_ascii_uppercase()), *points)
    })
}

/// The maximum for a row of Unicode stars without empty ones.
const STARS: f64 = 5.0;

/// Scales with more steps are not counted in stars.
const MOST_STARS: f64 = 10.0;

/// Maximum length of a printed score in bytes. The longest real ones (`4.75 out of 5.00 stars`)
/// have 22; longer text is prose.
const LONGEST: usize = 80;

/// The score 0–100 given by `text`, or `None` if it is not certain. `scale` is that of bare
/// numbers and bare stars, if known.
///
/// The result is rounded to 1e-9, so that `7/10` is exactly 70.
pub fn parse(text: &str, scale: Option<Scale>) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let mut tokens = Tokens::default();
    lex::lex(text.strip_suffix('.').unwrap_or(text), &mut tokens)?;
    let tokens = without_label(tokens.as_slice());
    grade(tokens).or_else(|| marks(tokens, scale))
}

/// Removes the word next to the score in `Rating: 3/5`, `Grade B` and `2 star rating`.
fn without_label(tokens: &[Option<Token>]) -> &[Option<Token>] {
    match tokens {
        [rest @ .., Some(Token::Unit), Some(Token::Label)] => rest,
        [Some(Token::Label), Some(Token::Colon), rest @ ..] | [Some(Token::Label), rest @ ..] => {
            rest
        }
        tokens => tokens,
    }
}

/// A letter grade; plus or minus may be a sign or a word.
fn grade(tokens: &[Option<Token>]) -> Option<f64> {
    let (letter, sign) = match tokens {
        [Some(Token::Grade(letter))] => (letter, None),
        [Some(Token::Grade(letter)), Some(Token::Plus | Token::PlusWord)]
        | [Some(Token::Grade(letter)), Some(Token::Minus), Some(Token::PlusWord)] => {
            (letter, Some(true))
        }
        [Some(Token::Grade(letter)), Some(Token::Minus | Token::MinusWord)]
        | [Some(Token::Grade(letter)), Some(Token::Minus), Some(Token::MinusWord)] => {
            (letter, Some(false))
        }
        _ => return None,
    };
    GRADES.iter().find(|(l, s, _)| l == letter && *s == sign).map(|(_, _, score)| *score)
}

/// A number or a row of stars, with its scale.
fn marks(tokens: &[Option<Token>], scale: Option<Scale>) -> Option<f64> {
    let (amount, rest) = amount(tokens)?;
    let rest = without_unit(rest);
    match rest {
        [] => bare(amount, tokens, scale),
        [Some(Token::Percent)] if amount.stars.is_none() => {
            Scale::out_of(100.0).place(amount.value)
        }
        [Some(Token::Slash | Token::Of), of @ ..] => {
            let best = match of {
                [Some(Token::Number { value, .. })]
                | [Some(Token::Number { value, .. }), Some(Token::Unit)] => *value,
                [Some(Token::Stars(row))] if !row.empty => row.filled,
                _ => return None,
            };
            let trusted = best.fract() == 0.0 && (3.0..=100.0).contains(&best);
            if trusted { Scale::out_of(best).place(amount.value) } else { None }
        }
        _ => None,
    }
}

fn bare(amount: Amount, tokens: &[Option<Token>], scale: Option<Scale>) -> Option<f64> {
    let Some(row) = amount.stars else {
        return scale?.place(amount.value);
    };
    if row.empty {
        // Some count empty stars if there are only empty ones.
        let trusted = (3.0..=MOST_STARS).contains(&row.places) && amount.value > 0.0;
        return if trusted { Scale::out_of(row.places).place(amount.value) } else { None };
    }
    match scale.filter(|scale| scale.best <= MOST_STARS) {
        Some(scale) => scale.place(amount.value),
        // Only a row of stars by itself is Letterboxd's notation; "★★★ stars" is unknown.
        None if !row.ascii && tokens.len() <= 2 => Scale::out_of(STARS).place(amount.value),
        None => None,
    }
}

/// The part before the "out of".
#[derive(Clone, Copy)]
struct Amount {
    value: f64,
    stars: Option<Stars>,
}

/// Parses a leading `3.5`, `3½`, `3 1/2`, `½`, `★★★½`, `★★½☆☆` or `*** 1/2`.
fn amount(tokens: &[Option<Token>]) -> Option<(Amount, &[Option<Token>])> {
    use Token::{Fraction, Number, Slash, Stars as Row};
    let number = |value| Amount { value, stars: None };
    let half = |row: &Stars, part: f64| Amount {
        value: row.filled + part,
        stars: Some(Stars { places: row.places + 1.0, ..*row }),
    };
    Some(match tokens {
        [Some(Number { value, whole: true }), Some(Fraction(part)), rest @ ..] => {
            (number(value + part), rest)
        }
        [Some(Number { value, whole: true }), Some(over), Some(Slash), Some(under), rest @ ..]
            if common_fraction(*over, *under).is_some() =>
        {
            (number(value + common_fraction(*over, *under)?), rest)
        }
        [Some(Number { value, .. }), rest @ ..] => (number(*value), rest),
        [Some(Row(row)), Some(Fraction(part)), Some(Row(after)), rest @ ..]
            if !row.empty && after.filled == 0.0 =>
        {
            let row = Stars { places: row.places + after.places, empty: true, ..*row };
            (half(&row, *part), rest)
        }
        [Some(Row(row)), Some(Fraction(part)), rest @ ..] if !row.empty => (half(row, *part), rest),
        [Some(Row(row)), Some(over), Some(Slash), Some(under), rest @ ..]
            if !row.empty && common_fraction(*over, *under).is_some() =>
        {
            (half(row, common_fraction(*over, *under)?), rest)
        }
        [Some(Row(row)), rest @ ..] => (Amount { value: row.filled, stars: Some(*row) }, rest),
        [Some(Fraction(part)), Some(Row(after)), rest @ ..] if after.filled == 0.0 => {
            (half(after, *part), rest)
        }
        [Some(Fraction(part)), rest @ ..] => (number(*part), rest),
        _ => return None,
    })
}

/// Fractions that critics print as two digits: halves, thirds and quarters.
fn common_fraction(over: Token, under: Token) -> Option<f64> {
    let (Token::Number { value: over, whole: true }, Token::Number { value: under, whole: true }) =
        (over, under)
    else {
        return None;
    };
    let common = [(1.0, 2.0), (1.0, 3.0), (2.0, 3.0), (1.0, 4.0), (3.0, 4.0)];
    common.contains(&(over, under)).then_some(over / under)
}

fn without_unit(tokens: &[Option<Token>]) -> &[Option<Token>] {
    match tokens {
        [Some(Token::Unit), rest @ ..] => rest,
        tokens => tokens,
    }
}

/// Removes the floating-point error of the division (7/10 → 70.00000000000001).
fn round(score: f64) -> f64 {
    (score * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests;
