//! The `revdb` program: parse, run, print the error, exit code.

#![forbid(unsafe_code)]

/// Quotes and names are allocated on the reading thread and freed on the storing one; in the C
/// library's allocator the two would contend.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    revdb::main(std::env::args_os())
}
