//! `revdb backup`: a consistent copy of the archive while others use it.

use std::io::ErrorKind::NotFound;
use std::path::PathBuf;

use super::global::say;
use super::{CommandError, ExitStatus, Global, Result};
use revdb_store::{ArchiveError, BackupError};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write the copy, complete or not at all
    #[arg(value_name = "PATH")]
    to: PathBuf,
    /// Replace PATH if it exists
    #[arg(long)]
    force: bool,
}

pub fn run(args: Args, global: &Global) -> Result {
    let archive = global.open()?;
    match archive.backup(&args.to, args.force) {
        Ok(()) => {
            say(&format!("copied {} to {}", archive.path().display(), args.to.display()));
            Ok(ExitStatus::Done)
        }
        Err(BackupError::Archive(ArchiveError::Io(error))) if error.kind() == NotFound => {
            Err(CommandError::failed(format!("cannot write {}", args.to.display()))
                .note(error.to_string())
                .help("make it first, or copy into a folder that is there"))
        }
        Err(BackupError::Archive(error)) => Err(error.into()),
        Err(error @ BackupError::Exists(_)) => {
            Err(CommandError::failed(error.to_string()).help("--force replaces it"))
        }
        Err(error @ BackupError::NotReplaced { .. }) => {
            Err(CommandError::failed(error.to_string()).help("name a file of its own for the copy"))
        }
        Err(error @ BackupError::Journal(_)) => Err(CommandError::failed(error.to_string())
            .note("nothing was copied")
            .help("move it away, or choose another name for the copy")),
    }
}
