use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Accepts nothing until told to.
struct Slow {
    begin: Option<Receiver<()>>,
    taken: Sender<Vec<u8>>,
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(begin) = self.begin.take() {
            begin.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        self.taken.send(bytes.to_vec()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Slow {
    fn end(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }

    fn may_take_long(&self) -> bool {
        false
    }
}

fn slow() -> (Spool, Sender<()>, Receiver<Vec<u8>>) {
    let (begin, when) = channel();
    let (taken, told) = channel();
    (Spool::new(Box::new(Slow { begin: Some(when), taken })), begin, told)
}

#[test]
fn writing_never_waits_for_the_reader() {
    let (mut spool, begin, told) = slow();
    let piece: Vec<u8> = (0..100_003_u32).map(|n| u8::try_from(n % 251).unwrap_or(0)).collect();
    let pieces = 3 * IN_MEMORY / piece.len();
    for _ in 0..pieces {
        spool.write_all(&piece).expect("it is taken at once");
    }
    let pending = spool.close().expect("nothing is taken yet").expect("it is long");
    begin.send(()).expect("it waits");
    pending.wait().expect("all is taken");
    let taken: Vec<u8> = told.into_iter().flatten().collect();
    assert!(taken == piece.repeat(pieces), "{} bytes", taken.len());
}

#[test]
fn a_closed_destination_is_reported_to_the_writer() {
    let (mut spool, begin, _told) = slow();
    drop(begin);
    let mut told = Ok(());
    for _ in 0..100_000 {
        told = spool.write_all(&[b'x'; 10_000]);
        if told.is_err() {
            break;
        }
    }
    assert_eq!(told.map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
    let waited = spool.close().expect("a thread").map(Pending::wait);
    assert!(matches!(waited, Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe));
}

#[test]
fn small_output_is_written_directly() {
    let (mut spool, begin, told) = slow();
    begin.send(()).expect("it waits");
    spool.write_all(b"a line\n").expect("held");
    assert!(spool.close().expect("written").is_none());
    assert_eq!(told.into_iter().flatten().collect::<Vec<_>>(), b"a line\n");
}
