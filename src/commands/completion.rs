//! Shell completion: flags, reports, and names in the archive.
//!
//! The shell starts revdb with [`VARIABLE`] set. Must never: fail, write, or keep the user
//! waiting. Without an archive there are no names; a large archive gives the first [`MOST_NAMES`]
//! with the typed prefix, or none if that takes longer than [`LONGEST`].

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Command;
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use rusqlite::named_params;

use revdb_query::Named;
use revdb_sql::sql;
use revdb_store::Archive;

/// Contains the name of the requesting shell.
pub const VARIABLE: &str = "COMPLETE";
/// Contains the quotation mark with which the word at the cursor begins. clap's script for bash
/// passes the word without it; [`passing_the_quote_mark`] adds it.
const QUOTE: &str = "_REVDB_QUOTE";
/// Maximum number of names offered; more than a screenful is useless.
const MOST_NAMES: u32 = 200;
/// A pause of 0.1 s is not noticed (Nielsen 1993); twice that allows for a cold disk.
const LONGEST: Duration = Duration::from_millis(200);
/// Steps of SQLite's virtual machine between two checks of the clock.
const STEPS: i32 = 1_000;

/// Answers a completion request; returns false if this is not one.
pub fn answer(args: &[OsString]) -> Result<bool, clap::Error> {
    let flags = super::reports::parameter_flags(args);
    let folder = std::env::current_dir().ok();
    let asked = Asked {
        // Mistakes in the settings are reported when the command runs.
        archive: archive_path(args).unwrap_or_default(),
        // Read now: the engine removes the variable before it asks for names.
        shell: std::env::var(VARIABLE).unwrap_or_default(),
        quote: std::env::var(QUOTE).unwrap_or_default().chars().next(),
    };
    let whole = || {
        let mut command = super::command(&flags);
        // A verb's flags exist only after building.
        command.build();
        with_names(command, &asked)
    };
    CompleteEnv::with_factory(whole)
        .var(VARIABLE)
        .try_complete(args.iter().cloned(), folder.as_deref())
}

/// The requesting shell and the archive.
#[derive(Debug, Clone)]
struct Asked {
    archive: PathBuf,
    shell: String,
    quote: Option<char>,
}

/// The shell's script, extended for bash to pass the open quotation mark.
pub fn passing_the_quote_mark(script: &str) -> String {
    let asks = "COMPLETE=\"bash\"";
    script.replace(asks, &format!("{QUOTE}=\"${{COMP_WORDS[COMP_CWORD]:0:1}}\" {asks}"))
}

/// The archive named on the command line being typed.
fn archive_path(args: &[OsString]) -> Result<PathBuf, super::CommandError> {
    let mut named = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy();
        match text.strip_prefix("--db") {
            Some("") => named = args.next().map(PathBuf::from),
            Some(rest) => named = rest.strip_prefix('=').map(PathBuf::from).or(named),
            None => {}
        }
    }
    super::global::archive_path(named)
}

/// The command with completion of names from the archive.
fn with_names(command: Command, asked: &Asked) -> Command {
    let verb = command.get_name().to_owned();
    let command = command.mut_args(|arg| {
        let list = match arg.get_id().as_str() {
            "report" if verb == "query" => return arg.add(ArgValueCompleter::new(reports)),
            "from" | "into" => verb.as_str(),
            other => other.trim_start_matches("not-"),
        };
        let Some(what) = Named::ALL.into_iter().find(|what| what.as_str() == list) else {
            return arg;
        };
        let asked = asked.clone();
        arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
            names(&asked, what, &plain(typed)).unwrap_or_default()
        }))
    });
    command.mut_subcommands(|verb| with_names(verb, asked))
}

fn reports(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = plain(typed);
    let Ok(catalogue) = super::reports::catalogue() else {
        return Vec::new();
    };
    let names = catalogue.names().filter(|name| name.starts_with(&typed));
    names
        .filter_map(|name| {
            let report = catalogue.get(name).ok()?;
            let title = report.values([]).ok()?.fill(&report.title);
            let safe = revdb_render::safe::for_terminal(&title).into_owned();
            Some(CompletionCandidate::new(name).help(Some(safe.into())))
        })
        .collect()
}

/// The names in the archive with this prefix; silent on any error.
fn names(asked: &Asked, what: Named, typed: &str) -> Option<Vec<CompletionCandidate>> {
    let mut archive = Archive::open(&asked.archive).ok()?;
    let start = Instant::now();
    let late = move || start.elapsed() > LONGEST;
    archive.connection_mut().progress_handler(STEPS, Some(late)).ok()?;
    let mut statement = archive.connection().prepare(sql("names/begin")).ok()?;
    let named = named_params! {":what": what.as_str(), ":typed": typed, ":most": MOST_NAMES};
    let mut rows = statement.query(named).ok()?;
    let mut names = Vec::new();
    while let Ok(Some(row)) = rows.next() {
        let name: String = row.get(0).ok()?;
        if !name.contains(char::is_control) {
            names.push(CompletionCandidate::new(quoted(&name, &asked.shell, asked.quote)));
        }
    }
    Some(names)
}

/// The typed text without shell quoting, which bash passes unchanged.
fn plain(typed: &OsStr) -> String {
    let typed = typed.to_string_lossy();
    let quotes = ['"', '\''];
    let inner = typed.strip_prefix(quotes).unwrap_or(&typed);
    inner.strip_suffix(quotes).unwrap_or(inner).replace('\\', "")
}

/// A name quoted for the command line. bash and PowerShell insert completions verbatim, and names
/// come from dumps: `$(…)` in one must not be executed. zsh, fish and elvish quote themselves.
/// Inside open quotation marks other rules apply.
fn quoted(name: &str, shell: &str, quote: Option<char>) -> String {
    match (shell, quote) {
        ("bash", Some('\'')) => return name.replace('\'', "'\\''"),
        ("bash", Some('"')) => return escaped(name, |c| !"\\\"$`".contains(c)),
        _ => {}
    }
    let plain = |c: char| c.is_alphanumeric() || "_-./,".contains(c);
    if name.chars().all(plain) {
        return name.to_owned();
    }
    match shell {
        "bash" => escaped(name, plain),
        "powershell" => {
            // PowerShell treats typographic single quotes as plain ones.
            let mut doubled = String::from("'");
            for c in name.chars() {
                doubled.push(c);
                if matches!(c, '\'' | '\u{2018}'..='\u{201B}') {
                    doubled.push(c);
                }
            }
            doubled.push('\'');
            doubled
        }
        _ => name.to_owned(),
    }
}

/// Puts a backslash before every character that is not `plain`.
fn escaped(name: &str, plain: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if !plain(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_for_the_shell_that_does_not() {
        for (name, shell, quote, wanted) in [
            ("Ada", "bash", None, "Ada"),
            ("Ada O'Quill", "bash", Some('A'), "Ada\\ O\\'Quill"),
            ("Ada O'Quill", "bash", Some('"'), "Ada O'Quill"),
            ("Ada O'Quill", "bash", Some('\''), "Ada O'\\''Quill"),
            ("$(x)", "bash", None, "\\$\\(x\\)"),
            ("$(x) `y`", "bash", Some('"'), "\\$(x) \\`y\\`"),
            ("$(x) ’s", "powershell", None, "'$(x) ’’s'"),
            ("Ada Quill", "fish", None, "Ada Quill"),
        ] {
            assert_eq!(quoted(name, shell, quote), wanted);
        }
        assert_eq!(plain(OsStr::new("Ada\\ O\\'Q")), "Ada O'Q");
        assert_eq!(plain(OsStr::new("\"Ada Q")), "Ada Q");
    }

    #[test]
    fn without_an_archive_there_are_no_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let asked =
            Asked { archive: folder.path().join("none.db"), shell: "bash".to_owned(), quote: None };
        assert!(names(&asked, Named::Critic, "").is_none());
        assert!(!asked.archive.exists());
    }
}
