//! The `revdb` program: parse, run, print the error, exit code.

fn main() -> std::process::ExitCode {
    revdb::commands::main(std::env::args_os())
}
