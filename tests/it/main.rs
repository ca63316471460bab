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
mod cli;
#[cfg(feature = "serve")]
mod damage;
mod fuzz;
mod guarantee;
mod harness;
mod indexes;
mod kills;
mod ladder;
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
