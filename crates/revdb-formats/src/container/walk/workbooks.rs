//! Workbooks and tars on the walk.

use tempfile::SpooledTempFile;
use zip::ZipArchive;

use super::super::sheets;
use super::super::spool::TooMuch;
use super::super::tarball::{Content, Member, Place, Tarball};
use super::super::{Dump, Found};
use super::{ReadSeek, Step, Walk, is_system_file};

impl Walk {
    /// One sheet of a workbook, whose parts were unpacked once before to check the limits.
    pub(super) fn workbook(
        &mut self,
        path: String,
        mut archive: ZipArchive<Box<dyn ReadSeek>>,
        kind: sheets::Kind,
    ) -> Found {
        let mut unseen = sheets::Unseen::default();
        for index in 0..archive.len() {
            let measured = archive
                .by_index(index)
                .map_err(|error| TooMuch::here(error.to_string()))
                .and_then(|mut member| {
                    let packed = member.compressed_size();
                    match member.name().is_ok_and(|it| it.starts_with("xl/worksheets/")) {
                        true => {
                            let watched = sheets::Watched::new(&mut member, &mut unseen);
                            self.budget.measure(watched, packed)
                        }
                        false => self.budget.measure(&mut member, packed),
                    }
                });
            if let Err(why) = measured {
                return self.refused(path, why);
            }
        }
        let sheet = sheets::read(archive, kind, self.sheet.as_deref(), &mut self.budget);
        let sheets::Sheet { name, text, others, hidden_rows } = match sheet {
            Ok(sheet) => sheet,
            Err(reason) => return Found::Refused { path, reason },
        };
        unseen.hidden_rows += hidden_rows;
        let mut warnings = unseen.warnings();
        warnings.extend((!others.is_empty()).then(|| {
            const NAMED: usize = 10;
            let more = if others.len() > NAMED { ", …" } else { "" };
            let others = others.get(..NAMED).unwrap_or(&others).join(", ");
            format!("its sheet is \"{name}\"; --sheet names another: {others}{more}")
        }));
        let warning = (!warnings.is_empty()).then(|| warnings.join("; "));
        match Dump::of_spool(path.clone(), text) {
            Ok(dump) => Found::Dump(Dump { warning, ..dump }),
            Err(error) => Found::unreadable(path, &error),
        }
    }

    pub(super) fn tar(
        &mut self,
        path: String,
        from: Box<dyn ReadSeek>,
        depth: usize,
    ) -> Option<Found> {
        let archive = match Tarball::open(from, self.limits.members) {
            Ok(archive) => Box::new(archive),
            Err(reason) => return Some(Found::Refused { path, reason }),
        };
        if let Err(why) = self.budget.take_members(archive.len()) {
            return Some(self.refused(path, why));
        }
        self.steps.push(Step::Tar { archive, next: 0, path, depth });
        None
    }

    pub(super) fn tar_member(
        &mut self,
        mut archive: Box<Tarball>,
        next: usize,
        tar: String,
        depth: usize,
    ) -> Option<Found> {
        let Member { name, content } = archive.member(next)?;
        let path = format!("{tar}!/{name}");
        let read = match (is_system_file(&path), content) {
            (Some(reason), _) => Err(Found::LeftAlone { path, reason: reason.to_owned() }),
            (None, Content::LeftAlone(reason)) => Err(Found::LeftAlone { path, reason }),
            (None, Content::Unreadable(reason)) => Err(Found::Refused { path, reason }),
            (None, Content::Bytes(place)) => Ok((path, self.tar_bytes(&mut archive, place))),
        };
        self.steps.push(Step::Tar { archive, next: next + 1, path: tar, depth });
        match read {
            Ok((path, bytes)) => self.unpacked(path, bytes, depth + 1, None),
            Err(found) => Some(found),
        }
    }

    fn tar_bytes(
        &mut self,
        archive: &mut Tarball,
        place: Place,
    ) -> Result<SpooledTempFile, TooMuch> {
        let reader = archive.reader(place).map_err(|error| TooMuch::here(error.to_string()))?;
        self.budget.spool(reader, None)
    }
}
