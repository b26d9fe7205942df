//! What is asked of the operating system and may be refused: threads, files of a person's own.
//!
//! Must never: know what a thread does or a file means, or panic where the system says no.

pub mod small_file;
pub mod thread;
