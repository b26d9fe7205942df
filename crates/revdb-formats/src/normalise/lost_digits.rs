//! Numeric ids and names that a spreadsheet truncated to their first digits (`9.78044E+12`), so
//! that different ones are now equal.
//!
//! Must never: reject a number that is exact.

/// Whether the number is exact; otherwise a doubt is added.
pub(super) fn is_whole(what: &str, value: &str, doubts: &mut Vec<String>) -> bool {
    let value = value.trim();
    let parts = value.split_once("E+").or_else(|| value.split_once("e+"));
    let lost = parts.is_some_and(|(digits, power)| {
        let (first, others) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        first.len() == 1
            && [first, others, power].into_iter().all(are_digits)
            && power.parse().is_ok_and(|power: usize| power > others.len())
    });
    if lost {
        doubts.push(format!("the {what} {value} has lost digits, as spreadsheets save numbers"));
    }
    !lost
}

#[cfg(test)]
mod tests {
    use crate::format::ReadOptions;
    use crate::normalise::{Context, review};
    use crate::record::{RawReview, RawWork};
    use revdb_model::ExternalId;

    fn raw(id: &str, title: Option<&str>) -> RawReview {
        let id = ExternalId::new("s", id);
        let title = title.map(str::to_owned);
        let work = RawWork { title, ids: vec![id.clone()], ..RawWork::default() };
        let (byline, score) = (Some(id.id.clone()), Some("B".into()));
        RawReview { id: Some(id), work, byline, score, ..RawReview::default() }
    }

    #[test]
    fn truncated_numeric_ids_are_rejected() {
        let nothing = ReadOptions::default();
        let context = Context { options: &nothing, file_stem: "file" };
        for (id, whole) in [
            ("9.78044E+12", false),
            ("9,78044E+12", false),
            ("1E+17", false),
            ("7.65611990012e+16", false),
            ("1.234E+03", true),
            ("12.5E+17", true),
            ("E+17", true),
            ("9780439023481", true),
        ] {
            let read = review(raw(id, Some("Tide")), context).expect("a review in any case");
            let review = read.review;
            let kept = [
                review.id.is_some(),
                !review.work.ids.is_empty(),
                review.byline.is_some(),
                read.doubts.is_empty(),
            ];
            assert_eq!(kept, [whole; 4], "{id}");
        }
        assert!(review(raw("1E+17", None), context).is_err_and(|why| why.contains("no work")));
    }
}
