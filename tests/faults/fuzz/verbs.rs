//! Every verb with absurd arguments: a documented exit code, an end within seconds, and an
//! undamaged archive.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::seconds;
use crate::{Dice, healthy, import, run, scratch, table, wait, write};

/// Verbs with their subcommands.
const VERBS: [&[&str]; 25] = [
    &["import"],
    &["query"],
    &["query", "top"],
    &["query", "outliers"],
    &["query", "trend"],
    &["query", "keywords"],
    &["search"],
    &["show"],
    &["report"],
    &["export"],
    &["sql"],
    &["imports"],
    &["imports", "undo"],
    &["imports", "rejects"],
    &["imports", "dump"],
    &["imports", "renormalise"],
    &["check"],
    &["backup"],
    &["merge"],
    &["rename"],
    &["correct"],
    &["hide"],
    &["formats"],
    &["generate"],
    &["--help"],
];

/// Words that are valid somewhere, and bytes that are valid nowhere.
const VALUES: [&str; 47] = [
    "",
    " ",
    "-",
    "--",
    "=",
    "=x",
    "~x",
    "%",
    "_",
    "*",
    "w*",
    "\"",
    "'",
    "\0x",
    "\u{202e}x",
    "\u{200b}",
    "0",
    "1",
    "2",
    "-1",
    "1e400",
    "NaN",
    "99999999999999999999",
    "9223372036854775807",
    "2012",
    "2012-02-30",
    "0000",
    "critic",
    "user",
    "all",
    "movie",
    "work",
    "publication",
    "a.csv",
    "a.db",
    "a.db-journal",
    "none.csv",
    ".",
    "x.csv",
    "x.xlsx",
    "x.html",
    "/dev/null",
    "title=x",
    "SELECT * FROM reviews",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i FROM n",
    "Critic 14",
    "slow",
];

/// The flags in a verb's `--help`.
fn flags(verb: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_revdb"));
    let (code, shown, said) = run(command.args(verb).arg("--help").stdin(Stdio::null()));
    assert_eq!(code, 0, "{verb:?}: {said}");
    let words =
        shown.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '`' | '.'));
    let mut flags: Vec<String> =
        words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_owned).collect();
    flags.sort();
    flags.dedup();
    flags
}

fn argument(dice: &mut Dice, flags: &[String]) -> OsString {
    if dice.roll(2) == 0 && !flags.is_empty() {
        return flags[dice.roll(flags.len())].clone().into();
    }
    #[cfg(unix)]
    if dice.roll(20) == 0 {
        use std::os::unix::ffi::OsStringExt;
        return OsString::from_vec(vec![b'a', 0xfe, b'.', b'c', b's', b'v']);
    }
    // The system refuses arguments with a NUL before the program starts.
    VALUES[dice.roll(VALUES.len())].replace('\0', "").into()
}

fn round(folder: &Path, dice: &mut Dice, known: &[(&[&str], Vec<String>)]) {
    let (verb, flags) = &known[dice.roll(known.len())];
    let mut args: Vec<OsString> = verb.iter().map(Into::into).collect();
    for _ in 0..dice.roll(7) {
        args.push(argument(dice, flags));
    }
    let told = format!("{args:?}");
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_revdb"))
        .args(["--db", "a.db"])
        .args(&args)
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // An endless statement is the user's responsibility.
    let endless = told.contains("RECURSIVE");
    while endless && begun.elapsed() < Duration::from_secs(1) {
        if child.try_wait().expect("a child").is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    if endless {
        child.kill().expect("a child to kill");
        child.wait().expect("a child");
        return;
    }
    let status = wait(&mut child, Duration::from_secs(60));
    assert!(matches!(status.code(), Some(0..=3 | 5 | 6)), "{told}: {status}");
}

#[test]
fn verbs() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    write(folder.path(), "a.csv", table(60, 1));
    assert_eq!(import(&archive, &folder.path().join("a.csv")).0, 0);
    let known: Vec<(&[&str], Vec<String>)> =
        VERBS.iter().map(|verb| (*verb, flags(verb))).collect();
    let first: u64 =
        std::env::var("REVDB_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let begun = Instant::now();
    let mut rounds = 0;
    while begun.elapsed() < seconds() {
        let mut dice = Dice::new(first + rounds);
        round(folder.path(), &mut dice, &known);
        rounds += 1;
        if rounds % 100 == 0 {
            healthy(&archive);
        }
    }
    healthy(&archive);
    eprintln!("fuzz verbs: {rounds} command lines in {:.0?}", begun.elapsed());
}
