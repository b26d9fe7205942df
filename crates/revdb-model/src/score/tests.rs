use proptest::prelude::*;

use super::{Scale, parse};

#[test]
fn scores_with_their_scale() {
    let cases: &[(&str, f64)] = &[
        ("3.5/4", 87.5),
        ("4 of 5", 80.0),
        ("4,0 von 5 Sternen", 80.0),
        ("4 из 5", 80.0),
        ("7,5 sobre 10", 75.0),
        ("8 z 10", 80.0),
        ("3,5 sur 5 étoiles", 70.0),
        ("8 de 10", 80.0),
        ("4 su 5 stelle", 80.0),
        ("7 out of 10", 70.0),
        ("7/10", 70.0),
        ("84/100", 84.0),
        ("80%", 80.0),
        ("80 %", 80.0),
        ("62.5 percent", 62.5),
        ("4.5 / 5", 90.0),
        ("6.5/ 10", 65.0),
        ("3.0/5.0", 60.0),
        ("18/20", 90.0),
        ("2/6", 33.333333333),
        ("2/3", 66.666666667),
        (".5/4", 12.5),
        ("0/4", 0.0),
        ("3,5/5", 70.0),
        ("3,25/5", 65.0),
        ("3 1/2 / 4", 87.5),
        ("3½/4", 87.5),
        ("3 ½ / 4", 87.5),
        ("½/5", 10.0),
        ("3/5 stars", 60.0),
        ("3 stars out of 5", 60.0),
        ("4.0 out of 5 stars", 80.0),
        ("1.0 of 5 bubbles", 20.0),
        ("Rating: 3/5", 60.0),
        ("8/10.", 80.0),
        ("7.0681328/10", 70.681328),
        ("9.9999999999999999999999999999/10", 100.0),
        ("４／５", 80.0),
        ("4\u{a0}/\u{a0}5", 80.0),
        ("4⁄5", 80.0),
        ("***/*****", 60.0),
        ("***1/2 out of ****", 87.5),
        ("***/5", 60.0),
    ];
    for (text, score) in cases {
        assert_eq!(parse(text, None), Some(*score), "{text:?}");
        // A scale in the text overrides the column's.
        assert_eq!(parse(text, Some(Scale { worst: 1.0, best: 7.0 })), Some(*score), "{text:?}");
    }
}

#[test]
fn letters() {
    let cases: &[(&str, f64)] = &[
        ("A+", 100.0),
        ("A", 100.0),
        ("A-", 91.0),
        ("B+", 83.0),
        ("B", 75.0),
        ("B-", 67.0),
        ("C+", 58.0),
        ("C", 50.0),
        ("C-", 42.0),
        ("D+", 33.0),
        ("D", 25.0),
        ("D-", 16.0),
        ("F+", 8.0),
        ("F", 0.0),
        ("b+", 83.0),
        ("B-plus", 83.0),
        ("B-minus", 67.0),
        ("A minus", 91.0),
        ("C plus", 58.0),
        ("B +", 83.0),
        ("B -", 67.0),
        ("B–", 67.0),
        ("B−", 67.0),
        (" C- ", 42.0),
        ("Grade: B", 75.0),
        ("Ａ＋", 100.0),
    ];
    for (text, score) in cases {
        assert_eq!(parse(text, None), Some(*score), "{text:?}");
    }
}

#[test]
fn rows_of_stars() {
    let (five, four, hundred) = (Scale::out_of(5.0), Scale::out_of(4.0), Scale::out_of(100.0));
    let cases: &[(&str, Option<Scale>, Option<f64>)] = &[
        ("★★★½", None, Some(70.0)),
        ("★★★ ½", None, Some(70.0)),
        ("★", None, Some(20.0)),
        ("⭐️⭐️⭐️", None, Some(60.0)),
        ("★★★½", Some(four), Some(87.5)),
        ("★★★½", Some(hundred), Some(70.0)),
        ("★★★☆☆", None, Some(60.0)),
        ("★★½☆☆", None, Some(50.0)),
        ("★★★☆", None, Some(75.0)),
        ("☆☆☆☆☆", None, None),
        ("½☆☆☆☆", None, Some(10.0)),
        ("★★★★★★", None, None),
        ("★★★★★½", None, None),
        ("★☆", None, None),
        ("☆★", None, None),
        ("***", None, None),
        ("***½", None, None),
        ("***", Some(five), Some(60.0)),
        ("***½", Some(four), Some(87.5)),
        ("***1/2", Some(five), Some(70.0)),
        ("***", Some(hundred), None),
        ("½", None, None),
        ("½", Some(five), Some(10.0)),
    ];
    for (text, scale, score) in cases {
        assert_eq!(parse(text, *scale), *score, "{text:?} on {scale:?}");
    }
}

#[test]
fn bare_numbers_need_a_scale() {
    let cases: &[(&str, Scale, Option<f64>)] = &[
        ("8.1", Scale::out_of(10.0), Some(81.0)),
        ("8,1", Scale::out_of(10.0), Some(81.0)),
        ("3 1/2", Scale::out_of(5.0), Some(70.0)),
        ("3 stars", Scale::out_of(5.0), Some(60.0)),
        ("0", Scale::out_of(5.0), Some(0.0)),
        ("10", Scale::out_of(10.0), Some(100.0)),
        ("11", Scale::out_of(10.0), None),
        ("-1", Scale::out_of(10.0), None),
        ("1", Scale { worst: 1.0, best: 5.0 }, Some(0.0)),
        ("4", Scale { worst: 1.0, best: 5.0 }, Some(75.0)),
        ("0", Scale { worst: 1.0, best: 5.0 }, None),
        ("3", Scale::out_of(0.0), None),
        ("3", Scale::out_of(f64::NAN), None),
        ("3", Scale::out_of(f64::INFINITY), None),
        ("0", Scale { worst: 5.0, best: 1.0 }, None),
    ];
    for (text, scale, score) in cases {
        assert_eq!(parse(text, Some(*scale)), *score, "{text:?} on {scale:?}");
        assert_eq!(parse(text, None), None, "{text:?}");
    }
}

#[test]
fn texts_that_are_no_scores() {
    let cases = [
        "",
        " ",
        "3",
        "***",
        "5.5/5",
        "3/2",
        "2.1/2",
        "1/2",
        "3/1",
        "3.0/.0",
        "3.5.5",
        "1.5.5",
        "Recommended",
        "1e400",
        "NaN",
        "inf",
        "-1/5",
        "+4/5",
        "0/0",
        "4/0",
        "4/101",
        "4/5.5",
        "110%",
        "1,000/100",
        "1/5/2012",
        "4/5/6",
        "short",
        "G.O.A.T",
        "Big Screen Watch",
        "F-",
        "E",
        "A++",
        "A/B",
        "B/B+",
        "3 5/10",
        "5./10",
        "/5",
        "4/",
        "out of",
        "of 5",
        "4 5",
        "%",
        "½½",
        ".",
        "/",
        "a b",
        "99999999999999999999999999999999/100",
        "4/5 4/5",
        "★★★%",
        "Fresh",
    ];
    for text in cases {
        assert_eq!(parse(text, None), None, "{text:?}");
    }
}

#[test]
fn long_texts_are_not_scores() {
    assert_eq!(parse(&"9".repeat(1 << 20), Some(Scale::out_of(10.0))), None);
    assert_eq!(parse(&format!("{}/5", "★".repeat(1 << 16)), None), None);
}

/// Unusual values of a real column: every text there either has a score or is in this list of
/// those without one.
#[test]
fn a_real_column_has_no_surprises() {
    let none = [
        "", "short", "3.5.5", "1.5.5", "2.1/2", "3.0/.0", "Recommended", "G.O.A.T",
        "Big Screen Watch", "3 stars", "4 stars",
    ];
    let path = crate::shared::shared("dumps/rotten-tomatoes/scrape-2024/critic_reviews.csv");
    let Some(path) = path else { return };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "originalScore").unwrap();
    let mut scored = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let text = row.get(column).unwrap();
        let bare = text.parse::<f64>().is_ok();
        assert_eq!(parse(text, None).is_none(), bare || none.contains(&text), "{text:?}");
        scored += u32::from(parse(text, None).is_some());
    }
    assert!(scored > 5000, "{scored}");
}

proptest! {
    #[test]
    fn any_text_gives_0_to_100_or_none(text in any::<String>(), best in any::<f64>(), worst in any::<f64>()) {
        for scale in [None, Some(Scale { worst, best })] {
            prop_assert!(parse(&text, scale).is_none_or(|score| (0.0..=100.0).contains(&score)));
        }
    }

    #[test]
    fn texts_made_of_score_parts_give_0_to_100_or_none(text in "([0-9.,/ ½★☆*%+-]|of|out|stars|[A-F]){0,12}") {
        for scale in [None, Some(Scale::out_of(5.0)), Some(Scale { worst: 1.0, best: 10.0 })] {
            prop_assert!(parse(&text, scale).is_none_or(|score| (0.0..=100.0).contains(&score)));
        }
    }

    #[test]
    fn scores_are_shares_of_the_maximum(tenths in 0_u32..=1000, of in 3_u32..=100) {
        prop_assume!(tenths <= of * 10);
        let score = parse(&format!("{}.{}/{of}", tenths / 10, tenths % 10), None);
        let expected = f64::from(tenths) * 10.0 / f64::from(of);
        prop_assert!(score.is_some_and(|score| (score - expected).abs() < 1e-8));
    }
}
