//! The destination of an output: standard output, a device, or a file that is created atomically.
//!
//! A regular file is written under a temporary name in the same directory, synced and renamed, so
//! that a full disk, a crash or Ctrl-C leaves the old file or none. The target of a symbolic link
//! is replaced and the link kept. Devices and FIFOs are written directly.
//!
//! Must never: replace a file without `force`, overwrite a file of the open archive, or report
//! success before the last byte is synced.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::OutputError;
use revdb_system::files::{self, folder_of, of_folder, resolved, sync_folder};
use revdb_system::outside;

/// Bytes gathered before each write call.
const BUFFER: usize = 64 * 1024;

/// Runs `write` with buffered standard output and flushes it.
///
/// # Errors
/// The error of `write` or of the flush.
pub fn to_stdout<T>(
    write: impl FnOnce(&mut dyn Write) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let stdout = io::stdout();
    through(stdout.lock(), write)
}

fn through<T>(
    to: impl Write,
    write: impl FnOnce(&mut dyn Write) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let mut out = BufWriter::with_capacity(BUFFER, to);
    let written = write(&mut out)?;
    out.flush()?;
    Ok(written)
}

/// Whether `path` will be a regular file, as opposed to a device or FIFO.
pub fn is_regular_target(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |found| found.is_file())
}

/// Runs `write` with the file `path`, which appears when everything has succeeded.
///
/// # Errors
/// [`OutputError::OwnFile`] if it belongs to the archive; [`OutputError::Exists`] without `force`,
/// checked first and again, without a race, at the end; errors of `write` and the file system. On
/// error the target is unchanged.
pub fn to_file<T>(
    path: &Path,
    force: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let failed = |source| at(path, source);
    let target = resolved(path).map_err(failed)?;
    if files::belongs_to_archive(&target) {
        return Err(OutputError::OwnFile(path.to_owned()));
    }
    let existing = match fs::metadata(&target) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(at(path, error)),
    };
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(at(path, io::ErrorKind::IsADirectory.into()));
    }
    if existing.as_ref().is_some_and(|found| !found.is_file()) {
        let device = outside::open_to_write(target).map_err(failed)?;
        return through(device, write);
    }
    if existing.is_some() && !force {
        return Err(OutputError::Exists(path.to_owned()));
    }
    whole_file(path, &target, existing.map(|found| found.permissions()), force, write)
}

/// Runs `write` with an empty directory, which becomes `path` when everything has succeeded.
/// `write` syncs its own files. An existing directory is never replaced.
///
/// # Errors
/// [`OutputError::Exists`], checked first; errors of `write` and the file system. On error nothing
/// is left.
pub fn to_folder<T>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let failed = |source| at(path, source);
    if path.symlink_metadata().is_ok() {
        return Err(OutputError::Exists(path.to_owned()));
    }
    let beside = folder_of(path);
    let temporary = tempfile::Builder::new()
        .prefix(".revdb-")
        .suffix(".part")
        .tempdir_in(beside)
        .map_err(|error| failed(of_folder(beside, error)))?;
    let whole = temporary.path().join("whole");
    fs::create_dir(&whole).map_err(failed)?;
    let written = write(&whole)?;
    sync_folder(&whole).map_err(failed)?;
    match fs::rename(&whole, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            return Err(OutputError::Exists(path.to_owned()));
        }
        Err(error) => return Err(at(path, error)),
    }
    if let Err(source) = sync_folder(beside) {
        drop(fs::remove_dir_all(path));
        return Err(failed(source));
    }
    Ok(written)
}

fn whole_file<T>(
    path: &Path,
    target: &Path,
    permissions: Option<Permissions>,
    force: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let failed = |source| at(path, source);
    let is_replaced = permissions.is_some();
    let folder = folder_of(target);
    let mut temporary = new_beside(folder).map_err(|error| failed(of_folder(folder, error)))?;
    let written = through(temporary.as_file_mut(), write).map_err(|error| match error {
        OutputError::Io(source) => at(path, source),
        other => other,
    })?;
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions).map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    let placed =
        if force { temporary.persist(target) } else { temporary.persist_noclobber(target) };
    match placed {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(OutputError::Exists(path.to_owned()));
        }
        Err(error) => return Err(at(path, error.error)),
    }
    if let Err(source) = sync_folder(folder) {
        if is_replaced {
            return Err(OutputError::Unsynced { path: path.to_owned(), source });
        }
        remove_made(vec![target]);
        return Err(failed(source));
    }
    Ok(written)
}

/// Removes files that a failed command has made. What cannot be removed stays; the command's own
/// error says what was wrong.
pub fn remove_made(files: Vec<&Path>) {
    files.into_iter().for_each(|path| drop(fs::remove_file(path)));
}

/// The missing folders that were created for an output. Empty ones are removed again at the end.
pub struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    /// Creates `folder` and its parents.
    ///
    /// # Errors
    /// The system's error.
    pub fn make(folder: &Path) -> Result<Self, OutputError> {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let made = NewFolders(missing.map(Path::to_owned).collect());
        fs::create_dir_all(folder).map_err(|source| at(folder, source))?;
        Ok(made)
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        // Innermost first; a folder that is not empty cannot be removed.
        self.0.iter().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

/// A temporary file with the permissions of any new file: 0666 minus the umask. (`tempfile` alone
/// uses 0600, which would lock colleagues out of a shared folder.)
fn new_beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".revdb-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn at(path: &Path, source: io::Error) -> OutputError {
    if source.kind() == io::ErrorKind::BrokenPipe {
        return OutputError::BrokenPipe;
    }
    OutputError::File { path: path.to_owned(), source }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    fn write(text: &'static str) -> impl FnOnce(&mut dyn Write) -> Result<(), OutputError> {
        move |out| Ok(out.write_all(text.as_bytes())?)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_has_the_permissions_of_any_new_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        to_file(&ours, false, write("rows")).expect("written");
        fs::write(&plain, "rows").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
        assert_eq!(fs::read_to_string(&ours).expect("there"), "rows");
    }

    #[test]
    fn an_existing_file_is_replaced_by_force_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("set");
        let refused = to_file(&path, false, write("new"));
        assert!(matches!(refused, Err(OutputError::Exists(_))), "{refused:?}");
        assert_eq!(fs::read_to_string(&path).expect("there"), "old");
        to_file(&path, true, write("new")).expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("there"), "new");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }

    #[test]
    fn a_failure_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").expect("written");
        for target in [path.clone(), folder.path().join("new.csv")] {
            let failed = to_file(&target, true, |out| -> Result<(), OutputError> {
                out.write_all(&[b'x'; BUFFER * 2])?;
                Err(OutputError::Rows("the query failed".into()))
            });
            assert!(matches!(failed, Err(OutputError::Rows(_))), "{failed:?}");
        }
        assert_eq!(names(folder.path()), ["a.csv"]);
        assert_eq!(fs::read_to_string(&path).expect("there"), "old");
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let other = path.clone();
        let refused = to_file(&path, false, move |_| Ok(fs::write(other, "theirs")?));
        assert!(matches!(refused, Err(OutputError::Exists(_))), "{refused:?}");
        assert_eq!(fs::read_to_string(&path).expect("there"), "theirs");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn a_link_stays_and_its_target_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("deep");
        fs::create_dir(&deep).expect("made");
        let link = folder.path().join("link.csv");
        symlink("deep/real.csv", &link).expect("linked");
        to_file(&link, false, write("one")).expect("a dangling link names a new file");
        let refused = to_file(&link, false, write("two"));
        assert!(matches!(refused, Err(OutputError::Exists(_))), "{refused:?}");
        to_file(&link, true, write("two")).expect("replaced");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(deep.join("real.csv")).expect("there"), "two");
        symlink("loop", folder.path().join("loop")).expect("linked");
        let looped = to_file(&folder.path().join("loop"), true, write("x"));
        assert!(matches!(looped, Err(OutputError::File { .. })), "{looped:?}");
    }

    #[test]
    fn devices_are_written_directly_and_folders_not_at_all() {
        let full = Path::new("/dev/full");
        if full.exists() {
            let failed = to_file(full, false, write("x"));
            assert!(
                matches!(failed, Err(OutputError::File { .. } | OutputError::Io(_))),
                "{failed:?}"
            );
            assert!(fs::metadata(full).expect("there").file_type().is_char_device());
        } else {
            crate::shared::skipped("no /dev/full");
        }
        to_file(Path::new("/dev/null"), false, write("x")).expect("takes anything");
        assert!(!is_regular_target(Path::new("/dev/null")));
        let folder = tempfile::tempdir().expect("a folder");
        let failed = to_file(folder.path(), true, write("x"));
        assert!(matches!(failed, Err(OutputError::File { .. })), "{failed:?}");
        let missing = folder.path().join("no");
        let nowhere = to_file(&missing.join("where.csv"), false, write("x"));
        match nowhere {
            Err(OutputError::File { source, .. }) => {
                assert_eq!(source.to_string(), format!("there is no folder {}", missing.display()));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_closed_pipe_is_distinguished() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for text in ["short: seen by the last flush only", ""] {
            let ended = through(Gone, write(text));
            assert_eq!(matches!(ended, Err(OutputError::BrokenPipe)), !text.is_empty());
        }
    }
}
