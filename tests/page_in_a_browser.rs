//! The page of `revdb report`: whole, harmless, and shown by a real browser.

#[path = "common/shared.rs"]
mod shared;

use shared::skipped;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Names and quotes that would act where they are not escaped: entities, because import
/// takes tags away before it resolves those.
const DUMP: &str = "title,kind,critic,date,score,quote\n\
    Lantern &amp; Tide <3,movie,Finn Rask,2012-07-26,90/100,\"light & &lt;img src=x onerror=alert(1)&gt;\"\n\
    Lantern &amp; Tide <3,movie,Ben Okoro,2012-07-27,88/100,bright\n\
    Lantern &amp; Tide <3,movie,Cleo Marsh,2012-07-28,91/100,warm\n\
    Lantern &amp; Tide <3,movie,Dora Lind,2012-08-02,89/100,kind\n\
    Lantern &amp; Tide <3,movie,Emil Quist,2012-08-09,90/100,whole\n\
    Lantern &amp; Tide <3,movie,Ana &lt;script&gt;document.title='acted'&lt;/script&gt;,,5/100,\"&lt;/td&gt;&lt;/table&gt;&lt;script&gt;document.title='acted'&lt;/script&gt;\"\n";

fn revdb(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_revdb"))
        .args(args)
        .current_dir(folder)
        .env_remove("REVDB_DB")
        .env("REVDB_REPORTS", folder)
        .output()
        .expect("revdb runs")
}

/// The page over [`DUMP`].
fn page(folder: &Path) -> (PathBuf, String) {
    std::fs::write(folder.join("dump.csv"), DUMP).expect("a dump");
    for args in [&["import", "dump.csv"][..], &["report", "-o", "page.html"]] {
        let done = revdb(folder, args);
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    let path = folder.join("page.html");
    let text = std::fs::read_to_string(&path).expect("the page");
    (path, text)
}

#[test]
fn the_page_is_self_contained_and_names_and_quotes_are_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, page) = page(folder.path());
    for wanted in [
        "<h2>Summary</h2>",
        "<h2>Positive, mixed and negative reviews by work</h2>",
        "<h2>Score spread by work</h2>",
        "<h2>Reviews per week</h2>",
        "<h2>Scores far from the rest of their work</h2>",
        "<h2>Who marks kindly, who strictly</h2>",
        "<h2>Sources</h2>",
        "Rule: ",
        "prefers-color-scheme: dark",
        "@media print",
        "default-src 'none'",
        "Ana &lt;script&gt;",
        "Lantern &amp; Tide &lt;3",
        "1 undated",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert_eq!(page.matches("<svg").count(), 5);
    for unwanted in ["<script", "<img", "<link", "url(", "@import", "NaN", ">inf<"] {
        assert!(!page.contains(unwanted), "{unwanted}");
    }
}

#[test]
fn a_page_is_replaced_only_by_force_and_an_empty_one_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    page(folder.path());
    let again = revdb(folder.path(), &["report", "-o", "page.html"]);
    assert_eq!(again.status.code(), Some(1));
    let empty = revdb(folder.path(), &["report", "-o", "page.html", "--force", "--since", "2030"]);
    assert!(empty.status.success());
    let text = std::fs::read_to_string(folder.path().join("page.html")).expect("the page");
    assert!(text.contains("No reviews") && text.trim_end().ends_with("</html>"));
}

/// The browser, where one is installed.
fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let found = names.into_iter().find(|name| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        skipped("no Chromium is installed");
    }
    found
}

fn headless(browser: &str, folder: &Path, args: &[&str], page: &Path) -> Output {
    Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser runs")
}

#[test]
fn a_browser_shows_it_and_runs_nothing_of_it() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (path, _) = page(folder.path());
    let shown = headless(browser, folder.path(), &["--dump-dom"], &path);
    let dom = String::from_utf8_lossy(&shown.stdout);
    assert!(dom.contains("<title>Reviews of Lantern &amp; Tide &lt;3</title>"), "{dom:.400}");
    assert!(!dom.contains("<title>acted"));
    assert_eq!(dom.matches("</section>").count(), 7);
    for (width, height) in [(1200, 900), (400, 900)] {
        let picture = folder.path().join(format!("{width}.png"));
        let wanted = format!("--screenshot={}", picture.display());
        let size = format!("--window-size={width},{height}");
        headless(browser, folder.path(), &["--hide-scrollbars", &wanted, &size], &path);
        let bytes = std::fs::metadata(&picture).expect("a picture").len();
        assert!(bytes > 10_000, "an empty page at {width}: {bytes} bytes");
    }
}
