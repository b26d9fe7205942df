//! Settings: defaults that the user sets for every run.
//!
//! Owns: the list of settings, the file `revdb.toml`, and the precedence of flag, environment,
//! file and default. Must never: ignore a mistake in the file, or accept a value that the
//! setting's flag would reject.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use toml::de::{DeTable, DeValue};

use revdb_model::name::nearest;
use revdb_query::listing::Columns;
use revdb_system::small_file;

use super::{CommandError, Result, values};

/// The path of another settings file; empty means no file.
const FILE_VARIABLE: &str = "REVDB_CONFIG";

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    Archive,
    Profiles,
    Reports,
    Columns,
    Timeout,
}

/// The names of a setting.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// In the file.
    pub key: &'static str,
    pub flag: Option<&'static str>,
    pub variable: &'static str,
    pub help: &'static str,
}

impl Setting {
    pub const ALL: [Setting; 5] =
        [Setting::Archive, Setting::Profiles, Setting::Reports, Setting::Columns, Setting::Timeout];

    pub fn names(self) -> Names {
        let (key, flag, variable, help) = match self {
            Setting::Archive => ("archive", Some("--db"), "REVDB_DB", "the archive"),
            Setting::Profiles => {
                ("profiles", None, "REVDB_PROFILES", "where import --profile NAME looks")
            }
            Setting::Reports => ("reports", None, "REVDB_REPORTS", "reports of your own: NAME.sql"),
            Setting::Columns => (
                "columns",
                Some("--columns"),
                "REVDB_COLUMNS",
                "what `revdb query` lists for people",
            ),
            Setting::Timeout => (
                "timeout",
                Some("--timeout"),
                "REVDB_TIMEOUT",
                "seconds that a query or sql may take",
            ),
        };
        Names { key, flag, variable, help }
    }

    fn is_path(self) -> bool {
        matches!(self, Setting::Archive | Setting::Profiles | Setting::Reports)
    }

    /// Validates a value.
    fn check(self, value: &OsStr) -> Result<(), String> {
        let text = || value.to_str().ok_or_else(|| "it is not UTF-8".to_owned());
        match self {
            Setting::Timeout => values::seconds(text()?).map(drop),
            Setting::Columns if listed(text()?)?.is_empty() => {
                Err("no column is named; without the setting there are the usual ones".to_owned())
            }
            Setting::Columns => Ok(()),
            Setting::Archive | Setting::Profiles | Setting::Reports => match value.is_empty() {
                true => Err("a path is wanted".to_owned()),
                false => Ok(()),
            },
        }
    }

    fn default(self) -> Option<OsString> {
        let folder = |name| in_configuration(name).map(PathBuf::into_os_string);
        match self {
            Setting::Archive => Some(OsString::from("reviews.db")),
            Setting::Profiles => folder("profiles"),
            Setting::Reports => folder("reports"),
            Setting::Columns | Setting::Timeout => None,
        }
    }
}

/// The origin of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Environment(&'static str),
    /// `revdb.toml:3`
    File(String),
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Flag(flag) => f.write_str(flag),
            Origin::Environment(variable) => write!(f, "${variable}"),
            Origin::File(at) => f.write_str(at),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// The effective value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub text: OsString,
    pub origin: Origin,
}

/// The effective value of a setting: from its flag, else the environment, else the file, else the
/// default; `None` if there is none.
///
/// # Errors
/// A file that cannot be read or has a mistake; an invalid value.
pub fn value(setting: Setting, typed: Option<OsString>) -> Result<Option<Value>> {
    let Names { flag, variable, .. } = setting.names();
    let file = file()?;
    if let Some(text) = typed {
        return Ok(Some(Value { text, origin: Origin::Flag(flag.unwrap_or_default()) }));
    }
    if let Some(text) = env::var_os(variable).filter(|text| !text.is_empty()) {
        setting.check(&text).map_err(|why| {
            let message = format!("${variable} cannot be {:?}", text.to_string_lossy());
            CommandError::usage(message).help(why)
        })?;
        return Ok(Some(Value { text, origin: Origin::Environment(variable) }));
    }
    let of_file = file.values.iter().find(|(of, _)| *of == setting);
    let default = || setting.default().map(|text| Value { text, origin: Origin::Default });
    Ok(of_file.map(|(_, value)| value.clone()).or_else(default))
}

/// A folder or file given by a setting.
///
/// # Errors
/// As [`value`].
pub fn path(setting: Setting) -> Result<Option<PathBuf>> {
    Ok(value(setting, None)?.map(|value| PathBuf::from(value.text)))
}

/// The default columns of a listing; empty if not set.
///
/// # Errors
/// As [`value`].
pub fn columns() -> Result<Vec<String>> {
    let value = value(Setting::Columns, None)?;
    let text = value.map(|value| value.text.to_string_lossy().into_owned());
    Ok(text.and_then(|text| listed(&text).ok()).unwrap_or_default())
}

/// The default time limit of a statement in seconds.
///
/// # Errors
/// As [`value`].
pub fn timeout() -> Result<Option<u64>> {
    let value = value(Setting::Timeout, None)?;
    Ok(value.and_then(|value| values::seconds(&value.text.to_string_lossy()).ok()))
}

/// Names of a listing's columns, separated by commas.
fn listed(text: &str) -> Result<Vec<String>, String> {
    let known = Columns::Exported.names();
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => {
            Err(format!("no column is called {unknown}: there are {}", known.join(", ")))
        }
        None => Ok(names),
    }
}

/// The settings file.
#[derive(Debug)]
pub struct File {
    /// Its path, whether or not it exists; `None` without a home folder.
    pub path: Option<PathBuf>,
    pub exists: bool,
    values: Vec<(Setting, Value)>,
}

/// The settings file, read once.
///
/// # Errors
/// If it cannot be read or has a mistake.
pub fn file() -> Result<&'static File> {
    static FILE: OnceLock<File> = OnceLock::new();
    if let Some(file) = FILE.get() {
        return Ok(file);
    }
    let named = env::var_os(FILE_VARIABLE).map(PathBuf::from);
    let is_named = named.as_deref().is_some_and(|path| !path.as_os_str().is_empty());
    let path = match named {
        Some(path) => is_named.then_some(path),
        None => in_configuration("revdb.toml"),
    };
    let text = match path.as_deref().map(small_file::read) {
        Some(Ok(text)) => Some(text),
        Some(Err(error)) if is_named || !is_absent(path.as_deref(), &error) => {
            let at = path.unwrap_or_default().display().to_string();
            return Err(CommandError::usage(format!("the settings cannot be read: {error}"))
                .at(at)
                .help(match is_named {
                    true => format!("${FILE_VARIABLE} names it; empty, there are no settings"),
                    false => "mend the file, or take it away".to_owned(),
                }));
        }
        _ => None,
    };
    let values = match (&path, &text) {
        (Some(path), Some(text)) => parsed(path, text)?,
        _ => Vec::new(),
    };
    Ok(FILE.get_or_init(|| File { path, exists: text.is_some(), values }))
}

/// Whether there is no file, or it is inaccessible because the folder is another account's, as for
/// a service that keeps its starter's home folder.
fn is_absent(path: Option<&Path>, error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::NotFound
        || path.is_some_and(|path| std::fs::symlink_metadata(path).is_err())
}

/// Parses the file's text.
fn parsed(path: &Path, text: &str) -> Result<Vec<(Setting, Value)>> {
    let line = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let at = |offset: usize| format!("{}:{}", path.display(), line(offset));
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        CommandError::usage(format!("the settings file is not valid TOML: {}", error.message()))
            .at(at(offset))
            .help("a line is: key = \"value\"; `revdb config --help` has an example")
    })?;
    let mut values = Vec::new();
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        let keys = Setting::ALL.map(|setting| setting.names().key);
        let Some(setting) = Setting::ALL.into_iter().find(|it| it.names().key == name) else {
            let near = nearest(name, keys).first().map(|near| format!("did you mean {near}? "));
            return Err(CommandError::usage(format!("there is no setting {name:?}"))
                .at(at(key.span().start))
                .help(format!("{}there are {}", near.unwrap_or_default(), keys.join(", "))));
        };
        let refused = |why: String| {
            CommandError::usage(format!("the setting {name} cannot be this"))
                .at(at(value.span().start))
                .help(why)
        };
        let text = as_text(setting, value.get_ref()).map_err(refused)?;
        let text = if setting.is_path() { from_file(path, &text) } else { OsString::from(text) };
        setting.check(&text).map_err(refused)?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let origin = Origin::File(format!("{file}:{}", line(key.span().start)));
        values.push((setting, Value { text, origin }));
    }
    Ok(values)
}

/// A value as it would be typed after the flag.
fn as_text(setting: Setting, value: &DeValue<'_>) -> Result<String, String> {
    match (setting, value) {
        (Setting::Timeout, DeValue::Integer(number)) => Ok(number.as_str().to_owned()),
        (Setting::Timeout, _) => Err("a number of seconds is wanted: timeout = 60".to_owned()),
        (Setting::Columns, DeValue::Array(names)) => {
            let names = names.iter().map(|name| name.get_ref().as_str());
            let names: Option<Vec<&str>> = names.collect();
            names.map(|names| names.join(",")).ok_or_else(|| "every column is a text".to_owned())
        }
        (Setting::Columns, _) => {
            Err("a list is wanted: columns = [\"work\", \"critic\", \"score\"]".to_owned())
        }
        (Setting::Archive | Setting::Profiles | Setting::Reports, DeValue::String(text))
            if !text.is_empty() =>
        {
            Ok(text.to_string())
        }
        (Setting::Archive | Setting::Profiles | Setting::Reports, _) => {
            Err("a path is wanted, in quotation marks".to_owned())
        }
    }
}

/// A path in the file: `~/` is the home folder, relative paths are relative to the file.
fn from_file(file: &Path, text: &str) -> OsString {
    let home = text.strip_prefix("~/").and_then(|rest| Some(env::home_dir()?.join(rest)));
    let beside = || file.parent().unwrap_or(Path::new("")).join(text);
    home.unwrap_or_else(beside).into_os_string()
}

/// A file or folder in the configuration folder; `None` without a home folder.
fn in_configuration(name: &str) -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        PathBuf::from(env::var_os("APPDATA")?).join("revdb").join("config")
    } else {
        let base = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|at| at.is_absolute());
        base.or_else(|| Some(env::home_dir()?.join(".config")))?.join("revdb")
    };
    Some(folder.join(name))
}
