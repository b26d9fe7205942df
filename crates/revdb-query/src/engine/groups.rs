//! Reviews put in groups: by a counting sort, as ids are small numbers close together.
//!
//! Within a group reviews stay in the order of their ids, which is the order in which SQLite
//! groups them: it reads them so, and its sorter leaves equals as they came. Sums add up in
//! that order, so no digit differs.

use revdb_store::columns::State;

/// The place of a group: of each id critics first, then users.
pub fn slot(id: u32, is_user: bool) -> usize {
    id as usize * 2 + usize::from(is_user)
}

/// Undoes [`slot`].
pub fn of_slot(slot: usize) -> (u32, bool) {
    (super::count(slot / 2), slot % 2 == 1)
}

/// Slots for groups of these keys.
pub fn slots(keys: &[u32]) -> usize {
    slot(keys.iter().copied().max().unwrap_or(0), true) + 1
}

/// A review that is there and has a key.
#[derive(Clone, Copy)]
pub struct Keyed {
    pub id: u32,
    /// Of its key and audience.
    pub slot: usize,
    pub state: State,
    /// Means something only where the state has one.
    score: f64,
}

impl Keyed {
    pub fn score(&self) -> Option<f64> {
        self.state.has_score().then_some(self.score)
    }
}

/// The reviews that are there and have a key that is not 0. Columns are of one length.
pub fn keyed<'f>(
    states: &'f [State],
    keys: &'f [u32],
    scores: &'f [f64],
) -> impl Iterator<Item = Keyed> + Clone + 'f {
    let all = (0..).zip(states.iter().zip(keys).zip(scores));
    all.filter(|(_, ((state, key), _))| state.exists() && **key != 0).map(
        |(id, ((state, key), score))| Keyed {
            id,
            slot: slot(*key, state.is_user()),
            state: *state,
            score: *score,
        },
    )
}

/// What there is of each group, one group behind the other.
pub struct Grouped<T> {
    /// Where each slot begins; one more at the end.
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Goes through the items twice: to count them, and to put each in its place. `slots` is more
    /// than any slot.
    pub fn of(slots: usize, items: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        let mut starts = vec![0; slots + 1];
        for (slot, _) in items.clone() {
            if let Some(next) = starts.get_mut(slot + 1) {
                *next += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let mut grouped = vec![T::default(); before];
        for (slot, item) in items {
            let Some(place) = next.get_mut(slot) else { continue };
            if let Some(into) = grouped.get_mut(*place) {
                *into = item;
            }
            *place += 1;
        }
        Grouped { starts, items: grouped }
    }

    pub fn get(&self, slot: usize) -> &[T] {
        match (self.starts.get(slot), self.starts.get(slot + 1)) {
            (Some(&start), Some(&end)) => self.items.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Every slot that has something, with leave to put it in another order.
    pub fn each(&mut self, mut show: impl FnMut(usize, &mut [T])) {
        self.each_slot(|slot, group| {
            if !group.is_empty() {
                show(slot, group);
            }
        });
    }

    /// Every slot, also those that have nothing.
    pub fn each_slot(&mut self, mut show: impl FnMut(usize, &mut [T])) {
        let mut rest = self.items.as_mut_slice();
        for (slot, ends) in self.starts.windows(2).enumerate() {
            let [start, end] = ends else { continue };
            let (group, others) = rest.split_at_mut(end - start);
            rest = others;
            show(slot, group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_what_is_theirs_in_the_order_it_came() {
        let items = [(3, 'a'), (0, 'b'), (3, 'c'), (1, 'd'), (3, 'e')];
        let mut grouped = Grouped::of(5, items.into_iter());
        assert_eq!(grouped.get(3), ['a', 'c', 'e']);
        assert_eq!(grouped.get(2), ['\0'; 0]);
        assert_eq!(grouped.get(7), ['\0'; 0]);
        let mut seen = Vec::new();
        grouped.each(|slot, group| seen.push((slot, group.iter().collect::<String>())));
        assert_eq!(seen, [(0, "b".to_owned()), (1, "d".to_owned()), (3, "ace".to_owned())]);
        let mut none = Grouped::<u32>::of(0, std::iter::empty());
        none.each(|slot, _| panic!("slot {slot}"));
    }
}
