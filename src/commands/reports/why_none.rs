//! Explains a report without rows, and which flag helps.

use rusqlite::types::Value;
use rusqlite::{Connection, named_params};

use crate::commands::filter::why_none;
use crate::commands::{Result, say};
use revdb_model::Audience;
use revdb_query::report::{Report, Values};
use revdb_query::{Counts, Filter, Scope, Selection};
use revdb_sql::sql;

use super::{asked, audience_of};

/// Maximum number of rows counted to tell the effect of a lower threshold.
const MOST_ROWS: usize = 1_000;

/// Explains on standard error why there is no row. `called`: the report as named on the command
/// line.
pub fn print_reasons(
    conn: &Connection,
    (report, called): (&Report, String),
    typed: &[(String, String)],
    (filter, selection, scope, counts): (&Filter, &Selection, &Scope, Counts),
) -> Result<()> {
    if counts.all() == 0 {
        return why_none(conn, filter, selection);
    }
    let values = asked(report, typed)?;
    let wanted = audience_of(&values);
    let audience = wanted.map_or("all", Audience::as_str);
    if let Some(one) = wanted.filter(|one| counts.by(*one) == 0) {
        let other = if one == Audience::Critic { Audience::User } else { Audience::Critic };
        say(&all_by(counts, other));
        say(&format!("help: --audience {}", other.as_str()));
        return Ok(());
    }
    if let (true, Some(one)) = (audience == "all", only(counts)) {
        say(&all_by(counts, one));
    }
    let notes = report.notes(conn, &values, false)?.join("\n");
    let has_reason =
        lacking(conn, audience, &notes)? | floors((conn, scope), report, typed, &values)?;
    if !has_reason {
        let passing = wanted.map_or(counts.all(), |one| counts.by(one));
        say(&match passing {
            1 => "note: 1 review is looked at, and gives no row".to_owned(),
            _ => format!("note: {passing} reviews are looked at, and none of them gives a row"),
        });
        say(&format!("help: `revdb query {called} --help` has the rule"));
    }
    Ok(())
}

fn all_by(counts: Counts, audience: Audience) -> String {
    match counts.all() {
        1 => format!("note: the only review that passes is by a {}", audience.as_str()),
        all => format!("note: all {all} reviews that pass are by {}s", audience.as_str()),
    }
}

fn only(counts: Counts) -> Option<Audience> {
    match counts {
        Counts { critics: 0, .. } => Some(Audience::User),
        Counts { users: 0, .. } => Some(Audience::Critic),
        _ => None,
    }
}

/// Reports what the report requires, by its notes, and no review has; returns whether there is
/// such a thing.
fn lacking(conn: &Connection, audience: &str, notes: &str) -> Result<bool> {
    let mut has_reason = false;
    let counts: [i64; 5] =
        conn.query_row(sql("empty/present"), named_params! {":audience": audience}, |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?])
        })?;
    let [all, scores, critics, dates, quotes] = counts;
    for (wanted, count, what, help) in [
        (
            "without a score",
            scores,
            "has a score",
            "`revdb query quality` says why; `revdb import --scale N` says what bare numbers are out of",
        ),
        (
            "without a critic",
            // Without scores there is nothing further to explain.
            if scores == 0 { all } else { critics },
            "has a score and a byline that names somebody",
            "`revdb import --by NAME` says whose reviews a dump holds",
        ),
        ("undated", dates, "has a date", "`revdb query quality` says what else is missing"),
        ("without a quote", quotes, "has words", "`revdb query quality` says what else is missing"),
    ] {
        if count == 0 && all > 0 && notes.contains(wanted) {
            say(&match all {
                1 => format!("note: the only review is {wanted}"),
                _ => format!("note: none of the {all} reviews {what}"),
            });
            say(&format!("help: {help}"));
            has_reason = true;
        }
    }
    Ok(has_reason)
}

/// For a parameter above its minimum: the number of rows with the minimum.
fn floors(
    (conn, scope): (&Connection, &Scope),
    report: &Report,
    typed: &[(String, String)],
    values: &Values,
) -> Result<bool> {
    let mut has_reason = false;
    for param in report.params.iter().filter(|param| param.name.starts_with("min_")) {
        let (Some(least), Some(now)) = (param.min, values.get(&param.name)) else { continue };
        if matches!(now, Value::Integer(now) if (*now as f64) <= least) {
            continue;
        }
        let mut lower = typed.to_vec();
        lower.push((param.name.clone(), least.to_string()));
        let mut prepared = report.prepare(conn, scope, &asked(report, &lower)?)?;
        let mut rows = prepared.rows();
        let mut count = 0;
        while count < MOST_ROWS && rows.next_row()?.is_some() {
            count += 1;
        }
        if count > 0 {
            let flag = param.flag();
            let rows = match count {
                1 => "1 row".to_owned(),
                MOST_ROWS => format!("{MOST_ROWS} or more rows"),
                _ => format!("{count} rows"),
            };
            say(&format!("note: with --{flag} {least} there would be {rows}"));
            say(&format!("help: --{flag} {least}"));
            has_reason = true;
        }
    }
    Ok(has_reason)
}
