//! A power cut at every moment of an import. Synced data survive; later writes survive, are lost,
//! or survive in some sectors, file by file. The result must be the old archive or the new, and
//! the new one once the import has reported success.

use std::path::Path;

use super::shim::{CALLS_MADE, Call, Part};
use super::{import, state};

/// What a disk writes atomically.
const SECTOR: usize = 512;

/// One of the two files, as on disk and as the system sees it.
#[derive(Debug, Clone, Default)]
struct File {
    synced: Vec<u8>,
    /// The directory entry is on disk.
    is_named: bool,
    /// The file exists while the system runs.
    is_there: bool,
    since: Vec<Call>,
}

impl File {
    fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) if self.is_there => {}
            Call::Create(_) => {
                *self = File { is_there: true, is_named: self.is_named, ..File::default() };
            }
            Call::Sync(_) => {
                for call in std::mem::take(&mut self.since) {
                    write(&mut self.synced, &call, |_| true);
                }
                self.is_named = true;
            }
            Call::Delete(_) => {}
            call => self.since.push(call.clone()),
        }
    }

    /// Its content after the cut; `keeps` says which sectors were written.
    fn found(&self, keeps: &mut dyn FnMut() -> bool) -> Option<Vec<u8>> {
        if !(self.is_named || self.is_there && keeps()) {
            return None;
        }
        let mut bytes = self.synced.clone();
        for call in &self.since {
            write(&mut bytes, call, |_| keeps());
        }
        Some(bytes)
    }
}

fn write(to: &mut Vec<u8>, call: &Call, mut keeps: impl FnMut(usize) -> bool) {
    match call {
        Call::Write(_, at, bytes) => {
            for (index, sector) in bytes.chunks(SECTOR).enumerate() {
                let from = at + index * SECTOR;
                if keeps(from) {
                    to.resize(to.len().max(from + sector.len()), 0);
                    to[from..from + sector.len()].copy_from_slice(sector);
                }
            }
        }
        Call::Truncate(_, size) if keeps(*size) => to.resize(*size, 0),
        _ => {}
    }
}

/// Both files after some calls.
#[derive(Debug, Clone)]
struct Disk {
    archive: File,
    journal: File,
}

impl Disk {
    fn of(base: Option<&Path>) -> Self {
        let synced = base.map(|base| std::fs::read(base).expect("the archive"));
        let archive = File {
            is_named: true,
            is_there: true,
            synced: synced.unwrap_or_default(),
            ..File::default()
        };
        Disk { archive, journal: File::default() }
    }

    fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(Part::Archive)
            | Call::Write(Part::Archive, ..)
            | Call::Truncate(Part::Archive, _)
            | Call::Sync(Part::Archive) => self.archive.apply(call),
            Call::Create(Part::Journal)
            | Call::Write(Part::Journal, ..)
            | Call::Truncate(Part::Journal, _)
            | Call::Sync(Part::Journal) => self.journal.apply(call),
            // Without a synced directory, the name may reappear with the synced content.
            Call::Delete(is_synced) => {
                self.journal.is_there = false;
                self.journal.is_named &= !is_synced;
            }
            _ => {}
        }
    }

    /// Creates the files left after a cut, in variant `way`, for an archive at `path`.
    fn lay(&self, way: usize, path: &Path, dice: &mut u64) {
        let mut toss = || {
            *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *dice >> 63 == 1
        };
        let mut yes = || true;
        let mut no = || false;
        let (archive, journal) = match way {
            0 => (self.archive.found(&mut no), self.journal.found(&mut no)),
            1 => (self.archive.found(&mut yes), self.journal.found(&mut yes)),
            2 => (self.archive.found(&mut yes), self.journal.found(&mut no)),
            3 => (self.archive.found(&mut no), self.journal.found(&mut yes)),
            _ => (self.archive.found(&mut toss), self.journal.found(&mut toss)),
        };
        let mut beside = path.as_os_str().to_owned();
        beside.push("-journal");
        for (path, bytes) in [(path, archive), (Path::new(&beside), journal)] {
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).expect("a file"),
                None => drop(std::fs::remove_file(path)),
            }
        }
    }
}

const WAYS: usize = 7;

/// Cuts the power after every `step`th call of an import of each text into `base` and of one into
/// nothing.
pub fn every_moment(folder: &Path, base: &Path, texts: &[&str], step: usize) {
    for text in texts {
        for base in [Some(base), None] {
            cut(folder, base, text, step);
        }
    }
}

fn cut(folder: &Path, base: Option<&Path>, text: &str, step: usize) {
    let file = folder.join("cut.csv");
    std::fs::write(&file, text).expect("a file");
    let path = folder.join("cut.db");
    let mut disk = Disk::of(base);
    match base {
        Some(base) => drop(std::fs::copy(base, &path).expect("a copy")),
        None => drop(std::fs::remove_file(&path)),
    }
    let old = state(&path);
    *CALLS_MADE.lock().expect("the list") = Some(Vec::new());
    let imported = import(&path, &file);
    let calls = CALLS_MADE.lock().expect("the list").take().expect("the calls");
    assert_eq!(imported, Ok(120));
    let new = state(&path);
    let (mut states, mut found_new, mut dice) = (0, 0, 7);
    for at in 0..=calls.len() {
        let is_last = at == calls.len();
        if at % step == 0 || is_last || matches!(calls[at], Call::Sync(_) | Call::Delete(_)) {
            for way in 0..WAYS {
                disk.lay(way, &path, &mut dice);
                let found = state(&path);
                let is_old = found == old || old.is_none() && found == Some(0);
                assert!(
                    found == new || is_old && !is_last,
                    "after {at} calls, way {way}: {found:?}"
                );
                found_new += usize::from(found == new);
                states += 1;
                if way == at % WAYS {
                    assert!(import(&path, &file).is_ok(), "after {at} calls, way {way}: again");
                    assert_eq!(state(&path), new, "after {at} calls, way {way}: again");
                }
            }
        }
        if let Some(call) = calls.get(at) {
            disk.apply(call);
        }
    }
    let onto = if base.is_some() { "an archive" } else { "a fresh file" };
    let count = calls.len();
    eprintln!("power cut, onto {onto}: {count} calls, {states} states, {found_new} new, 0 bad");
    assert!(states > 20 && found_new >= WAYS, "{states} states, {found_new} new");
    std::fs::remove_file(&path).expect("a file to remove");
}
