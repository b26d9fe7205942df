//! Lists that begin after the sample that detection reads.
//!
//! Must never: skip such a list, since its reviews would be missing silently.

use super::{List, WHOLE, is_json, list, outermost};
use crate::format::{Probe, ReadOptions, Result, Text};
use crate::json::lists::{Lone, places};

/// Lists that begin after the sample, and all objects outside lists.
pub(super) fn lists(
    head: &str,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Result<(Vec<List>, Vec<Lone>)> {
    let early = places(head.as_bytes())?;
    if early.lines {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut all = places(text.reader()?)?;
    all.lists.retain(|place| !place.keyed);
    let mut lists = Vec::new();
    for path in outermost(&all.lists, false) {
        if path != WHOLE && !early.lists.iter().any(|place| place.path == path) {
            lists.extend(list(text.reader()?, &path, None, options)?);
        }
    }
    Ok((lists, all.lone))
}

/// Whether a document is longer than the sample, so that more lists may follow.
pub(crate) fn may_go_on(probe: &Probe<'_>) -> bool {
    let lines = places(probe.head.as_bytes()).is_ok_and(|found| found.lines);
    !probe.whole && is_json(probe.head) && !lines
}

#[cfg(test)]
mod tests {
    use crate::columns::tests::{Bytes, Collected};
    use crate::format::{Format, Probe, ReadOptions};
    use crate::json::any::AnyJson;

    #[test]
    fn a_list_after_a_long_one_is_read() {
        let review = r#"{"film":"Tide","critic":"Ann","rating":"3/4","review":"Slow."}"#;
        let count = Probe::LIMIT / review.len() + 1;
        let many = vec![review; count].join(",");
        let padding = "x".repeat(Probe::LIMIT);
        for (text, wanted) in [
            (format!(r#"{{"mine":[{many}],"others":[{review},{review}]}}"#), count + 2),
            (format!(r#"{{"{padding}":"{padding}","others":[{review}]}}"#), 1),
        ] {
            let mut sink = Collected::default();
            AnyJson
                .read(&mut Bytes(text.into_bytes()), &ReadOptions::default(), &mut sink)
                .expect("reviews");
            assert_eq!(sink.0.len(), wanted);
        }
    }
}
