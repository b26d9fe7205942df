//! Paths as stored in the archive: relative to the arguments, without revealing where these are.
//!
//! Archives are shared, and Datasette publishes them: `/home/ann/exports/film.csv` would reveal
//! the owner. A relative path is stored as typed; of a path that is absolute or contains `..` only
//! the last component is, or as many as distinguish all arguments. Must never: store different
//! arguments under the same path.

use std::path::{Component, Path, PathBuf};

use revdb_formats::container::display;

/// The arguments of an import, each as displayed and as stored.
pub(super) struct StoredPaths(Vec<(String, String)>);

impl StoredPaths {
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        let most = paths.iter().map(|path| path.components().count()).max().unwrap_or(0);
        let kept = |parts| paths.iter().map(|path| last(path, parts)).collect::<Vec<_>>();
        let differ = |names: &Vec<String>| {
            names.iter().zip(paths).all(|(name, path)| {
                names.iter().zip(paths).all(|(other, at)| name != other || path == at)
            })
        };
        let names = (1..=most).map(kept).find(differ).unwrap_or_else(|| kept(most));
        let shown = paths.iter().map(|path| {
            let shown = display(path);
            let trimmed = shown.trim_end_matches('/');
            if trimmed.is_empty() { shown } else { trimmed.to_owned() }
        });
        Self(shown.zip(names).collect())
    }

    /// The path of a dump, as stored.
    pub(super) fn stored(&self, path: &str) -> String {
        let within = |(shown, kept): &(String, String)| {
            let rest = path.strip_prefix(shown.as_str())?;
            let is_within = rest.is_empty() || rest.starts_with(['/', '!']) || shown.ends_with('/');
            is_within.then(|| (shown.len(), format!("{kept}{rest}")))
        };
        let longest = self.0.iter().filter_map(within).max_by_key(|(length, _)| *length);
        let kept = longest.map_or_else(|| path.to_owned(), |(_, kept)| kept);
        kept.trim_start_matches('/').to_owned()
    }
}

/// A path without its private part: the last `parts` components, if it reveals a location.
fn last(path: &Path, parts: usize) -> String {
    if !is_private(path) {
        return display(path).trim_end_matches('/').to_owned();
    }
    let names: Vec<_> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(display(Path::new(name))),
            _ => None,
        })
        .collect();
    names.get(names.len().saturating_sub(parts)..).unwrap_or_default().join("/")
}

/// Whether it reveals a location on this machine.
fn is_private(path: &Path) -> bool {
    path.has_root()
        || path.components().any(|part| {
            matches!(part, Component::ParentDir | Component::Prefix(_) | Component::RootDir)
        })
}

/// The command line as stored: paths as above, and without the archive's path.
pub fn command_line(arguments: impl Iterator<Item = std::ffi::OsString>) -> String {
    let mut words = Vec::new();
    let mut skip = false;
    for argument in arguments {
        let shown = display(Path::new(&argument));
        if std::mem::take(&mut skip) || shown.starts_with("--db=") {
            continue;
        }
        if shown == "--db" {
            skip = true;
            continue;
        }
        words.push(match shown.split_once('=').filter(|_| shown.starts_with("--")) {
            Some((flag, value)) => format!("{flag}={}", last(Path::new(value), 1)),
            None => last(Path::new(&argument), 1),
        });
    }
    words.retain(|word| !word.is_empty());
    shell_line(&words)
}

/// Words as a shell command line.
pub fn shell_line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word quoted for a shell.
fn quoted(word: &str) -> std::borrow::Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:@%+~".contains(c);
    match word.chars().all(is_plain) && !word.starts_with('~') {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', "'\\''")).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(paths: &[&str], path: &str) -> String {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        StoredPaths::of(&paths).stored(path)
    }

    #[test]
    fn stored_paths_reveal_no_location() {
        for (paths, path, expected) in [
            (&["/home/ann/films.csv"][..], "/home/ann/films.csv", "films.csv"),
            (&["/home/ann/dumps"], "/home/ann/dumps/x/films.csv", "dumps/x/films.csv"),
            (&["/home/ann/dumps/"], "/home/ann/dumps/films.csv", "dumps/films.csv"),
            (&["/home/ann/x.zip"], "/home/ann/x.zip!/in/films.csv", "x.zip!/in/films.csv"),
            (&["../../ann/films.csv"], "../../ann/films.csv", "films.csv"),
            (&[".."], "../films.csv", "films.csv"),
            (&["/"], "/films.csv", "films.csv"),
            (&["."], "./films.csv", "./films.csv"),
            (&["dumps/films.csv"], "dumps/films.csv", "dumps/films.csv"),
            (&["-"], "-", "-"),
            // Components that distinguish them are kept, in all of them alike.
            (&["/a/b/1/r.csv", "/a/b/2/r.csv", "/a/b/1/d.csv"], "/a/b/2/r.csv", "2/r.csv"),
            (&["/a/b/1/r.csv", "/a/b/2/r.csv", "/a/b/1/d.csv"], "/a/b/1/d.csv", "1/d.csv"),
            (&["/a/b", "/a/b/c"], "/a/b/c/d.csv", "c/d.csv"),
            (&["/a/b.csv", "/a/b"], "/a/b.csv", "b.csv"),
        ] {
            assert_eq!(kept(paths, path), expected, "{paths:?}");
        }
    }

    #[test]
    fn stored_command_lines_are_complete() {
        for (typed, expected) in [
            (&["import", "/home/ann/a.csv", "--scale", "5"][..], "import a.csv --scale 5"),
            (&["--db", "/home/ann/r.db", "import", "b/c.csv"], "import b/c.csv"),
            (&["import", "--db=/x/r.db", "--profile=/x/p.toml", ".."], "import --profile=p.toml"),
            (&["import", "--map", "byline=Who/Wrote", "-"], "import --map byline=Who/Wrote -"),
        ] {
            let words = command_line(typed.iter().map(std::ffi::OsString::from));
            assert_eq!(words, expected, "{typed:?}");
        }
    }
}
