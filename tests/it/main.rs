//! The one integration binary: every test of the outside behaviour.

#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "tests"
)]

mod admission;
mod api;
mod architecture;
mod archives;
mod asked;
#[cfg(target_os = "linux")]
mod bounds;
mod cli;
mod corruption;
#[cfg(feature = "serve")]
mod damage;
mod elsewhere;
#[cfg(target_os = "linux")]
mod faults;
mod fuzz;
#[cfg(target_os = "linux")]
mod growth;
mod guarantee;
mod harness;
mod history;
mod indexes;
#[cfg(target_os = "linux")]
mod injector;
mod kills;
mod ladder;
mod measures;
mod page;
mod portability;
mod properties;
mod ranking;
mod reports;
mod sync;
#[cfg(unix)]
mod terminal;
mod tokens;
mod watch;
mod words;
