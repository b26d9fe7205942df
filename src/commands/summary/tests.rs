use super::*;

fn printed(report: &ImportReport, verbosity: Verbosity) -> String {
    let mut out = Vec::new();
    print(&mut out, report, false, verbosity).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

fn source(path: &str, notes: &[&str]) -> SourceReport {
    let note = |message: &&str| Note { message: (*message).to_owned(), help: None };
    SourceReport {
        path: path.to_owned(),
        format: "pages".to_owned(),
        counts: Counts { new: 2, rejected: 1, ..Counts::default() },
        notes: notes.iter().map(note).collect(),
        ..SourceReport::default()
    }
}

#[test]
fn similar_dumps_are_grouped_and_refusals_come_last() {
    let left = |path: &str| LeftAlone { path: format!("in/{path}"), reason: "an image".to_owned() };
    let bad = |path: &str| Refused {
        path: path.to_owned(),
        reason: "cut off".to_owned(),
        ..Refused::default()
    };
    let report = ImportReport {
        import_id: Some(1),
        sources: ["in/a", "in/b", "in/c", "in/d"].map(|path| source(path, &["assumed"])).to_vec(),
        left_alone: [
            "a folder/with a long name/and another one/1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "9",
            "10",
        ]
        .map(left)
        .to_vec(),
        refused: ["x", "y"].map(bad).to_vec(),
        total: Counts { new: 8, rejected: 4, ..Counts::default() },
        ..ImportReport::default()
    };
    assert_eq!(
        printed(&report, Verbosity::Usual),
        "pages, 4 dumps: 8 new, 0 changed, 0 filled in, 0 same, 4 rejected\n\
         note: assumed (a, b, c and 1 more)\n\
         a folder/…/1, 2, 3 and 7 more: left alone: an image\n\
         in all, 4 dumps below in/: 8 new, 0 changed, 0 filled in, 0 same, 4 rejected; 10 files left alone; 2 files refused\n\
         note: this was import 1; `revdb imports undo 1` takes it back\n\
         note: 4 more rejected; `revdb imports rejects` lists them all\n\
         error: refused, not stored: cut off\n --> x\n --> y\n"
    );
    assert_eq!(
        printed(&report, Verbosity::Quiet),
        "note: 4 more rejected; `revdb imports rejects` lists them all\n\
         error: refused, not stored: cut off\n --> x\n --> y\n"
    );
    let verbose = printed(&report, Verbosity::Verbose);
    for part in ["\nin/d (pages): 2 new", "\nin/5: left alone: an image"] {
        assert!(verbose.contains(part), "{verbose}");
    }
}
