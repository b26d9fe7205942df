//! JSON generated on the fly from another notation.
//!
//! Must never: hold more than one step's output.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use crate::format::{ReadError, Result};

/// Writes JSON piece by piece.
pub(crate) trait Writer {
    /// Writes the next piece, which may be empty; false at the end.
    ///
    /// # Errors
    /// If the dump itself is malformed.
    fn write(&mut self, out: &mut Vec<u8>) -> Result<bool>;
}

/// Carries the error that ended the reading, since `io::Error` cannot hold its line and help.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure(Rc<RefCell<Option<ReadError>>>);

impl Failure {
    /// The dump's own error, if `error` was caused by one.
    pub(crate) fn cause_of(&self, error: ReadError) -> ReadError {
        self.0.take().unwrap_or(error)
    }
}

/// A reader of `writer`'s output.
pub(crate) fn reader<'a>(writer: impl Writer + 'a, failure: &Failure) -> Box<dyn BufRead + 'a> {
    let (out, failure) = (Vec::new(), failure.clone());
    Box::new(BufReader::new(Written { writer, out, taken: 0, ended: false, failure }))
}

/// All output of `writer` until it ends or fails.
pub(crate) fn all(mut writer: impl Writer) -> String {
    let mut out = Vec::new();
    while let Ok(true) = writer.write(&mut out) {}
    String::from_utf8_lossy(&out).into_owned()
}

struct Written<W> {
    writer: W,
    out: Vec<u8>,
    /// Number of bytes of `out` already consumed.
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
