//! Addresses that converters and mail programs print next to link labels (`label (/user/x)`,
//! `label <https://…>`), or at the page's end, one per line.
//!
//! Owns: where such an address begins and ends. Must never: remove fewer addresses than a
//! converter would print: a reviewer may have typed one or two.

use super::links::{LEAST, LONGEST_ADDRESS, address_end};

/// The length of `[3]`.
fn reference(after: &str) -> Option<usize> {
    let inner = after.strip_prefix('[')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let closed = (1..=4).contains(&digits) && inner.as_bytes().get(digits) == Some(&b']');
    closed.then_some(digits + 2)
}

/// `[3]: https://…`, `[3] https://…`, `3. https://…`
fn is_definition(line: &str) -> bool {
    let line = line.trim();
    if let Some((number, address)) = line.split_once(". ") {
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        return numbered && is_address(address);
    }
    reference(line)
        .and_then(|end| line.get(end..))
        .is_some_and(|rest| rest.starts_with(": ") || is_address(rest.trim_start()))
}

/// Whether the text is only an address.
fn is_address(text: &str) -> bool {
    text.starts_with("http") && text.contains("://") && !text.contains(' ')
}

/// The page with its address lines blanked.
pub fn without_definitions(page: &str) -> String {
    let kept = |line| if is_definition(line) { "" } else { line };
    page.lines().map(kept).collect::<Vec<_>>().join("\n")
}

/// The page without addresses in brackets; `None` if it has too few.
pub fn without_addresses(page: &str) -> Option<String> {
    let found: Vec<(usize, usize)> = page
        .match_indices(['(', '<', '['])
        .filter_map(|(at, open)| Some((at, at + 1 + length(page.get(at + 1..)?, open)?)))
        .collect();
    if found.len() < LEAST {
        return None;
    }
    let mut out = String::with_capacity(page.len());
    let mut from = 0;
    for (start, end) in found {
        // An address may contain brackets.
        if start < from {
            continue;
        }
        out.push_str(page.get(from..start)?.trim_end_matches(' '));
        from = end;
    }
    out.push_str(page.get(from..)?);
    Some(out)
}

/// The length of the address at the beginning of `text`, including its closing bracket.
fn length(text: &str, open: &str) -> Option<usize> {
    let whole = ["http://", "https://", "javascript:", "mailto:"];
    let within = text.starts_with('/') && open == "(";
    if !within && !whole.iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let end = match open {
        "(" => address_end(text)?,
        _ => {
            let close = if open == "<" { b'>' } else { b']' };
            text.bytes().take(LONGEST_ADDRESS).position(|byte| byte == close)?
        }
    };
    let address = text.get(..end)?;
    // "(/s)" marks sarcasm.
    let fits =
        !address.contains(char::is_whitespace) && (!within || address.matches('/').count() > 1);
    fits.then_some(end + 1)
}

/// Whether the text begins with an address.
pub fn begins_address(text: &str) -> bool {
    ["http://", "https://", "file://", "javascript:", "mailto:"]
        .iter()
        .any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use crate::formats::page_text::links::without_links;

    #[test]
    fn labels_stay() {
        for (page, wanted) in [
            (
                "Drip (/user/Drip)Dec 1, 2019\n (/movie/a)\nx (javascript:void(0);)",
                "DripDec 1, 2019\n\nx",
            ),
            (
                "Bo <https://a.example/1>\nHot. Read more<https://a.example/2>\n<https://a.example>",
                "Bo\nHot. Read more\n",
            ),
            (
                "Bo [https://a.example/1]\nx [https://a.example/2] y [https://a.example/3]",
                "Bo\nx y",
            ),
            ("It is (/s) wet (/s) here (/s).", "It is (/s) wet (/s) here (/s)."),
        ] {
            assert_eq!(without_links(page), wanted, "{page:?}");
        }
    }
}
