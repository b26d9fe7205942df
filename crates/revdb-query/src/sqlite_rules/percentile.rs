//! Percentiles and medians as in SQLite's percentile extension.

/// As percentile_cont(): linear interpolation at position (n - 1) p of sorted values; NaN for
/// none.
pub fn percentile(sorted: &[f64], p: f64) -> f64 {
    let at = p * sorted.len().saturating_sub(1) as f64;
    let below = at as usize;
    match (sorted.get(below), sorted.get(below + 1)) {
        (Some(low), Some(high)) if at != below as f64 => low + (high - low) * (at - below as f64),
        (Some(low), _) => *low,
        (None, _) => f64::NAN,
    }
}

/// As median(), of values in any order, which are reordered; NaN for none.
pub fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if middle >= values.len() {
        return f64::NAN;
    }
    let even = values.len().is_multiple_of(2);
    let (below, &mut high, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    match below.iter().copied().reduce(f64::max).filter(|_| even) {
        Some(low) => low + (high - low) * 0.5,
        None => high,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    proptest! {
        #[test]
        fn percentiles_are_sqlites_to_the_last_bit(
            mut values in proptest::collection::vec(0.0..100.0_f64, 1..60),
        ) {
            let conn = Connection::open_in_memory().expect("memory");
            let json = serde_json::json!(values).to_string();
            let text = "SELECT percentile_cont(value, 0.25), median(value), percentile_cont(value, 0.75)
                        FROM json_each(?1)";
            let theirs: [f64; 3] = conn
                .query_row(text, [json], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
                .expect("percentiles");
            let middle = median(&mut values.clone());
            values.sort_unstable_by(f64::total_cmp);
            let ours = [0.25, 0.5, 0.75].map(|p| percentile(&values, p));
            prop_assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits));
            prop_assert_eq!(middle.to_bits(), theirs[1].to_bits());
        }
    }

    #[test]
    fn empty_input_has_no_percentile() {
        assert!(median(&mut []).is_nan() && percentile(&[], 0.5).is_nan());
    }
}
