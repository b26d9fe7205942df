//! Shell completion: types keys into a real bash, zsh and fish, and checks the resulting
//! arguments.
//!
//! Needs `script` (util-linux) for a terminal; a missing shell is skipped with a message.

#![cfg(target_os = "linux")]

#[path = "common/shared.rs"]
mod shared;

use shared::skipped;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Zoë O'Quill,Harbour Post,2012-07-26,90/100,One\n\
    The Lantern,movie,Yan $(touch owned),Hill: Gazette,2012-07-27,60/100,Two\n\
    \"Say \"\"Fog\"\", again\",movie,Xenia Plain,Hill: Gazette,2012-07-28,60/100,Three\n";

/// Typed text and the expected arguments; a tab is the completion key.
const CASES: &[(&str, &[&str])] = &[
    ("query score-sp\t", &["query", "score-spread"]),
    ("query --critic Zo\t", &["query", "--critic", "Zoë O'Quill"]),
    ("query --critic \"Zo\t", &["query", "--critic", "Zoë O'Quill"]),
    ("query --critic 'Xen\t", &["query", "--critic", "Xenia Plain"]),
    ("query --critic Xenia\\ P\t", &["query", "--critic", "Xenia Plain"]),
    ("query --critic Yan\t", &["query", "--critic", "Yan $(touch owned)"]),
    ("query --critic \"Yan\t", &["query", "--critic", "Yan $(touch owned)"]),
    ("query --work Sa\t", &["query", "--work", "Say \"Fog\", again"]),
    ("query --publication Hil\t", &["query", "--publication", "Hill: Gazette"]),
];

const LONGEST: Duration = Duration::from_secs(20);

fn is_installed(program: &str) -> bool {
    let mut asked = Command::new(program);
    asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// A folder with an archive and a `revdb` that completes like the real one but records its
/// arguments when run.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let real = env!("CARGO_BIN_EXE_revdb");
    std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
    let mut import = Command::new(real);
    import.args(["import", "dump.csv"]).current_dir(folder.path()).env_remove("REVDB_DB");
    assert!(import.output().is_ok_and(|done| done.status.success()), "the dump is imported");
    let wrapper = format!(
        "#!/bin/sh\n[ -n \"$COMPLETE\" ] && exec '{real}' \"$@\"\n\
         for arg in \"$@\"; do printf '%s\\n' \"$arg\"; done > args.new; mv args.new args\n"
    );
    let path = folder.path().join("revdb");
    std::fs::write(&path, wrapper).expect("a wrapper");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    folder
}

/// A shell on its own terminal.
struct Typist {
    child: Child,
    keys: ChildStdin,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Typist {
    fn start(shell: &str, folder: &Path) -> Self {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut child = Command::new("script")
            .args(["-qfc", shell, "/dev/null"])
            .current_dir(folder)
            .env("PATH", format!("{}:{path}", folder.display()))
            .env("HOME", folder)
            .env("TERM", "xterm")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("REVDB_DB")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("script starts");
        let keys = child.stdin.take().expect("a pipe");
        let mut out = child.stdout.take().expect("a pipe");
        let (send, screen) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = out.read(&mut buffer) {
                if send.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Typist { child, keys, screen, seen: String::new() }
    }

    fn type_in(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("keys are taken");
        self.keys.flush().expect("keys are taken");
    }

    /// Waits until `done`, reading the screen meanwhile.
    fn wait(&mut self, what: &str, mut done: impl FnMut(&str) -> bool) {
        let start = Instant::now();
        while !done(&self.seen) {
            assert!(start.elapsed() < LONGEST, "{what}: {:?}", self.seen);
            if let Ok(bytes) = self.screen.recv_timeout(Duration::from_millis(50)) {
                self.seen.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
    }

    /// Waits until the screen is stable: the shell has reacted to the key.
    fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < 6 {
            match self.screen.recv_timeout(Duration::from_millis(100)) {
                Ok(bytes) => {
                    quiet = 0;
                    self.seen.push_str(&String::from_utf8_lossy(&bytes));
                }
                Err(_) => quiet += 1,
            }
        }
    }
}

impl Drop for Typist {
    fn drop(&mut self) {
        if self.child.kill().is_err() {
            eprintln!("the shell had ended");
        }
        if self.child.wait().is_err() {
            eprintln!("the shell was gone");
        }
    }
}

/// Types every case and compares the arguments.
fn drive(shell: &str, command: &str, set_up: &str) {
    if !is_installed("script") || !is_installed(shell) {
        skipped(format_args!("script or {shell} is not installed"));
        return;
    }
    let folder = folder();
    let args = folder.path().join("args");
    let mut typist = Typist::start(command, folder.path());
    typist.settle();
    typist.type_in(&set_up.replace("revdb_real", env!("CARGO_BIN_EXE_revdb")));
    typist.wait("the prompt", |seen| seen.contains("set-up-done"));
    typist.settle();
    let mut wrong = Vec::new();
    for (typed, wanted) in CASES {
        typist.seen.clear();
        typist.type_in(&format!("revdb {typed}"));
        typist.settle();
        typist.type_in("\r");
        let start = Instant::now();
        while !args.exists() && start.elapsed() < Duration::from_secs(3) {
            typist.settle();
        }
        let found = std::fs::read_to_string(&args).unwrap_or_default();
        let found: Vec<&str> = found.lines().collect();
        if found != *wanted {
            wrong.push(format!("{typed:?}: {found:?}\n    {:?}", typist.seen));
            typist.type_in("\u{3}");
            typist.settle();
        }
        if args.exists() {
            std::fs::remove_file(&args).expect("a file");
        }
    }
    assert!(wrong.is_empty(), "{shell}:\n{}", wrong.join("\n"));
    assert!(!folder.path().join("owned").exists(), "{shell} ran what a dump held");
}

#[test]
fn bash_completes() {
    drive(
        "bash",
        "bash --norc --noprofile -i",
        "bind 'set enable-bracketed-paste off'; PS1='ready> '; source <(revdb_real generate completions bash); echo set-up-'done'\r",
    );
}

#[test]
fn zsh_completes() {
    drive(
        "zsh",
        "zsh -f -i",
        "PS1='ready> '; autoload -U compinit && compinit -u; source <(revdb_real generate completions zsh); echo set-up-'done'\r",
    );
}

#[test]
fn fish_completes() {
    drive(
        "fish",
        "fish --no-config -i",
        "revdb_real generate completions fish | source; echo set-up-'done'\r",
    );
}
