//! People, genres and tags in dumps: stored, used to distinguish works, counted and exported.

mod common;

use common::Scratch;
use common::program::{revdb, rows};

const WORKS: &str = "SELECT work, authors, contributors, directors, brands, genres,
    (SELECT count(*) FROM review WHERE work_id = works.id) AS reviews FROM works ORDER BY 1, 2, 3, 4, 5, 6";

const SHELF: &str = "Book Id,Title,Author,Additional Authors,My Rating,My Review,Exclusive Shelf,Bookshelves\n\
    1,Selected Poems,Karin Holt,\"Jo Poe, Ida Brook\",4,Slow.,read,\"harbours, slow\"\n\
    2,Selected Poems,Pierre Lund,,2,Dry.,read,\n";

#[test]
fn books_of_one_title_stay_apart_by_their_authors() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("shelf.csv", SHELF.as_bytes());
    let other = "Title,Authors,ISBN/UID,Read Status,Star Rating,Review,Content Warnings\n\
        Selected Poems,\"K. Holt, Someone Else\",,read,4.0,Warm.,\n";
    scratch.dump("other.csv", other.as_bytes());
    scratch.dump("third.csv", b"book,critic,review\nSelected Poems,Ann Oak,Whose?\n");
    let apart = [
        "Selected Poems\t\t\t\t\t\t1",
        "Selected Poems\tK. Holt; Karin Holt; Someone Else\tJo Poe; Ida Brook\t\t\t\t2",
        "Selected Poems\tPierre Lund\t\t\t\t\t1",
    ];
    for (db, order) in [
        ("ab.db", ["shelf.csv", "other.csv", "third.csv"]),
        ("ba.db", ["third.csv", "other.csv", "shelf.csv"]),
    ] {
        for dump in order {
            revdb(folder, &["--db", db, "import", dump]);
        }
        assert_eq!(rows(folder, db, WORKS), apart, "{db}");
        revdb(folder, &["--db", db, "check"]);
        assert_eq!(
            rows(folder, db, "SELECT tags FROM reviews WHERE tags IS NOT NULL"),
            ["harbours; slow"]
        );
    }
    revdb(folder, &["--db", "ab.db", "imports", "undo", "1", "--yes"]);
    let left = ["Selected Poems\tK. Holt; Someone Else\t\t\t\t\t2"];
    assert_eq!(rows(folder, "ab.db", WORKS), left);
}

#[test]
fn a_profile_extended_by_authors_splits_old_works() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let profile = "name = \"shelf-notes\"\naudience = \"user\"\nscale = 5\n[fields]\n\
        title = \"Book\"\nscore = \"Stars\"\nquote = \"Said\"\n";
    scratch.dump("p.toml", profile.as_bytes());
    scratch.dump(
        "notes.csv",
        b"Book,By,Stars,Said\nSalt,\"Holt, Karin\",4,Slow.\nSalt,\"Lund, Pierre\",1,Dry.\n",
    );
    let import = ["import", "notes.csv", "--profile", "p.toml"];
    revdb(folder, &import);
    assert_eq!(rows(folder, "reviews.db", WORKS), ["Salt\t\t\t\t\t\t2"]);
    let more = format!("{profile}author = {{ from = \"By\", surname-first = true }}\n");
    scratch.dump("p.toml", more.as_bytes());
    revdb(folder, &import);
    let two = ["Salt\tKarin Holt\t\t\t\t\t1", "Salt\tPierre Lund\t\t\t\t\t1"];
    assert_eq!(rows(folder, "reviews.db", WORKS), two);
    revdb(folder, &["imports", "renormalise", "--yes"]);
    assert_eq!(rows(folder, "reviews.db", WORKS), two);
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    assert_eq!(rows(folder, "reviews.db", WORKS), ["Salt\t\t\t\t\t\t2"]);
}

#[test]
fn several_authors_in_a_cell_are_split_like_their_column() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let table = |heading: &str, a: &str, b: &str| {
        format!(
            "Title,{heading},Reviewer,Rating,Review\nSalt,\"{a}\",Ann Oak,4,Slow and warm.\n\
             Rain,\"{b}\",Ben Ash,2,Dry and long.\nDoor,Ida Brook,Cy Elm,5,Opens and shuts.\n"
        )
    };
    for (n, (heading, a, b, rain, salt)) in [
        (
            "Book Author",
            "Holt, Karin",
            "Jon Arp / Mila Sander",
            "Jon Arp; Mila Sander",
            "Karin Holt",
        ),
        ("Book Author", "Holt, Karin / Poe, Jo", "Jon Arp", "Jon Arp", "Karin Holt; Jo Poe"),
        ("Book Author", "Karin Holt, Jo Poe", "Jon Arp", "Jon Arp", "Karin Holt; Jo Poe"),
        ("Artist", "Vance, Marn", "Tove", "Tove", "Vance; Marn"),
    ]
    .into_iter()
    .enumerate()
    {
        let (db, dump) = (format!("{n}.db"), format!("{n}.csv"));
        scratch.dump(&dump, table(heading, a, b).as_bytes());
        revdb(folder, &["--db", &db, "import", &dump, "--scale", "5"]);
        let works = rows(folder, &db, "SELECT authors FROM works ORDER BY work");
        assert_eq!(works, ["Ida Brook", rain, salt], "{heading}: {a}, {b}");
    }
}

#[test]
fn scores_spread_by_people_genres_and_decades() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let ratings = "Const,Your Rating,Date Rated,Title,Title Type,Year,Genres,Directors\n\
        tt9900101,8,2019-03-14,Salt,movie,2014,\"Comedy, Drama\",\"Ida Brook, Jo Poe\"\n\
        tt9900102,4,2019-03-15,Rain,movie,2009,drama,IDA BROOK\n\
        tt9900103,6,2019-03-16,Door,movie,,,\n";
    scratch.dump("ratings.csv", ratings.as_bytes());
    revdb(folder, &["import", "ratings.csv"]);
    let spread = |by: &str| {
        let said =
            revdb(folder, &["query", "score-spread", "--by", by, "--format", "csv", "--raw"]);
        let cells = |line: &str| line.split(',').take(5).collect::<Vec<_>>().join(",");
        said.lines()
            .skip(1)
            .take_while(|line| line.contains(",user,"))
            .map(cells)
            .collect::<Vec<_>>()
    };
    // 80 and 40: mean 60, sd = sqrt(2 * 20^2 / 1).
    let both = "user,2,60.0,28.284271247461902";
    assert_eq!(spread("genre"), [format!("drama,{both}"), "Comedy,user,1,80.0,".to_owned()]);
    assert_eq!(spread("director"), [format!("Ida Brook,{both}"), "Jo Poe,user,1,80.0,".to_owned()]);
    assert_eq!(spread("decade"), ["2010s,user,1,80.0,", "2000s,user,1,40.0,"]);
    assert!(spread("author").is_empty());
    let told = revdb(folder, &["query", "score-spread", "--by", "genre", "--min-reviews", "2"]);
    let line = "user reviews: 3, of which 2 are counted here; left out: 1 without a work's genre\n";
    assert!(told.contains(line), "{told}");
    let told = revdb(folder, &["query", "score-spread", "--by", "genre"]);
    assert!(told.contains("of works with more than one genre, counted under each: 1"), "{told}");
}

#[test]
fn exports_contain_people_and_tags() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("shelf.csv", SHELF.as_bytes());
    let films = "Title,Year,Directors,Rating,WatchedDate,Rewatch,Tags\n\
        A Door in the Hill,2001,\"Ines Moor, Jo Poe\",4.5,2020-08-28,true,\"rain, second row\"\n";
    scratch.dump("films.csv", films.as_bytes());
    revdb(folder, &["import", "shelf.csv", "films.csv"]);
    let tags = "SELECT work, tags FROM reviews ORDER BY work, score";
    assert_eq!(
        rows(folder, "reviews.db", tags)[0],
        "A Door in the Hill\train; second row; rewatch"
    );
    for format in ["csv", "jsonl", "xlsx"] {
        let (file, db) = (format!("all.{format}"), format!("{format}.db"));
        revdb(folder, &["export", "-o", &file]);
        revdb(folder, &["--db", &db, "import", &file]);
        for query in [WORKS, tags] {
            assert_eq!(rows(folder, &db, query), rows(folder, "reviews.db", query), "{format}");
        }
        let again = revdb(folder, &["import", &file]);
        assert!(again.contains("0 new, 0 changed, 0 filled in"), "{format}: {again}");
    }
}

#[test]
fn letterboxd_exports_round_trip() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let diary = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n\
        2019-03-15,Salt,2014,https://boxd.invalid/a1,4.5,Yes,\"rain, second row\",2019-03-14\n\
        2020-11-03,Door,,https://boxd.invalid/a3,3,,,2020-11-02\n";
    scratch.dump("diary.csv", diary.as_bytes());
    scratch.dump("shelf.csv", SHELF.as_bytes());
    scratch.dump("marks.csv", b"movie,user,score,review,date\nRain,ann,3.3/5,Wet.,2019\n");
    revdb(folder, &["import", "diary.csv", "shelf.csv", "marks.csv"]);
    let said = revdb(folder, &["export", "--for", "letterboxd", "-o", "back.csv"]);
    for line in [
        "note: reviews of other works than movies, left out: 2",
        "note: scores between two marks of Letterboxd, rounded: 1",
        "note: dates that are no whole day, left out: 1",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let back = std::fs::read_to_string(folder.join("back.csv")).expect("the export");
    let mut lines: Vec<&str> = back.lines().collect();
    lines[1..].sort_unstable();
    assert_eq!(
        lines,
        [
            "Title,Year,Directors,imdbID,tmdbID,Rating10,WatchedDate,Rewatch,Tags,Review",
            "Door,,,,,6,2020-11-02,,,",
            "Rain,,,,,7,,,,Wet.",
            "Salt,2014,,,,9,2019-03-14,true,\"rain, second row\",",
        ]
    );
    revdb(folder, &["--db", "films.db", "import", "diary.csv"]);
    revdb(folder, &["--db", "films.db", "export", "--for", "letterboxd", "-o", "films.csv"]);
    let again = revdb(folder, &["--db", "films.db", "import", "films.csv"]);
    assert!(again.contains("0 new, 0 changed"), "{again}");
    revdb(folder, &["--db", "books.db", "import", "shelf.csv"]);
    revdb(folder, &["--db", "books.db", "export", "--for", "goodreads", "-o", "books.csv"]);
    let again = revdb(folder, &["--db", "books.db", "import", "books.csv"]);
    assert!(again.contains("0 new, 0 changed"), "{again}");
    assert_eq!(rows(folder, "books.db", WORKS).len(), 2);
}

/// Filters on properties of works and reviews: messages say what matched and what was left out.
#[test]
fn reviews_are_filtered_by_author_director_genre_and_tag() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("shelf.csv", SHELF.as_bytes());
    let films = "title,kind,directors,genres,critic,score,tags\n\
        Tide,movie,Ida Brook; Élan Roe,Drama; Sea,Ann Oak,60/100,\"wet, slow; re-seen\"\n\
        Fog,movie,Idaho Lund,Drama,Ann Oak,90/100,\n";
    scratch.dump("films.csv", films.as_bytes());
    let map = ["directors", "genres", "tags"];
    let map = map.map(|column| format!("--map={}={column}", column.trim_end_matches('s')));
    let map = map.map(|map| map.replace("tag=", "tags="));
    revdb(folder, &["import", "shelf.csv"]);
    revdb(folder, &["import", "films.csv", &map[0], &map[1], &map[2]]);
    for (asked, works, told) in [
        (&["--author", "karin"][..], "Selected Poems", ""),
        (&["--author", "~l"], "Selected Poems|Selected Poems", "note: 2 authors match \"l\": "),
        (&["--director", "elan roe"], "Tide", ""),
        (
            &["--director", "ida"],
            "Fog|Tide",
            "note: 2 directors match \"ida\": Ida Brook, Idaho Lund",
        ),
        (&["--director", "=ida"], "", "note: no director is called \"ida\""),
        (&["--genre", "sea"], "Tide", ""),
        (&["--genre", "drama", "--not-genre", "sea"], "Fog", ""),
        (&["--genre", "drma"], "", "help: did you mean Drama?"),
        (
            &["--tag", "SLOW"],
            "Selected Poems",
            "called just \"SLOW\"; 1 with that in the name is left out",
        ),
        (&["--tag", "~slow"], "Selected Poems|Tide", "note: 2 tags match \"slow\""),
        (&["--not-tag", "harbours", "--kind", "book"], "Selected Poems", ""),
    ] {
        let export =
            revdb(folder, &[&["export", "--format", "jsonl", "--sort", "work"], asked].concat());
        let (rows, said): (Vec<&str>, Vec<&str>) =
            export.lines().partition(|line| line.starts_with('{'));
        let titles =
            rows.iter().filter_map(|row| row.split_once("\"work\":\"")?.1.split('"').next());
        assert_eq!(titles.collect::<Vec<_>>().join("|"), works, "{asked:?} {export}");
        assert!(said.join("\n").contains(told), "{asked:?}: {said:?}");
    }
    let spread = revdb(folder, &["query", "score-spread", "--genre", "drama", "--format", "csv"]);
    assert!(spread.contains("Ann Oak,critic,2,75"), "{spread}");
    let page = revdb(folder, &["query", "--genre", "drama", "--format", "markdown"]);
    assert!(page.contains("genre: drama"), "{page}");
}
