//! Sums as of SQLite's sum() and avg(), to the last bit.

/// Kahan-Babuška-Neumaier summation, as `kahanBabuskaStep` in SQLite's func.c.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    error: f64,
}

impl Sum {
    pub fn add(&mut self, x: f64) {
        let (s, t) = (self.sum, self.sum + x);
        self.error += if s.abs() > x.abs() { (s - t) + x } else { (x - t) + s };
        self.sum = t;
    }

    pub fn total(self) -> f64 {
        self.sum + self.error
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut sum = Sum::default();
        values.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

/// As avg(); NaN for none.
pub fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.collect::<Sum>().total() / n
}

/// The sum of squared differences from the mean, in a second pass, which avoids cancellation
/// (Chan, Golub and LeVeque 1983).
pub fn squares(values: &[f64], mean: f64) -> f64 {
    if values.iter().all(|x| Some(x) == values.first()) {
        return 0.0;
    }
    values.iter().map(|x| (x - mean) * (x - mean)).collect::<Sum>().total()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    proptest! {
        #[test]
        fn sums_and_means_are_sqlites_to_the_last_bit(
            values in proptest::collection::vec(-1e9..1e9_f64, 1..200),
        ) {
            let conn = Connection::open_in_memory().expect("memory");
            let json = serde_json::json!(values).to_string();
            let (sum, avg): (f64, f64) = conn
                .query_row("SELECT sum(value), avg(value) FROM json_each(?1)", [json], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .expect("sums");
            let ours = values.iter().copied().collect::<Sum>().total();
            prop_assert_eq!(ours.to_bits(), sum.to_bits());
            prop_assert_eq!(mean(values.iter().copied()).to_bits(), avg.to_bits());
        }
    }

    #[test]
    fn equal_values_do_not_differ_from_their_mean() {
        assert_eq!(squares(&[0.1, 0.1, 0.1], 0.1 + 1e-17), 0.0);
        assert_eq!(squares(&[1.0, 3.0], 2.0), 2.0);
        assert!(mean(std::iter::empty::<f64>()).is_nan());
    }
}
