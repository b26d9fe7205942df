//! Groups reviews by a counting sort, as ids are small and dense.
//!
//! Within a group, reviews stay in the order of their ids, as in SQLite: it reads them in this
//! order and its sorter is stable. So sums are added in the same order, and every digit agrees.

use super::source::Source;
use crate::sqlite_rules::mean;
use revdb_store::ArchiveError;
use revdb_store::columns::State;

/// A group's index: for each id, critics then users.
pub fn slot(id: u32, is_user: bool) -> usize {
    id as usize * 2 + usize::from(is_user)
}

/// The inverse of [`slot`].
pub fn of_slot(slot: usize) -> (u32, bool) {
    (super::count(slot / 2), slot % 2 == 1)
}

/// The number of slots for these keys.
pub fn slots(keys: &[u32]) -> usize {
    slot(keys.iter().copied().max().unwrap_or(0), true) + 1
}

/// A review that exists and has a key.
#[derive(Clone, Copy)]
pub struct Keyed {
    pub id: u32,
    /// The slot of its key and audience.
    pub slot: usize,
    pub state: State,
    /// Meaningful only if the state has one.
    score: f64,
}

impl Keyed {
    pub fn score(&self) -> Option<f64> {
        self.state.has_score().then_some(self.score)
    }
}

/// The reviews that exist and whose key is not 0. The columns have the same length.
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

/// Items by slot, stored contiguously.
pub struct Grouped<T> {
    /// Start index of each slot, and the end.
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Groups the items in two passes: counting, then placing. `slots` is greater than any slot.
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

    /// The items of a slot.
    pub fn get(&self, slot: usize) -> &[T] {
        match (self.starts.get(slot), self.starts.get(slot + 1)) {
            (Some(&start), Some(&end)) => self.items.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Calls `show` with every slot that is not empty; `show` may reorder its items.
    pub fn each(&mut self, mut show: impl FnMut(usize, &mut [T])) {
        self.each_slot(|slot, group| {
            if !group.is_empty() {
                show(slot, group);
            }
        });
    }

    /// Calls `show` with every slot, empty ones included.
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

/// The scored reviews of each critic as (work, score), by the critic's slot.
///
/// # Errors
/// As [`Source`]'s columns.
pub fn scores_by_critic(
    source: &Source<'_>,
    states: &[State],
) -> Result<Grouped<(u32, f64)>, ArchiveError> {
    let (critics, works) = (source.critics()?, source.works()?);
    let scores = keyed(states, critics, source.scores()?)
        .filter_map(|review| Some((review.slot, (works[review.id as usize], review.score()?))));
    Ok(Grouped::of(slots(critics), scores))
}

/// Each work with the number and the mean of its scores. Sorts the scores by work, and those of
/// one work stay in the order of ids.
pub fn by_work(scores: &mut [(u32, f64)]) -> impl Iterator<Item = (u32, u32, f64)> {
    scores.sort_by_key(|(work, _)| *work);
    scores.chunk_by(|a, b| a.0 == b.0).filter_map(|of_work| {
        let (work, _) = of_work.first()?;
        Some((*work, super::count(of_work.len()), mean(of_work.iter().map(|(_, score)| *score))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_the_order_of_items() {
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
