//! Reading rows with a profile, as the pipeline does.

use std::io::{self, BufRead, Cursor};

use super::*;
use crate::decode::Decoded;
use crate::format::{Confidence, Format, Note, Probe, Stop};
use crate::profile::built_in;

/// A dump in memory.
pub struct Bytes(pub Vec<u8>);

impl Text for Bytes {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(Decoded::new(Cursor::new(&self.0), None)))
    }
}

/// Everything that a format emitted.
#[derive(Default)]
pub struct Collected(pub Vec<(Position, String, Item)>);

impl Sink for Collected {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let raw = if matches!(item, Item::Rejected(_)) { raw() } else { String::new() };
        self.0.push((at, raw, item));
        Ok(())
    }

    fn note(&mut self, _: Note) -> Result<(), Stop> {
        Ok(())
    }
}

/// A file from the real dumps, if they are available.
pub fn shared(path: &str) -> Option<Vec<u8>> {
    let file = crate::shared::shared(&format!("dumps/{path}"))?;
    Some(std::fs::read(file).expect("the dump can be read"))
}

/// Reads a dump with the one profile that recognises it.
pub(crate) fn read_by_profile(name: &str, bytes: Vec<u8>) -> (String, Collected) {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let probe = Probe::new(name, &text, true);
    let profiles = built_in().unwrap();
    let known: Vec<_> = profiles
        .iter()
        .filter(|profile| profile.recognise(&probe) == Confidence::Certain)
        .collect();
    assert_eq!(known.len(), 1, "{name}: {:?}", known.iter().map(|p| p.name()).collect::<Vec<_>>());
    let mut sink = Collected::default();
    known[0]
        .read(&mut Bytes(bytes), &ReadOptions::default(), &mut sink)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    (known[0].name.clone(), sink)
}

#[test]
fn the_rotten_tomatoes_scrape_and_its_films() {
    if let Some(bytes) = shared("rotten-tomatoes/scrape-2024/critic_reviews.csv") {
        let (profile, found) = read_by_profile("critic_reviews.csv", bytes);
        assert_eq!(profile, "rotten-tomatoes-2024");
        let reviews: Vec<_> = found
            .0
            .iter()
            .map(|(_, _, item)| match item {
                Item::Review(review) => review,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(reviews.len(), 7614);
        assert_eq!(reviews.iter().filter(|review| review.date.is_none()).count(), 158);
        assert_eq!(reviews.iter().filter(|review| review.score.is_none()).count(), 2103);
    }
    if let Some(bytes) = shared("rotten-tomatoes/scrape-2024/movies.csv") {
        let (profile, found) = read_by_profile("movies.csv", bytes);
        assert_eq!(profile, "rotten-tomatoes-2024-movies");
        assert_eq!(found.0.iter().filter(|(_, _, item)| matches!(item, Item::Work(_))).count(), 28);
    }
}

#[test]
fn subtotals_and_types_are_no_reviews() {
    let header = "film,critic,score,quote\n";
    let cases: &[(&str, &[&str])] = &[
        (
            "Salt,Ann,4/5,slow\nSalt,Bo,2/5,\nSalt Total,,3/5,\nRain,Bo,1/5,cold\nTotal: Rain,,1/5,\nGrand total,3,7/15,\n",
            &["2: slow", "3: ", "4-", "5: cold", "6-", "7-"],
        ),
        // Films of such names.
        (
            "Salt,Ann,4/5,slow\nTotal Recall,,3/5,\nMax,17,4/5,warm\n",
            &["2: slow", "3: ", "4: warm"],
        ),
        ("VARCHAR(40),text,float64,object\nSalt,Ann,4/5,slow\n", &["2-", "3: slow"]),
        ("Text,Ann,4/5,string\nSalt,Ann,4/5,slow\n", &["2: string", "3: slow"]),
    ];
    for (rows, wanted) in cases {
        assert_eq!(lines_of(&format!("{header}{rows}")), *wanted, "{rows}");
    }
    assert_eq!(lines_of("film,user,score\nFog,9,4/5\nMax,17,4/5\n"), ["2: ", "3: "]);
}

fn read_mapped(text: &str, map: &[(&str, &str)]) -> Result<Collected> {
    let map =
        map.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
    let options = ReadOptions { map, ..ReadOptions::default() };
    let mut sink = Collected::default();
    any_columns::AnyColumns.read(&mut Bytes(text.as_bytes().to_vec()), &options, &mut sink)?;
    Ok(sink)
}

/// `line: quote`, `line! raw` for a rejection, `line-` for a skipped record.
fn lines_of(text: &str) -> Vec<String> {
    let found = read_mapped(text, &[]).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    found
        .0
        .iter()
        .map(|(at, raw, item)| match item {
            Item::Review(review) => {
                format!("{}: {}", at.line, review.quote.as_deref().unwrap_or(""))
            }
            Item::Rejected(_) => format!("{}! {raw}", at.line),
            _ => format!("{}-", at.line),
        })
        .collect()
}

#[test]
fn broken_rows_spoil_no_others() {
    let cases: &[(&str, &[&str])] = &[
        ("title,quote\nA,good\nB,bad\n", &["2: good", "3: bad"]),
        ("title,quote\r\nA,good\r\n\r\nB,bad", &["2: good", "4: bad"]),
        ("title,quote\rA,good\rB,bad\r", &["2: good", "3: bad"]),
        ("\u{feff}title;quote\nA;\"x;y\"\n", &["2: x;y"]),
        ("sep=;\ntitle;quote\nA;b\n", &["3: b"]),
        (
            "title,quote\nA,good\nB\nC,x,y\nD,ok,\n,\n",
            &["2: good", "3! B", "4! C,x,y", "5: ok", "6-"],
        ),
        ("title,quote\nA,\"two\nlines\"\nB,b\n", &["2: two\nlines", "4: b"]),
        (
            "title,quote\nA,\"he said \"\"hi\"\"\"\nB,\"he said \"hi\" to me\"\n",
            &["2: he said \"hi\"", "3: he said \"hi\" to me"],
        ),
        (
            "title, score, quote\nA, 4/5, \"good, they say\"\nB, 1/5, \"the \"\"end\"\"\"\nC, 2/5, so\n",
            &["2: good, they say", "3: the \"end\"", "4:  so"],
        ),
        ("title,quote\nA,\"open\nB,b\nC,c\n", &["2! A,\"open", "3: b", "4: c"]),
        ("title,quote\nA,\"open\nB,\"b\"\nC,\"c\"\n", &["2! A,\"open", "3: b", "4: c"]),
        ("title,quote\nA,a\nB,\"open", &["2: a", "3! B,\"open"]),
        // A second table below, with its columns in another order.
        (
            "title,critic,quote\nA,Ann,a\n\ncritic,title,quote\nAnn,B,b\ntitle,critic,quote\nC,Ann,c\n",
            &["2: a", "4! critic,title,quote", "5! Ann,B,b", "6-", "7: c"],
        ),
        (
            "title,critic,quote\nA,Ann,a\n\ntitle,user,words\nB,Bo,b\n",
            &["2: a", "4! title,user,words", "5! B,Bo,b"],
        ),
        ("title,critic,quote\n(text),(name),(words)\ntitle,Ann,a\n", &["2-", "3: a"]),
        ("title,quote\n\"A\", \"a\"\n\"B\", \"b, c\" \n", &["2: a", "3: b, c"]),
    ];
    for (text, expected) in cases {
        assert_eq!(lines_of(text), *expected, "{text:?}");
    }
}

#[test]
fn fields_may_be_single_quoted() {
    let text = "title,critic,quote\n'Salt','Ann','Calm, long'\n'Rain','Bo','It''s \"loud\"'\n\
                'Hill','Bo','Two\nlines'\n";
    assert_eq!(lines_of(text), ["2: Calm, long", "3: It's \"loud\"", "4: Two\nlines"]);
    let sql = "'title';'score';'quote'\n'Salt';4;'It\\'s salt'\n'Rain';1;''\n";
    assert_eq!(lines_of(sql), ["2: It's salt", "3: "]);
    let apostrophes = "title,score,quote\n'71,4/5,'tis good\n'Salem,1/5,not 'good'\n";
    assert_eq!(lines_of(apostrophes), ["2: 'tis good", "3: not 'good'"]);
}

#[test]
fn quote_marks_around_words_in_tsv_do_not_quote_fields() {
    let rows = "film\tcritic\treview\nTide\tAnn\tSlow\nSalt\tBo\t\"Mint\" is my shade\n";
    assert_eq!(lines_of(rows).len(), 2, "{:?}", lines_of(rows));
    assert!(lines_of(rows)[1].contains("\"Mint\" is my shade"), "{:?}", lines_of(rows));
}

#[test]
fn column_groups_may_precede_the_header() {
    let text = "Film,,Review,,\nTitle,Year,Critic,Score,Words\nSalt,2012,Ann,4/5,Calm\n";
    let found = read_mapped(text, &[("quote", "Words")]).unwrap();
    assert_eq!(found.0.len(), 1);
    let gaps = "title,,score,quote\nSalt,x,A,Calm\nRain,y,B,Loud\n";
    assert_eq!(lines_of(gaps), ["2: Calm", "3: Loud"]);
}

#[test]
fn a_column_without_a_name_has_a_number() {
    let text = "day,,critic,quote\n2019-03-14,Salt,Ann,Calm\n2019-03-15,Rain,Bo,Loud\n";
    let Err(crate::format::ReadError::Unsure(asked)) = read_mapped(text, &[]) else {
        panic!("the title is known");
    };
    assert_eq!(asked.flags, ["--map title='#2'"]);
    let found = read_mapped(text, &[("title", "#2")]).unwrap();
    let Item::Review(review) = &found.0[0].2 else { panic!("no review") };
    assert_eq!(review.work.title.as_deref(), Some("Salt"));
    assert!(read_mapped(text, &[("title", "#1")]).is_err());
    assert!(read_mapped(text, &[("title", "#0")]).is_err());
}

#[test]
fn prose_with_a_comma_gets_no_suggestion() {
    let text = "Eclectic power pop duo,from the harbour\nLoud and long,and never calm\n";
    let Err(error) = read_mapped(text, &[]) else { panic!("it is read") };
    let flags = match &error {
        crate::format::ReadError::Unsure(asked) => asked.flags.clone(),
        _ => Vec::new(),
    };
    assert!(flags.is_empty(), "{flags:?}");
}

#[test]
fn a_totals_row_is_not_a_review() {
    let text = "title,critic,score,quote\nSalt,Ann,4/5,Calm\nTotal,,,1 review\n";
    assert_eq!(lines_of(text), ["2: Calm", "3-"]);
    let sheet = "title,critic,score,quote\nSalt,Ann,4/5,Calm\nRain,,3/5,\n,,,\nAverage,,2.5,\n\
                 Films seen,,2,\n";
    assert_eq!(lines_of(sheet), ["2: Calm", "3: ", "4-", "5-", "6-"]);
}

#[test]
fn unclosed_quotes_take_linear_time() {
    let text = format!("title,quote\n{}", "A,\"x\n".repeat(40_000));
    let found = lines_of(&text);
    assert_eq!(found.len(), 40_000);
    let text = format!("title,quote\n{}", "A,\"\"\"x\nB,y\"\"\n".repeat(20_000));
    assert!(!lines_of(&text).is_empty());
}

#[test]
fn a_header_is_inferred_and_the_user_overrides_it() {
    let found = read_mapped(
        "Movie Name,Reviewer,Stars,Out of,Comment\nFarewell,Ann,4,5,fine\n",
        &[("quote", "Reviewer")],
    );
    let found = found.unwrap();
    let [(_, _, Item::Review(review))] = found.0.as_slice() else { panic!("{:?}", found.0) };
    assert_eq!(review.work.title.as_deref(), Some("Farewell"));
    assert_eq!(review.score.as_deref(), Some("4"));
    assert_eq!(review.scale.map(|scale| scale.best), Some(5.0));
    assert_eq!(review.quote.as_deref(), Some("Ann"));
    for (text, map, part) in [
        ("a,b\n1,2\n", None, "no column"),
        ("title,quote\nA,b\n", Some(("score", "marks")), "'marks'"),
        ("title,quote\nA,b\n", Some(("mood", "title")), "no field 'mood'"),
        ("title,quote,quote\nA,b,c\n", None, "twice"),
    ] {
        let error = read_mapped(text, map.as_slice())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains(part), "{text:?}: {error}");
    }
}

#[test]
fn a_markdown_table_ends_at_a_blank_line() {
    let text = "# Films\n\n| title | critic | audience | score | review |\n|---|:--|---|--:|---|\n\
                | Rain | Ann | User | 3/4 | wet \\| slow, \"very\" |\n| Fog | Bo | critic | 1/4 | |\n\n\
                - 2 reviews\n\n| place | people |\n|---|---|\n| Ulm | 120000 |\n\n\
                | title | critic | audience | score | review |\n|---|---|---|---|---|\n\
                | Salt | Cy | fans | 4/4 | dry |\n";
    let found = read_mapped(text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let told: Vec<String> = found
        .0
        .into_iter()
        .filter_map(|(at, _, item)| match item {
            Item::Review(review) => Some(format!(
                "{} {} {:?} {}",
                review.work.title.unwrap_or_default(),
                review.byline.unwrap_or_default(),
                review.audience?,
                review.quote.unwrap_or_default(),
            )),
            Item::Rejected(_) => Some(format!("line {}", at.line)),
            _ => None,
        })
        .collect();
    let wanted = [
        "Rain Ann User wet | slow, \"very\"",
        "Fog Bo Critic ",
        "line 10",
        "line 12",
        "Salt Cy User dry",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn columns_empty_in_the_first_rows_are_read_by_their_names() {
    let rows = "Tide,Ann,4/5,,,\n".repeat(300);
    let text =
        format!("title,critic,score,kind,audience,review\n{rows}Fog,Bo,1/5,TV Show,Fans,wet\n");
    let found = read_mapped(&text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let Some((_, _, Item::Review(last))) = found.0.last() else { panic!("no review") };
    assert_eq!(last.work.kind, Some(revdb_model::Kind::Tv));
    assert_eq!(last.audience, Some(revdb_model::Audience::User));
    assert_eq!(last.quote.as_deref(), Some("wet"));
}
