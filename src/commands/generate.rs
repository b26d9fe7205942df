//! `revdb generate`: files for shells, `man`, Datasette and report authors.

use std::path::{Path, PathBuf};

use clap_complete::env::Shells;

use revdb_render::{OutputError, file};

use super::global::wrote;
use super::messages::counted;
use super::output::print;
use super::{CommandError, ExitStatus, Result, completion, datasette, say};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Shell completions, which also complete the names in the archive
    ///
    /// bash: add `source <(revdb generate completions bash)` to ~/.bashrc; zsh the same in
    /// ~/.zshrc; fish: `revdb generate completions fish > ~/.config/fish/completions/revdb.fish`
    Completions {
        /// bash, zsh, fish, elvish or powershell
        #[arg(value_parser = ["bash", "zsh", "fish", "elvish", "powershell"])]
        shell: String,
    },
    /// Manual pages in roff; with --dir, one for each command
    Man {
        /// Write every page into this folder, which is created if missing
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
        /// Replace existing files
        #[arg(long, requires = "dir")]
        force: bool,
    },
    /// An example of a report of your own, which runs as it is
    ///
    /// Without --dir it is written where `revdb query NAME` finds it: into $REVDB_REPORTS, else into
    /// the folder `reports` of the configuration directory.
    Report {
        /// The report's name: lower-case letters, digits, hyphens
        name: String,
        /// Write NAME.sql into this folder, which is created if missing
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
        /// Replace the file if it exists
        #[arg(long)]
        force: bool,
    },
    /// A folder for Datasette, which shows the archive in a browser: reports, search, facets
    ///
    /// Holds metadata.json (for Datasette 0.65), datasette.yaml (1.0), a plugin with what SQLite may
    /// lack, the rows of the reports that SQLite alone is slow at, and a README with the commands. `revdb generate datasette -o FOLDER --serve` prints the command.
    Datasette {
        /// The folder, which is created if missing
        #[arg(short = 'o', long = "output", visible_alias = "dir", value_name = "FOLDER")]
        dir: PathBuf,
        /// Write nothing; print the command that starts Datasette with this folder
        #[arg(long, conflicts_with = "force")]
        serve: bool,
        /// The archive's name in Datasette [default: its file name without the ending]
        #[arg(long, value_name = "NAME")]
        database: Option<String>,
        /// Replace existing files
        #[arg(long)]
        force: bool,
    },
}

pub fn run(args: Args, global: &super::Global) -> Result {
    match args.what {
        What::Completions { shell } => completions(&shell)?,
        What::Report { name, dir, force } => super::reports::write_model(&name, dir, force)?,
        What::Man { dir: None, .. } => {
            let page = clap_mangen::Man::new(super::command(&[]));
            file::to_stdout(|out| Ok(page.render(out)?))?;
        }
        What::Man { dir: Some(dir), force } => {
            let mut command = super::command(&[]).disable_help_subcommand(true);
            command.build();
            let mut pages = Vec::new();
            manual(&command, &dir, &mut pages)?;
            into_folder(&dir, &pages, force)?;
            wrote(&counted(pages.len(), "page"), &dir);
        }
        What::Datasette { dir, serve: true, .. } => {
            let line = datasette::command(global.archive_path(), &dir);
            print(&(line + "\n"))?;
            say(&datasette::newer(&dir));
        }
        What::Datasette { dir, database, force, .. } => {
            let archive = global.open()?;
            let catalogue = super::reports::catalogue()?;
            let path = global.archive_path();
            let files = datasette::files(archive.connection(), &catalogue, path, database)?;
            let files = files.map(|(name, bytes)| (dir.join(name), bytes));
            into_folder(&dir.join("plugins"), &files, force)?;
            wrote(&counted(files.len(), "file"), &dir);
            say(&format!("note: {} has the commands", dir.join("README.md").display()));
            say(&format!("help: {}", datasette::command(global.archive_path(), &dir)));
            say(&datasette::newer(&dir));
        }
    }
    Ok(ExitStatus::Done)
}

/// A page for this command and for each of its visible subcommands.
fn manual(command: &clap::Command, dir: &Path, pages: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<()> {
    for part in command.get_subcommands().filter(|part| !part.is_hide_set()) {
        manual(part, dir, pages)?;
    }
    let page = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    pages.push((dir.join(page.get_filename()), text));
    Ok(())
}

/// Writes all files or none: existing ones are replaced with `force` only, links are not followed,
/// and new files are removed again if a later one fails.
fn into_folder(dir: &Path, files: &[(PathBuf, Vec<u8>)], force: bool) -> Result<()> {
    let _folders = file::NewFolders::make(dir)?;
    let mut added = Vec::new();
    for (path, _) in files {
        match path.symlink_metadata() {
            Ok(found) if found.is_symlink() => {
                return Err(CommandError::failed(format!("{} is a link", path.display()))
                    .note("nothing was written")
                    .help("remove it, or choose another folder"));
            }
            Ok(_) if !force => return Err(OutputError::Exists(path.clone()).into()),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => added.push(&**path),
            Err(error) => return Err(at(path, &error)),
        }
    }
    let write = |(path, text): &(PathBuf, Vec<u8>)| -> Result<()> {
        Ok(file::to_file(path, force, |out| Ok(out.write_all(text)?))?)
    };
    let done = files.iter().try_for_each(write);
    if done.is_err() {
        file::remove_made(added);
    }
    done
}

fn at(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::failed(format!("cannot write: {error}")).at(path.display().to_string())
}

/// The few lines that a shell reads at startup. They call revdb for every completion, with the
/// variable [`super::completion::VARIABLE`].
fn completions(shell: &str) -> Result<()> {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(shell) else {
        return Err(CommandError::usage(format!("no completions for {shell}")));
    };
    let variable = super::completion::VARIABLE;
    let mut script = Vec::new();
    completer
        .write_registration(variable, "revdb", "revdb", "revdb", &mut script)
        .map_err(OutputError::from)?;
    let script = completion::passing_the_quote_mark(&String::from_utf8_lossy(&script));
    print(&script).map(drop)
}
