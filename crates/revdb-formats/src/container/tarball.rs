//! The members of a tar, located once and read by their offsets.
//!
//! Owns: which members are regular files, and the reason why others are not read. Must never:
//! write one to disk under its name, follow a link, or read an incomplete member.

use std::io::{self, Read, Seek, SeekFrom};

use tar::{Entry, EntryType};

use super::walk::ReadSeek;

/// Offset and length of a member's bytes.
pub type Place = (u64, u64);

/// An entry other than a directory.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: String,
    pub content: Content,
}

/// What a member is.
#[derive(Debug, Clone)]
pub enum Content {
    Bytes(Place),
    /// A file that cannot be read, and why.
    Unreadable(String),
    /// Not a regular file; what it is instead.
    LeftAlone(String),
}

/// A tar with its members located.
pub struct Tarball {
    from: Box<dyn ReadSeek>,
    members: Vec<Member>,
}

impl Tarball {
    /// Locates the members; their bytes are skipped.
    ///
    /// # Errors
    /// Damage, or more than `most` members; the text is for the user.
    pub fn open(mut from: Box<dyn ReadSeek>, most: usize) -> Result<Self, String> {
        let damaged = |error: io::Error| format!("the tar is damaged: {error}");
        let size = from.seek(SeekFrom::End(0)).map_err(damaged)?;
        from.rewind().map_err(damaged)?;
        let mut members = Vec::new();
        let mut archive = tar::Archive::new(from);
        for entry in archive.entries_with_seek().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            if members.len() >= most {
                return Err(format!("the tar has more than {most} members"));
            }
            let kind = entry.header().entry_type();
            if !kind.is_dir() && !kind.is_pax_global_extensions() {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                members.push(Member { name, content: content(&entry, size) });
            }
        }
        Ok(Self { from: archive.into_inner(), members })
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The member at this index, from 0.
    pub fn member(&self, number: usize) -> Option<Member> {
        self.members.get(number).cloned()
    }

    /// A member's bytes.
    ///
    /// # Errors
    /// If the tar can no longer be read.
    pub fn reader(&mut self, (start, length): Place) -> io::Result<impl Read + '_> {
        self.from.seek(SeekFrom::Start(start))?;
        Ok((&mut self.from).take(length))
    }
}

/// What a member is, in a tar of `size` bytes.
fn content<R: Read>(entry: &Entry<'_, R>, size: u64) -> Content {
    let is_link_to = |what: &str| {
        let target = entry.link_name_bytes().unwrap_or_default();
        let target = String::from_utf8_lossy(&target).into_owned();
        Content::LeftAlone(format!("a {what} link to {target}; links in a tar are not followed"))
    };
    let (start, length) = (entry.raw_file_position(), entry.size());
    match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => match start.checked_add(length) {
            Some(end) if end <= size => Content::Bytes((start, length)),
            _ => Content::Unreadable("the tar ends within it".to_owned()),
        },
        EntryType::GNUSparse => {
            Content::Unreadable("a file with holes, which revdb does not unpack".to_owned())
        }
        EntryType::Symlink => is_link_to("symbolic"),
        EntryType::Link => is_link_to("hard"),
        EntryType::Fifo | EntryType::Char | EntryType::Block => {
            Content::LeftAlone("a pipe, socket or device".to_owned())
        }
        _ => Content::LeftAlone("an entry of a kind that no standard tar has".to_owned()),
    }
}
