//! JSON as people and sites write it, with invented content.

use super::*;
use crate::columns::tests::{Bytes, Collected};
use crate::format::Stop;
use crate::record::{Item, Position};

/// `title/kind/score/words` of each review, or the error.
fn read_json(text: &str, map: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let map = map.iter().map(|(f, c)| ((*f).to_owned(), (*c).to_owned())).collect();
    let options = ReadOptions { map, ..ReadOptions::default() };
    let mut sink = Collected::default();
    AnyJson
        .read(&mut Bytes(text.as_bytes().to_vec()), &options, &mut sink)
        .map_err(|error| error.to_string())?;
    let of = |item: Item| match item {
        Item::Review(review) => {
            let kind = review.work.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
            let part =
                |text: Option<String>| text.map(|text| format!(" {text}")).unwrap_or_default();
            let title = review.work.title.unwrap_or_default();
            let parts = [review.byline, review.score, review.quote].map(part).concat();
            format!("{title}{kind}{parts}")
        }
        other => format!("{other:?}"),
    };
    let records: Vec<u64> = sink.0.iter().map(|(at, ..)| at.record).collect();
    assert!(records.windows(2).all(|pair| pair[0] < pair[1]), "{text}: {records:?}");
    Ok(sink.0.into_iter().map(|(_, _, item)| of(item)).collect())
}

#[test]
fn dates_are_ordered_by_the_others_of_their_key() {
    let orders = |days: [&str; 2]| {
        let record = |day: &str| {
            format!(r#"{{"film":"Tide","critic":"Ann","date":"{day}","review":"Slow."}}"#)
        };
        let text = format!("[{},{}]", record(days[0]), record(days[1]));
        let mut sink = Collected::default();
        AnyJson
            .read(&mut Bytes(text.into_bytes()), &ReadOptions::default(), &mut sink)
            .expect("reviews");
        let order = |item: Item| match item {
            Item::Review(review) => review.date_order,
            _ => None,
        };
        sink.0.into_iter().map(|(_, _, item)| order(item)).collect::<Vec<_>>()
    };
    let day_first = Some(revdb_model::DateOrder::DayFirst);
    assert_eq!(orders(["12/05/2025", "19/04/2025"]), [day_first; 2]);
    assert_eq!(orders(["12/05/2025", "11/04/2025"]), [None; 2]);
    assert_eq!(orders(["12/25/2025", "19/04/2025"]), [None; 2]);
}

#[test]
fn every_list_that_holds_reviews_is_read() {
    let record = r#"{"film":"Tide","critic":"Ann","rating":"3/4","review":"Slow."}"#;
    for (text, wanted) in [
        (format!("[{record}]"), &["Tide Ann 3/4 Slow."][..]),
        (format!("{record}\n{record}\n"), &["Tide Ann 3/4 Slow.", "Tide Ann 3/4 Slow."]),
        (format!("{{\"count\":1,\"data\":{{\"items\":[{record}]}}}}"), &["Tide Ann 3/4 Slow."]),
        (format!("{{\"a\":{record},\n\"b\":{record}}}"), &["Tide Ann 3/4 Slow.", "Tide Ann 3/4 Slow."]),
        (
            r#"{"movies":[{"title":"Salt","my_rating":4}],"plans":[{"title":"Rain","added":"2020-01-01"}],
                "shows":[{"name":"Tides","my_rating":3},{"name":"Quay","my_rating":2}]}"#
                .to_owned(),
            &["Salt (movie) 4", "Tides (tv) 3", "Quay (tv) 2"],
        ),
        (
            r#"[{"title":"Salt","year":2014,"reviews":[{"user":"ann","rating":"4/5","text":"Slow"},{"user":"bo","rating":"1/5","text":"Dull"}]},
                {"title":"Rain","year":2015,"reviews":[]},
                {"title":"Tide","year":2016,"reviews":[{"user":"ann","rating":"2/5","text":"Wet"}]}]"#
                .to_owned(),
            &["Salt ann 4/5 Slow", "Salt bo 1/5 Dull", "Tide ann 2/5 Wet"],
        ),
        (
            r#"{"movie":{"title":"Salt"},"reviews":[{"user":"ann","rating":"4/5","text":"Slow"}]}"#.to_owned(),
            &["Salt ann 4/5 Slow"],
        ),
        // A list's name tells the audience.
        (
            r#"{"movie":{"title":"Salt"},"critics":[{"name":"Ann","outlet":"Quay","rating":"4/5","text":"Slow"}],
                "users":[{"name":"bo","rating":"1/5","text":"Dull"}]}"#.to_owned(),
            &["Salt Ann 4/5 Slow", "Salt bo 1/5 Dull"],
        ),
        // The reviewer, in a list with one element.
        (
            r#"[{"game":{"name":"Salt"},"Outlet":{"name":"Quay"},"Authors":[{"id":3,"name":"Ann"}],"score":"4/5"},
                {"game":{"name":"Rain"},"Outlet":{"name":"Quay"},"Authors":[],"score":"2/5"}]"#.to_owned(),
            &["Salt Ann 4/5", "Rain 2/5"],
        ),
        // A name inside a list of critics is a critic's, and so is the name of the object around
        // their reviews.
        (
            r#"{"critics":[{"name":"Ann","outlet":"Quay","film":"Salt","score":"4/5"},
                {"name":"Bo","outlet":"Pier","film":"Rain","score":"2/5"}]}"#.to_owned(),
            &["Salt Ann 4/5", "Rain Bo 2/5"],
        ),
        (
            r#"{"users":[{"name":"ann","reviews":[{"film":"Salt","rating":"4/5"}]},
                {"name":"bo","reviews":[{"film":"Rain","rating":"2/5"}]}]}"#.to_owned(),
            &["Salt ann 4/5", "Rain bo 2/5"],
        ),
        // A review outside the list does not describe the list.
        (
            r#"{"reviews":[{"title":"Salt","critic":"Ann","score":"4/5","text":"Slow"},
                {"title":"Rain","critic":"Ann","score":"2/5","text":"Wet"}],
                "old":{"title":"Fog","critic":"Cy","score":"1/5","text":"Grey"}}"#.to_owned(),
            &["Salt Ann 4/5 Slow", "Rain Ann 2/5 Wet"],
        ),
        (
            r#"{"movie":{"title":"Salt","score":81,"critic":"Metascore"},
                "reviews":[{"critic":"Ann","score":"4/5","text":"Slow"}]}"#.to_owned(),
            &["Salt Ann 4/5 Slow"],
        ),
        // Lists whose keys are people's names belong to these people.
        (
            r#"{"Ann Ferris":[{"film":"Salt","score":"4/5"}],"Bo Lund":[{"film":"Rain","score":"2/5"}]}"#
                .to_owned(),
            &["Salt Ann Ferris 4/5", "Rain Bo Lund 2/5"],
        ),
        // An account's list belongs to the account, unless its titles may be headlines.
        (
            r#"{"account":{"username":"ann"},"ratings":[{"title":"Salt","rating":"4/5"}],
                "reviews":[{"title":"Rain","body":"Wet"},{"title":"Fog","body":"Grey"}]}"#.to_owned(),
            &["Salt ann 4/5", "Rain Wet", "Fog Grey"],
        ),
        // An id is resolved in another list of the document.
        (
            r#"{"films":[{"id":1,"title":"Salt"},{"id":2,"title":"Rain"}],
                "reviews":[{"film_id":2,"author":"Ann","score":"4/5"}]}"#.to_owned(),
            &["Rain Ann 4/5"],
        ),
        // A season's scores are not the series' scores.
        (
            r#"[{"title":"Salt","my_rating":4,"seasons":[{"number":1,"my_rating":5}]}]"#.to_owned(),
            &["Salt 4"],
        ),
        // A work's own score is an aggregate if people review the work in a nested list.
        (
            r#"{"title":"Salt","rating":"4.2 out of 5","reviews":[{"username":"ann","review_text":"Slow","rating":"★★★★"}]}
               {"title":"Rain","rating":"3.2 out of 5","reviews":[{"username":"bo","review_text":"Dull","rating":"★"}]}"#.to_owned(),
            &["Salt ann ★★★★ Slow", "Rain bo ★ Dull"],
        ),
        (
            r#"[{"title":"Salt","rating":NaN,"review":"Slow"},{"title":"Rain","rating":"1/5","review":"NaN"}]"#.to_owned(),
            &["Salt Slow", "Rain 1/5"],
        ),
        ("{\n\"title\":\"Salt\",\n\"my_rating\":4\n}".to_owned(), &["Salt 4"]),
        // The same key holds a string here and an object there.
        (
            r#"[{"title":"Salt","critic":"Ann","rating":"4/5","review":"Slow"},
                {"title":"Rain","critic":{"id":7,"name":"Bo"},"rating":{"$numberInt":"3"},"review":"Wet"},
                {"title":"Tide","critic":["Cy"],"rating":"2/5","review":{"text":"Dull"}}]"#.to_owned(),
            &["Salt Ann 4/5 Slow", "Rain Bo 3 Wet", "Tide Cy 2/5 Dull"],
        ),
        (
            r#"[{"title":"Salt","critic":{"name":"Ann"},"rating":"4/5","replies":[{"text":"No"}]},
                {"title":"Rain","critic":"Bo","rating":{"value":"1/5","best":5},"replies":"none yet"}]"#.to_owned(),
            &["Salt Ann 4/5", "Rain Bo 1/5"],
        ),
    ] {
        let found = read_json(&text, &[]).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn lists_left_out_are_named() {
    for (text, told) in [
        (
            r#"{"movies":[{"title":"Salt","my_rating":4}],"plans":[{"title":"Rain","added":"2020-01-01"}]}"#,
            "its list plans is not read",
        ),
        (
            r#"[{"title":"Salt","my_rating":4,"seasons":[{"number":1,"my_rating":5}]}]"#,
            "the list seasons within each record is not read",
        ),
        (
            r#"{"reviews":[{"film":"Salt","critic":"Ann","score":"4/5"}],
                "archive":{"old":{"film":"Fog","critic":"Cy","score":"1/5"}}}"#,
            "archive.old is not read",
        ),
    ] {
        struct Notes(Vec<String>);
        impl Sink for Notes {
            fn item(&mut self, _: Position, _: &dyn Fn() -> String, _: Item) -> Result<(), Stop> {
                Ok(())
            }
            fn note(&mut self, note: Note) -> Result<(), Stop> {
                self.0.push(note.message);
                Ok(())
            }
        }
        let mut notes = Notes(Vec::new());
        AnyJson
            .read(&mut Bytes(text.as_bytes().to_vec()), &ReadOptions::default(), &mut notes)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(notes.0.iter().any(|note| note.contains(told)), "{text}: {:?}", notes.0);
    }
}

#[test]
fn a_record_of_two_works_is_rejected() {
    let text = r#"[{"title":["Salt","Rain"],"critic":"Ann","score":"4/5"},
        {"title":["Fog"],"critic":["Bo","Cy"],"score":"2/5"}]"#;
    let read = read_json(text, &[]).expect("reviews");
    assert_eq!(read, [r#"Rejected("it names several works")"#, "Fog Bo; Cy 2/5"]);
}

#[test]
fn a_document_title_is_not_a_work() {
    let text = r#"{"title":"My export","items":[{"name":"Salt","score":"4/5","text":"Slow"},
        {"name":"Rain","score":"2/5","text":"Wet"}]}"#;
    let error = read_json(text, &[]).expect_err("a question");
    assert!(error.contains("the column name may name what is reviewed"), "{error}");
    let text = r#"{"critic":"Ann","year":2019,"films":[{"title":"Salt","grade":"B+"}]}"#;
    let mut sink = Collected::default();
    AnyJson
        .read(&mut Bytes(text.as_bytes().to_vec()), &ReadOptions::default(), &mut sink)
        .expect("a review");
    let [(_, _, Item::Review(review))] = sink.0.as_slice() else { panic!("{:?}", sink.0) };
    assert_eq!(review.work.year, None);
}

#[test]
fn keys_may_be_mapped_and_must_be_there() {
    let text = r#"[{"what":{"called":"Tide"},"mine":4}]"#;
    assert_eq!(
        read_json(text, &[("title", "what.called"), ("score", "mine")]),
        Ok(vec!["Tide 4".to_owned()])
    );
    assert!(read_json(text, &[("title", "called")]).is_err_and(|e| e.contains("'called'")));
    assert!(read_json("{\"a\":1}", &[]).is_err());
    let named = r#"{"Tide":{"my_rating":4,"review":"Slow"},"Rain":{"my_rating":2,"review":"Wet"}}"#;
    assert!(read_json(named, &[]).is_err());
    assert_eq!(
        read_json(named, &[("title", "(key)")]),
        Ok(vec!["Tide 4 Slow".to_owned(), "Rain 2 Wet".to_owned()])
    );
}

#[test]
fn keys_that_only_later_records_have_are_read() {
    let first = r#"{"film":"Tide","critic":"Ann","rating":"3/4"}"#;
    let late = r#"{"film":"Fog","critic":"Ann","review":"Slow."}"#;
    let many = |n: usize| vec![first; n].join(",");
    let wanted = |n: usize| {
        let mut all = vec!["Tide Ann 3/4".to_owned(); n];
        all.push("Fog Ann Slow.".to_owned());
        all
    };
    // For the last one, the first mebibyte contains only the first key.
    for n in [49, 50, 400, 30_000] {
        let list = format!("[{},{late}]", many(n));
        assert_eq!(read_json(&list, &[]), Ok(wanted(n)), "{n}");
    }
    let lines = format!("{}\n{late}\n", vec![first; 400].join("\n"));
    assert_eq!(read_json(&lines, &[]), Ok(wanted(400)));
    let within = format!("[{{\"name\":\"Sea\",\"reviews\":[{},{late}]}}]", many(80));
    assert_eq!(read_json(&within, &[]).map(|read| read.last().cloned()), Ok(wanted(0).pop()));
    let mapped = lines.replace("review", "zeta");
    assert_eq!(read_json(&mapped, &[("quote", "zeta")]), Ok(wanted(400)));
}

#[test]
fn pandas_indexes_are_read_with_later_keys() {
    let record = |n: usize| {
        let more = if n % 97 == 60 { ",\"review\":\"Slow.\"" } else { "" };
        format!("{{\"id\":{n},\"film\":\"Tide\",\"critic\":\"Ann\",\"rating\":\"3/4\"{more}}}")
    };
    let lines: Vec<String> = (0..900).map(record).collect();
    let Sampled { table, .. } = table_of(lines.join("\n").as_bytes(), &[], None).expect("a table");
    assert!(table.late > 0 && table.rows.len() < 120, "{}", table.rows.len());
    let reading =
        roles::read(&table, &ReadOptions::default(), Shape::Json, NAME).expect("a reading");
    let fields: Vec<_> = reading.columns.iter().filter_map(|column| column.field).collect();
    assert_eq!(fields, ["title", "byline", "score", "quote"]);
}

#[test]
fn lists_within_records_are_named() {
    for (text, wanted) in [
        (
            r#"[{"title":"Salt","reviews":[{"user":"ann","rating":"4/5","text":"Slow","replies":[{"text":"No"}]},
                {"user":"bo","rating":"2/5","text":"Dull"}],"awards":[{"name":"Gull"},{"name":"Tern"}],"posters":[{"name":"x"}]}]"#,
            &["reviews.replies", "awards", "posters"][..],
        ),
        (
            r#"{"film":{"title":"Salt"},"cast":[{"name":"Al"}],
                "reviews":[{"user":"ann","rating":"4/5","text":"Slow","replies":[{"text":"No"}]}]}"#,
            &["reviews.replies"],
        ),
        (
            r#"[{"title":"Salt","critic":"Ann","rating":"4/5","Authors":[{"name":"Ann"}],"votes":[{"up":1}]}]"#,
            &["votes"],
        ),
    ] {
        let lists = lists_in(&Probe::new("x.json", text, true), &ReadOptions::default());
        let lists = lists.unwrap_or_else(|error| panic!("{text}: {error}"));
        let reviews: Vec<&List> = lists.iter().filter(|list| list.is_of_reviews()).collect();
        let [list] = reviews.as_slice() else { panic!("{text}: {reviews:?}") };
        assert_eq!(list.lists, wanted, "{text}");
    }
}

#[test]
fn a_table_by_columns_is_not_a_record() {
    let text = r#"{"title":["Tide","Fog"],"critic":["Ann","Bo"],"score":["4/5","2/5"]}"#;
    assert_eq!(read_json(text, &[]), Ok(vec!["Tide Ann 4/5".to_owned(), "Fog Bo 2/5".to_owned()]));
    let text = r#"{"title":["Tide","Fog"],"critic":["Ann","Bo"],"score":["4/5"]}"#;
    let error = read_json(text, &[]).expect_err("lists of values");
    assert!(error.contains("a table by columns"), "{error}");
    let text =
        r#"{"title":"Tide","genre":["a","b"],"cast":["Ann","Bo"],"critic":"Ida","score":"4/5"}"#;
    assert_eq!(read_json(text, &[]), Ok(vec!["Tide Ida 4/5".to_owned()]));
}

#[test]
fn an_author_in_a_works_list_of_reviews_reviews_it() {
    let text = r#"[{"title":"Tide","author":"Bo","critic_reviews":[
        {"author":"Ann","score":"4/5","excerpt":"Slow."},
        {"author":"Ida","score":"2/5","excerpt":"Grey."}]}]"#;
    let read = read_json(text, &[]);
    assert_eq!(read, Ok(vec!["Tide Ann 4/5 Slow.".to_owned(), "Tide Ida 2/5 Grey.".to_owned()]));
}

#[test]
fn an_object_that_is_the_work_names_it() {
    for (text, wanted) in [
        (
            r#"[{"title":"Good fish","text":"We sat.","rating":5,"user":{"name":"ann"},"placeInfo":{"id":"1","name":"Salt","rating":4.5}},
                {"title":"Cold","text":"We froze.","rating":2,"user":{"name":"bo"},"placeInfo":{"id":"2","name":"Fog","rating":4}}]"#,
            ["Salt ann 5 We sat.", "Fog bo 2 We froze."],
        ),
        (
            r#"[{"review":"It rains.","score":9,"reactions":{"overall":3},"user":{"username":"ann"},"entry":{"id":1,"title":"Salt"}},
                {"review":"It is grey.","score":3,"reactions":{"overall":1},"user":{"username":"bo"},"entry":{"id":2,"title":"Fog"}}]"#,
            ["Salt ann 9 It rains.", "Fog bo 3 It is grey."],
        ),
    ] {
        let wanted = wanted.map(str::to_owned).to_vec();
        assert_eq!(read_json(text, &[]), Ok(wanted), "{text}");
    }
}

#[test]
fn parts_of_a_mark_and_talk_are_not_read() {
    let text = r#"{"restaurant":{"name":"Salt"},"reviews":[
        {"rating":{"overall":5,"food":4,"service":5,"value":3},"content":"Warm.","diner":{"nickname":"ann"}},
        {"rating":{"overall":1,"food":2,"service":1,"value":2},"content":"Cold.","diner":{"nickname":"bo"}}]}"#;
    let read = read_json(text, &[]);
    assert_eq!(read, Ok(vec!["Salt ann 5 Warm.".to_owned(), "Salt bo 1 Cold.".to_owned()]));
    let chat = r#"{"name":"Film club","type":"group","messages":[
        {"id":1,"date":"2019-03-14T10:00:00","from":"Ann","text":"Salt: 8/10, slow and warm"},
        {"id":2,"date":"2019-03-15T10:00:00","from":"Bo","text":"Rain 3/10"}]}"#;
    let read = read_json(chat, &[]);
    assert!(
        read.as_ref().is_err_and(|error| error.contains("other things than reviews")),
        "{read:?}"
    );
}

#[test]
fn numbers_of_a_document_are_its_own() {
    let works = r#"{"movies":[{"movieId":1,"title":"Salt","imdb":"tt0012345"}],"reviews""#;
    let review = r#"[{"movieId":1,"user":"ann","rating":"8/10","text":"Slow."}]}"#;
    let read = read_json(&format!("{works}:{review}"), &[]).expect("reviews");
    assert_eq!(read[1], "Salt ann 8/10 Slow.");
    assert!(read[0].contains("tt0012345") && !read[0].contains("movieid"), "{}", read[0]);
}
