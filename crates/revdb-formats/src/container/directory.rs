//! A zip's central directory, read before any member is unpacked.
//!
//! Owns: refusing zips whose members share bytes, the number of members, and members that cannot
//! be reached by name because a later one has the same name. Must never: unpack anything.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use rustc_hash::FxHashMap;
use zip::ZipArchive;
use zip::result::ZipError;

/// APPNOTE.TXT 4.3.12: the signature before each member of the central directory.
const MEMBER: [u8; 4] = *b"PK\x01\x02";

/// Size of the fixed part of a directory entry, and the offsets in it of the lengths of name,
/// extra field and comment.
const FIXED: usize = 46;
const LENGTHS: [usize; 3] = [28, 30, 32];

/// A zip that may be unpacked.
pub struct Directory<R: Read + Seek> {
    pub archive: ZipArchive<R>,
    /// Names of more than one member: only the last of each is in `archive`.
    pub hidden: Vec<String>,
}

/// Opens a zip with at most `members` members.
///
/// # Errors
/// Why the zip is refused, for the user.
pub fn open<R: Read + Seek>(from: R, members: usize) -> Result<Directory<R>, String> {
    let archive = ZipArchive::new(from).map_err(damaged)?;
    let start = archive.central_directory_start();
    let mut from = archive.into_inner();
    let names = names(&mut from, start, members)
        .map_err(|error| format!("the zip's list of members cannot be read: {error}"))?
        .ok_or_else(|| format!("the zip has more than {members} members"))?;
    let mut archive = ZipArchive::new(from).map_err(damaged)?;
    // Members that share bytes let kilobytes unpack to gigabytes without any one member having a
    // high ratio (D. Fifield, "A better zip bomb", WOOT 2019); no packer writes them.
    if archive.has_overlapping_entries().map_err(damaged)? {
        return Err("members of the zip overlap; a bomb is not unpacked".to_owned());
    }
    let hidden = if names.len() > archive.len() { repeated(names) } else { Vec::new() };
    Ok(Directory { archive, hidden })
}

fn damaged(error: ZipError) -> String {
    format!("the zip is damaged: {error}")
}

/// Member names in order; `None` if there are more than `most`.
fn names<R: Read + Seek>(from: R, start: u64, most: usize) -> io::Result<Option<Vec<Vec<u8>>>> {
    let mut from = BufReader::new(from);
    from.seek(SeekFrom::Start(start))?;
    let mut names = Vec::new();
    loop {
        let mut fixed = Vec::with_capacity(FIXED);
        (&mut from).take(FIXED as u64).read_to_end(&mut fixed)?;
        if fixed.len() < FIXED || !fixed.starts_with(&MEMBER) {
            return Ok(Some(names));
        }
        if names.len() == most {
            return Ok(None);
        }
        let length = |at: usize| match (fixed.get(at), fixed.get(at + 1)) {
            (Some(&low), Some(&high)) => i64::from(u16::from_le_bytes([low, high])),
            _ => 0,
        };
        let [name_length, further, comment] = LENGTHS.map(length);
        let mut name = Vec::new();
        (&mut from).take(name_length.unsigned_abs()).read_to_end(&mut name)?;
        names.push(name);
        from.seek_relative(further + comment)?;
    }
}

/// Names that occur more than once, one entry per hidden member.
fn repeated(names: Vec<Vec<u8>>) -> Vec<String> {
    let mut seen: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
    let mut repeated = Vec::new();
    for name in names {
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            repeated.push(String::from_utf8_lossy(&name).into_owned());
        }
    }
    repeated
}
