//! Messages for a mistyped command line: what, what was expected, advice.
//!
//! clap reports what is wrong; this module guesses what was meant. Must never: suggest a flag that
//! the verb or the report would reject.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{CommandError, examples, reports};
use revdb_model::name::nearest;
use revdb_query::Named;
use revdb_query::report::Report;

/// Flags of other programs, and the corresponding flag here.
#[rustfmt::skip]
const FLAGS: &[(&str, &str)] = &[
    ("after", "since"), ("asc", "reverse"), ("before", "until"), ("byline", "critic"),
    ("c", "critic"), ("count", "limit"), ("desc", "sort"), ("end", "until"), ("f", "format"),
    ("film", "work"), ("from-date", "since"), ("head", "limit"), ("input-format", "format"), ("max", "max-score"),
    ("max-rating", "max-score"), ("min", "min-score"), ("min-rating", "min-score"), ("movie", "work"),
    ("n", "limit"), ("order", "sort"), ("order-by", "sort"), ("out", "output"), ("outlet", "publication"),
    ("overwrite", "force"), ("paper", "publication"), ("person", "critic"), ("rating", "min-score"),
    ("reviewer", "critic"), ("source", "from"), ("start", "since"), ("text", "match"), ("title", "work"),
    ("to", "until"), ("top", "limit"), ("type", "kind"), ("w", "work"), ("words", "match"), ("year", "since"),
];

/// Verbs of other programs, and what to type here.
#[rustfmt::skip]
const VERBS: &[(&str, &str)] = &[
    ("add", "import PATH"), ("critics", "query score-spread"), ("delete", "imports undo N"), ("dump", "export -o reviews.csv"),
    ("fts", "search WORDS"), ("find", "search WORDS"), ("grep", "search WORDS"), ("history", "imports"),
    ("info", "query quality"), ("ingest", "import PATH"), ("list", "query"), ("load", "import PATH"), ("log", "imports"),
    ("ls", "query"), ("open", "query"), ("rejects", "imports rejects"), ("reports", "query --list"),
    ("reviews", "query"), ("save", "export -o reviews.csv"), ("select", "sql \"SELECT ...\""), ("stats", "query quality"),
    ("status", "imports"), ("summary", "query quality"), ("undo", "imports undo N"), ("version", "--version"),
    ("view", "show ID"), ("works", "query top"),
];

/// The probable command line.
struct Line {
    words: Vec<String>,
    /// Its verb with all flags built; revdb itself if there is none.
    command: clap::Command,
    /// `imports undo`; empty if there is none.
    verb: String,
    /// The report named on it.
    report: Option<Report>,
}

impl Line {
    fn of(args: &[OsString]) -> Self {
        let words: Vec<String> =
            args.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let mut command = super::command(&[]);
        command.build();
        let (mut verb, mut report) = (Vec::new(), None);
        for word in &words {
            if let Some(below) = command.find_subcommand(word) {
                command = below.clone();
                verb.push(word.as_str());
            } else if verb == ["query"] && report.is_none() {
                report = reports::find(Some(word), None).ok();
            }
        }
        let verb = verb.join(" ");
        Line { words, command, verb, report }
    }

    /// `revdb query`.
    fn called(&self) -> String {
        format!("revdb {}", self.verb).trim_end().to_owned()
    }

    /// The flags that this verb and report accept.
    fn flags(&self) -> Vec<String> {
        let arguments = self.command.get_arguments().filter(|arg| !arg.is_hide_set());
        let mut flags: Vec<String> =
            arguments.filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
        let params = self.report.iter().flat_map(|report| &report.params);
        flags.extend(params.map(|param| param.flag()));
        flags
    }

    fn see_help(&self) -> String {
        match &self.report {
            Some(report) => format!("`revdb query {} --help` has its flags", report.name),
            None => format!("`{} --help` has its flags, with examples", self.called()),
        }
    }
}

/// Turns clap's error into a message.
pub fn explain(error: &clap::Error, args: &[OsString]) -> CommandError {
    let line = Line::of(args);
    let context = |kind| error.get(kind).map(text_of).unwrap_or_default();
    let (arg, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument if arg.starts_with('-') => unknown_flag(&line, &arg),
        ErrorKind::UnknownArgument => stray_word(&line, &arg),
        ErrorKind::InvalidSubcommand => {
            unknown_verb(&line, &context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => without_value(&line, &arg),
        ErrorKind::InvalidValue => {
            let known = error.get(ContextKind::ValidValue).map(texts_of).unwrap_or_default();
            not_one_of(&arg, &value, &known)
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            let message = format!("{} cannot be {value:?}", flag_of(&arg));
            match why {
                Some(why) => CommandError::usage(message).help(why),
                None => CommandError::usage(message).help(line.see_help()),
            }
        }
        ErrorKind::MissingRequiredArgument => missing(&line, &arg),
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default();
            CommandError::usage(first.trim_start_matches("error: ")).help(line.see_help())
        }
    }
}

fn unknown_flag(line: &Line, flag: &str) -> CommandError {
    let name = flag.trim_start_matches('-');
    let whose = match &line.report {
        Some(report) => format!("report {}", report.name),
        None => format!("`{}`", line.called()),
    };
    let error = CommandError::usage(format!("{whose} has no flag {flag}"));
    let flags = line.flags();
    let has = |wanted: &str| flags.iter().any(|flag| flag == wanted);
    match name {
        "year" if has("since") => {
            return error
                .help("--since 2013 --until 2013 takes the reviews of a year")
                .help("--work \"Title (2013)\" takes the work of that year");
        }
        "v" | "V" if line.verb.is_empty() => return error.help("revdb --version"),
        "input-format" if has("format") => {
            return error
                .help("how a dump is read is said to `revdb import`: --input-format NAME")
                .help("how the answer is printed: --format csv, or -o FILE.csv");
        }
        _ => {}
    }
    let elsewhere = FLAGS.iter().find(|(other, _)| *other == name).map(|(_, here)| *here);
    let near = nearest(name, flags.iter().map(String::as_str));
    let meant: Vec<&str> = elsewhere.filter(|here| has(here)).into_iter().chain(near).collect();
    match meant.first() {
        Some(meant) => error.help(format!("did you mean --{meant}?")).help(line.see_help()),
        None => error.help(line.see_help()),
    }
}

/// An unexpected word: most likely part of a name that needs quotes.
fn stray_word(line: &Line, word: &str) -> CommandError {
    let error = CommandError::usage(format!("`{}` takes no argument {word:?}", line.called()));
    if let Some(quoted) = quoted(&line.words, word) {
        return error.help(format!("put a name with spaces in quotation marks: {quoted}"));
    }
    let is_report = reports::find(Some(word), None).is_ok();
    match line.verb.as_str() {
        "sql" => error.help("put the statement in quotation marks: revdb sql \"SELECT ...\""),
        "export" => error.help(format!("revdb export -o {word}")),
        "formats" => error.help(format!("revdb formats --explain {word}")),
        "report" if is_report => error.help(format!("revdb query {word}")),
        _ => error.help(line.see_help()),
    }
}

/// Whether the values of a flag are names or words.
fn is_of_words(flag: &str) -> bool {
    let flag = flag.trim_start_matches("--");
    let name = flag.trim_start_matches("not-");
    Named::ALL.iter().any(|what| what.as_str() == name)
        || matches!(flag, "match" | "from" | "title" | "by")
}

/// The intended form of `--critic Peter Travers`.
fn quoted(words: &[String], stray: &str) -> Option<String> {
    let at = words.iter().position(|word| word == stray)?;
    let flag = words.get(..at)?.iter().rposition(|word| word.starts_with("--"))?;
    // The first word after the flag is its value.
    let name = words.get(flag).filter(|name| is_of_words(name) && at > flag + 1)?;
    let rest = words.get(flag + 1..)?.iter().take_while(|word| !word.starts_with('-'));
    Some(format!("{name} \"{}\"", rest.cloned().collect::<Vec<_>>().join(" ")))
}

fn unknown_verb(line: &Line, word: &str) -> CommandError {
    let error = CommandError::usage(format!("{} has no command {word:?}", line.called()));
    let known = line.command.get_subcommands().filter(|verb| !verb.is_hide_set());
    let known: Vec<&str> = known.map(clap::Command::get_name).collect();
    if !line.verb.is_empty() {
        return match nearest(word, known.iter().copied()).first() {
            Some(near) => error.help(format!("{} {near}", line.called())),
            None => error.help(format!("it has {}", known.join(", "))),
        };
    }
    if Path::new(word).exists() {
        return error.help(format!("revdb import {word}"));
    }
    if is_address(word) {
        return not_fetched(word);
    }
    if reports::find(Some(word), None).is_ok() {
        return error.help(format!("it is a report: revdb query {word}"));
    }
    if let Some((_, here)) = VERBS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word)) {
        return error.help(format!("revdb {here}"));
    }
    match nearest(word, known.iter().copied()).first() {
        Some(near) => error.help(format!("did you mean revdb {near}?")),
        None => error
            .help(format!("revdb search {word:?} looks for it in the quotes"))
            .help(format!(
                "revdb query --critic {word:?} lists a critic's reviews; --work a work's"
            ))
            .help("`revdb --help` has the commands"),
    }
}

/// The message for an unknown report, which may be part of a name, or somebody's name.
pub fn no_such_report(name: &str, near: &[String]) -> CommandError {
    let error = CommandError::usage(format!("there is no report named {name:?}"));
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(quoted) = quoted(&words, name) {
        return error.help(format!("put a name with spaces in quotation marks: {quoted}"));
    }
    let error = match near.is_empty() {
        true => error
            .help(format!(
                "revdb query --critic {name:?} lists a critic's reviews; --work a work's"
            ))
            .help(format!("revdb search {name:?} looks for it in the quotes")),
        false => error.help(format!("did you mean {}?", near.join(", or "))),
    };
    error.help("`revdb query --list` shows all reports")
}

fn without_value(line: &Line, arg: &str) -> CommandError {
    let what = arg.split_once('<').map_or("a value", |(_, what)| what.trim_end_matches(['>', '.']));
    let flag = flag_of(arg);
    let described = line
        .command
        .get_arguments()
        .find(|arg| arg.get_long().is_some_and(|long| flag == format!("--{long}")));
    let error = CommandError::usage(format!("{flag} needs {what} after it"));
    match described.and_then(clap::Arg::get_help) {
        Some(help) => error.help(format!("{flag} {what}: {help}")),
        None => error.help(line.see_help()),
    }
}

fn not_one_of(arg: &str, value: &str, known: &[String]) -> CommandError {
    let error = CommandError::usage(format!("{} cannot be {value:?}", flag_of(arg)));
    let all = format!("it is one of {}", known.join(", "));
    match nearest(value, known.iter().map(String::as_str)).first() {
        Some(near) => error.help(format!("did you mean {near}?")).help(all),
        None => error.help(all),
    }
}

fn missing(line: &Line, wanted: &str) -> CommandError {
    let mut error = CommandError::usage(format!("`{}` needs {wanted}", line.called()));
    if line.verb == "search" && line.words.iter().any(|word| word == "--match") {
        return error.help("search takes its words without a flag: revdb search WORDS");
    }
    let fitting = fitting_examples(line, wanted);
    for (example, what) in &fitting {
        error = error.help(format!("{example}   ({what})"));
    }
    if fitting.is_empty() { error.help(line.see_help()) } else { error }
}

/// The examples that show what is missing; of these, first those with a flag that was typed.
fn fitting_examples(line: &Line, wanted: &str) -> Vec<(&'static str, &'static str)> {
    let has = |example: &str, flag: &str| {
        example.split(' ').any(|word| word == flag || flag == "--output" && word == "-o")
    };
    let flags = wanted.split(' ').filter(|word| word.starts_with("--"));
    let all = examples::of(&line.verb).iter().copied();
    let mut fitting: Vec<_> =
        all.filter(|(example, _)| flags.clone().all(|flag| has(example, flag))).collect();
    let typed = |example: &str| {
        let mut typed = line.words.iter().filter(|word| word.starts_with('-'));
        typed.any(|flag| has(example, flag))
    };
    fitting.sort_by_key(|(example, _)| !typed(example));
    fitting.truncate(2);
    fitting
}

/// Whether the text is a web address; revdb downloads nothing.
pub fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    ["http", "https", "ftp", "file"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// The advice for a web address.
pub fn not_fetched(address: &str) -> CommandError {
    let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = name.split(['?', '#']).next().unwrap_or_default();
    let has_ending = name.contains('.') && address.matches('/').count() > 2;
    let file = if has_ending { name } else { "page.html" };
    CommandError::usage(format!("{address} is an address, and revdb reads files"))
        .note("revdb has no network: nothing is fetched")
        .help(format!("save the page from the browser, or: curl -L -o {file} \"{address}\""))
        .help(format!("then: revdb import {file}"))
}

/// `--critic` of clap's `--critic <NAME>`; `ID` of `<ID>`.
fn flag_of(arg: &str) -> &str {
    arg.split(' ').next().unwrap_or(arg).trim_matches(['<', '>', '[', ']', '.'])
}

fn text_of(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(" and "),
        other => other.to_string(),
    }
}

fn texts_of(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::Strings(all) => all.clone(),
        other => vec![other.to_string()],
    }
}
