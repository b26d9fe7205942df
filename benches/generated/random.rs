//! Reproducible randomness: SplitMix64, and sampling with given weights.
//!
//! Owns: every random number of a generated dump. Must never: use the clock or the system's
//! randomness; the same seed gives the same bytes on every machine.

/// Sebastiano Vigna's SplitMix64 (public domain, <https://prng.di.unimi.it/splitmix64.c>): small,
/// fast, and good from any seed, so that each review has its own generator and does not depend on
/// earlier ones.
pub struct Random {
    state: u64,
}

impl Random {
    /// The generator for item `number` of one `seed`.
    pub fn of(seed: u64, number: u64) -> Self {
        Random { state: mix(seed ^ mix(number.wrapping_add(GOLDEN))) }
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number below `end`, by Lemire's multiplication (2019); its bias for ends below 2^32 is
    /// under one in 2^32.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `from` to `to`, inclusive.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(from.abs_diff(to) + 1).cast_signed()
    }

    /// True with probability 1/n.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u64) as usize]
    }

    /// Approximately normal: the sum of twelve uniform numbers, minus six (mean 0, variance 1).
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    fn unit(&mut self) -> f64 {
        // 53 bits: the precision of a float between 0 and 1.
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Samples ranks by the Zipf-Mandelbrot law: rank k (from 0) has weight 1 / (k + 1 + offset).
/// Vose's alias method (1991): constant time per sample.
pub struct Zipf {
    /// The probability, out of 2^32, that a slot keeps its own rank, and its alternative rank.
    slots: Vec<(u32, u32)>,
}

impl Zipf {
    /// `offset` flattens the head: 0 is Zipf's law, in which the first of 20,000 ranks would take
    /// a tenth of everything.
    pub fn new(ranks: u32, offset: f64) -> Self {
        let weight = |rank: u32| 1.0 / (f64::from(rank) + 1.0 + offset);
        let mean = (0..ranks).map(weight).sum::<f64>() / f64::from(ranks);
        let mut share: Vec<f64> = (0..ranks).map(|rank| weight(rank) / mean).collect();
        let mut slots: Vec<(u32, u32)> = (0..ranks).map(|rank| (u32::MAX, rank)).collect();
        let (mut large, mut small): (Vec<u32>, Vec<u32>) =
            (0..ranks).partition(|&rank| share[rank as usize] >= 1.0);
        while let (Some(&giver), Some(taker)) = (large.last(), small.pop()) {
            slots[taker as usize] = ((share[taker as usize] * f64::from(u32::MAX)) as u32, giver);
            share[giver as usize] -= 1.0 - share[taker as usize];
            if share[giver as usize] < 1.0 {
                large.pop();
                small.push(giver);
            }
        }
        Zipf { slots }
    }

    pub fn draw(&self, random: &mut Random) -> u32 {
        let drawn = random.next();
        let slot = ((drawn >> 32) * self.slots.len() as u64) >> 32;
        let (keep, other) = self.slots[slot as usize];
        if drawn as u32 <= keep { slot as u32 } else { other }
    }
}
