//! Starts threads, which the system may refuse (a container's process limit, `ulimit -u`).

use std::io;
use std::sync::mpsc::{RecvError, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// Work on another thread.
pub struct Spawned<'s, T>(ScopedJoinHandle<'s, Result<T, RecvError>>);

impl<T> Spawned<'_, T> {
    /// Waits for the result. A panic of the thread continues on this one.
    pub fn join(self) -> T {
        match self.0.join() {
            Ok(Ok(done)) => done,
            // Cannot happen: `spawn` always sends the input.
            Ok(Err(error)) => std::panic::resume_unwind(Box::new(error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// No thread was available; the input is returned.
#[derive(Debug)]
pub struct NoThread<G> {
    /// The system's error.
    pub error: io::Error,
    /// The input.
    pub given: G,
}

/// Runs `work` with `given` on another thread.
///
/// # Errors
/// [`NoThread`].
pub fn spawn<'s, T, G>(
    scope: &'s Scope<'s, '_>,
    given: G,
    work: impl FnOnce(G) -> T + Send + 's,
) -> Result<Spawned<'s, T>, NoThread<G>>
where
    T: Send + 's,
    G: Send + 's,
{
    spawn_as(Builder::new(), scope, given, work)
}

fn spawn_as<'s, T, G>(
    builder: Builder,
    scope: &'s Scope<'s, '_>,
    given: G,
    work: impl FnOnce(G) -> T + Send + 's,
) -> Result<Spawned<'s, T>, NoThread<G>>
where
    T: Send + 's,
    G: Send + 's,
{
    let (give, from) = sync_channel(1);
    match builder.spawn_scoped(scope, move || from.recv().map(work)) {
        Ok(handle) => {
            // The receiver waits for this.
            drop(give.send(given));
            Ok(Spawned(handle))
        }
        Err(error) => Err(NoThread { error: explained(&error), given }),
    }
}

/// The error in words, since the system's text "resource temporarily unavailable" does not name
/// the resource.
pub fn explained(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the system has no thread for revdb: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_is_returned_without_a_thread() {
        std::thread::scope(|scope| {
            let added = spawn(scope, 40, |given| given + 2).map(Spawned::join);
            assert!(matches!(added, Ok(42)));
            // A stack too large for any address space.
            let builder = Builder::new().stack_size(1 << 46);
            let refused = spawn_as(builder, scope, "work", |_| panic!("it was started"));
            let refused = refused.map(Spawned::<()>::join).expect_err("no thread");
            assert_eq!(refused.given, "work");
            assert!(refused.error.to_string().contains("no thread"), "{}", refused.error);
        });
    }
}
