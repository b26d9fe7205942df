//! What revdb itself answered, saved beside the dumps: a page, or what a search found.
//!
//! Its reviews are in the archive with more than the answer has (scales, years, whole quotes), so
//! that reading it would change what is right. An export or a listing is no such file: the profile
//! `revdb` knows them. Must never: know a header that a profile reads.

/// The reason for leaving it alone.
const IS: &str = "an answer of revdb's own, which has less than the archive; `revdb export` writes what can be imported";

/// In the head of every page (crates/revdb-render/src/page_head.html).
const PAGE: &str = "<meta name=\"generator\" content=\"revdb\">";

/// The columns of `revdb search`.
const FOUND: [&str; 8] =
    ["id", "work", "audience", "critic", "publication", "date", "score", "snippet"];

/// Lines of Markdown that may stand above the table: the words, filters, blank ones.
const ABOVE: usize = 12;

/// Why a text that begins so is left alone, where revdb made it.
pub fn left_alone(head: &str) -> Option<&'static str> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let is_one = match head.as_bytes().first()? {
        b'<' => head.lines().take(8).any(|line| line.trim() == PAGE),
        b'[' | b'{' => is_found_object(head),
        _ => head.lines().take(ABOVE).any(is_found_header),
    };
    is_one.then_some(IS)
}

/// A header of CSV, TSV or a Markdown table.
fn is_found_header(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix('|').and_then(|it| it.strip_suffix('|')).unwrap_or(line);
    [',', ';', '\t', '|'].iter().any(|&between| {
        let cells = line.split(between).map(|cell| cell.trim().trim_matches('"'));
        cells.eq(FOUND)
    })
}

/// A record of JSON whose keys stand in this order.
fn is_found_object(head: &str) -> bool {
    let mut rest = head.trim_start_matches(['[', '{']).trim_start().trim_start_matches('{');
    rest.trim_start().starts_with("\"id\":")
        && FOUND.iter().all(|name| match rest.split_once(&format!("\"{name}\":")) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_left_alone_and_exports_are_not() {
        for (head, is_one) in [
            ("\u{feff}id,work,audience,critic,publication,date,score,snippet\r\n1,Rain", true),
            ("id\twork\taudience\tcritic\tpublication\tdate\tscore\tsnippet\n", true),
            (
                "matching: rain\n\n| id | work | audience | critic | publication | date | score | snippet |\n",
                true,
            ),
            (
                "[\n{\"id\":1,\"work\":\"Rain\",\"audience\":\"user\",\"critic\":null,\"publication\":null,\"date\":null,\"score\":80.0,\"snippet\":\"wet\"}",
                true,
            ),
            (
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"revdb\">\n",
                true,
            ),
            ("id,work,audience,critic,publication,date,score,verdict,quote\n", false),
            ("{\"id\":1,\"work\":\"Rain\",\"audience\":\"user\",\"quote\":\"wet\"}", false),
            ("{\"title\":\"Rain\",\"snippet\":\"wet\"}", false),
            (
                "<!doctype html>\n<html>\n<head>\n<meta name=\"generator\" content=\"Hugo\">\n",
                false,
            ),
            ("title,snippet\n", false),
            ("", false),
        ] {
            assert_eq!(left_alone(head).is_some(), is_one, "{head}");
        }
    }
}
