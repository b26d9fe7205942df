//! A union-find structure.

/// A union-find over numbers from 0; the lowest of a set is its root.
pub struct Sets(Vec<usize>);

impl Sets {
    pub fn of(size: usize) -> Self {
        Sets((0..size).collect())
    }

    pub fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    pub fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
