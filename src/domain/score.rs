//! Scores as dumps print them, on the archive's scale of 0–100.

/// What bare numbers are out of: `best` is full marks, `worst` the lowest.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
pub struct Scale {
    #[serde(default)]
    pub worst: f64,
    pub best: f64,
}

impl Scale {
    /// Scale from 0 to `best`.
    pub const fn out_of(best: f64) -> Self {
        Self { worst: 0.0, best }
    }
}

/// The score 0–100 that `text` states, or `None` where it states none for
/// certain. `scale` is what bare numbers and bare stars are out of, if known.
pub fn parse(text: &str, scale: Option<Scale>) -> Option<f64> {
    let scale = scale?;
    let value: f64 = text.trim().parse().ok()?;
    (scale.worst..=scale.best)
        .contains(&value)
        .then(|| (value - scale.worst) / (scale.best - scale.worst) * 100.0)
}
