//! Sums as SQLite's sum() and avg() make them, to the last bit.

/// Kahan-Babuška-Neumaier, as `kahanBabuskaStep` in SQLite's func.c.
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
