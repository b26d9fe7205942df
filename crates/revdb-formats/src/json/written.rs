//! JSON that is written while it is read: what another notation's records become.
//!
//! Must never: hold more of it than one step writes.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use crate::format::{ReadError, Result};

/// Writes JSON piece by piece.
pub(crate) trait Writer {
    /// Writes the next piece, which may be empty; false at the end.
    ///
    /// # Errors
    /// Where the dump itself is broken.
    fn write(&mut self, out: &mut Vec<u8>) -> Result<bool>;
}

/// Why a reading ended early, which `io::Error` cannot carry with its line and help.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure(Rc<RefCell<Option<ReadError>>>);

impl Failure {
    /// The dump's own error, where `error` came of one.
    pub(crate) fn cause_of(&self, error: ReadError) -> ReadError {
        self.0.take().unwrap_or(error)
    }
}

/// What `writer` writes, as a reader.
pub(crate) fn reader<'a>(writer: impl Writer + 'a, failure: &Failure) -> Box<dyn BufRead + 'a> {
    let (out, failure) = (Vec::new(), failure.clone());
    Box::new(BufReader::new(Written { writer, out, taken: 0, ended: false, failure }))
}

/// All that `writer` writes before it ends or fails.
pub(crate) fn all(mut writer: impl Writer) -> String {
    let mut out = Vec::new();
    while let Ok(true) = writer.write(&mut out) {}
    String::from_utf8_lossy(&out).into_owned()
}

struct Written<W> {
    writer: W,
    out: Vec<u8>,
    /// How much of `out` is taken.
    taken: usize,
    ended: bool,
    failure: Failure,
}

impl<W: Writer> Read for Written<W> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.out.len() && !self.ended {
            self.out.clear();
            self.taken = 0;
            match self.writer.write(&mut self.out) {
                Ok(goes_on) => self.ended = !goes_on,
                Err(error) => {
                    let message = error.to_string();
                    self.failure.0.replace(Some(error));
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
            }
        }
        let count = (self.out.len() - self.taken).min(into.len());
        into[..count].copy_from_slice(&self.out[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
