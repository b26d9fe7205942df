//! What is asked of the operating system and may be refused: threads, files of a person's own;
//! and other people's code that may panic.
//!
//! Must never: know what a thread does or a file means, or panic where the system says no.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod contained;
pub mod files;
pub mod small_file;
pub mod thread;
