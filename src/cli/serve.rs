//! `baoku serve`.

use std::net::SocketAddr;
use std::thread;

use jiff::ZonedDateTime;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::FOUND;
use super::args;
use super::config::Config;
use super::output::Output;
use crate::error::{Error, Result};
use crate::server::{State, serve};

pub(super) fn run(args: &args::Serve, config: &Config, output: &Output) -> Result<u8> {
    let snapshot = super::search::open(config, true, output)?;
    let items = snapshot.head.items;
    let searcher = super::search::searcher(snapshot, config)?;
    let prepared = searcher.clone();
    // The first questions are answered meanwhile; what they need first they read themselves.
    thread::spawn(move || prepared.prepare());
    let state = State::new(searcher, || ZonedDateTime::now().date());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Io { what: "cannot start the server".to_owned(), source })?;
    runtime.block_on(async {
        let listen = |source| Error::Listen { addr: args.addr.clone(), source };
        let listener = TcpListener::bind(&args.addr).await.map_err(listen)?;
        let addr: SocketAddr = listener.local_addr().map_err(listen)?;
        // Taken before the address is told: whoever reads it may already want the server to stop.
        let mut terminate = signal(SignalKind::terminate()).map_err(listen)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(listen)?;
        output.note(&format!("{items} items at http://{addr}/api/v1/search?q= — Ctrl-C stops"));
        serve(listener, state, async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
        .await
        .map_err(|source| Error::Io { what: "the server failed".to_owned(), source })
    })?;
    output.note("stopped");
    Ok(FOUND)
}
