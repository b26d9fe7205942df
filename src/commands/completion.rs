//! What the shell may put where the cursor stands: flags, reports, names of the archive.
//!
//! The shell starts revdb with [`VARIABLE`] set. Must never: fail, write, or keep a person
//! waiting. Where there is no archive there are no names; a large one gives the first
//! [`MOST_NAMES`] that begin with what was typed, and none where that takes longer
//! than [`LONGEST`].

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

/// Holds the name of the shell that asks.
pub const VARIABLE: &str = "COMPLETE";
/// Holds the quotation mark that the word at the cursor begins with. clap's script for bash
/// hands over the word without it; [`telling_the_quote`] adds it.
const QUOTE: &str = "_REVDB_QUOTE";
/// Names offered at once: more than a screen of them helps nobody.
const MOST_NAMES: u32 = 200;
/// A pause at the cursor that is not yet felt as one is about 0.1 s (Nielsen 1993); twice that
/// is for a cold disk.
const LONGEST: Duration = Duration::from_millis(200);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 1_000;

/// Answers the shell where it is the one that asks, and says whether it was.
pub fn answer(args: &[OsString]) -> Result<bool, clap::Error> {
    let flags = super::reports::parameter_flags(args);
    let folder = std::env::current_dir().ok();
    let asked = Asked {
        // A mistake in the settings is told when the line is run.
        archive: archive_path(args).unwrap_or_default(),
        // Read now: the engine takes the variable away before it asks for names.
        shell: std::env::var(VARIABLE).unwrap_or_default(),
        quote: std::env::var(QUOTE).unwrap_or_default().chars().next(),
    };
    let whole = || {
        let mut command = super::command(&flags);
        // A verb's flags are there once it is built.
        command.build();
        with_names(command, &asked)
    };
    CompleteEnv::with_factory(whole)
        .var(VARIABLE)
        .try_complete(args.iter().cloned(), folder.as_deref())
}

/// Who asks, and whose names.
#[derive(Debug, Clone)]
struct Asked {
    archive: PathBuf,
    shell: String,
    quote: Option<char>,
}

/// The shell's script, which also tells what quotation mark is open. Only bash needs it.
pub fn telling_the_quote(script: &str) -> String {
    let asks = "COMPLETE=\"bash\"";
    script.replace(asks, &format!("{QUOTE}=\"${{COMP_WORDS[COMP_CWORD]:0:1}}\" {asks}"))
}

/// The archive of the line being typed.
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

/// The command line, its names completed from the archive.
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

/// The names in the archive that begin so; no archive, no names, no word said.
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

/// What was typed without the shell's quoting, which bash hands on as it stands.
fn plain(typed: &OsStr) -> String {
    let typed = typed.to_string_lossy();
    let quotes = ['"', '\''];
    let inner = typed.strip_prefix(quotes).unwrap_or(&typed);
    inner.strip_suffix(quotes).unwrap_or(inner).replace('\\', "")
}

/// A name as it may stand on the line. bash and PowerShell insert what they get, and a name
/// comes from a dump: `$(…)` in it must stay a name. zsh, fish and elvish quote by themselves.
/// Between open quotation marks other rules hold.
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
            // PowerShell takes typographic single quotes for the plain one.
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

/// A backslash before whatever is not `plain`.
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
    fn no_archive_no_names_no_word() {
        let folder = tempfile::tempdir().expect("a folder");
        let asked =
            Asked { archive: folder.path().join("none.db"), shell: "bash".to_owned(), quote: None };
        assert!(names(&asked, Named::Critic, "").is_none());
        assert!(!asked.archive.exists());
    }
}
