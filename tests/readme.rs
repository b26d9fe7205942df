//! Every console block of the README and of docs/ is run, and must print what it shows.
//!
//! `REVDB_BLESS=1 cargo test --test readme` writes the output into the pages; read the diff before
//! you commit it.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a command line as a reader would: `revdb` in the path, the samples next to it, both
/// streams on the terminal.
fn run(line: &str, folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_revdb")).parent().expect("a folder");
    let path = std::env::join_paths(
        std::iter::once(bin.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("a search path");
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("LANG", "C.UTF-8")
        .env_remove("REVDB_DB")
        .output()
        .expect("a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A page with the output of its console blocks replaced, and the number of commands. All commands
/// of a page run in one folder, in order.
fn told(page: &str) -> (String, usize) {
    let scratch = tempfile::tempdir().expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(root().join("samples"), scratch.path().join("samples"))
        .expect("a link");
    let (mut told, mut commands) = (String::new(), 0);
    for (index, part) in page.split("```").enumerate() {
        if index > 0 {
            told.push_str("```");
        }
        let Some(block) = part.strip_prefix("console\n").filter(|_| index % 2 == 1) else {
            told.push_str(part);
            continue;
        };
        told.push_str("console\n");
        for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            commands += 1;
            let printed = run(line, scratch.path());
            told.push_str(&format!("$ {line}\n{printed}\n"));
        }
    }
    (told, commands)
}

#[test]
fn every_console_block_prints_what_it_says() {
    let docs = std::fs::read_dir(root().join("docs")).expect("the folder of documents");
    let docs = docs.map(|entry| entry.expect("an entry").path());
    let mut commands = 0;
    for path in docs.chain([root().join("README.md")]) {
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let page = std::fs::read_to_string(&path).expect("a page");
        let (told, found) = told(&page);
        commands += found;
        if std::env::var_os("REVDB_BLESS").is_some() {
            std::fs::write(&path, &told).expect("the page");
        } else {
            assert_eq!(page, told, "{} does not say what its commands print", path.display());
        }
    }
    assert!(commands > 35, "only {commands} commands were found");
}

/// The command line that builds, imports the samples and shows a report. Separate, because it
/// builds everything in its own profile.
#[test]
#[ignore = "builds revdb from nothing; cargo test --test readme -- --ignored"]
fn the_first_command_line_works() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let line = readme.lines().find(|line| line.starts_with("cargo run")).expect("the command line");
    let scratch = tempfile::tempdir().expect("a folder");
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(root())
        .env("REVDB_DB", scratch.path().join("reviews.db"))
        .output()
        .expect("a shell");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.contains("median"), "{stdout}");
    assert!(stderr.contains("in all"), "{stderr}");
}
