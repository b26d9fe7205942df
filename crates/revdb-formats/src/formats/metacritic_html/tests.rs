//! The format as a whole: real pages, if available, and hostile ones.

use super::*;
use crate::formats::page_text::MetacriticText;
use crate::formats::testing::{Collected, probe, read, shared, squeezed};

type Row = (Option<String>, Option<String>, Option<String>, String);

fn rows(found: &Collected) -> Vec<Row> {
    found
        .reviews()
        .into_iter()
        .map(|(_, r)| {
            (
                r.byline.clone(),
                r.date.clone(),
                r.score.clone(),
                squeezed(r.quote.as_deref().unwrap_or_default()),
            )
        })
        .collect()
}

#[test]
fn the_user_page_is_the_same_as_html_and_as_text() {
    let (Some(html), Some(text)) = (
        shared("dumps/metacritic-html/black-christmas-users-2019.html"),
        shared("dumps/metacritic-text/black-christmas-users-2019.txt"),
    ) else {
        return;
    };
    assert_eq!(MetacriticHtml.recognise(&probe(&html)), Confidence::Certain);
    assert_eq!(MetacriticText.recognise(&probe(&html)), Confidence::No);
    let (html, text) = (read(&MetacriticHtml, &html), read(&MetacriticText, &text));
    assert_eq!(rows(&html), rows(&text));
    assert_eq!(rows(&html).len(), 17);
    let first = html.reviews()[0].1;
    assert_eq!(first.id, Some(revdb_model::ExternalId::new("metacritic", "10612636")));
    assert_eq!(first.work, text.reviews()[0].1.work);
}

#[test]
fn two_saves_of_one_page_hold_the_same_hundred() {
    let saves: Vec<_> = ["a", "b"]
        .iter()
        .filter_map(|save| {
            shared(&format!("dumps/metacritic-html/force-awakens-users-2019-{save}.html"))
        })
        .map(|page| {
            let found = read(&MetacriticHtml, &page);
            assert!(found.rejected.is_empty(), "{:?}", found.rejected);
            let reviews = found.reviews();
            assert!(reviews.iter().all(|(_, r)| r.byline.is_some()
                && r.date.is_some()
                && r.score.is_some()
                && r.quote.is_some()));
            assert!(reviews.iter().all(|(_, r)| {
                !r.quote.as_deref().unwrap_or_default().contains("click expand")
            }));
            reviews.iter().map(|(_, review)| review.id.clone()).collect::<Vec<_>>()
        })
        .collect();
    if let [a, b] = saves.as_slice() {
        assert_eq!((a.len(), a), (100, b));
    }
}

#[test]
fn fragments() {
    for (name, count) in [
        ("mc2012_game-critic_fragments.html", 2),
        ("mc2018_publication-page_music_fragment.html", 1),
        ("mc2026_elden-ring_critic-cards_fragment.html", 2),
        ("mc2026_nuxt_payload_tail_fragment.txt", 2),
    ] {
        let Some(page) = shared(&format!("dumps/metacritic-html/{name}")) else {
            continue;
        };
        assert_eq!(MetacriticHtml.recognise(&probe(&page)), Confidence::Certain, "{name}");
        let found = read(&MetacriticHtml, &page);
        assert_eq!(found.reviews().len(), count, "{name}");
    }
}

#[test]
fn hostile_pages_are_read_in_time() {
    let started = std::time::Instant::now();
    let deep = format!(
        "<div class=review data-mcrefid=1>{}metascore_w{}",
        "<div class=review>".repeat(10_000),
        "</div>".repeat(10_001)
    );
    assert!(read(&MetacriticHtml, &deep).reviews().is_empty());
    let wide =
        "<div class=review><div class='metascore_w indiv'>200</div><div class=source>A</div></div>"
            .repeat(5_000);
    let found = read(&MetacriticHtml, &wide);
    assert_eq!((found.reviews().len(), found.rejected.len()), (0, 5_000));
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}
