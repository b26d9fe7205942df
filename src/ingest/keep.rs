//! Compresses a dump's bytes for storage in the archive.
//!
//! Must never: hold more than [`MAX_RAW_DUMP_BYTES`] of them in memory, or fail an import with
//! good records because its bytes are too many to store.

use std::io::{self, Read, Write};

use revdb_store::MAX_RAW_DUMP_BYTES;

/// The compressed bytes; `None` if they exceed the archive's limit.
///
/// # Errors
/// The reader's.
pub(super) fn packed(from: impl Read) -> io::Result<Option<Vec<u8>>> {
    packed_up_to(MAX_RAW_DUMP_BYTES, from)
}

/// The note on a dump too large to store.
pub(super) fn too_long() -> String {
    format!(
        "its bytes are not kept: packed they are more than {} MiB, the most that the archive takes; keep the file",
        MAX_RAW_DUMP_BYTES >> 20
    )
}

fn packed_up_to(most: usize, from: impl Read) -> io::Result<Option<Vec<u8>>> {
    let bounded = Bounded { bytes: Vec::new(), most };
    let mut encoder = zstd::Encoder::new(bounded, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    let mut from = from;
    let written = io::copy(&mut from, &mut encoder).and_then(|_| encoder.finish());
    match written {
        Ok(bounded) => Ok(Some(bounded.bytes)),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        Err(error) => Err(error),
    }
}

/// A buffer in memory with a limit.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + part.len() > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlong_dumps_are_not_stored() {
        // Incompressible bytes: each depends on all before it.
        let mut last = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            last = last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            last.to_be_bytes()[0]
        })
        .take(1 << 20)
        .collect();
        for (bytes, most, fits) in [
            (noise.as_slice(), 1 << 19, false),
            (noise.as_slice(), 1 << 21, true),
            (vec![0; 1 << 20].as_slice(), 1 << 10, true),
            (b"".as_slice(), 1 << 10, true),
        ] {
            let found = packed_up_to(most, bytes).expect("bytes in memory");
            assert_eq!(found.is_some(), fits, "{} bytes into {most}", bytes.len());
            if let Some(found) = found {
                assert_eq!(zstd::decode_all(found.as_slice()).expect("zstd"), bytes);
            }
        }
    }
}
