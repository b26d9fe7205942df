//! Inspects a file's header before SQLite opens it.
//!
//! A foreign file is refused without a lock, a journal or a changed byte. A file whose writer was
//! interrupted is rolled back by SQLite first ([`HeaderState::Interrupted`]) and judged then. Must
//! never: open a file that a connection of this process has open, which would drop its locks
//! (`revdb_system::files::look` prevents it).
//!
//! Offsets of the SQLite file format: page size at 16 (1 means 65,536), WAL mode at 18 (2), change
//! counter at 24, number of pages at 28 (valid only if the counter at 92 is equal), application id
//! at 68. Of a journal: eight bytes of magic, then number of pages at 16, sector size at 20, page
//! size at 24, and from the second sector records of page number, page and checksum.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::ArchiveError;
use super::migrate::APPLICATION_ID;
use revdb_system::files;

const MAGIC: &[u8] = b"SQLite format 3\0";
const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The result of an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderState {
    /// An archive, or a file that is just becoming one.
    Archive { is_wal: bool },
    /// An empty file.
    Empty,
    /// An SQLite file without an application id: foreign, or without tables.
    Unnamed,
    /// There is a journal: another process is writing, or was interrupted.
    Interrupted,
    /// A connection of this process has the file open, so it was inspected before.
    Open,
}

/// Inspects the header and the journal; twice before refusing, since a file that is just being
/// created changes.
///
/// # Errors
/// [`ArchiveError::Missing`], [`NotAnArchive`](ArchiveError::NotAnArchive) or
/// [`Damaged`](ArchiveError::Damaged).
pub fn inspect(path: &Path) -> Result<HeaderState, ArchiveError> {
    match once(path) {
        Err(ArchiveError::NotAnArchive { .. } | ArchiveError::Damaged(_)) => once(path),
        looked => looked,
    }
}

/// Whether a file is an archive that nobody is creating or writing at the moment.
pub fn is_archive(path: &Path) -> bool {
    matches!(inspect(path), Ok(HeaderState::Archive { .. }))
}

fn once(path: &Path) -> Result<HeaderState, ArchiveError> {
    let foreign =
        |why: &str| ArchiveError::NotAnArchive { path: path.to_owned(), why: why.to_owned() };
    let real = files::resolved(path)?;
    companions_are_files(&real)?;
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ArchiveError::Missing { path: path.to_owned() });
        }
        Err(error) => return Err(error.into()),
    };
    if !metadata.is_file() {
        return Err(foreign("it is not a regular file"));
    }
    if metadata.len() == 0 {
        return Ok(HeaderState::Empty);
    }
    let Some(journal) = journal_of(&real)? else { return Ok(HeaderState::Open) };
    let Some(header) = files::look(&real, &real, |file| up_to(file, 100))? else {
        return Ok(HeaderState::Open);
    };
    let id = number(&header, 68).map(i64::from);
    let ours = Some(APPLICATION_ID);
    match journal {
        Journal::None => {}
        Journal::OfNew => return Ok(HeaderState::Interrupted),
        Journal::OfOld { id: before } if id == ours || before == ours => {
            return Ok(HeaderState::Interrupted);
        }
        Journal::OfOld { .. } => {}
    }
    if !header.starts_with(MAGIC) {
        return Err(foreign("it is not an SQLite file"));
    }
    whole(&real, &header)?;
    match id {
        None => {
            Err(ArchiveError::Damaged(format!("{} is cut off within its header", path.display())))
        }
        Some(0) => Ok(HeaderState::Unnamed),
        id if id == ours => Ok(HeaderState::Archive { is_wal: header.get(18) == Some(&2) }),
        Some(_) => Err(foreign("it is an SQLite file that something else made")),
    }
}

/// Refuses a pipe, device or directory in the place of a journal or log: opening a pipe would
/// block.
fn companions_are_files(real: &Path) -> io::Result<()> {
    for path in files::COMPANION_ENDINGS.map(|ending| files::companion(real, ending)) {
        if std::fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            let message = format!("{} is not a regular file; move it away", path.display());
            return Err(io::Error::other(message));
        }
    }
    Ok(())
}

/// Whether SQLite would open the file as a database.
///
/// # Errors
/// The file cannot be read.
pub fn is_database(path: &Path) -> io::Result<bool> {
    let begins = files::look(path, path, |file| up_to(file, MAGIC.len() as u64))?;
    Ok(begins.is_none_or(|begins| begins == MAGIC))
}

/// Refuses a file shorter than its header says. The journal is checked before the length, so that
/// a commit in between is not taken for damage.
fn whole(path: &Path, header: &[u8]) -> Result<(), ArchiveError> {
    let page = header.get(16..18).and_then(|b| <[u8; 2]>::try_from(b).ok()).map(u16::from_be_bytes);
    let (Some(page), Some(pages), Some(changes)) = (page, number(header, 28), number(header, 24))
    else {
        return Ok(());
    };
    let page = if page == 1 { 65_536 } else { u64::from(page) };
    let is_written = ["-journal", "-wal"].iter().any(|end| files::companion(path, end).exists());
    if number(header, 92) != Some(changes) || is_written {
        return Ok(());
    }
    let length = std::fs::metadata(path)?.len();
    let said = page * u64::from(pages);
    if length < said {
        let message = format!("{} is cut off: {length} of {said} bytes are there", path.display());
        return Err(ArchiveError::Damaged(message));
    }
    Ok(())
}

/// A journal that SQLite may have to roll back.
enum Journal {
    None,
    /// The file was empty before.
    OfNew,
    /// The file had pages; with the application id in its old header.
    OfOld {
        id: Option<i64>,
    },
}

/// `None` if SQLite has the archive open in this process.
fn journal_of(archive: &Path) -> io::Result<Option<Journal>> {
    let path = files::companion(archive, "-journal");
    match files::look(archive, &path, journal) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Journal::None)),
        looked => looked,
    }
}

fn journal(file: &mut File) -> io::Result<Journal> {
    let header = up_to(file, 28)?;
    let (Some(before), Some(sector), Some(page)) =
        (number(&header, 16), number(&header, 20), number(&header, 24))
    else {
        return Ok(Journal::None);
    };
    if !header.starts_with(&JOURNAL_MAGIC) {
        return Ok(Journal::None);
    }
    if before == 0 {
        return Ok(Journal::OfNew);
    }
    let (sector, record) = (u64::from(sector), u64::from(page) + 8);
    let records = file.metadata()?.len().saturating_sub(sector) / record;
    for at in (0..records).map(|index| sector + index * record) {
        file.seek(SeekFrom::Start(at))?;
        if number(&up_to(file, 4)?, 0) == Some(1) {
            file.seek(SeekFrom::Start(at + 4 + 68))?;
            return Ok(Journal::OfOld { id: number(&up_to(file, 4)?, 0).map(i64::from) });
        }
    }
    Ok(Journal::OfOld { id: None })
}

fn up_to(file: &mut File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A big-endian number of four bytes.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}
