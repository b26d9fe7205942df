//! From the user's paths to the dumps within them.
//!
//! Owns: directories; `.gz`, `.zst`, `.zip` and `.tar` in any nesting; the sheets of workbooks;
//! standard input; and the limits that stop decompression bombs from exhausting memory or disk.
//! Must never: write a member under its own name, follow a loop of links, pass on a dump of which
//! a part is damaged, or interpret a dump's text.
//!
//! A plain file is reopened for each pass, and [`Dump::is_as_found`] afterwards checks that all
//! passes read the same bytes. Everything else is unpacked once to a temporary file (in memory up
//! to 8 MiB), which also verifies every checksum before the first record is read: flate2 and zip
//! return damaged data first and the error after it.

mod directory;
mod gzip;
mod sheets;
mod spool;
mod tarball;
mod walk;

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::SpooledTempFile;

pub use walk::{Walk, display, find};

use revdb_system::files::{self, Stamp};

/// Limits for one container, including everything nested in it. Limits on bytes and members bound
/// the time as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Total decompressed bytes in one import: 8 GiB, enough for the largest known review data set
    /// (Yelp's).
    pub total: u64,
    /// Maximum compression ratio of a member and of a whole archive. Reviews reach 3 to 8; a table
    /// of one repeated value, 100.
    pub ratio: u64,
    /// The ratio is not checked below this size: 64 MiB.
    pub ratio_free: u64,
    /// Members of an archive, including those of nested zips.
    pub members: usize,
    /// Nesting depth of containers.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: 8 << 30, ratio: 200, ratio_free: 64 << 20, members: 100_000, depth: 4 }
    }
}

/// One thing found on the walk.
#[derive(Debug)]
pub enum Found {
    /// A dump.
    Dump(Dump),
    /// Not a dump, and nothing of value.
    LeftAlone {
        /// Display path.
        path: String,
        /// What it is.
        reason: String,
    },
    /// Should have been read but could not be: damaged, encrypted, a bomb.
    Refused {
        /// Display path.
        path: String,
        /// Why.
        reason: String,
    },
}

impl Found {
    fn unreadable(path: String, error: &io::Error) -> Self {
        Found::Refused { path, reason: error.to_string() }
    }
}

/// A path that cannot be imported: wrong usage (exit 2).
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// It does not exist or may not be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// As it was typed.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It is neither a file nor a folder.
    #[error("{} is {what}, not a file or directory; use - for standard input", path.display())]
    NotAFile {
        /// As it was typed.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
}

/// One file, member or stream, decompressed; its bytes can be read repeatedly.
#[derive(Debug)]
pub struct Dump {
    /// Display path: `folder/export.zip!/reviews.csv`.
    pub path: String,
    /// The directory or archive that contains it, as shown in `path`. Files of one folder belong
    /// together (an export of several tables).
    pub folder: String,
    /// The file name in lower case, without `.gz` or `.zst`.
    pub name: String,
    /// A warning for the user: "no checksum, so damage would not be seen".
    pub warning: Option<String>,
    /// Its source id in the archive, if it comes from there: paths may be equal.
    pub stored_as: Option<i64>,
    size: u64,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    File(PathBuf, Stamp),
    /// A file's bytes, after [`Dump::hold`].
    Held(Vec<u8>),
    Spooled(RefCell<SpooledTempFile>),
}

impl Dump {
    fn of_file(path: &Path, display: String) -> io::Result<Self> {
        let stamp = Stamp::at(path)?;
        Ok(Self::new(display, stamp.length(), Bytes::File(path.to_owned(), stamp)))
    }

    fn of_spool(display: String, mut spool: SpooledTempFile) -> io::Result<Self> {
        let size = spool.seek(SeekFrom::End(0))?;
        Ok(Self::new(display, size, Bytes::Spooled(RefCell::new(spool))))
    }

    /// A dump made from bytes in memory.
    pub fn of_bytes(display: &str, bytes: &[u8]) -> io::Result<Self> {
        let mut spool = SpooledTempFile::new(spool::IN_MEMORY);
        io::Write::write_all(&mut spool, bytes)?;
        Self::of_spool(display.to_owned(), spool)
    }

    /// A dump made from the bytes that `write` produces: in memory up to a limit, then in a
    /// temporary file.
    ///
    /// # Errors
    /// Errors of `write` or of the temporary file.
    pub fn written<E: From<io::Error>>(
        display: &str,
        write: impl FnOnce(&mut dyn io::Write) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut spool = SpooledTempFile::new(spool::IN_MEMORY);
        write(&mut spool)?;
        Ok(Self::of_spool(display.to_owned(), spool)?)
    }

    fn new(path: String, size: u64, bytes: Bytes) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let (folder, name) = (folder.to_owned(), plain_name(name));
        Self { path, folder, name, warning: None, stored_as: None, size, bytes }
    }

    /// The file name without its extension and with its original capitals; the default title of a
    /// pasted page.
    pub fn stem(&self) -> &str {
        let file = self.path.rsplit('/').next().unwrap_or("");
        let printed = file
            .get(..self.name.len())
            .filter(|printed| printed.to_lowercase() == self.name)
            .unwrap_or(&self.name);
        match printed.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => printed,
        }
    }

    /// Size in bytes, decompressed.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes from the beginning. A spooled dump supports one reader at a time: readers share
    /// its position.
    ///
    /// # Errors
    /// If the file is gone or may not be read.
    pub fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        match &self.bytes {
            Bytes::File(path, _) => Ok(Box::new(files::open(path)?)),
            Bytes::Held(bytes) => Ok(Box::new(bytes.as_slice())),
            Bytes::Spooled(spool) => {
                spool.borrow_mut().seek(SeekFrom::Start(0))?;
                Ok(Box::new(SpoolReader(spool)))
            }
        }
    }

    /// Up to `limit` bytes from the beginning.
    ///
    /// # Errors
    /// As [`Dump::open`].
    pub fn head(&self, limit: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(limit as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// SHA-256 of the decompressed bytes, so that a dump is recognised in any container.
    ///
    /// # Errors
    /// As [`Dump::open`].
    pub fn sha256(&self) -> io::Result<[u8; 32]> {
        sha256(self.open()?)
    }

    /// As [`Dump::sha256`], for another thread while this one reads the dump. `None` if the dump
    /// supports only one reader at a time.
    pub fn hash_beside(&self) -> Option<impl FnOnce() -> io::Result<[u8; 32]> + Send + use<>> {
        match &self.bytes {
            Bytes::File(path, _) => {
                let path = path.clone();
                Some(move || sha256(files::open(&path)?))
            }
            Bytes::Held(_) | Bytes::Spooled(_) => None,
        }
    }

    /// Whether the file is unchanged since it was found, so that all passes read the same bytes.
    /// Always true for a dump in memory or unpacked.
    ///
    /// # Errors
    /// If the file is gone.
    pub fn is_as_found(&self) -> io::Result<bool> {
        match &self.bytes {
            Bytes::File(path, stamp) => Ok(Stamp::at(path)? == *stamp),
            Bytes::Held(_) | Bytes::Spooled(_) => Ok(true),
        }
    }

    /// Reads a file into memory: a short dump is otherwise opened five times from hashing to
    /// storing. The caller bounds the size. A file that has changed since it was found stays a
    /// file.
    ///
    /// # Errors
    /// As [`Dump::open`].
    pub fn hold(&mut self) -> io::Result<()> {
        let Bytes::File(path, stamp) = &self.bytes else { return Ok(()) };
        let room = usize::try_from(self.size).map_err(io::Error::other)?;
        let mut bytes = Vec::with_capacity(room.saturating_add(1));
        files::open(path)?.take(self.size.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() == room && Stamp::at(path)? == *stamp {
            self.bytes = Bytes::Held(bytes);
        }
        Ok(())
    }
}

fn sha256(mut reader: impl Read) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&chunk[..read]),
        }
    }
}

struct SpoolReader<'a>(&'a RefCell<SpooledTempFile>);

impl Read for SpoolReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(into)
    }
}

/// Lower case, without a compressor's extension.
fn plain_name(name: &str) -> String {
    let mut name = name.to_lowercase();
    while let Some(rest) = [".gz", ".zst", ".zstd"].iter().find_map(|end| name.strip_suffix(end)) {
        name = rest.to_owned();
    }
    name
}

#[cfg(test)]
mod tests;
