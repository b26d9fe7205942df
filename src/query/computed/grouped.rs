//! Reviews put in groups: by a counting sort, as ids are small numbers close together.
//!
//! Within a group reviews stay in the order of their ids, which is the order in which SQLite
//! groups them: it reads them so, and its sorter leaves equals as they came. Sums add up in
//! that order, so no digit differs.

use crate::archive::columns::State;

/// The place of a group: of each id critics first, then users.
pub fn slot(id: u32, is_user: bool) -> usize {
    id as usize * 2 + usize::from(is_user)
}

/// Undoes [`slot`]; the audience as a place among [`AUDIENCES`](super::AUDIENCES).
pub fn of_slot(slot: usize) -> (u32, u8) {
    (u32::try_from(slot / 2).unwrap_or(u32::MAX), u8::from(slot % 2 == 1))
}

/// Slots for groups of these keys.
pub fn slots(keys: &[u32]) -> usize {
    slot(keys.iter().copied().max().unwrap_or(0), true) + 1
}

/// The reviews that are there, have a key: id, slot, state.
pub fn keyed<'f>(
    states: &'f [State],
    keys: &'f [u32],
) -> impl Iterator<Item = (usize, usize, State)> + Clone + 'f {
    let of = states.iter().zip(keys).enumerate();
    of.filter(move |(_, (state, key))| state.is_there() && **key != 0)
        .map(|(at, (state, key))| (at, slot(*key, state.is_user()), *state))
}

/// As [`keyed`], those with a score: slot and score.
pub fn scored<'f>(
    states: &'f [State],
    keys: &'f [u32],
    scores: &'f [f64],
) -> impl Iterator<Item = (usize, f64)> + Clone + 'f {
    keyed(states, keys)
        .filter(|(_, _, state)| state.has_score())
        .filter_map(|(at, slot, _)| scores.get(at).map(|&score| (slot, score)))
}

/// What there is of each group, one group behind the other.
pub struct Grouped<T> {
    /// Where each slot begins; one more at the end.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Goes through the items twice: to count them, and to put each in its place.
    pub fn of(slots: usize, items: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        let mut starts = vec![0_u32; slots + 1];
        let mut count = 0;
        for (slot, _) in items.clone() {
            if let Some(next) = starts.get_mut(slot + 1) {
                *next += 1;
                count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let mut grouped = vec![T::default(); count];
        for (slot, item) in items {
            let Some(place) = next.get_mut(slot) else { continue };
            if let Some(into) = grouped.get_mut(*place as usize) {
                *into = item;
            }
            *place += 1;
        }
        Grouped { starts, items: grouped }
    }

    pub fn get(&self, slot: usize) -> &[T] {
        match (self.starts.get(slot), self.starts.get(slot + 1)) {
            (Some(&start), Some(&end)) => {
                self.items.get(start as usize..end as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Every slot that has something, with leave to put it in another order.
    pub fn each(&mut self, mut show: impl FnMut(usize, &mut [T])) {
        let mut rest = self.items.as_mut_slice();
        for (slot, ends) in self.starts.windows(2).enumerate() {
            let [start, end] = ends else { continue };
            let (group, others) = rest.split_at_mut((end - start) as usize);
            rest = others;
            if !group.is_empty() {
                show(slot, group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_what_is_theirs_in_the_order_it_came() {
        let items = [(3, 'a'), (0, 'b'), (3, 'c'), (1, 'd'), (3, 'e'), (9, 'x')];
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
