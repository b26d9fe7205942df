//! Threads, which a system may refuse: a container's limit of processes, `ulimit -u`.

use std::io;
use std::sync::mpsc::{RecvError, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// Work that is done on another thread.
pub struct Beside<'s, T>(ScopedJoinHandle<'s, Result<T, RecvError>>);

impl<T> Beside<'_, T> {
    /// Waits for what came of it. Its panic is this thread's.
    pub fn join(self) -> T {
        match self.0.join() {
            Ok(Ok(done)) => done,
            // Nothing was given to do, which `spawn` always does.
            Ok(Err(error)) => std::panic::resume_unwind(Box::new(error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// No thread could be had; what it should have worked on comes back.
#[derive(Debug)]
pub struct NoThread<G> {
    /// What the system said.
    pub error: io::Error,
    /// What the thread was to take.
    pub given: G,
}

/// Does `work` with what is `given` on another thread.
///
/// # Errors
/// Where the system has no thread for it.
pub fn spawn<'s, T, G>(
    scope: &'s Scope<'s, '_>,
    given: G,
    work: impl FnOnce(G) -> T + Send + 's,
) -> Result<Beside<'s, T>, NoThread<G>>
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
) -> Result<Beside<'s, T>, NoThread<G>>
where
    T: Send + 's,
    G: Send + 's,
{
    let (give, from) = sync_channel(1);
    match builder.spawn_scoped(scope, move || from.recv().map(work)) {
        Ok(handle) => {
            // It waits for this, so it is there to take it.
            drop(give.send(given));
            Ok(Beside(handle))
        }
        Err(error) => Err(NoThread { error: told(&error), given }),
    }
}

/// The system says "resource temporarily unavailable", which tells nobody which.
pub fn told(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the system has no thread for revdb: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_comes_back_where_there_is_no_thread() {
        std::thread::scope(|scope| {
            let added = spawn(scope, 40, |given| given + 2).map(Beside::join);
            assert!(matches!(added, Ok(42)));
            // A stack for which no address space has room.
            let builder = Builder::new().stack_size(1 << 46);
            let refused = spawn_as(builder, scope, "work", |_| panic!("it was started"));
            let refused = refused.map(Beside::<()>::join).expect_err("no thread");
            assert_eq!(refused.given, "work");
            assert!(refused.error.to_string().contains("no thread"), "{}", refused.error);
        });
    }
}
