//! Records of lines as in data sets and notes, with invented content.

use super::*;
use crate::columns::tests::{Bytes, Collected};
use crate::record::Item;

/// `line: title|score|words|byline` of each review, or the rejection.
fn read(text: &str) -> Vec<String> {
    let mut sink = Collected::default();
    KeyValue
        .read(&mut Bytes(text.as_bytes().to_vec()), &ReadOptions::default(), &mut sink)
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let told = |item: Item| match item {
        Item::Review(review) => {
            let parts = [review.work.title, review.score, review.quote, review.byline];
            parts.map(Option::unwrap_or_default).join("|")
        }
        other => format!("{other:?}"),
    };
    sink.0.into_iter().map(|(at, _, item)| format!("{}: {}", at.line, told(item))).collect()
}

fn confidence(text: &str) -> Confidence {
    KeyValue.recognise(&Probe::new("", text, true))
}

#[test]
fn records_of_lines_are_read() {
    for (text, wanted) in [
        // Keys with a slash, as in data sets.
        (
            "beer/name: Gull Stout\nreview/overall: 4/5\nreview/profileName: ann\n\
             review/text: Dark.\n\nbeer/name: Rope Ale\nreview/overall: 2/5\n\
             review/profileName: bo\nreview/text: Thin: no head.\n\n",
            &["1: Gull Stout|4/5|Dark.|ann", "6: Rope Ale|2/5|Thin: no head.|bo"][..],
        ),
        // A headline, and works identified by an id.
        (
            "product/productId: B0A\nreview/userId: U1\nreview/score: 4/5\nreview/summary: Good\n\
             review/text: Dark.\n\nproduct/productId: B0B\nreview/userId: U2\nreview/score: 2/5\n\
             review/summary: Bad\nreview/text: Thin.\n",
            &["1: |4/5|Dark.|U1", "7: |2/5|Thin.|U2"],
        ),
        // Text over several lines, a field that only one record has, a line that looks like a
        // field.
        (
            "Film: Tide\nCritic: Ann\nScore: 4/5\nReview: Slow\n  and: warm.\nNote: see it.\n\nSee it twice.\n\n\
             Film: Ebb\nCritic: Bo\nSeat: 12\nScore: 2/5\nReview:\nLoud.\n",
            &[
                "1: Tide|4/5|Slow\nand: warm.\nNote: see it.\n\nSee it twice.|Ann",
                "10: Ebb|2/5|Loud.|Bo",
            ],
        ),
        // No blank lines.
        (
            "Film: Tide\nScore: 4/5\nReview: Slow.\nFilm: Ebb\nScore: 2/5\nReview: Loud.\n",
            &["1: Tide|4/5|Slow.|", "4: Ebb|2/5|Loud.|"],
        ),
        // Records whose first keys differ.
        (
            "Score: 4/5\nFilm: Tide\nReview: Slow.\n\nFilm: Ebb\nReview: Loud.\n\n\
             Review: Odd.\nFilm: Rope\nScore: 3/5\n",
            &["1: Tide|4/5|Slow.|", "5: Ebb||Loud.|", "8: Rope|3/5|Odd.|"],
        ),
        (
            "Film: Tide\nScore: 4/5\n\nSeries: Sea\nFilm: Ebb\nScore: 2/5\n\n\
             Series: Sea\nFilm: Rope\nScore: 3/5\n\nTotal: 3\nMade: 2020\n",
            &["1: Tide|4/5||", "4: Ebb|2/5||", "8: Rope|3/5||"],
        ),
        (
            "Score: 4/5\nFilm: Tide\nFilm: Ebb\nScore: 2/5\nScore: 3/5\nFilm: Rope\n",
            &[
                "1: Rejected(\"the key 'Film' stands twice in one object\")",
                "4: Rejected(\"it names no work\")",
                "5: Rope|3/5||",
            ],
        ),
        // A key repeated on consecutive lines.
        (
            "Book: Tide\nAuthor: Ann\nAuthor: Bo\nScore: 4/5\n\nBook: Ebb\nAuthor: Al\nScore: 2/5\n",
            &["1: Tide|4/5||", "6: Ebb|2/5||"],
        ),
        // One complete record whose text looks like a field.
        (
            "Title: Tide\nReviewer: Ann\nScore: 4/5\nReview: Slow.\nThe end: fine.\n",
            &["1: Tide|4/5|Slow.\nThe end: fine.|Ann"],
        ),
        // Chinese colons, and list markers before each field.
        (
            "片名：潮\n评论者：安\n评分：4/5\n评论：慢\n\n片名：雾\n评论者：李\n评分：2/5\n评论：灰\n",
            &["1: 潮|4/5|慢|安", "6: 雾|2/5|灰|李"],
        ),
        (
            "- Title: Tide\n- Reviewer: Ann\n- Score: 4/5\n\n- Title: Ebb\n- Reviewer: Bo\n- Score: 2/5\n",
            &["1: Tide|4/5||Ann", "5: Ebb|2/5||Bo"],
        ),
        // Headings above and between records, a score in a heading, a heading over text alone.
        (
            "# 2020\n\n### Tide - 4/5\nSeen: 2020-01-02\n\nSlow.\n\n### Of mine\n\nBuy tea.\n\n\
             ## May\n\nWet.\n\n### Ebb ★★☆☆☆\nSeen: 2020-05-02\n\nLoud.\n",
            &[
                "3: Tide|4/5|Slow.|",
                "8: Rejected(\"it names no work\")",
                "14: Rejected(\"it names no work\")",
                "16: Ebb|★★☆☆☆|Loud.|",
            ],
        ),
        // Headings and keys with markup.
        (
            "# Diary\n\n## Tide\n\n**Rating:** 4/5\n- Watched: 2019-03-04\n\nSlow.\n\nWarm.\n\n---\n\n\
             ## Ebb\n\n**Rating**: 2/5\n\nLoud.\n",
            &["3: Tide|4/5|Slow.\n\nWarm.|", "14: Ebb|2/5|Loud.|"],
        ),
    ] {
        assert_eq!(confidence(text), Confidence::Shape, "{text}");
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn other_texts_are_not_claimed() {
    for text in [
        "",
        "Film: Tide\nScore: 4/5\n",
        "Name: Ann\nScore: 4\nPhone: 123\n",
        "Dear diary,\nFilm: Tide\nScore: 4/5\n\nFilm: Ebb\nScore: 2/5\n",
        "Ann: It is slow.\nBo: It is not.\nAnn: It is.\nBo: Score it, then.\n",
        "Host: a\nUser: b\nPort: 1\n\nHost: c\nUser: d\nPort: 2\n",
        "name,score: x\nTide,4\n",
        "- film: Tide\n  score: 4/5\n- film: Ebb\n  score: 2/5\n",
        "---\nfilm: Tide\nscore: 4/5\n---\nfilm: Ebb\nscore: 2/5\n",
    ] {
        assert_eq!(confidence(text), Confidence::No, "{text}");
    }
}

#[test]
fn an_overlong_line_is_refused() {
    let text = format!(
        "Film: Tide\nScore: 4/5\n\nFilm: Ebb\nScore: 2/5\nReview: {}",
        "x".repeat(crate::json::LONGEST_RECORD + 2)
    );
    let mut sink = Collected::default();
    let read = KeyValue.read(&mut Bytes(text.into_bytes()), &ReadOptions::default(), &mut sink);
    assert!(read.is_err_and(|error| error.to_string().contains("16 MiB")));
}

#[test]
fn long_texts_take_linear_time() {
    let text = "Film: Tide\nScore: 4/5\nReview: Slow.\n\n".repeat(20_000);
    assert_eq!(read(&text).len(), 20_000);
}
