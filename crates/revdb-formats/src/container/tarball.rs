//! The members of a tar, found once and read by their places.
//!
//! Owns: which members are files. Must never: write one to the disk under its name,
//! follow a link, or read a member that is not whole.

use std::io::{self, Read, Seek, SeekFrom};

use super::walk::ReadSeek;

/// Where a member's bytes stand: from, and how many.
pub type Place = (u64, u64);

/// A file within, and its place or why it cannot be read.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: String,
    pub place: Result<Place, String>,
}

/// A tar whose members are known.
pub struct Tarball {
    from: Box<dyn ReadSeek>,
    members: Vec<Member>,
}

impl Tarball {
    /// Finds the members; their bytes are passed over.
    ///
    /// # Errors
    /// Damage, or more than `most` members; the text is for the person.
    pub fn open(mut from: Box<dyn ReadSeek>, most: usize) -> Result<Self, String> {
        let damaged = |error: io::Error| format!("the tar is damaged: {error}");
        let size = from.seek(SeekFrom::End(0)).map_err(damaged)?;
        from.rewind().map_err(damaged)?;
        let mut members = Vec::new();
        let mut archive = tar::Archive::new(from);
        for entry in archive.entries_with_seek().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let kind = entry.header().entry_type();
            if members.len() >= most {
                return Err(format!("the tar has more than {most} members"));
            }
            if !kind.is_file() && !kind.is_gnu_sparse() && !kind.is_contiguous() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let (start, length) = (entry.raw_file_position(), entry.size());
            let place = match start.checked_add(length) {
                _ if kind.is_gnu_sparse() => {
                    Err("a file with holes, which revdb does not unpack".to_owned())
                }
                Some(end) if end <= size => Ok((start, length)),
                _ => Err("the tar ends within it".to_owned()),
            };
            members.push(Member { name, place });
        }
        Ok(Self { from: archive.into_inner(), members })
    }

    /// How many files it has.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The file with this number, from 0.
    pub fn member(&self, number: usize) -> Option<Member> {
        self.members.get(number).cloned()
    }

    /// A member's bytes.
    ///
    /// # Errors
    /// Where the tar cannot be read any more.
    pub fn reader(&mut self, (start, length): Place) -> io::Result<impl Read + '_> {
        self.from.seek(SeekFrom::Start(start))?;
        Ok((&mut self.from).take(length))
    }
}
