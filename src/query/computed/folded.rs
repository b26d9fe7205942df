//! Quotes folded as `quote_pair` compares them: without spaces and punctuation, in small
//! letters (of ASCII, as SQLite's lower()).

/// Adds nothing.
const LEFT_OUT: u8 = 0xFF;

/// What becomes of each ASCII character; [`LEFT_OUT`] is none.
const FOLDED: [u8; 128] = {
    let mut folded = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        folded[byte as usize] = match byte {
            b'\n' | b' ' | b'.' | b',' | b'\'' | b'"' | b'-' => LEFT_OUT,
            _ => byte.to_ascii_lowercase(),
        };
        byte += 1;
    }
    folded
};

/// Writes the folded quote in the place of what stands in `folded`. Of "…’“”" each has the
/// bytes E2 80 and one more, which begin nothing else within UTF-8.
pub fn fold(quote: &[u8], folded: &mut Vec<u8>) {
    folded.clear();
    folded.reserve(quote.len());
    let mut rest = quote;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match FOLDED.get(usize::from(byte)) {
            Some(&LEFT_OUT) => {}
            Some(&small) => folded.push(small),
            None => match (byte, after) {
                (0xE2, [0x80, 0xA6 | 0x99 | 0x9C | 0x9D, beyond @ ..]) => rest = beyond,
                _ => folded.push(byte),
            },
        }
    }
}

/// How many characters: bytes that do not go on with one.
pub fn letters(folded: &[u8]) -> usize {
    folded.iter().filter(|&&byte| begins(byte)).count()
}

/// The first `n` characters.
pub fn up_to(folded: &[u8], n: usize) -> &[u8] {
    let end = folded.iter().enumerate().filter(|(_, byte)| begins(**byte)).nth(n);
    folded.get(..end.map_or(folded.len(), |(at, _)| at)).unwrap_or(folded)
}

fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_goes_and_letters_stay() {
        for (quote, expected) in [
            ("", ""),
            ("A “warm”, careful\nstory – it's on-line…", "awarmcarefulstory–itsonline"),
            ("ÄÖ Ünïcödé’s", "ÄÖÜnïcödés"),
            ("忘れ られない。", "忘れられない。"),
            ("„a‘ ‚b‛ ‐\u{2027}", "„a‘‚b‛‐\u{2027}"),
        ] {
            let mut folded = vec![b'x'];
            fold(quote.as_bytes(), &mut folded);
            assert_eq!(str::from_utf8(&folded), Ok(expected));
            assert_eq!(letters(&folded), expected.chars().count());
            for n in [0, 1, 3, 100] {
                let first: String = expected.chars().take(n).collect();
                assert_eq!(up_to(&folded, n), first.as_bytes());
            }
        }
    }
}
