//! A table of typed cells in, every output format out.
//!
//! Owns: how a value looks on a terminal, in a spreadsheet, on a page; what is
//! made harmless there; and that an output file appears whole or not at all.
//! Must never: know what a review is, or where the rows come from.

pub mod table;
