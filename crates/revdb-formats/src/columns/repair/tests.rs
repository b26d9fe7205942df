//! Damaged tables and their repair.

use crate::columns::tests::Bytes;
use crate::format::{Format, Note, ReadOptions, Sink, Stop};
use crate::profile::Profile;
use crate::record::{Item, Position};

/// The result for a table: `line title|byline|score|quote`, and the notes.
#[derive(Default)]
struct Outcome {
    rows: Vec<String>,
    notes: Vec<String>,
}

impl Sink for Outcome {
    fn item(&mut self, at: Position, _: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let outcome = match item {
            Item::Review(review) => {
                let part = |text: Option<String>| text.unwrap_or_default();
                let parts = [
                    part(review.work.title),
                    part(review.byline),
                    part(review.score),
                    part(review.quote),
                ];
                parts.join("|")
            }
            Item::LeftAlone(reason) => format!("left: {reason}"),
            Item::Rejected(reason) => format!("bad: {reason}"),
            other => panic!("{other:?}"),
        };
        self.rows.push(format!("{} {outcome}", at.line));
        Ok(())
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.notes.push(note.message);
        Ok(())
    }
}

fn read_outcome(text: &str, options: &ReadOptions) -> Outcome {
    let mut outcome = Outcome::default();
    let profile = "name = \"films\"\n[fields]\ntitle = \"film\"\nbyline = \"critic\"\n\
                   score = \"rating\"\nquote = \"review\"\n";
    Profile::parse("films.toml", profile)
        .unwrap()
        .read(&mut Bytes(text.as_bytes().to_vec()), options, &mut outcome)
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    outcome
}

fn read(text: &str) -> Outcome {
    read_outcome(text, &ReadOptions::default())
}

const HEADER: &str = "film,critic,rating,review";

#[test]
fn rows_quoted_as_a_whole_are_unwrapped() {
    let within = ["3 A Door|Ann|3/4|Slow, warm.", "4 Rain|Bo|1/4|He \"hi\"", "2 Plain|Ann|2/4|x"];
    let rows = "Plain,Ann,2/4,x\n\"A Door,Ann,3/4,\"\"Slow, warm.\"\"\"\n\
                \"Rain,Bo,1/4,\"\"He \"\"\"\"hi\"\"\"\"\"\"\"\n";
    for text in [
        format!("{HEADER}\n{rows}"),
        format!("\"{HEADER}\"\n{rows}"),
        // A spreadsheet writes the other columns as empty fields.
        format!("{HEADER}\n{}", rows.replace("\"\"\"\n", "\"\"\",,,\n")),
    ] {
        let outcome = read(&text);
        let mut rows = outcome.rows;
        rows.sort_by_key(|row| within.iter().position(|known| known == row));
        assert_eq!(rows, within, "{text}");
    }
    let outcome = read(&format!("{HEADER}\nPlain,Ann,2/4,x\n\"A Door,Ann,3/4,\"\"Slow\"\"\"\n"));
    assert!(
        outcome.notes.iter().any(|note| note.contains("quoted once more")),
        "{:?}",
        outcome.notes
    );
}

#[test]
fn quote_marks_escaped_by_a_backslash() {
    let text = format!(
        "{HEADER}\nA,Ann,3/4,\"She said \\\"no\\\", twice\"\nB,Bo,1/4,\"a \\\\ b\"\nC,Cy,2/4,plain\n"
    );
    let outcome = read(&text);
    assert_eq!(
        outcome.rows,
        ["2 A|Ann|3/4|She said \"no\", twice", "3 B|Bo|1/4|a \\ b", "4 C|Cy|2/4|plain"]
    );
    assert!(outcome.notes[0].contains("\\\""), "{:?}", outcome.notes);
    // If quote marks are doubled as well, a backslash is text.
    let outcome =
        read(&format!("{HEADER}\nA,Ann,3/4,\"a \"\"b\"\" c\"\nB,Bo,1/4,\"C:\\\"x\" end\"\n"));
    assert_eq!(outcome.rows[0], "2 A|Ann|3/4|a \"b\" c");
    assert!(outcome.notes.is_empty(), "{:?}", outcome.notes);
}

#[test]
fn dropped_trailing_fields_are_empty() {
    let full = "A,Ann,3/4,Slow\nB,Bo,1/4,Dry\n";
    let outcome = read(&format!("{HEADER}\n{full}C,Cy,2/4\nD,Di,1/4\n"));
    assert_eq!(outcome.rows[2..], ["4 C|Cy|2/4|", "5 D|Di|1/4|"]);
    assert!(outcome.notes[0].starts_with("2 rows end"), "{:?}", outcome.notes);
    // One short row is a typo; a writer that writes empty fields drops none; and a missing field
    // in the middle is not a dropped trailing field.
    for (rows, bad) in [
        (format!("{full}C,Cy,2/4\n"), 1),
        (format!("{full}C,Cy,2/4\nD,Di,1/4\nE,Ed,3/4,\n"), 2),
        (format!("{full}C,2/4,Wet\nD,1/4,Hot\n"), 2),
        ("C,Cy,2/4\nD,Di,1/4\n".to_owned(), 2),
    ] {
        let outcome = read(&format!("{HEADER}\n{rows}"));
        let found = outcome.rows.iter().filter(|row| row.contains("bad: 3 fields")).count();
        assert_eq!(found, bad, "{rows}: {:?}", outcome.rows);
    }
}

#[test]
fn comments_and_footers_are_not_rows() {
    let outcome = read(&format!(
        "{HEADER},\nA,Ann,3/4,Slow\n# page 2, of 2\n{HEADER},\nB,Bo,1/4,Dry,\n\u{feff}{HEADER},\n\n2 reviews\nTotal: 2\n"
    ));
    assert_eq!(
        outcome.rows,
        [
            "2 A|Ann|3/4|Slow",
            "3 left: a comment line",
            "4 left: the header again",
            "5 B|Bo|1/4|Dry",
            "6 left: the header again",
            "8 left: a closing line",
            "9 left: a closing line",
        ]
    );
    // A truncated row is not a footer line, and neither is one in the middle.
    let outcome = read(&format!("{HEADER}\nTotal: 2\nA,Ann,3/4,Slow\nHalf a ro"));
    assert!(outcome.rows[0].contains("bad: 1 field ") && outcome.rows[2].contains("bad: 1 field "));
}

#[test]
fn the_header_may_follow_a_title() {
    let rows = "A;Ann;3,5/4;Slow\nB;Bo;1/4;Dry\n";
    let header = HEADER.replace(',', ";");
    for (above, line) in
        [("", 1), ("Ratings, exported 2025-01-06\n", 2), ("# made by a tool\n#\n\nMy list\n", 5)]
    {
        let outcome = read(&format!("{above}{header}\n{rows}"));
        assert_eq!(outcome.rows[0], format!("{} A|Ann|3,5/4|Slow", line + 1), "{above}");
        assert_eq!(outcome.notes.len(), usize::from(line > 1), "{:?}", outcome.notes);
    }
    let text = format!("one,two\nthree,four\n{HEADER}\nA,Ann,3/4,Slow\n");
    let outcome = read_outcome(&text, &ReadOptions { header: Some(3), ..ReadOptions::default() });
    assert_eq!(outcome.rows, ["4 A|Ann|3/4|Slow"]);
}

#[test]
fn a_single_mapped_column_is_a_table() {
    let map = vec![("quote".to_owned(), "words".to_owned())];
    let title = Some("Salt".to_owned());
    let options = ReadOptions { map, title, ..ReadOptions::default() };
    let outcome = read_outcome("Words\nSlow, warm; dry.\n\"Two\nlines\"\n", &options);
    assert_eq!(outcome.rows, ["2 |||Slow, warm; dry.", "3 |||Two\nlines"]);
}
