use proptest::prelude::*;

use super::{CleanQuote, clean_line, clean_quote};

#[test]
fn characters_tags_and_paragraphs() {
    let cases = [
        ("", ""),
        ("Plain words, untouched.", "Plain words, untouched."),
        (" two  spaces\u{a0}\u{a0}and\ttabs ", "two spaces and tabs"),
        ("caf&eacute; &amp; bar&hellip;", "café & bar…"),
        ("a&nbsp;b&#160;c", "a b c"),
        ("it&#39;s, it&amp;#39;s, it&apos;s", "it's, it's, it's"),
        ("cut&#133; and \u{85} and &#x97;", "cut… and … and —"),
        ("\u{93}quoted\u{94} \u{81}", "“quoted”"),
        ("Q&A at AT&T, &unknown; &copy", "Q&A at AT&T, &unknown; &copy"),
        ("one<br/>two<BR />three<br>", "one\ntwo\nthree"),
        ("one&lt;br&gt;two", "one\ntwo"),
        ("<p>one</p>\r\n<p class=\"x\">two</p>", "one\ntwo"),
        ("<blockquote>one</blockquote>two", "one\ntwo"),
        ("<i>so</i> <b>very</b> <a href=\"u\">good</a>", "so very good"),
        ("a < b, <3 and <spoiler>x</spoiler>", "a < b, <3 and <spoiler>x</spoiler>"),
        ("<b is bigger> <i <b>", "<b is bigger> <i"),
        ("if a &lt; b &gt; c", "if a < b > c"),
        ("one\r\n\r\n two \r three\n\nfour", "one\ntwo\nthree\nfour"),
        ("soft\u{ad}hyphen\u{200b}zero\u{feff}", "softhyphenzero"),
        ("\u{1F468}\u{200D}\u{1F469}", "\u{1F468}\u{200D}\u{1F469}"),
        ("nul\0 bell\u{7} esc\u{1b}[0m", "nul bell esc[0m"),
        ("\"Wholly quoted.\"", "\"Wholly quoted.\""),
        ("\u{3000}映画\u{3000}評", "映画 評"),
    ];
    for (dump, text) in cases {
        let cleaned = clean_quote(dump);
        assert_eq!(
            cleaned,
            CleanQuote { text: text.to_owned(), ..CleanQuote::default() },
            "{dump:?}"
        );
        assert_eq!(clean_line(dump), text.replace('\n', " "), "{dump:?}");
    }
}

#[test]
fn boilerplate_at_the_end() {
    let whole = [
        ("A fine film. Full Review »", "A fine film."),
        ("A fine film Full Review »", "A fine film"),
        ("A fine film.\u{a0}Full Review\u{a0}»", "A fine film."),
        ("A fine film.\nFull Review", "A fine film."),
        ("A fine film\nFull Review", "A fine film"),
        ("A fine film. Read full review", "A fine film."),
        ("A fine film. Read More", "A fine film."),
        ("A fine film. Expand", "A fine film."),
        ("A fine film Expand", "A fine film"),
        ("A fine film!Expand", "A fine film!"),
        ("A fine film. Collapse", "A fine film."),
        ("A fine film. Full Review » Full Review »", "A fine film."),
        ("A fine film. full review", "A fine film."),
        ("A fine film full review »", "A fine film"),
        ("Full Review »", ""),
        ("[SPOILER ALERT: This review contains spoilers.] A fine film.", "A fine film."),
        ("[SPOILER ALERT: This review contains spoilers.]\nA fine film. Expand", "A fine film."),
        ("[Spoiler alert: this review contains spoilers.]A fine film.", "A fine film."),
        ("[SPOILER ALERT: This review contains spoilers.]", ""),
        ("This review contains spoilers, click expand to view. A fine film.", "A fine film."),
    ];
    for (dump, text) in whole {
        let expected = CleanQuote { text: text.to_owned(), ..CleanQuote::default() };
        assert_eq!(clean_quote(dump), expected, "{dump:?}");
    }
    let cut = [
        "A fine film…Expand",
        "A fine film… Expand",
        "A fine film...Expand",
        "A fine film … More",
        "A fine film... Read More",
    ];
    for dump in cut {
        let expected =
            CleanQuote { text: "A fine film".to_owned(), truncated: true, language: None };
        assert_eq!(clean_quote(dump), expected, "{dump:?}");
    }
}

#[test]
fn sentences_that_only_look_like_boilerplate() {
    let cases = [
        "A world that begs to expand",
        "Please read my Full Review",
        "Nobody saw the Collapse",
        "To be read more",
        "Give us More",
        "Reckless abandon …",
        "It trails off...",
        "WeExpand",
        "This review contains spoilers, sorry.",
        "It says [SPOILER ALERT: This review contains spoilers.] and so on.",
        "Full Review » is what it says",
        "A sequel [in Spanish]",
        "(Full review in the 3rd issue)",
        "A fine film. Full review in Variety.",
        "Read my full review in Spanish",
        "Expanded",
    ];
    for text in cases {
        let expected = CleanQuote { text: text.to_owned(), ..CleanQuote::default() };
        assert_eq!(clean_quote(text), expected, "{text:?}");
    }
    assert_eq!(clean_line("Full Review"), "Full Review");
}

#[test]
fn language_notes() {
    let cases = [
        ("Animada. [Full Review in Spanish]", "Animada.", "Spanish"),
        ("Animada. [Full review in Spanish.]", "Animada.", "Spanish"),
        ("Animada&#46; &#91;Full review in Spanish&#93;", "Animada.", "Spanish"),
        ("Animada [full review in Spanish].", "Animada", "Spanish"),
        ("Animada (Full review in Brazilian Portuguese)", "Animada", "Brazilian Portuguese"),
        ("Animada. [Full Review in Spanish] Full Review »", "Animada.", "Spanish"),
        ("[Full Review in Spanish]", "", "Spanish"),
        ("Animada[ Full review in Spanish]", "Animada", "Spanish"),
        ("Animada. {Full review in Spanish]", "Animada.", "Spanish"),
        ("Animada. Full review in Spanish.", "Animada.", "Spanish"),
        ("Animada.\nFull review in Spanish", "Animada.", "Spanish"),
    ];
    for (dump, text, language) in cases {
        let expected = CleanQuote {
            text: text.to_owned(),
            truncated: false,
            language: Some(language.to_owned()),
        };
        assert_eq!(clean_quote(dump), expected, "{dump:?}");
    }
}

#[test]
fn long_hostile_texts_take_no_time() {
    let start = std::time::Instant::now();
    for part in [
        "<",
        "&",
        "<b ",
        "&amp;",
        "[Full review in X]",
        "]",
        "…Expand",
        "Full Review »",
        "&#x",
        "<br>",
        "» ",
        "[SPOILER ALERT: This review contains spoilers.]",
    ] {
        clean_quote(&part.repeat(1 << 18));
    }
    // Quadratic code takes minutes here; linear code some 100 ms unoptimised.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

fn is_tidy(text: &str) -> bool {
    text.trim() == text
        && !text.contains("  ")
        && !text.contains("\n\n")
        && !text.contains(" \n")
        && !text.contains("\n ")
        && !text.chars().any(|c| c.is_control() && c != '\n')
}

proptest! {
    #[test]
    fn any_text_is_cleaned(text in any::<String>()) {
        prop_assert!(is_tidy(&clean_quote(&text).text));
        let line = clean_line(&text);
        prop_assert!(is_tidy(&line) && !line.contains('\n'));
    }

    #[test]
    fn texts_made_of_dump_parts_are_cleaned(
        text in "(word|[ .…\"«»\t\r\n\u{85}\u{a0}\u{ad}\0]|&amp;|&nbsp;|&#133;|&|<|>|<br>|</p>|<i>|Expand|Full Review|\\[Full review in Spanish\\]){0,16}"
    ) {
        prop_assert!(is_tidy(&clean_quote(&text).text));
        prop_assert!(is_tidy(&clean_line(&text)));
    }

    /// Without `&` and `<` one pass is enough; with them, resolving one reference may create
    /// another.
    #[test]
    fn cleaning_twice_changes_nothing(
        text in "(word|[ .…\"«»\t\r\n\u{85}\u{a0}\u{ad}\0!?]|[a-zé]|Expand|Read More|Full Review|\\[Full review in Spanish\\]){0,16}"
    ) {
        let once = clean_quote(&text).text;
        prop_assert_eq!(&clean_quote(&once).text, &once);
        prop_assert_eq!(clean_line(&clean_line(&text)), clean_line(&text));
    }
}
