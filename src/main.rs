//! The program: one subcommand per file. Exit code 0: done; 1: not done, with the reason; 2: the
//! command itself was not understood.

/// Prints a line; a reader that went away (`| head`) ends the program quietly.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        if let Err(error) = writeln!(std::io::stdout(), $($text)*) {
            crate::failure::silence(&error);
        }
    }};
}

mod account;
mod case;
mod demo;
mod district;
mod failure;
mod import;
mod indicator;
mod ledger;
mod logs;
mod machine;
mod migrate;
mod mode;
mod open311;
mod pack;
mod packs;
mod photos;
mod policy;
mod progress;
mod report;
mod rules;
mod serve;
mod target;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use failure::Failure;

/// Liangwang (两网): one program for a district's two networks
#[derive(Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create the demo district and run it
    Demo(demo::Demo),
    /// Run the program on a district
    Serve(serve::Serve),
    /// Make, list, reset and close accounts of staff
    #[command(subcommand)]
    Account(account::Account),
    /// Create the database or bring its tables up to date
    Migrate(migrate::Migrate),
    /// Check scenario packs
    #[command(subcommand)]
    Pack(pack::Pack),
    /// Bring in records of other systems
    #[command(subcommand)]
    Import(import::Import),
    /// List, show and drive cases
    #[command(subcommand)]
    Case(Box<case::Case>),
    /// Let programs send reports through Open311
    #[command(subcommand)]
    Open311(open311::Open311),
    /// Look after kept photos
    #[command(subcommand)]
    Photos(photos::Photos),
    /// Show or switch the mode: normal or emergency
    Mode(mode::Switching),
    /// Verify, export and sign the record
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Figures counted from the ledger or declared with a document
    #[command(subcommand)]
    Indicator(indicator::Indicator),
    /// Check people and enterprises against policies
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Try the policy language
    #[command(subcommand)]
    Rules(rules::Rules),
    /// Read work reports: every figure, with its reason
    #[command(subcommand)]
    Report(report::Report),
    /// Follow up targets of a report
    #[command(subcommand)]
    Target(target::Target),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A server that runs for months says what it did; a command says what it found.
    let level = match cli.command {
        Command::Serve(_) => tracing::Level::INFO,
        _ => tracing::Level::WARN,
    };
    if let Err(failure) = logs::begin(level) {
        eprintln!("liangwang: {failure}");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("liangwang: the program cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Who asked for JSON gets JSON, unless the command has said it already.
            if !failure.told && std::env::args().any(|arg| arg == "--json") {
                say!("{}", serde_json::json!({ "error": failure.text, "key": failure.key }));
            }
            eprintln!("liangwang: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::Account(account) => account.run().await,
        Command::Migrate(migrate) => migrate.run().await,
        Command::Pack(pack) => pack.run().await,
        Command::Import(import) => import.run().await,
        Command::Case(case) => case.run().await,
        Command::Open311(open311) => open311.run().await,
        Command::Photos(photos) => photos.run().await,
        Command::Mode(switching) => switching.run().await,
        Command::Indicator(indicator) => indicator.run().await,
        Command::Ledger(ledger) => ledger.run().await,
        Command::Policy(policy) => policy.run().await,
        Command::Rules(rules) => rules.run(),
        Command::Report(report) => report.run().await,
        Command::Target(target) => target.run().await,
    }
}
