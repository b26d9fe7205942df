//! Decompressing once, within limits.

use std::io::{self, Read, Write};

use flate2::read::MultiGzDecoder;
use tempfile::SpooledTempFile;

use super::Limits;

/// Up to here a decompressed dump stays in memory.
pub const IN_MEMORY: usize = 8 << 20;

/// What the first bytes show a file to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
    Zstd,
    Zip,
}

impl Packing {
    /// Content decides; a file's name says nothing here.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Packing::Zip,
            _ => Packing::None,
        }
    }
}

/// Counts what an import has spooled in all.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    spent: u64,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self { limits, spent: 0 }
    }

    /// Writes all of `from` to a temporary file. `packed`: the compressed size
    /// where `from` decompresses.
    ///
    /// # Errors
    /// Damage, a limit passed, or no room; the text is for the person.
    pub fn spool(
        &mut self,
        mut from: impl Read,
        packed: Option<u64>,
    ) -> Result<SpooledTempFile, String> {
        let mut spool = SpooledTempFile::new(IN_MEMORY);
        let mut chunk = vec![0; 64 << 10];
        let mut written = 0;
        loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => return Ok(spool),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(&error)),
            };
            written += read as u64;
            self.spent += read as u64;
            self.keep_limits(written, packed)?;
            spool
                .write_all(&chunk[..read])
                .map_err(|error| format!("no room for its temporary copy: {error}"))?;
        }
    }

    fn keep_limits(&self, written: u64, packed: Option<u64>) -> Result<(), String> {
        let Limits { total, ratio, ratio_free, .. } = self.limits;
        if let Some(packed) = packed
            && written > ratio_free.max(packed.saturating_mul(ratio))
        {
            return Err(format!(
                "it swells to more than {ratio} times its size; a bomb is not unpacked"
            ));
        }
        if self.spent > total {
            return Err(format!(
                "all dumps together come to more than {} MiB unpacked",
                total >> 20
            ));
        }
        Ok(())
    }
}

fn damaged(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed data ends too early".to_owned(),
        _ => format!("the compressed data is damaged: {error}"),
    }
}

/// All members of a `.gz`, or all frames of a `.zst`.
///
/// # Errors
/// Where the decoder cannot be set up.
pub fn decompressor<'a>(packing: Packing, from: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(from)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(from)?),
        Packing::None | Packing::Zip => Box::new(from),
    })
}

/// Whether the first frame says that a checksum ends it (RFC 8878, 3.1.1.1.1:
/// bit 2 of the frame header descriptor).
pub fn zstd_has_checksum(head: &[u8]) -> bool {
    head.get(4).is_some_and(|descriptor| descriptor & 0b100 != 0)
}
