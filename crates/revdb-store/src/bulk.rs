//! When an import is a bulk import.
//!
//! An index kept while rows come costs a random write per row; built afterwards, it is one
//! sort. An import falls into this path where the dump could bring more rows than the
//! archive has. All of it happens inside the group's transaction, so that a crash leaves
//! the indexes as they were.

use super::importing::Counts;

/// Below this, building indexes anew saves nothing that a person would notice.
const LEAST_BYTES: u64 = 4 << 20;

/// Bytes of dump per review, on the low side: column-shaped dumps of critics'
/// sentences have 250 to 350 (the real scrape: 403).
const BYTES_PER_REVIEW: u64 = 250;

/// Whether a dump of `bytes` into an archive of `reviews` is a bulk import.
pub fn pays(bytes: u64, reviews: i64) -> bool {
    bytes >= LEAST_BYTES && bytes / BYTES_PER_REVIEW > reviews.unsigned_abs()
}

/// Records from which on it is looked at whether most are new, or known.
const ENOUGH: u64 = 1_000;

/// Whether what the dump gave so far is new for the most part: with the million known
/// already, in another order, the full-text index would be built anew for nothing.
pub fn brings_new(counts: &Counts) -> bool {
    counts.new >= ENOUGH && counts.new >= counts.changed + counts.filled_in + counts.same
}

/// Whether nearly all that the dump gave so far is known. One that is not costs the making
/// of an index.
pub fn brings_known(counts: &Counts) -> bool {
    counts.same >= ENOUGH && counts.same >= 100 * (counts.new + counts.changed + counts.filled_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_dump_into_a_large_archive_is_no_bulk() {
        for (bytes, reviews, bulk) in [
            (1 << 20, 0, false),
            (100 << 20, 0, true),
            (100 << 20, 1_000_000, false),
            (400 << 20, 1_000_000, true),
        ] {
            assert_eq!(pays(bytes, reviews), bulk, "{bytes} bytes, {reviews} reviews");
        }
    }
}
