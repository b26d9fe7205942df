//! Scores as dumps print them, on the archive's scale of 0–100.
//!
//! Owns the one table of what a printed score means. Must never guess: a text
//! that does not say what full marks are keeps its score_text and gets no
//! score, because a wrong number in a mean can no longer be seen.
//!
//! | printed | read as | source |
//! | --- | --- | --- |
//! | `3.5/4`, `4.5 / 5`, `3,5/5`, `3 1/2 / 4`, `3½/4`, `3/5 stars` | share of the "out of" | Rotten Tomatoes, column `originalScore` |
//! | `4 of 5`, `7 out of 10`, `4.0 out of 5 stars` | the same | Rotten Tomatoes, Amazon |
//! | `80%` | per cent | |
//! | `A+` … `F`, `B +`, `B-plus`, `A minus` | `GRADES` | Metacritic, "How we create the Metascore magic" |
//! | `★★★½` | out of 5 | Letterboxd prints half stars out of five and no empty ones |
//! | `★★★☆` | filled of all | the empty stars state the "out of" |
//! | `8.1`, `***`, `3 stars` | only with a known [`Scale`] | |
//!
//! Trusted "out of": a whole number from 3 to 100. Below 3 it is a slip of the
//! hand in every case seen (`3/2`, `2.1/2`, `3.0/.0`) or half a star (`1/2`);
//! above 100 no site marks. A comma is a decimal comma, except before exactly
//! three digits, where it could part thousands and the text is left alone.

pub mod compare;
mod lex;

use lex::{Stars, Token, Tokens};

/// What bare numbers are out of: `best` is full marks, `worst` the lowest.
///
/// `worst` is 0 unless the dump itself states another (schema.org
/// `worstRating`): then `worst` maps to 0 and `best` to
/// 100, linearly. A text that states its own "out of" (`4/5`) is counted from
/// 0 whatever the scale says, since that is what the fraction says.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
pub struct Scale {
    /// The lowest mark: 0, or 1 of five stars.
    #[serde(default)]
    pub worst: f64,
    /// The highest mark.
    pub best: f64,
}

impl Scale {
    /// Scale from 0 to `best`.
    pub const fn out_of(best: f64) -> Self {
        Self { worst: 0.0, best }
    }

    /// Where `value` lies on the scale, 0–100; `None` outside it and on a
    /// scale that is none (`best` not above `worst`, or not finite).
    fn place(self, value: f64) -> Option<f64> {
        let width = self.best - self.worst;
        let sound = width.is_finite() && width > 0.0;
        (sound && (self.worst..=self.best).contains(&value))
            .then(|| round((value - self.worst) / width * 100.0))
    }
}

/// Letters as Metacritic converts them: twelve equal steps from A to F, with
/// A+ counted as A and F+ one step above F. There is no F-.
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

/// Letters and their points, the best first.
pub fn grades() -> impl Iterator<Item = (String, f64)> {
    GRADES.iter().map(|(letter, sign, points)| {
        let sign = sign.map_or("", |plus| if plus { "+" } else { "-" });
        (format!("{}{sign}", letter.to_ascii_uppercase()), *points)
    })
}

/// Full marks of a row of Unicode stars that shows no empty ones.
const STARS: f64 = 5.0;

/// A scale with more steps than this is not counted in stars.
const MOST_STARS: f64 = 10.0;

/// The longest printed score looked at, in bytes. The longest real ones
/// (`4.75 out of 5.00 stars`) have 22; what is longer is prose.
const LONGEST: usize = 80;

/// The score 0–100 that `text` states, or `None` where it states none for
/// certain. `scale` is what bare numbers and bare stars are out of, if known.
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

/// `Rating: 3/5`, `Grade B` and `2 star rating` without the word beside the mark.
fn without_label(tokens: &[Option<Token>]) -> &[Option<Token>] {
    match tokens {
        [rest @ .., Some(Token::Unit), Some(Token::Label)] => rest,
        [Some(Token::Label), Some(Token::Colon), rest @ ..] | [Some(Token::Label), rest @ ..] => {
            rest
        }
        tokens => tokens,
    }
}

/// A letter, with its plus or minus as a sign or a word.
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

/// A number or a row of stars, and what it is out of.
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
        // Where empty stars alone stand, some count them.
        let trusted = (3.0..=MOST_STARS).contains(&row.places) && amount.value > 0.0;
        return if trusted { Scale::out_of(row.places).place(amount.value) } else { None };
    }
    match scale.filter(|scale| scale.best <= MOST_STARS) {
        Some(scale) => scale.place(amount.value),
        // "★★★ stars" is nobody's way to print; only the row by itself is Letterboxd's.
        None if !row.ascii && tokens.len() <= 2 => Scale::out_of(STARS).place(amount.value),
        None => None,
    }
}

/// What stands before the "out of".
#[derive(Clone, Copy)]
struct Amount {
    value: f64,
    stars: Option<Stars>,
}

/// Reads `3.5`, `3½`, `3 1/2`, `½`, `★★★½`, `★★½☆☆` or `*** 1/2` from the front.
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

/// The fractions critics print as two digits: halves, thirds and quarters.
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

/// Takes away what division in binary adds to decimal marks (7/10 → 70.00000000000001).
fn round(score: f64) -> f64 {
    (score * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests;
