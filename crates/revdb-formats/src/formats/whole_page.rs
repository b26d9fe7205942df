//! Reads one page as a whole.
//!
//! Owns: the size limit of page formats. Must never: hold more than one page. Pages cannot be
//! streamed, because the end of a review is inferred from the whole page; the limit keeps memory
//! bounded.

use std::io::Read;

use crate::format::{ReadError, Result, Text};

/// Maximum page size: 64 MiB. Saved pages have up to 0.4 MB, or some 20 MB with every script
/// inlined.
pub const PAGE_LIMIT: u64 = 64 << 20;

/// The dump's text, or an error that names the limit.
pub fn read_page(text: &mut dyn Text) -> Result<String> {
    read_page_up_to(text, PAGE_LIMIT)
}

fn read_page_up_to(text: &mut dyn Text, limit: u64) -> Result<String> {
    let mut page = String::new();
    text.reader()?.take(limit + 1).read_to_string(&mut page)?;
    if page.len() as u64 > limit {
        return Err(ReadError::Malformed {
            message: format!("the page is larger than {} MiB", limit >> 20),
            line: None,
            help: Some("save the reviews alone, or split the file".into()),
        });
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Page;

    #[test]
    fn a_page_over_the_limit_is_refused() {
        assert_eq!(read_page_up_to(&mut Page("12345678"), 8).unwrap(), "12345678");
        let error = read_page_up_to(&mut Page("123456789"), 8).unwrap_err();
        assert!(error.to_string().contains("larger than"), "{error}");
    }
}
