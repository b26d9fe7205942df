use proptest::prelude::*;

use super::{ColumnOrder, DateError, DateOrder, PartialDate, of_serial, parse, year_is_open};

#[test]
fn forms_that_need_no_order() {
    let cases: &[(&str, &str)] = &[
        ("2012-07-26", "2012-07-26"),
        (" 2012-07-26 ", "2012-07-26"),
        ("2012-07-26T10:00:00Z", "2012-07-26"),
        ("2012-07-26T23:59:59.123456+02:00", "2012-07-26"),
        ("2012-07-26T10:00:00+02:00[Europe/Berlin]", "2012-07-26"),
        ("2012-07-26 10:00:00", "2012-07-26"),
        ("2012-07-26 10:00", "2012-07-26"),
        ("2012-07-26Z", "2012-07-26"),
        ("2012-7-6", "2012-07-06"),
        ("Jul 26, 2012", "2012-07-26"),
        ("Aug  3, 2018", "2018-08-03"),
        ("November 10, 2018", "2018-11-10"),
        ("Jul. 26, 2012", "2012-07-26"),
        ("Sept. 3, 2018", "2018-09-03"),
        ("JUL 26 2012", "2012-07-26"),
        ("Thursday, July 26, 2012", "2012-07-26"),
        ("Thu, 26 Jul 2012 10:00:00 +0000", "2012-07-26"),
        ("Thu Jul 26 2012 10:00:00 GMT+0200 (Central European Summer Time)", "2012-07-26"),
        ("Sat Dec 31 00:00:00 2016", "2016-12-31"),
        ("Mon Jan  2 00:00:00 2017", "2017-01-02"),
        ("Sat Dec 31 00:00:00 +0000 2016", "2016-12-31"),
        ("July 26th, 2012", "2012-07-26"),
        ("26 July 2012", "2012-07-26"),
        ("26 Jul 2012", "2012-07-26"),
        ("26th of July 2012", "2012-07-26"),
        ("26. July 2012", "2012-07-26"),
        ("31-Jul-18", "2018-07-31"),
        ("31-Jul-68", "2068-07-31"),
        ("31-Jul-69", "1969-07-31"),
        ("Jul 26, '12", "2012-07-26"),
        ("2014/04/05", "2014-04-05"),
        ("2014.04.05", "2014-04-05"),
        ("2014 Apr 5", "2014-04-05"),
        ("2012年7月26日", "2012-07-26"),
        ("09.09.2009, 15:34", "2009-09-09"),
        ("09.12.2009", "2009-12-09"),
        ("09 12, 2016", "2016-09-12"),
        ("20120726", "2012-07-26"),
        ("1343260800", "2012-07-26"),
        ("1343260800000", "2012-07-26"),
        ("1343260800000000", "2012-07-26"),
        ("1343260800.0", "2012-07-26"),
        ("947376000", "2000-01-09"),
        ("2012", "2012"),
        ("2012-07", "2012-07"),
        ("2012/7", "2012-07"),
        ("07/2012", "2012-07"),
        ("July 2012", "2012-07"),
        ("Jul, 2012", "2012-07"),
        ("26/07/2012", "2012-07-26"),
        ("07/26/2012", "2012-07-26"),
        ("7/26/12", "2012-07-26"),
        ("26-07-69", "1969-07-26"),
        ("98-07-26", "1998-07-26"),
        ("03/03/2012", "2012-03-03"),
        ("7/26/2012, 3:45:00 PM", "2012-07-26"),
        ("Posted Jun 20, 2018", "2018-06-20"),
        ("Reviewed on 20 June 2018", "2018-06-20"),
        ("Reviewed in the United States on July 26, 2012", "2012-07-26"),
        ("Date: Jun 20, 2018", "2018-06-20"),
        ("Jul\u{a0}26,\u{a0}2012", "2012-07-26"),
        ("２０１２-０７-２６", "2012-07-26"),
        ("\u{200e}7\u{200e}/\u{200e}26\u{200e}/\u{200e}2012", "2012-07-26"),
        ("29 Feb 2012", "2012-02-29"),
        ("3 de agosto de 2012", "2012-08-03"),
        ("3 ago 2012", "2012-08-03"),
        ("1er août 2012", "2012-08-01"),
        ("1º de março de 2012", "2012-03-01"),
        ("12. Februar 2014, 21:15", "2014-02-12"),
        ("2. MÄRZ 2014", "2014-03-02"),
        ("12 lutego 2014", "2014-02-12"),
        ("jeudi 26 juillet 2012", "2012-07-26"),
        ("Donnerstag, 26. Juli 2012", "2012-07-26"),
        ("26. Mrz 12", "2012-03-26"),
        ("12 февраля 2014 г. 21:15", "2014-02-12"),
        ("12 февраля 2014 | 21:15", "2014-02-12"),
        ("2014년 2월 12일", "2014-02-12"),
    ];
    for (text, date) in cases {
        assert_eq!(parse(text, None).map(|d| d.to_string()), Ok((*date).to_owned()), "{text:?}");
    }
}

#[test]
fn an_order_resolves_ambiguous_dates() {
    use DateOrder::{DayFirst, MonthFirst};
    let ok = |text: &str| Ok(text.to_owned());
    let cases = [
        ("03/04/2012", None, Err(DateError::Ambiguous)),
        ("03/04/12", None, Err(DateError::Ambiguous)),
        ("3-4-2012", None, Err(DateError::Ambiguous)),
        ("03/04/2012", Some(DayFirst), ok("2012-04-03")),
        ("03/04/2012", Some(MonthFirst), ok("2012-03-04")),
        ("03/04/12 10:00", Some(MonthFirst), ok("2012-03-04")),
        ("26/07/2012", Some(MonthFirst), ok("2012-07-26")),
        ("07/26/2012", Some(DayFirst), ok("2012-07-26")),
        ("09.12.2009", Some(MonthFirst), ok("2009-09-12")),
        ("07.26.2012", None, ok("2012-07-26")),
        ("31/06/2012", Some(DayFirst), Err(DateError::Unknown)),
        ("26/27/2012", None, Err(DateError::Unknown)),
        ("00/04/2012", None, Err(DateError::Unknown)),
    ];
    for (text, order, date) in cases {
        assert_eq!(parse(text, order).map(|d| d.to_string()), date, "{text:?} {order:?}");
    }
}

#[test]
fn single_values_may_prove_the_order() {
    let cases = [
        ("26/07/2012", Some(DateOrder::DayFirst)),
        ("07/26/2012", Some(DateOrder::MonthFirst)),
        ("7/26/12 10:00", Some(DateOrder::MonthFirst)),
        ("03/04/2012", None),
        ("26.07.2012", None),
        ("09 26, 2016", None),
        ("2012-07-26", None),
        ("26 July 2012", None),
        ("", None),
    ];
    for (text, order) in cases {
        assert_eq!(order_of(&[text]), order, "{text:?}");
    }
}

fn order_of(texts: &[&str]) -> Option<DateOrder> {
    let mut column = ColumnOrder::default();
    texts.iter().for_each(|text| column.add(text));
    column.order()
}

#[test]
fn years_of_two_digits_may_stand_first_or_last() {
    use DateOrder::{DayFirst, MonthFirst, YearFirst};
    let iso = |order| parse("19-03-14", order).map(|day| day.to_string());
    assert_eq!(iso(None), Err(DateError::Ambiguous));
    assert_eq!(iso(Some(YearFirst)), Ok("2019-03-14".to_owned()));
    assert_eq!(iso(Some(DayFirst)), Ok("2014-03-19".to_owned()));
    assert!(year_is_open("19-03-14") && !year_is_open("19/03/14") && !year_is_open("31-12-98"));
    assert_eq!(parse("03/04/2012", Some(YearFirst)), Err(DateError::Ambiguous));
    for (column, order) in [
        (&["19-03-14", "20-11-02"][..], None),
        (&["19-03-14", "98-11-02"], Some(YearFirst)),
        (&["19-03-14", "02-11-98"], Some(DayFirst)),
        (&["09-03-14", "11-28-98"], Some(MonthFirst)),
        (&["19-03-14", "19-04-29", "20-05-01", "19-07-07", "20-08-11"], Some(YearFirst)),
        (&["14-03-19", "29-04-19", "01-05-20", "07-07-19", "11-08-20"], Some(DayFirst)),
        (&["14-03-19", "29-04-01", "01-05-30", "07-07-19", "11-08-20"], None),
        (&["26/07/2012", "07/26/2012"], None),
        (&["98-07-26", "26-07-98"], None),
    ] {
        assert_eq!(order_of(column), order, "{column:?}");
    }
}

#[test]
fn texts_that_are_no_dates() {
    let cases = [
        "",
        " ",
        "31 June 2012",
        "June 31, 2012",
        "2012-02-30",
        "2012-13-01",
        "2011-02-29",
        "0999-01-01",
        "July 26",
        "26 July",
        "Jul 26, 10:00",
        "12/2012/07",
        "12345678",
        "99999999999",
        "5000000000",
        "123",
        "07/26",
        "2012-07-26-01",
        "2012-07-26 25:00",
        "2012-07-26 rubbish here",
        "2012-07-26 10:61",
        "Jul 26, 2012 and more",
        "Ju 26, 2012",
        "Juliol 26, 2012",
        "3 listopada 2012",
        "3 de agosto de niebla 2012",
        "yesterday",
        "TBA",
        "2012-2013",
        "2012-+7",
        "-2012",
        "N/A",
        "Monday",
        "26Codex July 2012",
        "1e400",
        "12/12/12/12",
    ];
    for text in cases {
        assert_eq!(parse(text, None), Err(DateError::Unknown), "{text:?}");
    }
    assert_eq!(parse(&"1 ".repeat(1 << 20), None), Err(DateError::Unknown));
}

#[test]
fn iso_is_read_strictly() {
    for text in
        ["2012-7-26", "2012-07-", "+012-07-26", "2012/07/26", "2012-07-26 ", "２012-07-26", "201"]
    {
        assert_eq!(PartialDate::from_iso(text), None, "{text:?}");
    }
}

/// Every unambiguous notation of one date.
fn printed(year: i16, month: u8, day: u8) -> Vec<String> {
    let name = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ][usize::from(month) - 1];
    let short = &name[..3];
    vec![
        format!("{year}-{month:02}-{day:02}"),
        format!("{year}-{month:02}-{day:02}T01:02:03Z"),
        format!("{year}/{month:02}/{day:02}"),
        format!("{year}.{month}.{day}"),
        format!("{year}年{month}月{day}日"),
        format!("{short} {day:>2}, {year}"),
        format!("{name} {day}, {year}"),
        format!("{name} {day}th {year}"),
        format!("{day} {short} {year}"),
        format!("{day:02}-{short}-{year}"),
        format!("{day:02}.{month:02}.{year}, 15:34"),
        format!("{month:02} {day:02}, {year}"),
        format!("Posted {short} {day}, {year}"),
    ]
}

proptest! {
    #[test]
    fn any_text_is_a_date_or_an_error(text in any::<String>()) {
        for order in [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)] {
            prop_assert!(parse(&text, order).is_ok_and(|date| date.year() >= 1000) || parse(&text, order).is_err());
        }
        order_of(&[&text]);
    }

    #[test]
    fn texts_made_of_date_parts_do_not_panic(text in "([0-9]{1,4}|[ ,./:-]|Jul|Thursday|th|T|Z|PM|on|年){0,12}") {
        if let Ok(date) = parse(&text, Some(DateOrder::DayFirst)) {
            prop_assert_eq!(PartialDate::from_iso(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn every_printed_form_is_parsed(year in 1000_i16..=9999, month in 1_u8..=12, day in 1_u8..=31) {
        if let Some(date) = PartialDate::new(year, Some(month), Some(day)) {
            for text in printed(year, month, day) {
                prop_assert_eq!(parse(&text, None), Ok(date), "{}", text);
            }
            let us = format!("{month}/{day}/{year}");
            prop_assert_eq!(parse(&us, Some(DateOrder::MonthFirst)), Ok(date));
            let old = format!("{day}/{month}/{year}");
            if day > 12 {
                prop_assert_eq!(parse(&old, None), Ok(date));
            }
        }
    }
}

#[test]
fn days_as_spreadsheets_count_them() {
    let day = |text| of_serial(text).map(|day| day.to_string());
    assert_eq!(day("43538"), Some("2019-03-14".to_owned()));
    assert_eq!(day("43538,75"), day("43538"));
    assert_eq!((day("2019"), day("20190314"), day("43538 Main Street")), (None, None, None));
}
