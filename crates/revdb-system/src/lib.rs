//! Requests to the operating system that may fail: opening files, starting threads; and calls of
//! third-party code that may panic.
//!
//! Must never: know what a thread does or a file means, or panic where a request fails.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod contained;
pub mod files;
pub mod outside;
pub mod small_file;
pub mod thread;
