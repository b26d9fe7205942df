//! Writes generated reviews in common formats: a scrape's CSV with its films, a data set's JSON
//! lines, a saved page.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Dump, Made, WORKS, civil, first_day, movie_id, words};

/// The format of a reviews file: critics' reviews as a scrape's CSV, or users' as JSON lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Csv,
    Jsonl,
}

/// The columns that the profile `rotten-tomatoes-2024` reads, and two others.
const COLUMNS: [&str; 11] = [
    "creationDate", "criticName", "publicationName", "reviewUrl", "quote", "reviewId",
    "scoreSentiment", "originalScore", "movieId", "isTopCritic", "reviewState",
];

/// `reviewId`: the column that `--without-ids` omits.
const ID: usize = 5;

impl Made<'_> {
    fn cells(&self) -> [Cow<'_, str>; 11] {
        let (sentiment, state) =
            if self.fresh { ("POSITIVE", "fresh") } else { ("NEGATIVE", "rotten") };
        [
            (*self.date).into(),
            (*self.byline).into(),
            self.publication.into(),
            format!("https://reviews.example.invalid/{:x}", self.number).into(),
            self.quote.as_str().into(),
            (10_000_000 + self.number).to_string().into(),
            sentiment.into(),
            (*self.score).into(),
            self.movie_id.into(),
            if self.number.is_multiple_of(3) { "True".into() } else { "False".into() },
            state.into(),
        ]
    }
}

/// Writes the reviews with these numbers. Without ids a repeated review is recognised by its words
/// alone (JSON lines never have ids).
pub fn write_reviews(
    dump: &Dump,
    numbers: &[u64],
    shape: Shape,
    ids: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match shape {
        Shape::Csv => write_csv(dump, numbers, ids, out),
        Shape::Jsonl => write_jsonl(dump, numbers, out),
    }
}

fn write_csv(dump: &Dump, numbers: &[u64], ids: bool, out: &mut dyn Write) -> io::Result<()> {
    let kept: Vec<usize> = (0..COLUMNS.len()).filter(|&at| ids || at != ID).collect();
    let names: Vec<&str> = kept.iter().map(|&at| COLUMNS[at]).collect();
    writeln!(out, "{}", names.join(","))?;
    let mut line = String::with_capacity(1024);
    for &number in numbers {
        let made = dump.review(number);
        let cells = made.cells();
        line.clear();
        for (place, &at) in kept.iter().enumerate() {
            line.push_str(if place == 0 { "" } else { "," });
            csv_cell(&mut line, &cells[at]);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// Users' reviews of products, in the format of Amazon's data set of 2023.
fn write_jsonl(dump: &Dump, numbers: &[u64], out: &mut dyn Write) -> io::Result<()> {
    let mut quote = String::with_capacity(1024);
    for &number in numbers {
        let made = dump.review(number);
        let (stars, product) = (1 + number % 5, made.movie_id);
        let milliseconds = 1_300_000_000_000 + number * 300_000;
        quote.clear();
        json_text(&mut quote, &made.quote);
        writeln!(
            out,
            "{{\"rating\": {stars}.0, \"title\": \"\", \"text\": {quote}, \"images\": [], \
            \"asin\": \"{product}\", \"parent_asin\": \"{product}\", \"user_id\": \"U{number:X}\", \
            \"timestamp\": {milliseconds}, \"helpful_vote\": 0, \"verified_purchase\": true}}"
        )?;
    }
    Ok(())
}

/// RFC 4180: quoted if necessary.
fn csv_cell(line: &mut String, cell: &str) {
    if !cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        line.push_str(cell);
        return;
    }
    line.push('"');
    for (place, part) in cell.split('"').enumerate() {
        line.push_str(if place == 0 { "" } else { "\"\"" });
        line.push_str(part);
    }
    line.push('"');
}

fn json_text(line: &mut String, text: &str) {
    line.push('"');
    for c in text.chars() {
        match c {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            c => line.push(c),
        }
    }
    line.push('"');
}

/// Writes the films of all generated reviews.
pub fn write_movies(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "movieId,movieTitle,movieYear,movieURL")?;
    for work in 0..WORKS {
        let (year, ..) = civil(first_day(work));
        let (id, title) = (movie_id(work), words::title(work));
        writeln!(out, "{id},{title},{year},https://www.rottentomatoes.com/m/{id}")?;
    }
    Ok(())
}

/// The share of a page outside reviews: a saved user-review page of 2019 has some 60 KB of head,
/// menus and footer.
const FURNITURE: usize = 250;

/// Writes a saved user-review page about the work `page` in the layout of 2019, with these
/// reviews.
pub fn write_page(dump: &Dump, page: u32, numbers: &[u64], out: &mut dyn Write) -> io::Result<()> {
    let title = words::title(page % WORKS);
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head>\n<meta charset=\"utf-8\"><title>{title} user reviews</title>\n\
        <meta property=\"og:title\" content=\"{title}\"><meta property=\"og:type\" content=\"video.movie\">\n\
        <meta property=\"og:site_name\" content=\"Metacritic\">\n\
        <link rel=\"canonical\" href=\"https://www.metacritic.com/movie/m-{page}/user-reviews\">\n</head><body>\n<ul class=\"nav\">\n"
    )?;
    for item in 0..FURNITURE {
        writeln!(
            out,
            "  <li class=\"nav_item nav_item_{item}\"><a class=\"nav_link\" href=\"/browse/{item}\" \
            title=\"{0}\"><span class=\"nav_text\">{0}</span></a>\n    <div class=\"clr\"></div></li>",
            words::title(item as u32)
        )?;
    }
    write!(
        out,
        "</ul>\n<div class=\"product_page_title\"><a href=\"/movie/m-{page}\"><h1>{title}</h1></a></div>\n\
        <span class=\"release_date\"><span class=\"label\">Release Date:</span> <span>December 13, 2013</span></span>\n\
        <div class=\"reviews list pad_top_half pad_btm1\">\n"
    )?;
    for &number in numbers {
        page_review(&dump.review(number), out)?;
    }
    writeln!(
        out,
        "</div>\n<div class=\"footer_wrap\"><div class=\"clr\"></div></div>\n</body></html>"
    )
}

fn page_review(made: &Made, out: &mut dyn Write) -> io::Result<()> {
    let (id, score) = (10_000_000 + made.number, made.number % 11);
    let class = ["negative", "mixed", "positive"][(score / 4) as usize];
    let name =
        words::person(made.work.wrapping_mul(31).wrapping_add(made.number as u32)).replace(' ', "");
    let quote = made.quote.replace('&', "&amp;").replace('<', "&lt;").replace("\n\n", "<br><br>");
    let date = if made.date.len() == 10 { &*made.date } else { "2013-12-17" };
    let short: String = quote.chars().take_while(|c| *c != '.').collect();
    // Every third review is so long that the page contains it twice, truncated and in full.
    let body = if made.number.is_multiple_of(3) {
        format!(
            "<span class=\"inline_expand_collapse inline_collapsed\" id=\"review_blurb_{id}\">\
            <span class=\"blurb blurb_collapsed\">{short}</span><span class=\"blurb blurb_expanded\">{quote}</span>\
            <span class=\"blurb_etc\">&hellip;</span> <span class=\"toggle_expand_collapse toggle_expand\">Expand</span></span>"
        )
    } else {
        format!("<span>{quote}</span>")
    };
    write!(
        out,
        "        <div class=\"review pad_top1\" >\n        <div class=\"left fl\">\n            \n\
        <div class=\"metascore_w user large movie {class} indiv\">{score}</div>\n\n        </div>\n\
        \x20       <div class=\"right fl\">\n            <div class=\"title pad_btm_half\"><span class=\"author\"><a href=\"/user/{name}\">{name}</a></span>\
        <span class=\"date\">{date}</span></div>\n            <div class=\"summary\">\n                <div class=\"review_body\">\n\
        \x20                                       {body}\n            </div>\n\n            </div>\n            <div class=\"interactions pad_top1\">\n\
        \x20               <span class=\"helpful_wrapper\">\n                    <div class=\"helpful\" data-mcrefid=\"{id}\" data-mcreftype=\"230\">\n\
        \x20   <div class=\"thumbs\">\n                <span class=\"text\"><span class=\"yes_count\">0</span> of <span class=\"total_count\">0</span> users found this helpful</span>\
        <span class=\"thumb_up\"><i class=\"fa fa-thumbs-up\" aria-hidden=\"true\"></i><span class=\"count\">0</span></span>\
        <span class=\"thumb_down\"><i class=\"fa fa-thumbs-down\" aria-hidden=\"true\"></i><span class=\"count\">0</span></span>\
        \x20                   <span class=\"progress \">\n    <i class=\"fa fa-spinner\"></i>\n</span>\n\n            </div>\n    <div class=\"msg\"></div>\n</div>\n\
        \x20               </span>\n                <span class=\"all_reviews\"><a href=\"/user/{name}\">All this user's reviews</a></span>\
        \x20               <div class=\"clr\"></div>\n            </div>\n        </div>\n        <div class=\"clr\"></div>\n    </div>\n"
    )
}
