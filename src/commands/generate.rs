//! `revdb generate`: what other programs need to know of revdb.

use std::path::PathBuf;

use clap_complete::env::Shells;

use crate::output::{OutputError, file};

use super::{CommandError, ExitStatus, completion, datasette};

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
    /// Manual pages in roff, one a verb with --dir
    Man {
        /// Write every page into this folder, which is made where it is missing
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },
    /// Metadata for Datasette: the reports as canned queries, the view `reviews` searchable
    ///
    /// `datasette reviews.db -m metadata.json`. With --dir also a plugin for SQLite builds without
    /// median and percentile: `datasette reviews.db -m DIR/metadata.json --plugins-dir DIR/plugins`
    Datasette {
        /// Write metadata.json and plugins/ into this folder, which is made where it is missing
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
        /// The name Datasette gives the archive: that of its file without the ending
        #[arg(long, value_name = "NAME")]
        database: Option<String>,
        /// Replace files that exist
        #[arg(long, requires = "dir")]
        force: bool,
    },
}

pub fn run(args: Args, global: &super::Global) -> Result<ExitStatus, CommandError> {
    match args.what {
        What::Completions { shell } => completions(&shell)?,
        What::Man { dir: None } => {
            let page = clap_mangen::Man::new(super::command(&[]));
            file::to_stdout(|out| Ok(page.render(out)?))?;
        }
        What::Man { dir: Some(dir) } => {
            std::fs::create_dir_all(&dir).map_err(|error| at(&dir, &error))?;
            clap_mangen::generate_to(super::command(&[]), &dir)
                .map_err(|error| at(&dir, &error))?;
        }
        What::Datasette { dir, database, force } => {
            let stem = global.archive_path().file_stem().map(|stem| stem.to_string_lossy());
            let database = database.or(stem.map(Into::into)).unwrap_or_default();
            let metadata = datasette::metadata(&super::reports::catalogue()?, &database)?;
            match dir {
                None => file::to_stdout(|out| Ok(out.write_all(metadata.as_bytes())?))?,
                Some(dir) => {
                    let plugins = dir.join("plugins");
                    std::fs::create_dir_all(&plugins).map_err(|error| at(&plugins, &error))?;
                    let files = [
                        (dir.join("metadata.json"), metadata.as_str()),
                        (plugins.join("revdb_percentile.py"), datasette::PLUGIN),
                    ];
                    for (path, text) in files {
                        file::to_file(&path, force, |out| Ok(out.write_all(text.as_bytes())?))?;
                    }
                }
            }
        }
    }
    Ok(ExitStatus::Done)
}

fn at(path: &std::path::Path, error: &std::io::Error) -> CommandError {
    CommandError::failed(format!("cannot write: {error}")).at(path.display().to_string())
}

/// The few lines that a shell reads at its start. They ask revdb itself for every
/// completion, by the variable [`super::completion::VARIABLE`].
fn completions(shell: &str) -> Result<(), CommandError> {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(shell) else {
        return Err(CommandError::usage(format!("no completions for {shell}")));
    };
    let variable = super::completion::VARIABLE;
    let mut script = Vec::new();
    completer
        .write_registration(variable, "revdb", "revdb", "revdb", &mut script)
        .map_err(OutputError::from)?;
    let script = completion::telling_the_quote(&String::from_utf8_lossy(&script));
    file::to_stdout(|out| Ok(out.write_all(script.as_bytes())?))?;
    Ok(())
}
