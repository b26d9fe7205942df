//! `revdb config`: every setting with its value and origin.

use revdb_render::{Cell, Collected, ColumnKind};

use super::output::OutputArgs;
use super::settings::{self, Setting};
use super::{Global, Result};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

/// Appended to the long help: the settings file and an example.
pub const HELP: &str = "\
A flag comes first, then the environment variable, then the file revdb.toml in the \
configuration folder ($REVDB_CONFIG names another file), then the default. Example:

  # Paths begin with ~/ or lie beside this file.
  archive = \"~/reviews.db\"
  profiles = \"profiles\"
  reports = \"reports\"
  columns = [\"work\", \"year\", \"critic\", \"score\", \"quote\"]
  timeout = 60";

pub fn run(args: Args, global: &Global) -> Result {
    let columns = ["setting", "value", "from", "variable", "means"];
    let columns = columns.map(|name| (name, ColumnKind::Text));
    let mut rows: Vec<[Cell; 5]> = Vec::new();
    for setting in Setting::ALL {
        let names = setting.names();
        let value = match setting {
            Setting::Archive => Some(global.archive_setting().clone()),
            other => settings::value(other, None)?,
        };
        let (text, from) = match value {
            Some(it) => (Some(it.text.to_string_lossy().into_owned()), it.origin.to_string()),
            None => (None, "default".to_owned()),
        };
        let (key, variable) = (names.key.into(), names.variable.into());
        rows.push([key, text.into(), from.into(), variable, names.help.into()]);
    }
    let file = settings::file()?;
    let note = match (&file.path, file.exists) {
        (Some(path), true) => format!("the file is {}", path.display()),
        (Some(path), false) => format!("there is no file {}", path.display()),
        (None, _) => "there is no settings file".to_owned(),
    };
    args.output.deliver(&mut Collected::of(columns, rows).noted(note), global)
}
