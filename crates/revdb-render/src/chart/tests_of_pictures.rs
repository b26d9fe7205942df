//! Pictures of every kind, in characters and as SVG.

use super::super::table::{Caption, Cell, Collected, Column, ColumnKind};
use super::super::wrap::width_of;
use super::picture::Picture;
use super::{ChartKind, ChartSpec, svg, terminal};
use proptest::prelude::*;

const DECLARATIONS: [&str; 6] = [
    "bar x=a y=b",
    "box label=a min=b q1=c median=d q3=e max=f",
    "strip x=b label=a mark=c",
    "line x=b y=c series=a",
    "slope label=a from=b to=c",
    "slope label=a from=b to=c from_at=d to_at=e weight=f",
];

fn table(rows: Vec<Vec<Cell>>) -> Collected {
    let columns =
        ["a", "b", "c", "d", "e", "f"].map(|name| Column::new(name, ColumnKind::Text)).to_vec();
    Collected::new(columns, rows, Caption::default())
}

fn row(label: &str, numbers: &[f64]) -> Vec<Cell> {
    let mut row = vec![Cell::Text(label.to_owned())];
    row.extend(numbers.iter().map(|number| Cell::Real(*number)));
    row
}

fn sample() -> Collected {
    table(vec![
        row("Ada Quill", &[10.0, 42.0, 60.0, 75.0, 100.0]),
        row("山田 花子", &[25.0, 50.0, 50.0, 66.6, 81.0]),
        row("Ada Quill", &[71.0, 0.0, 80.0, 90.0, 95.0]),
        row("Somebody with a very long name indeed", &[3.0, 61.0, 70.0, 70.0, 99.0]),
        vec![Cell::Text("No number".to_owned()), Cell::Null, Cell::Null, Cell::Null],
    ])
}

fn picture(declaration: &str, table: &Collected) -> Picture {
    Picture::take(&spec(declaration), table).expect(declaration)
}

/// A kind and its roles: "bar x=a y=b".
fn spec(declaration: &str) -> ChartSpec {
    let (kind, roles) = declaration.split_once(' ').expect(declaration);
    let kind = match kind {
        "bar" => ChartKind::Bar,
        "box" => ChartKind::Box,
        "strip" => ChartKind::Strip,
        "line" => ChartKind::Line,
        "slope" => ChartKind::Slope,
        _ => ChartKind::Bins,
    };
    let roles = roles.split(' ').filter_map(|pair| pair.split_once('='));
    let roles = roles.map(|(role, column)| (role.to_owned(), column.to_owned())).collect();
    ChartSpec::new(kind, roles).expect(declaration)
}

#[test]
fn every_kind_in_characters() {
    let mut shown = String::new();
    for declaration in DECLARATIONS {
        for ascii in [false, true] {
            let drawn = terminal::draw(&picture(declaration, &sample()), 60, ascii);
            shown.push_str(&format!("{declaration}\n{drawn}\n"));
        }
    }
    insta::assert_snapshot!(shown);
}

/// Scores are drawn on the full scale; values beyond it are not clipped.
#[test]
fn an_axis_shows_at_least_what_is_declared() {
    let mut spec = spec("line x=b y=c");
    spec.axis = Some((0.0, 100.0));
    assert_eq!(Picture::take(&spec, &sample()).expect("a picture").range(), (0.0, 100.0));
    spec.axis = Some((50.0, 60.0));
    assert_eq!(Picture::take(&spec, &sample()).expect("a picture").range(), (0.0, 61.0));
}

/// Zero counts do not extend the axis below zero.
#[test]
fn an_axis_of_zeros_begins_at_zero() {
    let rows = table(vec![row("a", &[0.0]), row("b", &[0.0])]);
    for declaration in ["bar x=a y=b", "line x=a y=b"] {
        let picture = picture(declaration, &rows);
        assert_eq!(picture.range(), (0.0, 1.0), "{declaration}");
        let drawn = terminal::draw(&picture, 40, true);
        assert!(!drawn.contains("-1"), "{drawn}");
    }
}

/// Differences are drawn on both sides of a line at 0.
#[test]
fn differences_have_a_line_at_zero() {
    let rows = table(vec![row("a", &[30.0]), row("b", &[-10.0]), row("c", &[0.0])]);
    let drawn = terminal::draw(&picture("bar x=a y=b", &rows), 40, true);
    let lines: Vec<&str> = drawn.lines().collect();
    let zero = lines[2].match_indices('|').nth(1).expect("a line at 0").0;
    for line in &lines[..3] {
        assert_eq!(line.chars().nth(zero), Some('|'), "{drawn}");
    }
    assert!(lines[4].contains("-10") && lines[4].get(zero..=zero) == Some("0"), "{drawn}");
}

/// There is no half review; small values keep the digits that tell them apart.
#[test]
fn numbers_have_the_decimals_of_what_they_count() {
    let counts = table(vec![row("a", &[7.0]), row("b", &[2.0])]);
    let drawn = terminal::draw(&picture("bar x=a y=b", &counts), 40, true);
    assert!(drawn.contains("0              3                  7"), "{drawn}");
    let small = table(vec![row("a", &[0.17]), row("b", &[-0.04])]);
    let drawn = terminal::draw(&picture("bar x=a y=b", &small), 40, true);
    assert!(drawn.contains(" 0.17\n") && drawn.contains(" -0.04\n"), "{drawn}");
    let days = table(vec![row("a", &[0.0, 70.5]), row("a", &[3.0, 80.0])]);
    let picture = picture("line x=b y=c series=a", &days);
    assert!(!terminal::draw(&picture, 40, true).contains("1.5"));
    let counts = table(vec![row("a", &[0.0, 1.0]), row("a", &[1.0, 2.0])]);
    let svg = svg::draw(
        &super::picture::Picture::take(&spec("line x=b y=c"), &counts).expect("counts"),
        svg::WIDE,
    );
    assert!(!svg.expect("drawn").marks.contains("\n0.5\n"));
}

/// What distinguishes two labels is often their end.
#[test]
fn a_long_label_keeps_its_end() {
    let rows = table(vec![
        row("Kettles nobody may buy (critic)", &[1.0]),
        row("Kettles nobody may buy (user)", &[2.0]),
    ]);
    let drawn = terminal::draw(&picture("bar x=a y=b", &rows), 72, false);
    let labels: Vec<&str> =
        drawn.lines().filter_map(|line| Some(line.split_once('│')?.0)).collect();
    assert_eq!(labels, ["Kettles nobody …(critic) ", "Kettles nobody …y (user) "], "{drawn}");
}

/// If every point is marked, the mark tells nothing about any of them.
#[test]
fn a_legend_explains_marks_that_distinguish() {
    let some = terminal::draw(&picture(DECLARATIONS[2], &sample()), 60, true);
    assert!(some.contains("X with a c"), "{some}");
    let all = table(vec![row("a", &[30.0, 1.0]), row("b", &[40.0, 2.0])]);
    let drawn = picture(DECLARATIONS[2], &all);
    assert!(terminal::draw(&drawn, 60, true).contains("X value"));
    assert!(svg::draw(&drawn, svg::WIDE).expect("drawn").marks.contains("diamond: value"));
}

#[test]
fn every_kind_as_svg() {
    for declaration in DECLARATIONS {
        let drawn = svg::draw(&picture(declaration, &sample()), svg::WIDE).expect(declaration);
        assert!(drawn.marks.contains("1 row has no number to draw"), "{declaration}");
        assert!(!drawn.marks.contains("<svg"), "{declaration}");
    }
}

#[test]
#[ignore = "writes the pictures to the folder that REVDB_LOOK names, for eyes"]
fn pictures_for_inspection() {
    let folder = std::env::var("REVDB_LOOK").expect("REVDB_LOOK names a folder");
    for (index, declaration) in DECLARATIONS.iter().enumerate() {
        let drawn = svg::draw(&picture(declaration, &sample()), svg::WIDE).expect(declaration);
        let path = std::path::Path::new(&folder).join(format!("{index}.html"));
        std::fs::write(path, drawn.element()).expect("the folder can be written");
    }
}

#[test]
fn nothing_to_draw_is_a_sentence() {
    for declaration in DECLARATIONS {
        for rows in [vec![], vec![vec![Cell::Null; 6]]] {
            let picture = picture(declaration, &table(rows));
            assert!(terminal::draw(&picture, 80, false).starts_with("nothing to draw"));
            assert!(
                svg::draw(&picture, svg::NARROW)
                    .expect(declaration)
                    .marks
                    .contains("Nothing to draw")
            );
        }
    }
}

#[test]
fn a_missing_column_is_named() {
    let spec = spec("bar x=week y=b");
    let error = Picture::take(&spec, &sample()).expect_err("no such column");
    assert_eq!(
        error.to_string(),
        "the bar chart wants a column \"week\"; there are a, b, c, d, e, f"
    );
}

#[test]
fn more_rows_than_fit_are_counted() {
    let rows = (0..100).map(|n| row(&format!("critic {n}"), &[f64::from(n); 5])).collect();
    let drawn = terminal::draw(&picture(DECLARATIONS[1], &table(rows)), 80, false);
    assert!(drawn.contains("and 60 more rows, not drawn"), "{drawn}");
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), 0.0..100.0, Just(f64::MAX), Just(f64::MIN), Just(0.0)]
}

proptest! {
    #[test]
    fn any_numbers_can_be_drawn(
        rows in proptest::collection::vec(("[a-c\u{1b}<&映]{0,40}", proptest::collection::vec(any_number(), 5)), 0..12),
        width in 30_usize..200,
    ) {
        let table = table(rows.iter().map(|(label, numbers)| row(label, numbers)).collect());
        for declaration in DECLARATIONS {
            let picture = picture(declaration, &table);
            let drawn = terminal::draw(&picture, width, false);
            // A number of 300 digits may follow its bar; scores are 0 to 100.
            let sane = rows.iter().flat_map(|(_, n)| n).all(|n| n.abs() <= 100.0);
            for line in drawn.lines() {
                prop_assert!(!sane || width_of(line) <= width, "{declaration}: {line:?}");
                let acts = line.contains(char::is_control);
                prop_assert!(!acts);
            }
            let svg = svg::draw(&picture, svg::NARROW).expect(declaration).marks;
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
