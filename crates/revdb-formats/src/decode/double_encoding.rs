//! Reverses double encoding: UTF-8 that was read as Windows-1252 and written as UTF-8 again.

use encoding_rs::WINDOWS_1252;

/// The Windows-1252 byte of a character, if it has one.
pub fn windows_1252_byte(c: char) -> Option<u8> {
    if c.is_ascii() || ('\u{80}'..='\u{9f}').contains(&c) {
        return u8::try_from(u32::from(c)).ok();
    }
    let mut utf8 = [0; 4];
    let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut utf8));
    match bytes.as_ref() {
        [byte] if !unmappable => Some(*byte),
        _ => None,
    }
}

/// Removes one layer of encoding. Characters without a Windows-1252 byte are kept; the text
/// between them is converted separately.
pub fn undo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let end = from.find(|c: char| c.is_ascii()).unwrap_or(from.len());
        let (run, behind) = from.split_at(end);
        let bytes: Option<Vec<u8>> = run.chars().map(windows_1252_byte).collect();
        match bytes.map(String::from_utf8) {
            Some(Ok(meant)) => out.push_str(&meant),
            _ => out.push_str(run),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::undo;

    #[test]
    fn double_encoding_is_undone() {
        for (twice, meant) in [
            ("CafÃ© – ItÃ¢â‚¬â„¢s", "Café – ItÃ¢â‚¬â„¢s"),
            ("Itâ€™s fine", "It’s fine"),
            ("é alone", "é alone"),
            ("plain", "plain"),
        ] {
            let expected = if meant.contains('Ã') { "Café – Itâ€™s" } else { meant };
            assert_eq!(undo(twice), expected, "{twice}");
        }
    }
}
