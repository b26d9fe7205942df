//! The settings file: precedence, display, and errors for mistakes in it.

use std::path::{Path, PathBuf};
use std::process::Command;

const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Ana Björk,Harbour Post,2012-07-26,90/100,light and freedom\n";

struct Case(tempfile::TempDir);

impl Case {
    fn new() -> Self {
        let case = Case(tempfile::tempdir().expect("a folder"));
        case.file("dump.csv", DUMP);
        case
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
        let folder: &Path = self.0.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_revdb"));
        for name in
            ["REVDB_DB", "REVDB_REPORTS", "REVDB_PROFILES", "REVDB_COLUMNS", "REVDB_TIMEOUT"]
        {
            command.env_remove(name);
        }
        let settings = folder.join("here/revdb.toml");
        let settings = if settings.exists() { settings } else { PathBuf::new() };
        let done = command
            .args(args)
            .env("LC_ALL", "C.UTF-8")
            .env("REVDB_CONFIG", settings)
            .envs(variables.iter().copied())
            .current_dir(folder)
            .output()
            .expect("revdb runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    }

    /// The value and origin that `config` prints for a setting.
    fn told(&self, setting: &str, args: &[&str], variables: &[(&str, &str)]) -> (String, String) {
        let all =
            [&["config", "--format", "json", "--columns", "setting,value,from"], args].concat();
        let (code, out, said) = self.run(&all, variables);
        assert_eq!(code, Some(0), "{said}");
        let rows: Vec<serde_json::Value> = serde_json::from_str(&out).expect("JSON");
        let row = rows.iter().find(|row| row["setting"] == setting).expect("the setting");
        let text = |name: &str| row[name].as_str().unwrap_or("none").to_owned();
        (text("value").replace(&*self.0.path().to_string_lossy(), "."), text("from"))
    }
}

#[test]
fn precedence_is_flag_environment_file_default() {
    let case = Case::new();
    let is = |value: &str, from: &str| (value.to_owned(), from.to_owned());
    assert_eq!(case.told("archive", &[], &[]), is("reviews.db", "default"));
    assert_eq!(case.told("timeout", &[], &[]), is("none", "default"));
    // A named file that does not exist would mean other settings than intended.
    let (code, _, said) = case.run(&["query"], &[("REVDB_CONFIG", "nobodys.toml")]);
    assert!(code == Some(2) && said.contains("$REVDB_CONFIG names it"), "{code:?} {said}");
    case.file(
        "here/revdb.toml",
        "# Mine\narchive = \"a.db\"\nreports = \"mine\"\ncolumns = [\"work\", \"score_text\"]\ntimeout = 9\n",
    );
    assert_eq!(case.told("archive", &[], &[]), is("./here/a.db", "revdb.toml:2"));
    assert_eq!(case.told("columns", &[], &[]), is("work,score_text", "revdb.toml:4"));
    assert_eq!(case.told("timeout", &[], &[]), is("9", "revdb.toml:5"));
    assert_eq!(case.told("timeout", &[], &[("REVDB_TIMEOUT", "8")]), is("8", "$REVDB_TIMEOUT"));
    let of_db = [("REVDB_DB", "b.db")];
    assert_eq!(case.told("archive", &[], &of_db), is("b.db", "$REVDB_DB"));
    assert_eq!(case.told("archive", &["--db", "c.db"], &of_db), is("c.db", "--db"));
    // An empty variable counts as unset.
    assert_eq!(case.told("archive", &[], &[("REVDB_DB", "")]), is("./here/a.db", "revdb.toml:2"));
    let (_, said, _) = case.run(&["config", "--format", "table"], &[("REVDB_CONFIG", "")]);
    assert!(said.contains("there is no settings file"), "{said}");
}

#[test]
fn settings_are_used() {
    let case = Case::new();
    case.file(
        "here/revdb.toml",
        "archive = \"a.db\"\nprofiles = \"mine\"\nreports = \"mine\"\ncolumns = [\"score_text\", \"work\"]\ntimeout = 1\n",
    );
    case.file("mine/one.toml", "no profile\n");
    case.file("here/mine/odd.toml", "name = \"odd\"\ndescribe = \"Odd\"\nshape = \"columns\"\nsource = \"me\"\n\n\
        [detect]\ncolumns = [\"title\", \"kind\", \"critic\"]\n\n[fields]\ntitle = \"title\"\nbyline = \"critic\"\n\
        score-text = \"score\"\n");
    case.file("here/mine/counted.sql", "-- title = \"Counted\"\n-- summary = \"How many.\"\n-- short = \"all\"\n-- rule = \"all\"\n\
        -- [columns]\n-- n = \"int: all\"\nSELECT count(*) AS n FROM filtered WHERE :audience IN ('all', audience)\n");
    let (code, _, said) = case.run(&["import", "dump.csv", "--profile", "odd"], &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(case.0.path().join("here/a.db").exists());
    let (_, out, _) = case.run(&["query"], &[]);
    let heading = out.lines().next().unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    assert_eq!(heading, ["score", "text", "work"], "{out}");
    // Programs get stable columns.
    let (_, out, _) = case.run(&["query", "--format", "csv"], &[]);
    assert!(out.starts_with("id,work,audience,"), "{out}");
    let (_, out, said) = case.run(&["query", "counted", "--format", "csv"], &[]);
    assert_eq!(out, "n\r\n1\r\n", "{said}");
    let endless =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let (code, _, said) = case.run(&["sql", endless], &[]);
    assert!(code == Some(1) && said.contains("longer than --timeout allows"), "{code:?} {said}");
    assert!(said.contains("`revdb config`"), "{said}");
}

#[test]
fn columns_can_be_selected_in_every_output() {
    let case = Case::new();
    assert_eq!(case.run(&["import", "dump.csv"], &[]).0, Some(0));
    for (args, out) in [
        (
            &["query", "--columns", "year,work,score_text"][..],
            "year,work,score_text\r\n,The Lantern,90/100\r\n",
        ),
        (&["export", "--columns", "critic"], "critic\r\nAna Björk\r\n"),
        (&["query", "score-spread", "--columns", "n,subject"], "n,subject\r\n1,Ana Björk\r\n"),
        (&["search", "freedom", "--columns", "date"], "date\r\n2012-07-26\r\n"),
    ] {
        let (code, told, said) = case.run(&[args, &["--format", "csv"]].concat(), &[]);
        assert_eq!((code, told.as_str()), (Some(0), out), "{args:?} {said}");
    }
    let (code, _, said) = case.run(&["query", "--columns", "wrok"], &[]);
    assert!(code == Some(2) && said.contains("there is no column \"wrok\""), "{said}");
    let (code, _, said) = case.run(&["query", "trend", "--chart", "--columns", "n"], &[]);
    assert!(code == Some(2) && said.contains("leave out --columns"), "{said}");
}

#[test]
fn mistakes_have_their_line_and_stop_every_verb() {
    let case = Case::new();
    for (text, line, parts) in [
        ("\narchiv = \"a.db\"\n", 2, &["no setting \"archiv\"", "did you mean archive?"][..]),
        ("timeout = \"long\"\n", 1, &["timeout cannot be this", "timeout = 60"]),
        ("timeout = -1\n", 1, &["timeout cannot be this"]),
        ("columns = \"work\"\n", 1, &["a list is wanted"]),
        ("columns = []\n", 1, &["no column is named"]),
        ("columns = [\n \"wrok\"]\n", 1, &["no column is called wrok", "there are id, work"]),
        ("archive = \"\"\n", 1, &["a path is wanted"]),
        ("archive = [1\n", 1, &["not valid TOML", "`revdb config --help`"]),
    ] {
        case.file("here/revdb.toml", text);
        for verb in [&["query"][..], &["config"], &["import", "dump.csv"]] {
            let (code, out, said) = case.run(verb, &[]);
            assert!(code == Some(2) && out.is_empty(), "{text} {verb:?}: {code:?} {out} {said}");
            assert!(said.contains(&format!("revdb.toml:{line}")), "{text}: {said}");
            assert!(parts.iter().all(|part| said.contains(part)), "{text}: {said}");
        }
    }
    assert!(!case.0.path().join("reviews.db").exists());
    case.file("here/revdb.toml", "");
    let (code, _, said) = case.run(&["config"], &[("REVDB_TIMEOUT", "soon")]);
    assert!(code == Some(2) && said.contains("$REVDB_TIMEOUT cannot be \"soon\""), "{said}");
}
