//! Counts earlier records of a dump with the same content.
//!
//! Must never: use memory that grows with the dump beyond [`Spilling`]'s filters.

use super::spilling::Spilling;
use crate::ArchiveError;
use revdb_model::{Review, identity};

/// Contents counted in memory before they are written to a file: 17 bytes each, seven eighths of
/// 2^18 places, 4 MB.
const MOST: usize = (1 << 18) / 8 * 7;

/// Counts of one dump's contents.
#[derive(Debug)]
pub struct Repeats(Spilling);

impl Default for Repeats {
    fn default() -> Self {
        Self(Spilling::up_to(MOST))
    }
}

impl Repeats {
    /// Number of earlier records with the same content; 0 if something else distinguishes them.
    /// `standing`: the record is a standing mark, of which there is one.
    ///
    /// # Errors
    /// The temporary file's.
    pub fn before(&mut self, review: &Review, standing: bool) -> Result<i64, ArchiveError> {
        match identity::content(review).filter(|_| !standing) {
            Some(content) => self.count(content),
            None => Ok(0),
        }
    }

    fn count(&mut self, content: u64) -> Result<i64, ArchiveError> {
        let before = self.0.get(content)?.unwrap_or(0);
        self.0.set(content, before + 1)?;
        Ok(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_continues_beyond_memory() {
        let mut repeats = Repeats(Spilling::up_to(3));
        let contents = [1, 2, 1, 3, 1, 4, 4, 2, 3, 5, 1];
        for (at, content) in contents.iter().enumerate() {
            let before = contents[..at].iter().filter(|earlier| *earlier == content).count();
            assert_eq!(repeats.count(*content).expect("a file"), before as i64, "{content}");
        }
    }
}
