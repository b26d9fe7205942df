//! Decompresses once, within limits.

use std::io::{self, Read, Write};

use tempfile::SpooledTempFile;

use super::Limits;
use super::gzip::Members;

/// Maximum size of a decompressed dump held in memory.
pub const IN_MEMORY: usize = 8 << 20;

/// A file's packing, judged by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
    Zstd,
    Zip,
    Tar,
}

/// Bytes needed to tell the packing: tar's magic number comes after its first member's name.
pub const SHOWS_PACKING: u64 = 512;

impl Packing {
    /// Judged by content; the file's name is ignored.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Packing::Zip,
            // POSIX.1-1988 and GNU both put it there (tar(5), "Header Block").
            _ if head.get(257..262) == Some(b"ustar") => Packing::Tar,
            _ => Packing::None,
        }
    }
}

/// Why something is not unpacked.
#[derive(Debug)]
pub struct TooMuch {
    /// For the user.
    pub reason: String,
    /// The limit is the whole archive's: stop unpacking it.
    pub of_the_archive: bool,
}

impl TooMuch {
    pub fn here(reason: String) -> Self {
        Self { reason, of_the_archive: false }
    }

    fn in_all(reason: String) -> Self {
        Self { reason, of_the_archive: true }
    }
}

/// Counts the bytes spooled in the whole import and in the current archive.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    spent: u64,
    archive: Archive,
}

/// The outermost container, including everything nested in it.
#[derive(Debug, Default)]
struct Archive {
    packed: Option<u64>,
    written: u64,
    members: usize,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self { limits, spent: 0, archive: Archive::default() }
    }

    /// Begins another outermost container of `packed` bytes.
    pub fn begin_archive(&mut self, packed: u64) {
        self.archive = Archive { packed: Some(packed), ..Archive::default() };
    }

    /// Counts the members of a zip within the archive.
    ///
    /// # Errors
    /// If the archive exceeds its limit of members.
    pub fn take_members(&mut self, count: usize) -> Result<(), TooMuch> {
        let most = self.limits.members;
        self.archive.members += count;
        if self.archive.members > most {
            let reason = format!("zips within it have more than {most} members together");
            return Err(TooMuch::in_all(reason));
        }
        Ok(())
    }

    /// Writes all of `from` to a temporary file. `packed`: the compressed size, if `from`
    /// decompresses.
    ///
    /// # Errors
    /// Damage, a limit exceeded, or no space; the text is for the user.
    pub fn spool(
        &mut self,
        from: impl Read,
        packed: Option<u64>,
    ) -> Result<SpooledTempFile, TooMuch> {
        let mut spool = SpooledTempFile::new(IN_MEMORY);
        self.unpack(from, packed, |part| {
            spool
                .write_all(part)
                .map_err(|error| TooMuch::here(format!("no room for its temporary copy: {error}")))
        })?;
        Ok(spool)
    }

    /// Passes all of `from` on in parts, within the limits.
    fn unpack(
        &mut self,
        mut from: impl Read,
        packed: Option<u64>,
        mut take: impl FnMut(&[u8]) -> Result<(), TooMuch>,
    ) -> Result<(), TooMuch> {
        let mut chunk = vec![0; 64 << 10];
        let mut all = 0;
        loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if packed.is_none() => return Err(TooMuch::here(error.to_string())),
                Err(error) => return Err(TooMuch::here(damaged(&error, all > 0))),
            };
            all += read as u64;
            self.spent += read as u64;
            self.keep_limits(all, packed)?;
            if packed.is_some() {
                self.keep_limits_of_archive(read as u64)?;
            }
            take(&chunk[..read])?;
        }
    }

    /// Counts bytes written elsewhere.
    ///
    /// # Errors
    /// If all dumps together exceed the limit.
    pub fn spend(&mut self, bytes: u64) -> Result<(), TooMuch> {
        self.spent += bytes;
        self.keep_limits(0, None)
    }

    /// Unpacks all of `from` and discards it, to measure its size and verify that it is intact.
    ///
    /// # Errors
    /// As [`Budget::spool`].
    pub fn measure(&mut self, from: impl Read, packed: u64) -> Result<(), TooMuch> {
        self.unpack(from, Some(packed), |_| Ok(()))
    }

    fn keep_limits(&self, written: u64, packed: Option<u64>) -> Result<(), TooMuch> {
        let Limits { total, ratio, ratio_free, .. } = self.limits;
        if let Some(packed) = packed
            && written > ratio_free.max(packed.saturating_mul(ratio))
        {
            return Err(TooMuch::here(format!(
                "it swells to more than {ratio} times its size; a bomb is not unpacked"
            )));
        }
        if self.spent > total {
            return Err(TooMuch::in_all(format!(
                "all dumps together come to more than {} MiB unpacked",
                total >> 20
            )));
        }
        Ok(())
    }

    /// Many members that each expand a little may expand too much in total.
    fn keep_limits_of_archive(&mut self, read: u64) -> Result<(), TooMuch> {
        let Limits { ratio, ratio_free, .. } = self.limits;
        self.archive.written += read;
        match self.archive.packed {
            Some(packed) if self.archive.written > ratio_free.max(packed.saturating_mul(ratio)) => {
                Err(TooMuch::in_all(format!(
                    "what is packed in it swells to more than {ratio} times its size; a bomb is \
                     not unpacked"
                )))
            }
            _ => Ok(()),
        }
    }
}

/// `begun`: some data was unpacked before.
fn damaged(error: &io::Error, begun: bool) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed data ends too early".to_owned(),
        // The decoder takes bytes after a member for the header of the next one.
        io::ErrorKind::InvalidInput if begun => {
            "bytes that are not compressed stand behind the compressed data".to_owned()
        }
        _ => format!("the compressed data is damaged: {error}"),
    }
}

/// Decodes all members of a `.gz`, or all frames of a `.zst`.
///
/// # Errors
/// If the decoder cannot be created.
pub fn decompressor<'a>(packing: Packing, from: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match packing {
        Packing::Gzip => Box::new(Members::of(from)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(from)?),
        Packing::None | Packing::Zip | Packing::Tar => Box::new(from),
    })
}

/// Whether the first frame ends with a checksum (RFC 8878, 3.1.1.1.1: bit 2 of the frame header
/// descriptor).
pub fn zstd_has_checksum(head: &[u8]) -> bool {
    head.get(4).is_some_and(|descriptor| descriptor & 0b100 != 0)
}
