//! The footer of a page: links about the site, below everything else.
//!
//! Owns: where it begins. Must never: begin it above lines that are not a footer's: a reviewer may
//! write "FAQ" too.

use super::boilerplate::{self, Role};
use super::lines::{Line, Shape};

/// First line of the footer of the page `start..end`; `end` if it has none.
pub fn begins(lines: &[Line<'_>], start: usize, end: usize) -> usize {
    let below = (start..end).rev().take_while(|&at| could_stand_there(&lines[at]));
    let links: Vec<usize> = below.filter(|&at| is_link(&lines[at])).collect();
    let sure = |at: &usize| !lines[*at].body.bytes().all(|b| b.is_ascii_alphabetic());
    links.last().copied().filter(|_| links.iter().any(sure)).unwrap_or(end)
}

fn is_link(line: &Line<'_>) -> bool {
    boilerplate::is(&line.body.to_lowercase(), Role::Foot)
}

/// Not all footer links are known: any short line that does not end a sentence.
fn could_stand_there(line: &Line<'_>) -> bool {
    is_link(line)
        || matches!(line.shape, Shape::Boilerplate(_))
        || line.could_be_name() && line.body.chars().count() <= LONGEST
}

/// Maximum length of a footer link's label.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::begins;

    #[test]
    fn the_foot_of_a_page() {
        for (page, wanted) in [
            ("Wet.\nFAQ\nPress\nPrivacy Policy", 1),
            ("Wet.\n• About Us\n• FAQ\n© 2019 Teapots Inc. All rights reserved.", 1),
            ("Wet.\nAbout UsFAQPrivacy Policy", 1),
            ("good\nFAQ", 2),
            ("Wet.\nPrivacy Policy\n90\nDry.", 4),
            ("Wet.\nDry.", 2),
        ] {
            let lines = lines(page);
            assert_eq!(begins(&lines, 0, lines.len()), wanted, "{page}");
        }
    }
}
