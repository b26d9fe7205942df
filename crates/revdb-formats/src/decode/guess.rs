//! Guesses the encoding of a dump that is not UTF-8 and does not declare one.
//!
//! Owns: judging the plausibility of decoded text. Must never: choose an encoding in which the
//! text is implausible. Such a dump is refused: mojibake in an archive can no longer be told from
//! what somebody wrote.
//!
//! chardetng, the browsers' detector, knows letter frequencies per language and names the
//! candidate: it tells `Michał` in Windows-1250 from `Micha³`. Windows-1252 is what Western
//! spreadsheets write, so it is chosen if it is plausible and nothing else is.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, ISO_8859_5, ISO_8859_6, ISO_8859_7,
    ISO_8859_8, KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1255, WINDOWS_1256,
};

/// How to decode the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// UTF-8; invalid bytes are Windows-1252.
    Plain,
    /// The given encoding.
    Other(&'static Encoding),
    /// UTF-8 that was read as Windows-1252 and encoded again.
    Twice,
}

/// A Latin encoding other than Windows-1252 needs this many letters that differ from Windows-1252:
/// one stray byte proves nothing.
const ENOUGH_FOR_LATIN: usize = 2;

/// Judges a dump by its beginning.
///
/// # Errors
/// Why it cannot be read at all, as a clause.
pub fn of(head: &[u8]) -> Result<Guess, String> {
    if Encoding::for_bom(head).is_some_and(|(encoding, _)| encoding != UTF_8) {
        return Ok(Guess::Plain);
    }
    let (good, bad) = match std::str::from_utf8(head) {
        Ok(text) => return Ok(if is_doubly_encoded(text) { Guess::Twice } else { Guess::Plain }),
        Err(error) if error.error_len().is_none() => return Ok(Guess::Plain),
        Err(_) => sequences(head),
    };
    // Stray bytes among UTF-8, or binary data.
    if good > bad || head.contains(&0) {
        return Ok(Guess::Plain);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let western = decoded(head, WINDOWS_1252);
    let mut candidate = detector.guess(None, Utf8Detection::Deny);
    if candidate == WINDOWS_1252 && western.as_deref().is_some_and(is_hungarian) {
        candidate = WINDOWS_1250;
    }
    let is_western = western.as_deref().is_some_and(|text| plausible_latin(text, 2));
    let fits = match script(candidate) {
        Some(script) => decoded(head, candidate).is_some_and(|text| plausible_in(&text, script)),
        None => decoded(head, candidate).is_some_and(|text| {
            let others = western.as_deref().map_or(usize::MAX, |western| differing(&text, western));
            // Polish and Czech words have such letters next to each other ("Żółw").
            others >= ENOUGH_FOR_LATIN && plausible_latin(&text, 4)
        }),
    };
    if fits && candidate != WINDOWS_1252 {
        return Ok(Guess::Other(candidate));
    }
    if is_western {
        return Ok(Guess::Plain);
    }
    if decoded(head, MACINTOSH).is_some_and(|text| plausible_latin(&text, 2) && is_accents(&text)) {
        return Ok(Guess::Other(MACINTOSH));
    }
    Err(refusal(&western.unwrap_or_default()))
}

fn refusal(western: &str) -> String {
    let around = western.char_indices().find(|(_, c)| !c.is_ascii()).map_or(0, |(at, _)| at);
    let start = western[..around].rfind(|c: char| c.is_ascii_control() || c == ',').unwrap_or(0);
    let shown: String =
        western[start..].chars().filter(|c| !c.is_control()).skip(1).take(24).collect();
    format!(
        "its encoding cannot be told: it is not UTF-8, and as Windows-1252 it reads \"{shown}\"; \
         say which it is, as in --encoding windows-1251"
    )
}

/// Numbers of multi-byte UTF-8 sequences and of bytes outside any sequence.
fn sequences(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    (good, bad)
}

/// The decoded text if the bytes are valid in this encoding; a truncated sequence at the end is
/// allowed.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len())?);
    let (_, _, replaced) = decoder.decode_to_string(bytes, &mut text, false);
    (!replaced).then_some(text)
}

/// Number of letters that differ between two decodings of the same bytes.
fn differing(text: &str, other: &str) -> usize {
    text.chars().zip(other.chars()).filter(|(c, other)| c != other && c.is_alphabetic()).count()
}

/// `õ` and `û` in one text and no `ã`: Portuguese has `õ` together with `ã`, French has `û`, and
/// Hungarian, whose `ő` and `ű` have the same bytes in Windows-1250, has both.
fn is_hungarian(western: &str) -> bool {
    let has = |c: char| western.chars().any(|found| found.to_lowercase().eq([c]));
    has('õ') && has('û') && !has('ã')
}

/// The script that an encoding is for; `None` for Latin encodings.
fn script(encoding: &'static Encoding) -> Option<fn(char) -> bool> {
    let cyrillic = [WINDOWS_1251, KOI8_R, KOI8_U, ISO_8859_5, encoding_rs::IBM866];
    let chinese = [GBK, GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR, ISO_2022_JP];
    if cyrillic.contains(&encoding) {
        return Some(|c| ('\u{400}'..='\u{52f}').contains(&c));
    }
    if chinese.contains(&encoding) {
        return Some(|c| {
            ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ac00}'..='\u{ffef}').contains(&c)
        });
    }
    if [WINDOWS_1253, ISO_8859_7].contains(&encoding) {
        return Some(|c| ('\u{370}'..='\u{3ff}').contains(&c));
    }
    if [WINDOWS_1255, ISO_8859_8].contains(&encoding) {
        return Some(|c| ('\u{590}'..='\u{5ff}').contains(&c));
    }
    if [WINDOWS_1256, ISO_8859_6].contains(&encoding) {
        return Some(|c| ('\u{600}'..='\u{6ff}').contains(&c));
    }
    (encoding == WINDOWS_874).then_some(|c| ('\u{e00}'..='\u{e7f}').contains(&c))
}

/// Most non-ASCII letters belong to the script, and words do not mix it with Latin letters
/// ("Cafй").
fn plausible_in(text: &str, of_script: fn(char) -> bool) -> bool {
    let (mut own, mut other, mut mixed, mut words) = (0, 0, 0, 0);
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let in_script = word.chars().filter(|&c| of_script(c)).count();
        let beyond = word.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
        own += in_script;
        other += beyond - in_script.min(beyond);
        words += usize::from(in_script > 0);
        // Chinese and Japanese use no spaces, even next to Latin words.
        let spaced = !word.chars().any(|c| c >= '\u{2e80}');
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        mixed += usize::from(in_script > 0 && latin && spaced);
    }
    let odd = text.chars().filter(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}'));
    words > 0 && own >= 4 && own > 4 * (other + odd.count()) && mixed * 10 <= words
}

/// At most a third of the non-ASCII characters are in implausible positions: a capital after a
/// small letter ("CafŽ"), more than `together` in a row ("Ïðèâåò"), opening punctuation after a
/// word, a control character.
fn plausible_latin(text: &str, together: usize) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let (mut odd, mut all) = (0, 0);
    let mut run = 0;
    for (at, &c) in chars.iter().enumerate() {
        run = if c.is_alphabetic() && !c.is_ascii() { run + 1 } else { 0 };
        if c.is_ascii() {
            continue;
        }
        all += 1;
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let behind_letter = before.is_some_and(char::is_alphabetic);
        let is_odd = matches!(c, '\u{80}'..='\u{9f}' | '\u{fffd}')
            || c.is_uppercase() && before.is_some_and(char::is_lowercase)
            || behind_letter && matches!(c, '‚' | '„' | 'ˆ' | '‰' | '‹' | '¿' | '¡' | '¤' | '¦')
            || run > together && c.is_lowercase();
        odd += if is_odd && run == together + 1 { run } else { usize::from(is_odd) };
    }
    odd * 3 <= all
}

/// Most non-ASCII characters are lower-case letters or quotation marks.
fn is_accents(text: &str) -> bool {
    let beyond = text.chars().filter(|c| !c.is_ascii());
    let usual = |c: &char| c.is_lowercase() || "’‘“”–—…".contains(*c);
    beyond.clone().filter(usual).count() * 2 > beyond.count()
}

/// Whether all non-ASCII text is UTF-8 that was read as Windows-1252. "Ã©" does not occur twice by
/// chance.
fn is_doubly_encoded(text: &str) -> bool {
    let (mark, rest) = match text.strip_prefix("ï»¿") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut found = 0;
    for run in rest.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()) {
        let bytes: Option<Vec<u8>> =
            run.chars().map(super::double_encoding::windows_1252_byte).collect();
        match bytes.as_deref().map(std::str::from_utf8) {
            Some(Ok(_)) => found += 1,
            // The sample may end inside a run.
            _ if rest.ends_with(run) && found > 0 => {}
            _ => return false,
        }
    }
    found >= 2 || (mark && found > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_encoding(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn encodings_are_guessed_from_bytes() {
        let russian = "название,отзыв\nСоляная гавань,Медленный и тёплый фильм о море.\n";
        let polish = "Łódź wróciła późną jesienią, wśród źdźbeł i gęstych mgieł; żółty dzień, \
                      chłód, śnieg, księżyc świecił, ćmy, zażółć gęślą jaźń.\n";
        let cases: [(&'static Encoding, &str, Guess); 17] = [
            (UTF_8, russian, Guess::Plain),
            (WINDOWS_1251, russian, Guess::Other(WINDOWS_1251)),
            (KOI8_R, russian, Guess::Other(KOI8_U)),
            (
                SHIFT_JIS,
                "題名,感想\n塩の港,ゆっくりで温かい映画でした。\n",
                Guess::Other(SHIFT_JIS),
            ),
            (GBK, "片名,评论\n盐港,电影很慢，但是很温暖，我很喜欢。\n", Guess::Other(GBK)),
            (WINDOWS_1252, "film,critic\nCafé,Zoë Brûlé\n", Guess::Plain),
            (WINDOWS_1252, "film,words\nA,“Slow” – it’s fine…\n", Guess::Plain),
            (encoding_rs::ISO_8859_2, polish, Guess::Other(encoding_rs::ISO_8859_2)),
            (WINDOWS_1252, "Über den Dächern, weiß, ÄÖÜ\n", Guess::Plain),
            (WINDOWS_1250, "tytuł,rok\nMłyn,1977\nŻółw,1980\n", Guess::Other(WINDOWS_1250)),
            (
                WINDOWS_1250,
                "title,critic\nPříběh,Jiří\nŽádná nuda,Šárka\n",
                Guess::Other(WINDOWS_1250),
            ),
            (
                encoding_rs::WINDOWS_1254,
                "title,critic\nAğır Gölge,Ayşe\n",
                Guess::Other(encoding_rs::WINDOWS_1254),
            ),
            (WINDOWS_1250, "title,words\nŐrült,űrhajó\n", Guess::Other(WINDOWS_1250)),
            (WINDOWS_1252, "title,year\nÞað er,2001\nLjóð,2002\n", Guess::Plain),
            (WINDOWS_1252, "título,nota\nCoração,8\nAções,4\n¿Qué?,2\n", Guess::Plain),
            (WINDOWS_1252, "title,price\nL’été,£5 for 20 m²\n", Guess::Plain),
            (WINDOWS_1252, "title,score\nÝmir,3\n", Guess::Plain),
        ];
        for (encoding, text, wanted) in cases {
            assert_eq!(of(&in_encoding(encoding, text)), Ok(wanted), "{} {text}", encoding.name());
        }
        assert_eq!(of(b"film,critic\nCaf\x8e,Zo\x91 Br\x9el\x8e\n"), Ok(Guess::Other(MACINTOSH)));
    }

    #[test]
    fn mojibake_is_refused_or_repaired() {
        // A DOS code page, which nobody declares: é is 0x82 in it.
        let told = of(b"film,critic\nCaf\x82,Ren\x82e L\x82ger\n");
        assert!(told.is_err_and(|reason| reason.contains("--encoding")));
        assert_eq!(of("film,critic\nCafÃ©,ZoÃ« BrÃ»lÃ©\n".as_bytes()), Ok(Guess::Twice));
        assert_eq!(of("film,critic\nÃ,Å and Æ\n".as_bytes()), Ok(Guess::Plain));
    }
}
