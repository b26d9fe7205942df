//! Compares names folded: ignoring case, accents, spaces, dots and typographic variants.
//!
//! This is the only equivalence of names that revdb applies by itself.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::unicode::is_invisible;

/// The least Jaro-Winkler similarity of a suggestion; at 0.75, `--sort` would be suggested for
/// `--import`.
const NEAR: f64 = 0.8;

/// At most three names most similar to `wanted`, best first, for a mistyped name. A single word of
/// a name may match.
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let likeness = |name: &str| match name.split('-').any(|word| word == wanted) {
        true => 1.0,
        false => strsim::jaro_winkler(wanted, name),
    };
    let mut near: Vec<(f64, &str)> = names.into_iter().map(|name| (likeness(name), name)).collect();
    near.retain(|(likeness, _)| *likeness >= NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The form in which two spellings of a name are equal.
///
/// Compatibility-decomposed, without combining marks, lower case, with plain quotes and dashes,
/// without dots and invisible characters, with white space collapsed and standalone initials
/// joined, so that `V.A. Musetto`, `V. A. Musetto` and `v a  musetto` are equal. A text of dots or
/// marks only folds to itself in lower case, so that no name folds to nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return join_initials(&fold_chars(text.chars()), text);
    }
    let folded = fold_chars(text.nfkd().filter(|&c| !is_combining_mark(c) && !is_invisible(c)));
    join_initials(&folded, text)
}

fn fold_chars(chars: impl Iterator<Item = char>) -> String {
    let mut folded = String::new();
    for c in chars {
        match c {
            '.' | '\u{2024}' => {
                // A dot separates initials ("V.A."), so it becomes a space.
                folded.push(' ');
            }
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '`' | '\u{00B4}' => {
                folded.push('\'')
            }
            '\u{201C}' | '\u{201D}' => folded.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            'ß' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'đ' | 'Đ' => folded.push('d'),
            'ı' => folded.push('i'),
            c if c.is_whitespace() => folded.push(' '),
            c => folded.extend(c.to_lowercase().filter(|&c| !is_combining_mark(c))),
        }
    }
    folded
}

fn join_initials(folded: &str, original: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut after_initial = false;
    for word in folded.split_whitespace() {
        let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        let joined = initial && after_initial;
        if !out.is_empty() && !joined {
            out.push(' ');
        }
        out.push_str(word);
        after_initial = initial;
    }
    if out.is_empty() { original.trim().to_lowercase() } else { out }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_that_are_one_name() {
        let cases: &[(&str, &str)] = &[
            ("MANOHLA  DARGIS", "manohla dargis"),
            (" Manohla\u{a0}Dargis ", "manohla dargis"),
            ("V.A. Musetto", "va musetto"),
            ("V. A. Musetto", "va musetto"),
            ("Andrew O\u{2019}Hehir", "andrew o'hehir"),
            ("René Rodríguez", "rene rodriguez"),
            ("Rene\u{301} Rodri\u{301}guez", "rene rodriguez"),
            ("Søren Kierkegaard", "soren kierkegaard"),
            ("İpek", "ipek"),
            ("io9.com", "io9 com"),
            ("ＦＩＬＭＩＮＫ", "filmink"),
            ("Manohla\u{200b} Dar\u{ad}gis\u{2060}", "manohla dargis"),
            ("\u{feff}Manohla Dargis\u{3164}\u{e0041}\u{fe0f}", "manohla dargis"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("\u{200b}", "\u{200b}"),
            ("映画", "映画"),
            ("...", "..."),
            ("", ""),
        ];
        for (name, folded) in cases {
            assert_eq!(fold(name), *folded, "{name:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for name in ["V. A. Musetto", "À la folie", "E! Staff", "…", "A.O. Scott"] {
            assert_eq!(fold(&fold(name)), fold(name), "{name:?}");
        }
    }
}
