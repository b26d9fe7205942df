//! The foot of a page: links about the site, below all else.
//!
//! Owns: where it begins. Must never: begin it at a line with anything but a page's last
//! lines below, since a reviewer may say "FAQ" too.

use super::furniture::{self, Role};
use super::lines::{Line, Shape};

/// Where the foot of the page `start..end` begins; `end` where it has none.
pub fn begins(lines: &[Line<'_>], start: usize, end: usize) -> usize {
    let below = (start..end).rev().take_while(|&at| could_stand_there(&lines[at]));
    let links: Vec<usize> = below.filter(|&at| is_link(&lines[at])).collect();
    let sure = |at: &usize| !lines[*at].body.bytes().all(|b| b.is_ascii_alphabetic());
    links.last().copied().filter(|_| links.iter().any(sure)).unwrap_or(end)
}

fn is_link(line: &Line<'_>) -> bool {
    furniture::is(&line.body.to_lowercase(), Role::Foot)
}

/// Other links are not all known: any short line without the end of a sentence.
fn could_stand_there(line: &Line<'_>) -> bool {
    is_link(line)
        || matches!(line.shape, Shape::Furniture(_))
        || line.could_be_name() && line.body.chars().count() <= LONGEST
}

/// The longest label of a link there.
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
