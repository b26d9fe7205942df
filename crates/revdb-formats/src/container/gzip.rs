//! All members of a gzip file, and the zero padding that tapes and blocks put after them.
//!
//! Must never: skip any other bytes that follow.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// Reads the members one after the other.
pub struct Members<R> {
    member: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Members<R> {
    pub fn of(from: R) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::new(from))) }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            self.member = match self.member.take() {
                Some(ended) => next(ended.into_inner())?,
                None => None,
            };
        }
        Ok(0)
    }
}

/// The member that follows another.
fn next<R: Read>(mut rest: BufReader<R>) -> io::Result<Option<GzDecoder<BufReader<R>>>> {
    loop {
        let held = rest.fill_buf()?;
        let noughts = held.iter().take_while(|byte| **byte == 0).count();
        match held.get(noughts) {
            Some(0x1f) => {
                rest.consume(noughts);
                return Ok(Some(GzDecoder::new(rest)));
            }
            // The same error as the decoder's for a bad member header.
            Some(_) => return Err(io::ErrorKind::InvalidInput.into()),
            None if noughts == 0 => return Ok(None),
            None => rest.consume(noughts),
        }
    }
}
