//! The page of `revdb report`: complete, harmless, and displayed by a real browser.

#[path = "common/shared.rs"]
mod shared;

use shared::skipped;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Names and quotes that would act if not escaped: as entities, because import removes tags before
/// it resolves entities.
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

/// The page for [`DUMP`].
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
        "<h2>By critics</h2>",
        "<dt>mean score</dt><dd>75.50</dd>",
        "<dt>median</dt><dd>89.5</dd>",
        "<dt>range</dt><dd>5 to 91</dd>",
        "<dt>dates</dt><dd>2012-07-26 to 2012-08-09</dd>",
        ">Reviews</h2>",
        "<h3>Critics: positive, mixed and negative reviews by work</h3>",
        "<h3>Critics: score spread by work</h3>",
        "<h3>Critics: reviews per week</h3>",
        "<h3>Critics: scores far from the rest of their work</h3>",
        "<h3>Critics: lenient and strict scores, by critic</h3>",
        "<code>revdb report -o page.html</code>",
        ">dump.csv</td>",
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
    // Four charts, each for wide and for narrow screens; leniency has nothing to draw.
    assert_eq!(page.matches("<svg").count(), 8);
    assert_eq!(page.matches("<script").count(), 1, "its own, which the policy names");
    for unwanted in ["<img", "<link", "url(", "@import", "NaN", ">inf<"] {
        assert!(!page.contains(unwanted), "{unwanted}");
    }
}

#[test]
fn pages_are_reproducible_and_reveal_no_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    for (below, word) in [("a", "warm"), ("b", "cold")] {
        std::fs::create_dir(folder.path().join(below)).expect("a folder");
        let dump = DUMP.replace("bright", word);
        std::fs::write(folder.path().join(below).join("critic_reviews.csv"), dump).expect("a dump");
    }
    let dumps = ["a", "b"].map(|below| folder.path().join(below).join("critic_reviews.csv"));
    let dumps = dumps.map(|path| path.display().to_string());
    let made = |name: &str| {
        let path = folder.path().join(name);
        let args = ["report", "--title", "Two films", "-o", &path.display().to_string(), "--force"];
        assert!(revdb(folder.path(), &args).status.success());
        std::fs::read_to_string(path).expect("the page")
    };
    assert!(revdb(folder.path(), &["import", &dumps[0], &dumps[1]]).status.success());
    let page = made("page.html");
    assert_eq!(page, made("page.html"));
    for wanted in [
        ">a&#x2f;critic_reviews.csv</td>",
        ">b&#x2f;critic_reviews.csv</td>",
        "<code>revdb report --title &#x27;Two films&#x27; -o page.html --force</code>",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    let private = folder.path().display().to_string();
    assert!(!page.contains(&private) && !page.contains(&private.replace('/', "&#x2f;")));
}

#[test]
fn a_page_of_many_reviews_has_a_limited_size() {
    use std::fmt::Write;
    let folder = tempfile::tempdir().expect("a folder");
    let mut csv = String::from("title,kind,critic,publication,date,score,quote,url\n");
    for id in 0..50_000 {
        let words = "a slow and warm film that takes its time and says so, ".repeat(1 + id % 40);
        let (day, score) = (1 + id % 28, id * 7919 % 101);
        writeln!(
            csv,
            "Work {},movie,Critic number {},Paper {},20{:02}-03-{day:02},{score}/100,\"{words}{id}\",https://example.org/{id}",
            id % 700, id % 900, id % 300, id % 20,
        )
        .expect("a line");
    }
    std::fs::write(folder.path().join("many.csv"), csv).expect("a dump");
    assert!(revdb(folder.path(), &["import", "many.csv"]).status.success());
    let done = revdb(folder.path(), &["report", "-o", "page.html"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let page = std::fs::read_to_string(folder.path().join("page.html")).expect("the page");
    assert!(page.len() < 1_500_000, "{}", page.len());
    assert!(page.contains(" of 50000 reviews stand here; the figures are of all."));
    let done = revdb(folder.path(), &["report", "-o", "few.html", "--reviews", "7"]);
    assert!(done.status.success());
    let few = std::fs::read_to_string(folder.path().join("few.html")).expect("the page");
    assert!(few.contains("The newest 7 of 50000 reviews"));
}

#[test]
fn pages_are_replaced_only_with_force() {
    let folder = tempfile::tempdir().expect("a folder");
    page(folder.path());
    let again = revdb(folder.path(), &["report", "-o", "page.html"]);
    assert_eq!(again.status.code(), Some(1));
    let empty = revdb(folder.path(), &["report", "-o", "page.html", "--force", "--since", "2030"]);
    assert!(empty.status.success());
    let text = std::fs::read_to_string(folder.path().join("page.html")).expect("the page");
    assert!(text.contains("No reviews") && text.trim_end().ends_with("</html>"));
}

/// The browser, if one is installed.
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
fn a_browser_shows_it_and_runs_nothing_of_its_reviews() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (path, _) = page(folder.path());
    let shown = headless(browser, folder.path(), &["--dump-dom"], &path);
    let dom = String::from_utf8_lossy(&shown.stdout);
    assert!(dom.contains("<title>Reviews of Lantern &amp; Tide &lt;3</title>"), "{dom:.400}");
    assert!(!dom.contains("<title>acted"));
    assert_eq!(dom.matches("</section>").count(), 8);
    // Only its own script has run.
    assert!(dom.contains("<form class=\"tools\">") && dom.contains("6 reviews"), "{dom:.400}");
    for (width, height) in [(1200, 900), (400, 900)] {
        let picture = folder.path().join(format!("{width}.png"));
        let wanted = format!("--screenshot={}", picture.display());
        let size = format!("--window-size={width},{height}");
        headless(browser, folder.path(), &["--hide-scrollbars", &wanted, &size], &path);
        let bytes = std::fs::metadata(&picture).expect("a picture").len();
        assert!(bytes > 10_000, "an empty page at {width}: {bytes} bytes");
    }
}
