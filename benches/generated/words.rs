//! Invented words and names.
//!
//! Owns: the vocabulary and every name in a generated dump. Must never: contain text of a real
//! review or a real person's name.

use super::random::{Random, Zipf};

/// Onsets and vowels of a syllable. No onset ends in a vowel and no vowel has two letters, so a
/// word splits into syllables in only one way, and no two numbers make the same word.
const ONSETS: [&str; 20] = [
    "t", "th", "s", "n", "r", "l", "d", "m", "k", "p", "b", "f", "g", "v", "w", "h", "st", "tr",
    "br", "z",
];
const VOWELS: [&str; 6] = ["e", "a", "o", "i", "u", "y"];

const ONE: u32 = 120;
const TWO: u32 = ONE * ONE;
const THREE: u32 = TWO * ONE;

/// As many words as in the quotes of a million reviews: English text of that length has 150,000 to
/// 250,000 distinct tokens (including names and typos).
const VOCABULARY: u32 = 200_000;

/// The words of quotes, most common first; common words are shorter.
pub struct Words {
    words: Vec<String>,
    chance: Zipf,
}

impl Words {
    pub fn new() -> Self {
        // Mandelbrot's offset of 2.7 fits English running text.
        Words { words: (0..VOCABULARY).map(word).collect(), chance: Zipf::new(VOCABULARY, 2.7) }
    }

    pub fn draw(&self, random: &mut Random) -> &str {
        &self.words[self.chance.draw(random) as usize]
    }
}

/// The word of a rank. Within one length the ranks are scattered by an odd factor, so that words
/// of similar frequency do not share their first letters.
fn word(rank: u32) -> String {
    match rank {
        0..ONE => syllables(rank * 77 % ONE, 1),
        ONE..TWO => syllables(((rank - ONE) * 7_919) % TWO, 2),
        _ => syllables((u64::from(rank) * 1_000_003 % u64::from(THREE)) as u32, 3),
    }
}

fn syllables(mut number: u32, count: u32) -> String {
    let mut word = String::new();
    for _ in 0..count {
        let (onset, vowel) = (number % 20, number / 20 % 6);
        word.push_str(ONSETS[onset as usize]);
        word.push_str(VOWELS[vowel as usize]);
        number /= ONE;
    }
    word
}

/// A name of two words; every twentieth has an accent.
pub fn person(number: u32) -> String {
    let mut random = Random::of(0x6e61_6d65, u64::from(number));
    let first = capital(&syllables(random.below(u64::from(TWO)) as u32, 2));
    // The second word encodes the number, so that names are unique.
    let mut last = capital(&syllables(number.wrapping_mul(7_919) % THREE, 3));
    if number.is_multiple_of(20) {
        last.push('é');
    }
    format!("{first} {last}")
}

pub fn publication(number: u32) -> String {
    let place = capital(&syllables(number.wrapping_mul(7_919) % THREE, 3));
    let kind = ["Courant", "Post & Mail", "Review", "Screen", "Weekly", "Film Journal"];
    format!("The {place} {}", kind[number as usize % kind.len()])
}

pub fn title(number: u32) -> String {
    let mut random = Random::of(0x7469_746c, u64::from(number));
    let mut title = capital(&syllables(number.wrapping_mul(7_919) % THREE, 3));
    for _ in 0..random.below(3) {
        title.push(' ');
        title.push_str(&capital(&syllables(random.below(u64::from(TWO)) as u32, 2)));
    }
    title
}

pub fn capital(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    push_capital(&mut text, word);
    text
}

/// Every generated word begins with an ASCII letter.
pub fn push_capital(text: &mut String, word: &str) {
    let mut letters = word.chars();
    text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
    text.push_str(letters.as_str());
}
