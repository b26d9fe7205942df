//! Walks through directories and archives.
//!
//! Owns: what is visited next, and what is unpacked of it; `folders`, `zips` and `others`
//! (workbooks and tars) handle one kind of container each. Must never: unpack a dump before it is
//! needed, or omit a file silently.

mod folders;
mod workbooks;
mod zips;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use tempfile::SpooledTempFile;
use zip::ZipArchive;

use super::spool::{Budget, Packing, SHOWS_PACKING, TooMuch, decompressor, zstd_has_checksum};
use super::tarball::Tarball;
use super::{Dump, Found, Limits, PathError};
use revdb_system::{files, outside};

/// Starts at `paths` (`-` is standard input), in the order given.
///
/// # Errors
/// A path that does not exist or is neither file nor directory. Nothing has been opened at that
/// point, so a pipe without a writer cannot block the program.
pub fn find(paths: &[PathBuf], limits: Limits) -> Result<Walk, PathError> {
    let mut steps = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            steps.push(Step::Stdin);
            continue;
        }
        let meta = fs::metadata(path)
            .map_err(|source| PathError::Unreadable { path: path.clone(), source })?;
        if meta.is_dir() {
            steps.push(Step::Directory(Box::new(folders::entries(path).into_iter())));
        } else if meta.is_file() {
            steps.push(Step::File(path.clone()));
        } else {
            let what = if cfg!(unix) { "a pipe, socket or device" } else { "something else" };
            return Err(PathError::NotAFile { path: path.clone(), what });
        }
    }
    steps.reverse();
    let budget = Budget::new(limits);
    Ok(Walk { limits, budget, sheet: None, steps, met: FxHashMap::default() })
}

pub(super) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Pending work; the last step comes first.
enum Step {
    Stdin,
    File(PathBuf),
    Directory(Box<walkdir::IntoIter>),
    Zip {
        archive: Box<ZipArchive<Box<dyn ReadSeek>>>,
        /// Members that cannot be reached, reported first.
        hidden: Vec<String>,
        next: usize,
        path: String,
        depth: usize,
    },
    Tar {
        archive: Box<Tarball>,
        next: usize,
        path: String,
        depth: usize,
    },
    /// Unpacked bytes that may themselves be packed.
    Spooled {
        path: String,
        spool: SpooledTempFile,
        depth: usize,
        warning: Option<String>,
    },
}

/// Yields dumps one at a time; only the current one is unpacked.
pub struct Walk {
    limits: Limits,
    budget: Budget,
    sheet: Option<String>,
    steps: Vec<Step>,
    /// Files and folders visited, by device and inode, with the path of the first visit.
    met: FxHashMap<(u64, u64), String>,
}

impl Walk {
    /// Reads this sheet of workbooks instead of the first.
    pub fn with_sheet(self, sheet: Option<String>) -> Self {
        Self { sheet, ..self }
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let found = match self.steps.pop()? {
                Step::Stdin => self.stdin(),
                Step::File(path) => self.file(&path),
                Step::Directory(entries) => self.directory(entries),
                Step::Zip { archive, mut hidden, next, path, depth } => match hidden.pop() {
                    Some(name) => {
                        let found = zips::unreachable(&path, &name);
                        self.steps.push(Step::Zip { archive, hidden, next, path, depth });
                        Some(found)
                    }
                    None => self.member(archive, next, path, depth),
                },
                Step::Tar { archive, next, path, depth } => {
                    self.tar_member(archive, next, path, depth)
                }
                Step::Spooled { path, spool, depth, warning } => {
                    self.spooled(path, spool, depth, warning)
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

impl Walk {
    fn stdin(&mut self) -> Option<Found> {
        let spool = self.budget.spool(outside::Stdin, None);
        self.unpacked("-".to_owned(), spool, 0, None)
    }

    /// Continues with unpacked bytes, which may themselves be packed.
    fn unpacked(
        &mut self,
        path: String,
        spool: Result<SpooledTempFile, TooMuch>,
        depth: usize,
        warning: Option<String>,
    ) -> Option<Found> {
        match spool {
            Ok(spool) => {
                self.steps.push(Step::Spooled { path, spool, depth, warning });
                None
            }
            Err(why) => Some(self.refused(path, why)),
        }
    }

    /// Exceeding a limit of the whole archive ends the archive: the rest is skipped and reported
    /// once.
    fn refused(&mut self, path: String, why: TooMuch) -> Found {
        let TooMuch { reason, of_the_archive } = why;
        if !of_the_archive {
            return Found::Refused { path, reason };
        }
        // Only one archive is open at a time, so all pending steps inside an archive belong to it.
        self.steps.retain(|step| {
            !matches!(step, Step::Zip { .. } | Step::Tar { .. } | Step::Spooled { .. })
        });
        let archive = path.split("!/").next().unwrap_or(&path).to_owned();
        Found::Refused { path: archive, reason: format!("{reason}; the rest of it is not read") }
    }

    fn file(&mut self, path: &Path) -> Option<Found> {
        let shown = display(path);
        let found = || {
            let (file, head) = head_of(files::open(path)?)?;
            if Packing::of(&head) == Packing::None {
                let dump = Dump::of_file(path, shown.clone())?;
                return Ok(Ok(Found::Dump(Dump { warning: self.no_sheet_warning(), ..dump })));
            }
            Ok(Err((file, head)))
        };
        match found() {
            Ok(Ok(dump)) => Some(dump),
            Ok(Err((file, head))) => self.packed(shown, Box::new(file), &head, 0),
            Err(error) => Some(Found::unreadable(shown, &error)),
        }
    }

    fn spooled(
        &mut self,
        path: String,
        spool: SpooledTempFile,
        depth: usize,
        warning: Option<String>,
    ) -> Option<Found> {
        let (spool, head) = match head_of(spool) {
            Ok(both) => both,
            Err(error) => return Some(Found::unreadable(path, &error)),
        };
        if Packing::of(&head) != Packing::None {
            return self.packed(path, Box::new(spool), &head, depth);
        }
        Some(match Dump::of_spool(path.clone(), spool) {
            Ok(dump) => {
                let warning = warning.or_else(|| self.no_sheet_warning());
                Found::Dump(Dump { warning, ..dump })
            }
            Err(error) => Found::unreadable(path, &error),
        })
    }

    /// The warning for a dump without sheets if a sheet was requested.
    fn no_sheet_warning(&self) -> Option<String> {
        let sheet = self.sheet.as_ref()?;
        Some(format!("it is no workbook and has no sheet \"{sheet}\" (--sheet)"))
    }

    /// Opens a container positioned at its beginning.
    fn packed(
        &mut self,
        path: String,
        mut from: Box<dyn ReadSeek>,
        head: &[u8],
        depth: usize,
    ) -> Option<Found> {
        if depth >= self.limits.depth {
            let reason = format!("more than {} containers within each other", self.limits.depth);
            return Some(Found::Refused { path, reason });
        }
        let packed = match from.seek(SeekFrom::End(0)).and_then(|size| from.rewind().map(|()| size))
        {
            Ok(size) => size,
            Err(error) => return Some(Found::unreadable(path, &error)),
        };
        if depth == 0 {
            self.budget.begin_archive(packed);
        }
        let packing = Packing::of(head);
        match packing {
            Packing::Zip => return self.zip(path, from, depth),
            Packing::Tar => return self.tar(path, from, depth),
            _ => {}
        }
        let warning = (packing == Packing::Zstd && !zstd_has_checksum(head))
            .then(|| "it has no checksum, so that damage to it would not be seen".to_owned());
        let unpacked = decompressor(packing, from)
            .map_err(|error| TooMuch::here(error.to_string()))
            .and_then(|reader| self.budget.spool(reader, Some(packed)));
        self.unpacked(path, unpacked, depth + 1, warning)
    }
}

/// The first bytes, and the file rewound.
fn head_of<F: Read + Seek>(mut file: F) -> io::Result<(F, Vec<u8>)> {
    file.rewind()?;
    let mut head = Vec::new();
    (&mut file).take(SHOWS_PACKING).read_to_end(&mut head)?;
    file.rewind()?;
    Ok((file, head))
}

/// A path for display. Bytes that are not UTF-8 are shown as `\xfe`, so that different paths never
/// look the same.
pub fn display(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _infallible = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Files that operating systems put in folders.
fn is_system_file(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.split('/').any(|part| part == "__MACOSX")
        || name == ".DS_Store"
        || name.starts_with("._")
    {
        return Some("macOS keeps its own notes in it");
    }
    if name.eq_ignore_ascii_case("thumbs.db") || name.eq_ignore_ascii_case("desktop.ini") {
        return Some("Windows keeps its own notes in it");
    }
    (name.starts_with('.') && name != "." && name != "..").then_some("a hidden file")
}
