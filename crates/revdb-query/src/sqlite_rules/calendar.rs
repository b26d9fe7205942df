//! Day numbers as of SQLite's julianday().

use revdb_store::columns::unpack_date;

/// Days since a fixed day in the Gregorian calendar; `None` for a partial date.
pub fn day_number(packed: u32) -> Option<i64> {
    let date = unpack_date(packed)?;
    let (month, day) = (i64::from(date.month()?), i64::from(date.day()?));
    // The year begins in March here, so that the leap day is its last.
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + in_year)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use revdb_model::PartialDate;
    use revdb_store::columns::pack_date;

    #[test]
    fn day_numbers_agree_with_sqlite() {
        let number =
            |text: &str| PartialDate::from_iso(text).and_then(|date| day_number(pack_date(date)));
        let start = number("1899-12-30").expect("a day");
        let conn = Connection::open_in_memory().expect("memory");
        let text =
            "WITH RECURSIVE day (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM day WHERE n < 80000)
                    SELECT date('1899-12-30', n || ' days'), n FROM day";
        let mut statement = conn.prepare(text).expect("a statement");
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let (date, days): (String, i64) = (row.get_unwrap(0), row.get_unwrap(1));
            assert_eq!(number(&date), Some(start + days), "{date}");
        }
        assert_eq!(number("2012-07"), None);
    }
}
