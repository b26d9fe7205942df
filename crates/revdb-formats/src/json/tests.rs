//! Splitting documents and lines into records, intact and broken.

use super::*;

fn cut_all(text: &str, paths: &[&str]) -> Vec<(u64, String)> {
    let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
    let mut cutter = Cutter::new(text.as_bytes(), &paths);
    let mut all = Vec::new();
    loop {
        match cutter.next() {
            Ok(Some(cut)) => all.push((cut.line, cut.raw())),
            Ok(None) => return all,
            Err(error) => {
                all.push((0, error.to_string()));
                return all;
            }
        }
    }
}

/// A document, the profile's paths, and the records with their line numbers.
type Case = (&'static str, &'static [&'static str], &'static [(u64, &'static str)]);

#[test]
fn records_are_found_where_the_profile_says() {
    let cases: &[Case] = &[
        ("{\"a\":1}\n\n{\"b\":2}\r\n", &[], &[(1, "{\"a\":1}"), (3, "{\"b\":2}")]),
        (
            "{\n \"a\":\"}\"}\n{\n\"b\":{}\n}\n",
            &[],
            &[(1, "{\n \"a\":\"}\"}"), (3, "{\n\"b\":{}\n}")],
        ),
        ("{\"a\": \n{\"b\":2}", &[], &[(1, "{\"a\": "), (2, "{\"b\":2}")]),
        (
            " [\n{\"a\":[1]},\n{\"b\":\"]}\\\"\"}]",
            &[],
            &[(2, "{\"a\":[1]}"), (3, "{\"b\":\"]}\\\"\"}")],
        ),
        (
            "{\"r\":{\"1\":{\"x\":1},\n\"2\":{}}, \"z\":[{}]}",
            &["r.*"],
            &[(1, "{\"x\":1}"), (2, "{}")],
        ),
        ("{\"d\":{\"i\":{\"t\":0,\"l\":[{\"x\":1}]}}}", &["d.j[]", "d.i.l[]"], &[(1, "{\"x\":1}")]),
        ("{\"a\":[{\"x\":1}],\"b\":[{\"x\":2}]}", &["a[]", "b[]"], &[(1, "{\"x\":1}")]),
        (
            "{\"a\":[{\"x\":1},",
            &["a[]"],
            &[(1, "{\"x\":1}"), (0, "the document ends before it is closed")],
        ),
        ("{\"a\":[{\"x\"", &["a[]"], &[(0, "the document ends within a value")]),
        ("{\"a\":[]}\n{\"a\":[{}]}", &["a[]"], &[(2, "{}")]),
    ];
    for (text, paths, expected) in cases {
        let found = cut_all(text, paths);
        let found: Vec<_> = found.iter().map(|(line, raw)| (*line, raw.as_str())).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn values_are_kept_as_printed() {
    let paths = [vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()]];
    let cases: &[(&str, &str, &str)] = &[
        ("{\"a\":4.50,\"b\":{\"c\":99999999999999999999999}}", "4.50", "99999999999999999999999"),
        ("{\"a\":1e400,\"b\":{\"c\":null}}", "1e400", ""),
        ("{\"a\":-7,\"b\":{\"c\":[\"x\",\"y-1\"]}}", "-7", "x; y-1"),
        ("{\"a\":true,\"b\":3}", "true", ""),
        ("{\"a\":\"1 \\\"2\\\" 3\",\"b\":[{\"c\":\"first\"}]}", "1 \"2\" 3", "first"),
    ];
    for (text, a, b) in cases {
        let record = Record::parse(text.as_bytes(), &paths)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(crate::profile::Row::cell(&record, 0), *a, "{text}");
        assert_eq!(crate::profile::Row::cell(&record, 1), *b, "{text}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    for broken in ["{\"a\":1,\"a\":2}", "{\"a\":", "[1]", "{\"a\":1}}", &deep] {
        assert!(Record::parse(broken.as_bytes(), &paths).is_err(), "{broken}");
    }
}

/// Found by fuzzing: an endless loop on a missing value.
#[test]
fn a_missing_value_is_an_error() {
    for text in ["x,y", "{\"a\":1},{\"a\":2}", "[}", "{\"d\":}", "{\"d\":]", "{\"d\":,}", "]", "}"]
    {
        let found = cut_all(text, &["d.j[]"]);
        assert!(found.last().is_some_and(|(line, _)| *line == 0), "{text}: {found:?}");
    }
}
