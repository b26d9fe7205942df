//! From the paths that a person gives to the dumps within them.
//!
//! Owns: directories, `.gz`, `.zst`, `.zip` and `.tar` and any nesting of them,
//! the sheets of workbooks, standard input, and the limits that keep a bomb from exhausting memory or
//! disk. Must never: write a member's name to the disk, follow a loop of
//! links, hand on a dump of which a part is damaged, or look at a dump's text.
//!
//! A plain file is opened again for each reading, and [`Dump::is_as_found`] says afterwards whether
//! all of them were of the same bytes. Everything else is written
//! once to a temporary file (in memory up to 8 MiB), which also shows every
//! checksum to be right before the first record is read: flate2 and zip give
//! damaged data first and the error after it.

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

/// What a container may come to, with all that is packed within it. Bytes and members together
/// bound the time, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that all compressed dumps of one import may come to: 8 GiB, the
    /// largest data set of reviews known (Yelp's) with room to spare.
    pub total: u64,
    /// How many bytes one compressed byte may become, of a member and of a whole archive.
    /// Text of reviews comes to 3 to 8; a table of one value repeated, to 100.
    pub ratio: u64,
    /// Up to here the ratio does not matter: 64 MiB.
    pub ratio_free: u64,
    /// Members of an archive, those of zips within it included.
    pub members: usize,
    /// Containers within containers.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: 8 << 30, ratio: 200, ratio_free: 64 << 20, members: 100_000, depth: 4 }
    }
}

/// One thing met on the way.
#[derive(Debug)]
pub enum Found {
    /// A dump.
    Dump(Dump),
    /// Not a dump, and nobody will miss it.
    LeftAlone {
        /// As people read it.
        path: String,
        /// What it is.
        reason: String,
    },
    /// It should have been read and could not be: damaged, encrypted, a bomb.
    Refused {
        /// As people read it.
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

/// A path that cannot be imported from: wrong use (exit 2).
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// It is not there, or may not be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// As it was typed.
        path: PathBuf,
        /// What the system says.
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

/// One file, member or stream, decompressed, whose bytes can be read again.
#[derive(Debug)]
pub struct Dump {
    /// For people: `folder/export.zip!/reviews.csv`.
    pub path: String,
    /// What it lies in: a directory or an archive, as `path` shows it. Files of
    /// one folder belong together (an export of several tables).
    pub folder: String,
    /// The file's own name, lower case, without `.gz` or `.zst`.
    pub name: String,
    /// Something to tell: "no checksum, so damage would not be seen".
    pub warning: Option<String>,
    /// Its number in the archive, where it comes from there: paths may be alike.
    pub stored_as: Option<i64>,
    size: u64,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    File(PathBuf, Stamp),
    /// A file's, once [`Dump::hold`] has read them.
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

    /// A dump of bytes in memory, for text that was not in a file.
    pub fn of_bytes(display: &str, bytes: &[u8]) -> io::Result<Self> {
        let mut spool = SpooledTempFile::new(spool::IN_MEMORY);
        io::Write::write_all(&mut spool, bytes)?;
        Self::of_spool(display.to_owned(), spool)
    }

    /// A dump of bytes that somebody writes: in memory up to a limit, then in a
    /// temporary file.
    ///
    /// # Errors
    /// What `write` says, or the temporary file.
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

    /// The name without its ending; what a pasted page takes its title from.
    /// Its capitals are the file's own, unlike those of `name`.
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

    /// Bytes, decompressed.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes from the beginning. Only one reader at a time is good for a
    /// spooled dump: a second one moves the first.
    ///
    /// # Errors
    /// Where the file is gone or may not be read.
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

    /// SHA-256 of the decompressed bytes, so that a dump is the same dump
    /// whatever it was packed in.
    ///
    /// # Errors
    /// As [`Dump::open`].
    pub fn sha256(&self) -> io::Result<[u8; 32]> {
        sha256(self.open()?)
    }

    /// As [`Dump::sha256`], to be called on another thread while the dump is
    /// read on this one. `None` where one reader at a time is all there is.
    pub fn hash_beside(&self) -> Option<impl FnOnce() -> io::Result<[u8; 32]> + Send + use<>> {
        match &self.bytes {
            Bytes::File(path, _) => {
                let path = path.clone();
                Some(move || sha256(files::open(&path)?))
            }
            Bytes::Held(_) | Bytes::Spooled(_) => None,
        }
    }

    /// Whether the file is still the one that was found, so that every reading of it until
    /// now was of the same bytes. What was read into memory or unpacked cannot change.
    ///
    /// # Errors
    /// Where the file is gone.
    pub fn is_as_found(&self) -> io::Result<bool> {
        match &self.bytes {
            Bytes::File(path, stamp) => Ok(Stamp::at(path)? == *stamp),
            Bytes::Held(_) | Bytes::Spooled(_) => Ok(true),
        }
    }

    /// Takes a file's bytes into memory: a short dump is opened five times from
    /// its hash to its keeping, which this makes one. For dumps of a size that
    /// the caller has bounded. A file that has changed since it was found stays a file.
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

/// Lower case, without what a compressor put behind it.
fn plain_name(name: &str) -> String {
    let mut name = name.to_lowercase();
    while let Some(rest) = [".gz", ".zst", ".zstd"].iter().find_map(|end| name.strip_suffix(end)) {
        name = rest.to_owned();
    }
    name
}

#[cfg(test)]
mod tests;
