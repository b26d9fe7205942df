//! Reads text files whole, such as profiles and reports written by hand.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::files;

/// Far larger than hand-written files; the largest built-in profile has 6 KiB.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// The text of a regular file of at most `MAX_BYTES`.
///
/// # Errors
/// It cannot be read, is longer, is not UTF-8, or is a pipe or device, which may never end.
pub fn read(path: &Path) -> io::Result<String> {
    // Checked before opening, since opening a pipe blocks until it has a writer.
    regular(&fs::metadata(path)?)?;
    let file = files::open(path)?;
    regular(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("it is longer than {} KiB", MAX_BYTES >> 10);
        return Err(io::Error::new(ErrorKind::FileTooLarge, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = line.filter(|byte| **byte == b'\n').count() + 1;
        io::Error::new(ErrorKind::InvalidData, format!("line {line} is not UTF-8"))
    })
}

fn regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "a folder" } else { "a pipe, socket or device" };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {what}, not a file")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(path: &Path) -> String {
        read(path).map_or_else(|error| error.to_string(), |text| format!("text: {text}"))
    }

    #[test]
    fn only_short_regular_files_of_text_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("a file");
            path
        };
        assert_eq!(outcome(&file("a", "é\n".as_bytes())), "text: é\n");
        assert_eq!(outcome(&file("b", b"one\ntwo \xff\n")), "line 2 is not UTF-8");
        assert_eq!(outcome(&file("c", &vec![b'x'; 1 << 20])).len(), 6 + (1 << 20));
        assert_eq!(outcome(&file("d", &vec![b'x'; (1 << 20) + 1])), "it is longer than 1024 KiB");
        assert_eq!(outcome(folder.path()), "it is a folder, not a file");
        #[cfg(unix)]
        {
            for device in ["/dev/zero", "/dev/null"] {
                let actual = outcome(Path::new(device));
                assert_eq!(actual, "it is a pipe, socket or device, not a file", "{device}");
            }
            // A link to a file is accepted.
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(folder.path().join("a"), &link).expect("a link");
            assert_eq!(outcome(&link), "text: é\n");
        }
    }
}
