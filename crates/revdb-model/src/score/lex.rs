//! Splits a printed score into tokens.
//!
//! Owns the spellings of each token (`⁄` is `/`, `percent` is `%`). Must never: accept what is not
//! part of a score, so that prose yields no number.

/// A token of a printed score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    /// `whole` if it was printed without decimals.
    Number {
        value: f64,
        whole: bool,
    },
    /// `½`
    Fraction(f64),
    Stars(Stars),
    Grade(char),
    Slash,
    Of,
    Percent,
    Colon,
    Plus,
    Minus,
    PlusWord,
    MinusWord,
    /// `stars`, `points`
    Unit,
    /// `Rating`, `Score`, `Grade`
    Label,
}

/// A row of stars: filled ones, and empty ones if printed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Stars {
    pub(super) filled: f64,
    /// A half star counts as a whole place.
    pub(super) places: f64,
    pub(super) empty: bool,
    pub(super) ascii: bool,
}

/// Tokens on the stack: `parse` runs once for every record of an import.
#[derive(Default)]
pub(super) struct Tokens {
    items: [Option<Token>; Tokens::MOST],
    len: usize,
}

impl Tokens {
    /// `Rating: 3 1/2 stars out of 5 stars` has 10.
    const MOST: usize = 12;

    fn push(&mut self, token: Token) -> Option<()> {
        *self.items.get_mut(self.len)? = Some(token);
        self.len += 1;
        Some(())
    }

    fn last_mut(&mut self) -> Option<&mut Token> {
        self.len.checked_sub(1).and_then(|at| self.items.get_mut(at)).and_then(Option::as_mut)
    }

    pub(super) fn as_slice(&self) -> &[Option<Token>] {
        self.items.get(..self.len).unwrap_or(&[])
    }
}

/// Splits `text` into `tokens`; `None` if it contains anything else.
pub(super) fn lex(text: &str, tokens: &mut Tokens) -> Option<()> {
    let mut chars = text.chars().map(plain).peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\u{FE0F}' => {}
            '0'..='9' | '.' => {
                let mut number = Digits::default();
                number.push(c)?;
                while let Some(c) = chars.next_if(|c| number.takes(*c)) {
                    number.push(c)?;
                }
                tokens.push(number.token()?)?;
            }
            'a'..='z' => {
                let mut word = [0_u8; 9];
                let mut len = 0;
                let mut next = Some(c);
                while let Some(c) = next {
                    *word.get_mut(len)? = u8::try_from(c).ok()?;
                    len += 1;
                    next = chars.next_if(char::is_ascii_lowercase);
                }
                push_word(tokens, word.get(..len)?)?;
            }
            // Russian: "4 из 5".
            'и' if chars.next_if_eq(&'з').is_some() => tokens.push(Token::Of)?,
            '★' | '☆' | '*' => push_star(tokens, c)?,
            '/' => tokens.push(Token::Slash)?,
            '%' => tokens.push(Token::Percent)?,
            ':' => tokens.push(Token::Colon)?,
            '+' => tokens.push(Token::Plus)?,
            '-' => tokens.push(Token::Minus)?,
            other => tokens.push(Token::Fraction(vulgar_fraction(other)?))?,
        }
    }
    Some(())
}

/// One spelling for the typographic variants of a character.
fn plain(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '0'..='9' | 'a'..='z' | ' '..='/' => c,
        // Full-width forms lie 0xFEE0 above their ASCII ones.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0)
            .map_or(c, |c| if c == '/' { c } else { c.to_ascii_lowercase() }),
        '\u{2044}' | '\u{2215}' => '/',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
        '\u{2B50}' | '\u{1F31F}' | '\u{2605}' | '\u{2B51}' | '\u{272D}' | '\u{272E}' => '★',
        'é' | 'É' => 'e',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn vulgar_fraction(c: char) -> Option<f64> {
    Some(match c {
        '¼' => 0.25,
        // U+2BE8 and U+2BEA are the half stars of Unicode 11.
        '½' | '\u{2BE8}' | '\u{2BEA}' => 0.5,
        '¾' => 0.75,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        _ => return None,
    })
}

fn push_word(tokens: &mut Tokens, word: &[u8]) -> Option<()> {
    tokens.push(match word {
        &[letter @ (b'a' | b'b' | b'c' | b'd' | b'f')] => Token::Grade(char::from(letter)),
        b"plus" => Token::PlusWord,
        b"minus" => Token::MinusWord,
        b"of" => Token::Of,
        // German, French, Italian, Spanish, Dutch, Swedish, Danish and Polish: "4,0 von 5 Sternen".
        b"von" | b"sur" | b"su" | b"de" | b"sobre" | b"van" | b"av" | b"af" | b"z" => Token::Of,
        // "out" is always followed by "of", which is the token.
        b"out" => return Some(()),
        b"percent" => Token::Percent,
        b"star" | b"stars" | b"point" | b"points" | b"pts" | b"bubbles" => Token::Unit,
        b"stern" | b"sterne" | b"sternen" | b"punkte" | b"punkten" | b"etoile" | b"etoiles"
        | b"stelle" | b"punti" | b"estrellas" | b"puntos" | b"estrelas" | b"pontos"
        | b"sterren" => Token::Unit,
        b"rating" | b"rated" | b"score" | b"grade" | b"overall" => Token::Label,
        _ => return None,
    })
}

fn push_star(tokens: &mut Tokens, c: char) -> Option<()> {
    let (filled, empty, ascii) = (f64::from(u8::from(c != '☆')), c == '☆', c == '*');
    if let Some(Token::Stars(row)) = tokens.last_mut() {
        if row.ascii != ascii || (row.empty && !empty) {
            return None;
        }
        row.filled += filled;
        row.places += 1.0;
        row.empty |= empty;
        return Some(());
    }
    tokens.push(Token::Stars(Stars { filled, places: 1.0, empty, ascii }))
}

/// The characters of one number, on the stack.
#[derive(Default)]
struct Digits {
    bytes: [u8; 24],
    len: usize,
    /// The position of the decimal point.
    point: Option<usize>,
    comma: bool,
}

impl Digits {
    fn takes(&self, c: char) -> bool {
        c.is_ascii_digit() || (matches!(c, '.' | ',') && self.point.is_none())
    }

    fn push(&mut self, c: char) -> Option<()> {
        if !c.is_ascii_digit() {
            self.point = Some(self.len);
            self.comma = c == ',';
        }
        match self.bytes.get_mut(self.len) {
            Some(place) => *place = u8::try_from(if c == ',' { '.' } else { c }).ok()?,
            // Excess decimals do not matter; excess integer digits do.
            None if self.point.is_some() => return Some(()),
            None => return None,
        }
        self.len += 1;
        Some(())
    }

    fn token(&self) -> Option<Token> {
        let decimals = self.point.map(|point| self.len - point - 1);
        if decimals == Some(0) || (self.comma && decimals == Some(3)) {
            return None;
        }
        let value = std::str::from_utf8(self.bytes.get(..self.len)?).ok()?.parse().ok()?;
        Some(Token::Number { value, whole: decimals.is_none() })
    }
}
