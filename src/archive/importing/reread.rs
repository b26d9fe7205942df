//! A dump that the archive holds, read otherwise within an import.
//!
//! Must never: leave what this import knows of the archive as it was before.

use super::{Counts, Importing, Lookup};
use crate::archive::ArchiveError;
use crate::archive::again::{Again, Reread};
use crate::archive::recluster::next_id;

impl<'a> Importing<'a> {
    /// Lends what reading a dump again needs, within this import's transaction;
    /// [`take_back`](Self::take_back) follows, whatever came of it.
    pub fn lend(&mut self) -> Result<Again<'a>, ArchiveError> {
        self.begin_group()?;
        let fulltext = std::mem::take(&mut self.fulltext);
        Ok(Again::within(self.conn, self.columns, fulltext, &self.meta.started_at))
    }

    pub fn take_back(&mut self, again: Again<'a>) -> Result<(), ArchiveError> {
        self.fulltext = again.into_fulltext();
        self.names.forget();
        self.lookup = Lookup::default();
        self.next_id = next_id(self.conn, &self.fulltext)?;
        Ok(())
    }

    /// Notes that this import's words changed how a dump is read.
    pub fn changed_reading(
        &mut self,
        dump_id: i64,
        path: &str,
        words: &str,
        read: &Reread,
    ) -> Result<Counts, ArchiveError> {
        let source_id = self.source_row(dump_id, path, words)?;
        let counts = read.counts();
        self.write_counts(source_id, &counts)?;
        Ok(counts)
    }
}
