//! The `revdb` program: parse, run, print the error, exit code.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    revdb::commands::main(std::env::args_os())
}
