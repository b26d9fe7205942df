//! Headers and footers of sheets printed by a browser, and of mails.
//!
//! Owns: finding such lines and blanking them. Must never: remove a line that does not occur on
//! consecutive sheets, numbered from the first, or on a first sheet directly above the next one's
//! header.

use std::borrow::Cow;
use std::collections::HashMap;

/// The page without its sheets' headers and footers; line numbers are unchanged.
pub fn without_sheets(page: &str) -> Cow<'_, str> {
    let marks: Vec<(u32, u32)> = page.lines().filter_map(sheet).collect();
    let counts =
        (1..).zip(&marks).all(|(wanted, (sheet, of))| *sheet == wanted && *of == marks[0].1);
    // The last sheet's footer may be missing; a browser prints each sheet's header below it.
    let only = match marks.len() {
        0 => None,
        1 => header_below(page),
        _ => Some(""),
    };
    let Some(only) = only.filter(|_| counts) else { return page.into() };
    let mut often: HashMap<&str, usize> = HashMap::new();
    for line in page.lines() {
        *often.entry(line.trim()).or_default() += 1;
    }
    let head = |line: &str| {
        let named = line.contains("metacritic") || line.contains("Metacritic");
        named
            && (only.is_empty() || line == only)
            && often.get(line).is_some_and(|times| *times >= marks.len())
    };
    let kept = |line| sheet(line).is_none() && !head(line.trim());
    let lines: Vec<&str> = page.lines().map(|line| if kept(line) { line } else { "" }).collect();
    lines.join("\n").into()
}

/// The page without the head of the mail that it was sent in; line numbers are unchanged.
pub fn without_mail_head(page: &str) -> Cow<'_, str> {
    const LABELS: [&str; 7] = ["From:", "To:", "Cc:", "Date:", "Sent:", "Subject:", "Reply-To:"];
    /// Fewer such lines may be text.
    const LEAST: usize = 3;
    let labelled = |line: &str| LABELS.iter().any(|label| line.trim_start().starts_with(label));
    if !page.contains("From:") || !page.contains("Subject:") {
        return page.into();
    }
    // It begins the text, or stands below the line of a mail program.
    let mut heads = true;
    let mut lines: Vec<&str> = page.lines().collect();
    for run in lines.chunk_by_mut(|line, next| labelled(line) && labelled(next)) {
        if run.len() >= LEAST && heads {
            run.fill("");
        }
        let last = run.last().map_or("", |line| line.trim());
        heads = heads && last.is_empty() || last.starts_with("---");
    }
    lines.join("\n").into()
}

/// The page's title as printed, in the first line below a sheet's footer.
fn header_below(page: &str) -> Option<&str> {
    let mut lines = page.lines().skip_while(|line| sheet(line).is_none()).skip(1).map(str::trim);
    lines.find(|line| !line.is_empty()).filter(|line| line.ends_with(" - Metacritic"))
}

/// "https://… 1/2", "1 of 2  1/2/19, 10:32 AM", "Page 1 of 2": sheet number and total.
fn sheet(line: &str) -> Option<(u32, u32)> {
    if line.len() > 300 {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [address, sheet] if address.starts_with("http") => {
            let (sheet, of) = sheet.split_once('/')?;
            Some((sheet.parse().ok()?, of.parse().ok()?))
        }
        ["Page", sheet, "of", of] => Some((sheet.parse().ok()?, of.parse().ok()?)),
        [sheet, "of", of, rest @ ..] if rest.iter().all(|word| is_time(word)) => {
            Some((sheet.parse().ok()?, of.parse().ok()?))
        }
        _ => None,
    }
}

fn is_time(word: &str) -> bool {
    matches!(word, "AM" | "PM") || word.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_mails() {
        let mail = "From: a@site.example\nTo: b@site.example\nSubject: Teapots\n\n> 90\n";
        assert_eq!(without_mail_head(mail), "\n\n\n\n> 90");
        for words in
            ["From: far\nSubject: none\n90", "90\nFrom: me\nTo: the cook\nSubject: tea\nIt boils."]
        {
            assert_eq!(without_mail_head(words), words);
        }
    }

    #[test]
    fn heads_and_feet_of_sheets() {
        let head = "1/2/2019 Teapots Reviews - Metacritic";
        let foot = |sheet| format!("https://site.example/teapots {sheet}/2");
        let page = format!("{head}\n90\n{}\n{head}\n3 of 4 users\n{}", foot(1), foot(2));
        assert_eq!(without_sheets(&page), "\n90\n\n\n3 of 4 users\n");
        let once = format!("{head}\n90\n{}", foot(1));
        assert_eq!(without_sheets(&once), once);
        let page = format!("Tea. \n{}\n\n1/2/19, 9:30 AM {head}\n90\n{head} it says", foot(1));
        assert_eq!(without_sheets(&page), format!("Tea. \n\n\n\n90\n{head} it says"));
        let two = "1 of 2 9/1/20, 10:32 AM\n90\nPage 2 of 2";
        assert_eq!(without_sheets(two), "\n90\n");
        for words in ["2 of 3\n1 of 3", "3 of 4 friends left\n4 of 4 came"] {
            assert_eq!(without_sheets(words), words);
        }
    }
}
