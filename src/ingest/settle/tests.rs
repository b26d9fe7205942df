use std::sync::Arc;

use super::*;

/// A line of a dump whose hash is one repeated hexadecimal digit.
fn line(sha: char, source: &str, record: u64, score: f64) -> String {
    serde_json::json!({
        "dump": sha.to_string().repeat(64), "source": source, "place": 0, "path": source,
        "format": "columns", "record": record, "line": record + 1, "mention": 1, "title": "Rain",
        "audience": "critic", "byline": "Ann", "quote": format!("wet {}", record % 2),
        "score": score, "score_text": format!("{score}/100"),
    })
    .to_string()
}

/// The resulting scores, or the message.
fn scores(lines: &[String]) -> Result<Vec<f64>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("part.db");
    let text = lines.join("\n");
    let archive = records(text.as_bytes(), &path, Arc::new(AtomicBool::new(false)))
        .map_err(|error| error.to_string())?;
    let select = "SELECT score FROM review ORDER BY quote";
    let mut statement = archive.connection().prepare(select).expect("a statement");
    let scores = statement.query_map([], |row| row.get(0)).expect("rows");
    Ok(scores.collect::<Result<_, _>>().expect("scores"))
}

#[test]
fn the_same_content_at_two_paths_is_one_dump() {
    let of = |source| [line('a', source, 1, 80.0), line('a', source, 2, 40.0)];
    let both = [of("a.csv"), of("copy/a.csv")].concat();
    assert_eq!(scores(&both), scores(&of("a.csv")));
    assert_eq!(scores(&both), Ok(vec![40.0, 80.0]));
    // A dump in between makes no difference.
    let between = [&of("a.csv")[..], &[line('b', "b.csv", 1, 60.0)], &of("copy/a.csv")].concat();
    assert_eq!(scores(&between), Ok(vec![40.0, 60.0]));
}

#[test]
fn one_content_read_in_two_ways_is_refused() {
    let lines = [line('a', "a.csv", 1, 80.0), line('a', "b.csv", 1, 8.0)];
    let printed = scores(&lines).expect_err("two readings");
    assert!(
        printed.contains("a.csv and b.csv are one file that was read in two ways"),
        "{printed}"
    );
}

#[test]
fn invalid_values_are_refused() {
    let line = line('a', "a.csv", 1, 80.0);
    for (printed, changed) in [
        ("line 1: no score 500", line.replace(":80.0,", ":500.0,")),
        (
            "line 1: no date 2012-99-99",
            line.replace("\"byline\"", "\"date\":\"2012-99-99\",\"byline\""),
        ),
        ("line 1: no audience cake", line.replace("critic", "cake")),
    ] {
        assert_eq!(scores(&[changed]), Err(printed.to_owned()));
    }
}

#[test]
fn dumps_must_be_in_the_order_of_sources() {
    let (a, z) = (line('a', "a.csv", 1, 80.0), line('b', "z.csv", 1, 60.0));
    assert_eq!(scores(&[a.clone(), z.clone()]), Ok(vec![60.0]));
    let printed = scores(&[z, a]).expect_err("not sorted");
    assert!(
        printed.contains("line 2: a.csv comes behind z.csv: the lines are not sorted"),
        "{printed}"
    );
}

#[test]
fn records_must_be_ordered_by_number_or_work() {
    let of = |record: u64, mention: u64| {
        line('a', "a.csv", record, 10.0 * record as f64)
            .replace("\"mention\":1,", &format!("\"mention\":{mention},"))
    };
    let by_record = [of(1, 1), of(2, 2), of(3, 1)];
    let by_work = [of(1, 1), of(3, 1), of(2, 2)];
    assert_eq!(scores(&by_record), scores(&by_work));
    for lines in [[of(3, 1), of(2, 2), of(1, 1)], [of(2, 2), of(1, 1), of(3, 1)]] {
        let printed = scores(&lines).expect_err("not sorted");
        assert!(printed.contains("the records of a.csv are not sorted"), "{printed}");
    }
}
