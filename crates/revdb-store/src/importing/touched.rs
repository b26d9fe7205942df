//! The reviews that a dump's records belong to, as a bitmap.

/// A set of review numbers.
#[derive(Debug, Default)]
pub(super) struct Touched(Vec<u64>);

impl Touched {
    pub(super) fn insert(&mut self, review_id: i64) {
        if let Ok(at) = usize::try_from(review_id) {
            let (word, bit) = (at / 64, at % 64);
            if self.0.len() <= word {
                self.0.resize(word + 1, 0);
            }
            self.0[word] |= 1 << bit;
        }
    }

    pub(super) fn has(&self, review_id: i64) -> bool {
        usize::try_from(review_id)
            .ok()
            .and_then(|at| self.0.get(at / 64).map(|word| word >> (at % 64) & 1 == 1))
            .unwrap_or(false)
    }
}
