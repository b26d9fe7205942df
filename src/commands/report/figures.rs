//! The key figures at the top of the page.

use rusqlite::{Connection, Row};

use crate::commands::Result;
use revdb_render::page::Figures;
use revdb_render::{Cell, ColumnKind};
use revdb_sql::sql;

/// One group for each audience present.
pub(super) fn of(conn: &Connection) -> Result<Vec<Figures>> {
    let mut statement = conn.prepare(sql("page/figures"))?;
    let rows = statement.query_map([], figures)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn figures(row: &Row<'_>) -> rusqlite::Result<Figures> {
    let whole = |name: &str| row.get::<_, i64>(name);
    let score = |name: &str, decimals| -> rusqlite::Result<String> {
        let score: Option<f64> = row.get(name)?;
        let text = score.and_then(|it| Cell::Real(it).display_text(ColumnKind::Real { decimals }));
        let text = text.map(|text| text.strip_suffix(".0").unwrap_or(&text).to_owned());
        Ok(text.unwrap_or_else(|| "–".to_owned()))
    };
    let day = |name: &str| row.get::<_, Option<String>>(name);
    let audience: String = row.get("audience")?;
    let (reviews, scored, dated) = (whole("reviews")?, whole("scored")?, whole("dated")?);
    let (least, most) = (score("least", 1)?, score("most", 1)?);
    let dates = match (day("first")?, day("last")?) {
        (Some(first), Some(last)) if first == last => first,
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "–".to_owned(),
    };
    let values = [
        ("reviews", reviews.to_string()),
        ("mean score", score("mean", 2)?),
        ("median", score("median", 1)?),
        ("range", if scored == 0 { "–".to_owned() } else { format!("{least} to {most}") }),
        ("dates", dates),
    ];
    Ok(Figures {
        heading: format!("By {audience}s"),
        values: values.map(|(label, value)| (label.to_owned(), value)).into(),
        note: note(
            [
                ("without a score".to_owned(), reviews - scored),
                ("without a date".to_owned(), reviews - dated),
                (format!("without a named {audience}"), reviews - whole("attributed")?),
            ],
            [
                ("works".to_owned(), whole("works")?),
                (format!("named {audience}s"), whole("critics")?),
                ("publications".to_owned(), whole("publications")?),
            ],
        ),
    })
}

/// What is missing, and what is there. Zeros are left out: users' reviews have no publications.
fn note(missing: [(String, i64); 3], present: [(String, i64); 3]) -> String {
    let listed = |counts: [(String, i64); 3]| {
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        counts.map(|(what, count)| format!("{what}: {count}")).collect::<Vec<_>>().join(", ")
    };
    let missing = match listed(missing) {
        none if none.is_empty() => String::new(),
        some => format!("Reviews {some}. "),
    };
    let mut present = listed(present);
    if let Some(first) = present.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("Scores are on 0 to 100. {missing}{present}.")
}
