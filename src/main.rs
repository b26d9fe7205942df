//! The `revdb` program: parse, run, print the error, exit code.

#![forbid(unsafe_code)]

/// Quotes and names are made on the thread that reads and freed on the one that stores,
/// where the C library's allocator lets the two wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    revdb::main(std::env::args_os())
}
