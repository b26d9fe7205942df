//! Calls third-party code that may panic on damaged input.
//!
//! calamine computes with numbers from a workbook, and panics on overflow (`Cargo.toml` enables
//! the checks; a wrong cell would be worse). Must never: contain own code, whose panic is a bug to
//! be seen.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// The result of `work`, or `None` if it panics; the panic is not printed. What it worked on must
/// not be used afterwards.
pub fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tells = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_CONTAINED.get() {
                tells(panic);
            }
        }));
    });
    IS_CONTAINED.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_CONTAINED.set(false);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contained_panics_are_silent_and_later_ones_are_not() {
        assert_eq!(contained(|| 3), Some(3));
        assert_eq!(contained(|| [0][[7, 1][1..].len()]), None);
        assert!(!IS_CONTAINED.get());
    }
}
