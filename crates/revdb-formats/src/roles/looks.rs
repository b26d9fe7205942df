//! Tests on single values: person's name, job title, sentence, month, printed list.
//!
//! Must never: decide what a column is; a single value is no evidence.

use super::names;
use revdb_model::date;

/// "Ana R.", "Nancy L" and "by S***.": abbreviated names as sites show them.
pub(super) fn is_signed(cell: &str) -> bool {
    let named = cell.strip_prefix("by ").or_else(|| cell.strip_prefix("By "));
    let mut words = named.unwrap_or(cell).split_whitespace();
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let Some(first) = words.next().filter(|word| capital(word)) else { return false };
    let Some(last) = words.next_back() else { return named.is_some() };
    let initial = last.strip_suffix('.').unwrap_or(last);
    let alone = initial.chars().count() == 1 && capital(initial);
    // "The X", "Plan B", "Vitamin C".
    let none_of_a_person = ["The", "A", "Plan", "Vitamin"];
    named.is_some() || alone && words.count() < 2 && !none_of_a_person.contains(&first)
}

/// Two or three capitalised words, none of them typical of a work or a place.
pub(super) fn may_be_a_name(cell: &str) -> bool {
    const NONE_OF_A_NAME: [&str; 8] =
        ["The", "And", "Inn", "House", "Street", "Restaurant", "Grill", "Club"];
    let name = cell.split_once(',').map_or(cell, |(name, _)| name);
    let is_part = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
            && !NONE_OF_A_NAME.contains(&word)
            && !names::is_work_word(word)
    };
    let words = name.split_whitespace().count();
    (2..=3).contains(&words) && name.split_whitespace().all(is_part)
}

/// "A1B2C3,D4E5F6", without spaces.
pub(super) fn is_joined_ids(cell: &str) -> bool {
    let is_id = |part: &str| {
        part.len() >= 5
            && part.bytes().all(|b| b.is_ascii_alphanumeric())
            && part.bytes().any(|b| b.is_ascii_digit())
    };
    cell.contains(',') && cell.split(',').all(is_id)
}

/// "+32 9 555 12 34", "(555) 123-4567", "555-1234".
pub(super) fn is_a_phone_number(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let signs =
        cell.bytes().filter(|b| matches!(b, b' ' | b'-' | b'(' | b')' | b'+' | b'/')).count();
    (7..=15).contains(&digits) && signs > 0 && digits + signs == cell.len()
}

/// "BBB+", "AA-", "Baa1": how agencies rate debtors.
pub(super) fn is_a_credit_rating(cell: &str) -> bool {
    let letters = cell.trim_end_matches(['+', '-', '1', '2', '3']);
    let same = letters.as_bytes().windows(2).all(|pair| pair.first() == pair.last());
    cell.len() <= letters.len() + 1
        && (matches!(letters, "Aa" | "Baa" | "Ba" | "Caa" | "Ca")
            || same && matches!(letters.len(), 2 | 3) && letters.starts_with(['A', 'B', 'C', 'D']))
}

/// "CTO at Northwind", "Owner, Fjord", but not "The Harbour Director".
pub(super) fn is_a_post(cell: &str) -> bool {
    const POSTS: [&str; 26] = [
        "ceo", "cto", "cfo", "coo", "cmo", "founder", "cofounder", "owner", "manager", "director",
        "head", "president", "vp", "engineer", "designer", "developer", "chief", "consultant",
        "analyst", "entrepreneur", "geschäftsführer", "inhaber", "gérant", "directeur",
        "directora", "gerente",
    ];
    let words = cell.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    let mut words = words.peekable();
    let article = words.peek().is_some_and(|word| matches!(word.as_str(), "the" | "a" | "an"));
    !article && words.any(|word| POSTS.contains(&word.as_str()))
}

/// "Reyes, Ana", "Ana Reyes (The Pier)", "Ana Reyes | The Pier".
pub(super) fn is_parted(cell: &str) -> bool {
    [", ", " - ", " – ", " — ", " | ", " / "].iter().any(|sign| cell.contains(sign))
        || cell.ends_with(')') && cell.contains(" (")
}

/// "Never again!", but not "Dr." or "S.W.A.T.".
pub(super) fn ends_as_a_sentence(cell: &str) -> bool {
    let Some(rest) = cell.strip_suffix(['.', '!', '?', '…', '。', '！']) else { return false };
    let last = rest.trim_end_matches(['.', '!', '?', ' ']);
    let last = last.rsplit([' ', '.']).next().unwrap_or(last);
    last.chars().count() > 2
}

/// "June", in any language whose dates are read.
pub(super) fn is_a_month(cell: &str) -> bool {
    let word = cell.strip_suffix('.').unwrap_or(cell);
    word.chars().all(char::is_alphabetic)
        && word.chars().count() <= 12
        && date::parse(&format!("{word} 2000"), None).is_ok_and(|day| day.month().is_some())
}

/// "2024-03-01T10:20:30Z".
pub(super) fn has_seconds(cell: &str) -> bool {
    cell.bytes().filter(|byte| *byte == b':').count() >= 2
}

/// `['…', '…']`, `[{"…": …}]`.
pub(super) fn is_printed_list(cell: &str) -> bool {
    let inner = cell.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| {
        let inner = inner.trim();
        inner.starts_with('{') && inner.ends_with('}')
            || inner.starts_with('[') && inner.ends_with(']')
            || ['"', '\''].iter().any(|&mark| {
                inner.len() > 1 && inner.starts_with(mark) && inner.ends_with(['"', '\''])
            })
    })
}

/// `{"name": "Ana"}`, `{'name': 'Ana'}`.
pub(super) fn is_printed_record(cell: &str) -> bool {
    let inner = cell.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| inner.trim_start().starts_with(['"', '\'']) && inner.contains(':'))
}

/// `tt0012349`.
pub(super) fn is_imdb_id(cell: &str) -> bool {
    let digits = cell.strip_prefix("tt").unwrap_or("");
    (7..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_values_are_classified() {
        for name in ["Ana R.", "Nancy L", "by S***.", "By Ma J.", "Анна К."] {
            assert!(is_signed(name), "{name}");
        }
        for other in ["Salt Harbour", "Plan B", "by the pier", "Cy", "Vitamin C"] {
            assert!(!is_signed(other), "{other}");
        }
        assert!(may_be_a_name("Ana Reyes") && may_be_a_name("Ida Berg, CEO of Fjord"));
        assert!(!may_be_a_name("Harbour Cafe") && !may_be_a_name("Fog"));
        assert!(is_a_post("Head of Design at Fjord") && !is_a_post("Nine Rivers"));
        assert!(ends_as_a_sentence("Never again!") && ends_as_a_sentence("Terrible service ."));
        assert!(!ends_as_a_sentence("T.N.T.") && !ends_as_a_sentence("Salt Harbour"));
        assert!(is_a_phone_number("555-1234") && is_a_phone_number("+32 (9) 555 12 34"));
        assert!(!is_a_phone_number("20190314") && !is_a_phone_number("iPhone 12"));
        assert!(
            is_joined_ids("A1B2C3,D4E5F6") && !is_joined_ids("A1B2C3") && !is_joined_ids("a,b")
        );
        assert!(["BBB+", "AA", "CCC-", "Baa1"].into_iter().all(is_a_credit_rating));
        assert!(!["A-", "B", "F", "ABC", "AA Gill", "5"].into_iter().any(is_a_credit_rating));
        assert!(is_a_month("June") && is_a_month("Mai") && !is_a_month("Fog"));
        assert!(has_seconds("2024-03-01T10:20:30Z") && !has_seconds("2024-03-01 10:20"));
    }
}
