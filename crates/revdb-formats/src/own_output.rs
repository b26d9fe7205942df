//! Recognises revdb's own output saved next to dumps: a page, search results, or some columns of a
//! listing.
//!
//! Its reviews are in the archive with more detail (scales, years, full quotes), so reading it
//! would degrade them. Exports and full listings are not excluded: the profile `revdb` reads them.
//! Must never: match a header that a profile reads.

/// The reason for skipping it.
const IS: &str = "an answer of revdb's own, which has less than the archive; `revdb export` writes what can be imported";

/// In the head of every report page (crates/revdb-render/src/page_head.html).
const PAGE: &str = "<meta name=\"generator\" content=\"revdb\">";

/// The columns of `revdb search`.
const FOUND: [&str; 8] =
    ["id", "work", "audience", "critic", "publication", "date", "score", "snippet"];

/// All columns of a listing or an export.
const LISTED: [&str; 24] = [
    "id", "work", "kind", "year", "audience", "critic", "byline", "publication", "date", "score",
    "score_text", "score text", "quote", "url", "verdict", "tags", "authors", "contributors",
    "directors", "brands", "genres", "work_id", "work id", "sources",
];

/// Maximum lines of Markdown above the table: the search words, filters, blank lines.
const ABOVE: usize = 12;

/// Why a text with this beginning is skipped, if revdb wrote it.
pub fn skip_reason(head: &str) -> Option<&'static str> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let is_one = match head.as_bytes().first()? {
        b'<' => head.lines().take(8).any(|line| line.trim() == PAGE),
        b'[' | b'{' => is_found_object(head) || is_listed_object(head),
        _ => {
            head.lines().take(ABOVE).any(is_found_header)
                || [b',', b';', b'\t', b'|'].into_iter().any(|between| is_listed(head, between))
        }
    };
    is_one.then_some(IS)
}

/// A header in CSV, TSV or a Markdown table.
fn is_found_header(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix('|').and_then(|it| it.strip_suffix('|')).unwrap_or(line);
    [',', ';', '\t', '|'].iter().any(|&between| {
        let cells = line.split(between).map(|cell| cell.trim().trim_matches('"'));
        cells.eq(FOUND)
    })
}

/// Columns of a listing, `work` among them, and scores as only revdb writes them: out of a
/// hundred, with decimals.
fn is_listed(head: &str, between: u8) -> bool {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.delimiter(between).has_headers(false).flexible(true);
    let mut records = reader.from_reader(head.as_bytes()).into_records().take(ABOVE).flatten();
    let cells = |record: csv::StringRecord| -> Vec<String> {
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        let bars = between == b'|' && cells.len() > 2;
        if bars { cells[1..cells.len() - 1].to_vec() } else { cells }
    };
    let names = records.by_ref().map(cells).find(|cells| cells.len() > 2);
    let Some(names) = names.filter(|names| are_listed(names.iter().map(String::as_str))) else {
        return false;
    };
    let at = names.iter().position(|name| name == "score");
    let mut rows = records.map(cells).filter(|row| !row.iter().all(|cell| cell.contains("--")));
    match (at, rows.next()) {
        (Some(at), Some(row)) => row.get(at).is_some_and(|score| is_our_score(score)),
        _ => false,
    }
}

fn are_listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> bool {
    names.clone().all(|name| LISTED.contains(&name)) && names.into_iter().any(|it| it == "work")
}

fn is_our_score(cell: &str) -> bool {
    cell.contains('.') && cell.parse::<f64>().is_ok_and(|score| score > 10.0 && score <= 100.0)
}

/// As [`is_listed`], for the first record of JSON.
fn is_listed_object(head: &str) -> bool {
    let first = head.trim_start_matches('[').trim_start();
    let record = serde_json::Deserializer::from_str(first)
        .into_iter::<serde_json::Map<String, serde_json::Value>>()
        .next();
    let Some(Ok(record)) = record else { return false };
    record.len() > 2
        && are_listed(record.keys().map(String::as_str))
        && record.get("score").is_some_and(|score| is_our_score(&score.to_string()))
}

/// A JSON record whose keys are in this order.
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
    fn own_answers_are_skipped_and_exports_are_not() {
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
            ("\u{feff}work,critic,score\n\"Rain, the\",\"Ferris, Ann\",75.0\n", true),
            ("work,critic,score,quote\nRain,Ann,83.333333,wet\n", true),
            ("| work | critic | score |\n| --- | --- | ---: |\n| Rain | Ann | 75.0 |\n", true),
            ("[{\"work\":\"Rain\",\"critic\":null,\"score\":75.0}]", true),
            ("work,critic,score\nRain,Ann,4.5\n", false),
            ("work,critic,score,text\nRain,Ann,75.0,wet\n", false),
            ("", false),
        ] {
            assert_eq!(skip_reason(head).is_some(), is_one, "{head}");
        }
    }
}
