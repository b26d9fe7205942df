//! `revdb config`: every setting, its value, and where that came from.

use revdb_render::{Caption, Cell, Collected, Column, ColumnKind};

use super::output::OutputArgs;
use super::settings::{self, Setting};
use super::{Global, Result};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    output: OutputArgs,
}

/// Under the long help: the file and an example of it.
pub const HELP: &str = "\
A flag counts before the environment, that before the file revdb.toml in the
configuration folder ($REVDB_CONFIG names another file), that before the default:

  # Paths begin with ~/ or lie beside this file.
  archive = \"~/reviews.db\"
  profiles = \"profiles\"
  reports = \"reports\"
  columns = [\"work\", \"year\", \"critic\", \"score\", \"quote\"]
  timeout = 60";

pub fn run(args: Args, global: &Global) -> Result {
    let columns = ["setting", "value", "from", "variable", "means"];
    let columns = columns.map(|name| Column::new(name, ColumnKind::Text)).to_vec();
    let mut rows = Vec::new();
    for setting in Setting::ALL {
        let names = setting.names();
        let value = match setting {
            Setting::Archive => Some(global.archive_setting().clone()),
            other => settings::value(other, None)?,
        };
        let text = |text: &str| Cell::Text(text.to_owned());
        let (value, from) = match value {
            Some(value) => (text(&value.text.to_string_lossy()), text(&value.origin.to_string())),
            None => (Cell::Null, text("default")),
        };
        rows.push(vec![text(names.key), value, from, text(names.variable), text(names.help)]);
    }
    let file = settings::file()?;
    let note = match (&file.path, file.is_there) {
        (Some(path), true) => format!("the file is {}", path.display()),
        (Some(path), false) => format!("there is no file {}", path.display()),
        (None, _) => "there is no settings file".to_owned(),
    };
    let caption = Caption { notes: vec![note], ..Caption::default() };
    args.output.deliver(&mut Collected::new(columns, rows, caption), global)
}
