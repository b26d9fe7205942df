//! How bytes are decoded.

use super::*;

fn decode(bytes: &[u8]) -> (String, Assumed) {
    let mut decoded = Decoded::new(bytes, declared_by_page(bytes));
    let assumed = decoded.assumed();
    let mut text = String::new();
    decoded.read_to_string(&mut text).unwrap();
    let assumed = assumed.borrow().clone();
    (text, assumed)
}

#[test]
fn every_encoding_by_the_rule() {
    let cases: &[(&[u8], &str, Option<&str>)] = &[
        ("plain é…".as_bytes(), "plain é…", None),
        (b"\xef\xbb\xbfa", "a", None),
        (b"\xff\xfea\0\xe9\0", "aé", Some("read as UTF-16LE")),
        (b"\xfe\xff\0a", "a", Some("read as UTF-16BE")),
        (
            b"caf\xe9 \xc3\xa9 \x85",
            "café é …",
            Some("2 bytes that are not UTF-8 read as Windows-1252 (--encoding names another)"),
        ),
        (
            b"x\xa0",
            "x\u{a0}",
            Some("1 byte that is not UTF-8 read as Windows-1252 (--encoding names another)"),
        ),
        (
            b"cut \xe2\x80",
            "cut â€",
            Some("2 bytes that are not UTF-8 read as Windows-1252 (--encoding names another)"),
        ),
        (b"a\0b\0", "ab", Some("2 NULs removed")),
        (
            b"<meta charset=\"shift_jis\">\x83A",
            "<meta charset=\"shift_jis\">ア",
            Some("read as Shift_JIS"),
        ),
        (b"<meta charset=iso-8859-1>\xc3\xa9", "<meta charset=iso-8859-1>é", None),
        (
            b"t\0i\0t\0l\0e\0\n\0\xe9\0\x26\x20",
            "title\né…",
            Some("read as UTF-16LE, which its NUL bytes tell; it has no byte order mark"),
        ),
        (
            b"\0t\0i\0t\0l\0e\0\n\0\xe9\x20\x26",
            "title\né…",
            Some("read as UTF-16BE, which its NUL bytes tell; it has no byte order mark"),
        ),
        (b"binary\0\0\0\0\0\0\0\0\0\0\0\0", "binary", Some("12 NULs removed")),
        (b"", "", None),
        (b"a\n\x1a", "a\n", None),
        (b"a\x1ab\x1a\x1a", "a\x1ab", None),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "a", None),
        (b"\xc3\xaf\xc2\xbb\xc2\xbfa", "a", None),
    ];
    for (bytes, text, sentence) in cases {
        let (found, assumed) = decode(bytes);
        assert_eq!(found, *text);
        assert_eq!(assumed.sentence().as_deref(), *sentence, "{text}");
    }
}

#[test]
fn a_sequence_split_across_chunks_is_decoded() {
    for shift in 0..4 {
        let text = format!("{}{}", "x".repeat(CHUNK - 4 + shift), "…é😀".repeat(100));
        let (found, assumed) = decode(text.as_bytes());
        assert!(found == text && assumed.sentence().is_none(), "shift {shift}");
    }
}
