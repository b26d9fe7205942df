//! Decides whether an import is a bulk import.
//!
//! Updating an index costs a random write per row; building it afterwards is one sort. A bulk
//! import is one whose dump may have more rows than the archive. It happens within the group's
//! transaction, so that a crash restores the indexes.

use super::importing::Counts;

/// Below this size, rebuilding indexes saves no noticeable time.
const LEAST_BYTES: u64 = 4 << 20;

/// A low estimate of bytes per review: column-shaped dumps of single sentences have 250 to 350.
const BYTES_PER_REVIEW: u64 = 250;

/// Whether a dump of `bytes` into an archive of `reviews` is a bulk import.
pub fn is_bulk(bytes: u64, reviews: i64) -> bool {
    bytes >= LEAST_BYTES && bytes / BYTES_PER_REVIEW > reviews.unsigned_abs()
}

/// Number of records before their outcomes are evaluated.
const ENOUGH: u64 = 1_000;

/// Whether most records so far are new. Otherwise rebuilding the full-text index would not pay.
pub fn brings_new(counts: &Counts) -> bool {
    counts.new >= ENOUGH && counts.new >= counts.changed + counts.filled_in + counts.same
}

/// Whether nearly all records so far are known. A dump for which this turns out wrong costs one
/// index build.
pub fn brings_known(counts: &Counts) -> bool {
    counts.same >= ENOUGH && counts.same >= 100 * (counts.new + counts.changed + counts.filled_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_dump_is_no_bulk_import() {
        for (bytes, reviews, bulk) in [
            (1 << 20, 0, false),
            (100 << 20, 0, true),
            (100 << 20, 1_000_000, false),
            (400 << 20, 1_000_000, true),
        ] {
            assert_eq!(is_bulk(bytes, reviews), bulk, "{bytes} bytes, {reviews} reviews");
        }
    }
}
