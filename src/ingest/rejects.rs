//! Writes rejected records as a dump, to be corrected and imported.
//!
//! Owns: the header of such a dump. Must never: change a rejected record, or put records of
//! different headers under one.

use super::options::DumpOptions;
use super::run::{ImportError, Result};
use revdb_formats::container::Dump;
use revdb_formats::detect::Head;
use revdb_formats::profile::Shape;
use revdb_store::{Archive, ArchiveError};

/// The rejected records of `import` or of one source, or of all, below their dump's own header.
///
/// # Errors
/// [`ImportError::Usage`] if there are none; if their dumps have different headers or are neither
/// tables nor JSON; or if the table was not stored, so that its header is unknown.
pub fn rejects_as_dump(
    archive: &Archive,
    import: Option<i64>,
    source: Option<i64>,
) -> Result<Vec<u8>> {
    let mut below: Option<(Vec<u8>, String)> = None;
    let mut records = Vec::new();
    let mut rejections = archive.rejections(import)?;
    rejections.retain(|rejection| source.is_none_or(|source| rejection.source_id == source));
    let mut known = None;
    for rejection in rejections {
        if known != Some(rejection.source_id) {
            known = Some(rejection.source_id);
            let header = header_of(archive, rejection.source_id, &rejection.path)?;
            match &below {
                Some((first, path)) if *first != header => {
                    return Err(ImportError::usage(
                        format!("{path} and {} have different headers", rejection.path),
                        "say which dump's: --source N (`revdb imports list --sources` has the numbers)",
                    ));
                }
                Some(_) => {}
                None => below = Some((header, rejection.path.clone())),
            }
        }
        records.extend_from_slice(rejection.raw.trim_end_matches(['\r', '\n']).as_bytes());
        records.push(b'\n');
    }
    let Some((mut dump, _)) = below else {
        return Err(ImportError::usage(
            "nothing was rejected".to_owned(),
            "`revdb imports` has the counts",
        ));
    };
    dump.extend(records);
    Ok(dump)
}

/// The header line of a table; empty for JSON lines.
fn header_of(archive: &Archive, source: i64, path: &str) -> Result<Vec<u8>> {
    let (format, words) = archive.reading_of_source(source)?;
    let words = DumpOptions::of_json(&words)
        .map_err(|why| ArchiveError::Damaged(format!("the dump {path}: {why}")))?;
    let formats = revdb_formats::detect::formats()
        .map_err(|error| ImportError::usage(error.to_string(), "this is a fault of revdb"))?;
    let profile =
        formats.iter().find(|known| known.name() == format).and_then(|known| known.profile());
    let quotes = match profile {
        Some(profile) if matches!(profile.shape, Shape::Columns | Shape::Json) => profile.quotes,
        None if revdb_formats::has_json_records(&format) => return Ok(Vec::new()),
        None if format == revdb_formats::COLUMNS || words.profile.is_some() => true,
        _ => {
            let message = format!("{path} is no table, so its rejected records make no dump");
            return Err(ImportError::usage(message, "mend the file itself, and import it again"));
        }
    };
    let kept = archive.raw_dump_of_source(source)?.ok_or_else(|| {
        let message = format!("{path} is not kept, so its header is not known");
        ImportError::usage(message, "import it with --keep always")
    })?;
    let dump = Dump::written(path, |out| kept.write_to(out).map(drop))?;
    let head = Head::of(&dump, &words.options).map_err(ArchiveError::from)?;
    let head =
        head.map_err(|why| ImportError::usage(format!("{path}: {why}"), "say --encoding"))?;
    let probe = head.probe();
    if profile.is_some_and(|profile| profile.shape_of(probe.head) == Shape::Json) {
        return Ok(Vec::new());
    }
    let header = probe.with_options(&words.options).header(quotes).map_err(|error| {
        ImportError::usage(
            format!("{path}: {error}"),
            "import it anew; the archive keeps what it rejected",
        )
    })?;
    let mut line =
        csv::WriterBuilder::new().delimiter(header.layout.delimiter).from_writer(Vec::new());
    line.write_record(&header.names)
        .map_err(|error| ArchiveError::from(std::io::Error::other(error)))?;
    line.flush().map_err(ArchiveError::from)?;
    line.into_inner()
        .map_err(|error| ArchiveError::from(std::io::Error::other(error.to_string())).into())
}
