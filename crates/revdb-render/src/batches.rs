//! Formats rows in batches on a second thread while the first reads the next rows.
//!
//! Formatting a row takes about as long as reading it, so this halves the time. Rows are read and
//! bytes written on the first thread; only cells and text cross over.
//!
//! Must never: hold more than a few batches, bounded in bytes, or change the order of rows.

use std::io::Write;
use std::sync::mpsc::{Receiver, channel, sync_channel};

use super::OutputError;
use super::table::{Cell, Rows};
use revdb_system::thread;

/// Rows per batch; shorter outputs are formatted on the calling thread.
const ROWS: usize = 256;
/// Bytes of text after which a batch is full; a single row may exceed it.
const BYTES: usize = 256 << 10;
/// Batches that may wait for the other thread.
const WAITING: usize = 2;

/// Rows whose memory is reused.
#[derive(Default)]
struct Batch {
    rows: Vec<Vec<Cell>>,
    /// Number of valid rows.
    len: usize,
    bytes: usize,
}

impl Batch {
    /// Replaces the rows by the next ones; false at the end.
    fn fill(&mut self, source: &mut dyn Rows) -> Result<bool, OutputError> {
        (self.len, self.bytes) = (0, 0);
        while self.len < ROWS && self.bytes < BYTES {
            if self.rows.len() == self.len {
                self.rows.push(Vec::new());
            }
            let Some(row) = self.rows.get_mut(self.len) else { break };
            if !source.next_into(row)? {
                break;
            }
            self.len += 1;
            self.bytes += row.iter().map(bytes_of).sum::<usize>();
        }
        Ok(self.len > 0)
    }

    fn rows(&self) -> &[Vec<Cell>] {
        self.rows.get(..self.len).unwrap_or_default()
    }
}

fn bytes_of(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.len(),
        _ => 0,
    }
}

/// Writes every row as formatted by `text_of`, and returns their number.
///
/// # Errors
/// Errors of the rows, of the output, or of `text_of`.
pub fn in_batches(
    rows: &mut dyn Rows,
    out: &mut dyn Write,
    text_of: impl Fn(&[Vec<Cell>]) -> Result<Vec<u8>, OutputError> + Sync,
) -> Result<u64, OutputError> {
    let mut batch = Batch::default();
    let more = batch.fill(rows)? && (batch.len == ROWS || batch.bytes >= BYTES);
    if !more {
        out.write_all(&text_of(batch.rows())?)?;
        return Ok(batch.len as u64);
    }
    let text_of = &text_of;
    std::thread::scope(|scope| {
        let (to_write, batches) = sync_channel::<Batch>(WAITING);
        let (told, written) = channel();
        let put_in_form = move |batches: Receiver<Batch>| {
            for batch in batches {
                let text = text_of(batch.rows());
                if told.send((text, batch)).is_err() {
                    return;
                }
            }
        };
        // If the system has no thread left, the reading thread formats as well.
        if thread::spawn(scope, batches, put_in_form).is_err() {
            return alone(rows, batch, out, text_of);
        }
        let mut count = 0;
        let mut there = true;
        while there {
            count += batch.len as u64;
            // The other thread ends early only if it panics, which the scope reports.
            if to_write.send(batch).is_err() {
                break;
            }
            batch = Batch::default();
            while let Ok((text, used)) = written.try_recv() {
                out.write_all(&text?)?;
                // Cells keep their capacity, so batches with long texts are dropped.
                if used.bytes < BYTES / 4 {
                    batch = used;
                }
            }
            there = batch.fill(rows)?;
        }
        drop(to_write);
        for (text, _) in written {
            out.write_all(&text?)?;
        }
        Ok(count)
    })
}

/// As [`in_batches`], from the first batch on, but only on this thread.
fn alone(
    rows: &mut dyn Rows,
    mut batch: Batch,
    out: &mut dyn Write,
    text_of: impl Fn(&[Vec<Cell>]) -> Result<Vec<u8>, OutputError>,
) -> Result<u64, OutputError> {
    let mut count = 0;
    loop {
        count += batch.len as u64;
        out.write_all(&text_of(batch.rows())?)?;
        if !batch.fill(rows)? {
            return Ok(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Caption, Collected, Column, ColumnKind};
    use super::*;

    fn numbered(count: usize, text: &str) -> Collected {
        let columns = vec![Column::new("n", ColumnKind::Int), Column::new("t", ColumnKind::Text)];
        let row = |n| vec![Cell::Int(n), Cell::Text(text.to_owned())];
        let rows = (0..).take(count).map(row).collect();
        Collected::new(columns, rows, Caption::default())
    }

    fn numbers(rows: &[Vec<Cell>]) -> Result<Vec<u8>, OutputError> {
        let number = |row: &Vec<Cell>| row.first().and_then(Cell::data_text).unwrap_or_default();
        Ok(rows.iter().flat_map(|row| (number(row) + ",").into_bytes()).collect())
    }

    #[test]
    fn every_row_is_written_once_and_in_order() {
        let long = "x".repeat(BYTES / 3);
        for (count, text) in [
            (0, ""),
            (1, ""),
            (ROWS - 1, ""),
            (ROWS, ""),
            (ROWS + 1, ""),
            (10 * ROWS, "a"),
            (20, &long),
        ] {
            let mut out = Vec::new();
            assert_eq!(
                in_batches(&mut numbered(count, text), &mut out, numbers).unwrap(),
                count as u64
            );
            let expected: String = (0..count).map(|n| format!("{n},")).collect();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn a_write_error_ends_the_output() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("full"))
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        for count in [1, 10 * ROWS] {
            assert!(in_batches(&mut numbered(count, ""), &mut Full, numbers).is_err());
        }
        let refuses = |_: &[Vec<Cell>]| Err(OutputError::from(std::io::Error::other("no text")));
        assert!(in_batches(&mut numbered(10 * ROWS, ""), &mut Vec::new(), refuses).is_err());
    }
}
