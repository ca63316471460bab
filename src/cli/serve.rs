//! `baoku serve`: the server, the index it answers from, and what keeps both in step.

use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::SystemTime;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::args;
use super::clock::today;
use super::config::Config;
use super::keeper::Keeper;
use super::log::Log;
use super::open::{Existing, existing};
use super::output::Output;
use super::panics;
use super::signals::Signals;
use super::status::Status;
use crate::error::{Error, Result};
use crate::index::Snapshot;
use crate::server::{
    BaseUrl, Forwarded, Origins, QueryLog, Settings, State, bind, host_name, serve,
};

pub(super) fn run(args: &args::Serve, config: &Config, output: &Output) -> Result<Status> {
    let settings = settings(args, config)?;
    let found = found(args, config)?;
    let state = State::new(today, settings);
    let stop = AtomicBool::new(false);
    let log = Log::start(args.log_format, output);
    panics::keep_panics(log.panics());
    let mut keeper = Keeper::new(args, config, &state, &log, &stop);
    let to_prepare = match &found {
        Existing::Usable(snapshot) => Some(keeper.publish(snapshot.as_ref().clone())?),
        Existing::ToBuild(_) => None,
    };
    let started = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = started.map_err(Error::io("cannot start the server"))?;
    thread::scope(|scope| {
        let served = runtime.block_on(async {
            let listen = |source| Error::Listen { addr: args.addr.clone(), source };
            let listener = bind(&args.addr).await.map_err(listen)?;
            let addr = listener.local_addr().map_err(listen)?;
            // Before the address is shown: whoever reads it may already want the server to stop.
            let signals = Signals::listen().map_err(listen)?;
            log.say(&greeting(&found, addr, config));
            let (give_up, given_up) = oneshot::channel();
            let why = found.why_to_build();
            scope.spawn(move || {
                if let Err(error) = keeper.keep(to_prepare, why) {
                    let _ = give_up.send(error);
                }
            });
            answer(listener, state.clone(), signals, given_up).await
        });
        stop.store(true, Ordering::Relaxed);
        served
    })?;
    log.say("stopped");
    Ok(Status::Found)
}

/// Looks at what there is to answer from, all of it.
fn found(args: &args::Serve, config: &Config) -> Result<Existing> {
    let there = if args.read_only {
        Existing::Usable(Box::new(Snapshot::open(&config.index)?))
    } else {
        existing(config)?
    };
    let Existing::Usable(snapshot) = there else { return Ok(there) };
    match snapshot.verify(None).and_then(|()| snapshot.clone().held(args.bytes_in_memory())) {
        Ok(snapshot) => Ok(Existing::Usable(Box::new(snapshot))),
        // A writer has published another state meanwhile.
        Err(_) if !snapshot.is_current() => found(args, config),
        // The sync says what is wrong and builds it again.
        Err(Error::IndexDamaged { .. }) if !args.read_only && config.may_rebuild() => {
            Ok(Existing::ToBuild(None))
        }
        Err(error) => Err(error),
    }
}

/// Checks the options that say how the server presents itself.
fn settings(args: &args::Serve, config: &Config) -> Result<Settings> {
    let base = args
        .base_url
        .as_ref()
        .map(|url| BaseUrl::parse(url).ok_or_else(|| Error::BaseUrl { value: url.clone() }));
    Ok(Settings {
        base: base.transpose()?,
        query_log: if args.log_queries { QueryLog::Always } else { QueryLog::Never },
        hosts: hosts(&args.allow_host)?,
        forwarded: if args.forwarded { Forwarded::Believed } else { Forwarded::Ignored },
        origins: origins(&args.allow_origin)?,
        fingerprint: fingerprint(config),
    })
}

/// Reads the names of the server.
fn hosts(allowed: &[String]) -> Result<Vec<String>> {
    let read = allowed
        .iter()
        .map(|host| host_name(host).ok_or_else(|| Error::Host { value: host.clone() }));
    read.map(|name| name.map(str::to_owned)).collect()
}

/// Reads which sites may ask.
fn origins(allowed: &[String]) -> Result<Origins> {
    if allowed.iter().any(|origin| origin == "*") {
        return Ok(Origins::Any);
    }
    let read = allowed.iter().map(|origin| {
        BaseUrl::origin(origin).ok_or_else(|| Error::Origin { value: origin.clone() })
    });
    let read = read.collect::<Result<Vec<_>>>()?;
    Ok(if read.is_empty() { Origins::None } else { Origins::Only(read) })
}

/// Says where the server is and what it does first.
fn greeting(found: &Existing, addr: SocketAddr, config: &Config) -> String {
    match found {
        Existing::Usable(snapshot) => {
            format!("{} items at http://{addr}/ — Ctrl-C stops", snapshot.head().items)
        }
        Existing::ToBuild(_) => format!(
            "building an index of {} first; http://{addr}/ shows how far it is — Ctrl-C stops",
            config.archive.display()
        ),
    }
}

/// Answers until a signal comes, or until there will never be an index and `given_up` says why.
async fn answer(
    listener: TcpListener,
    state: State,
    signals: Signals,
    given_up: oneshot::Receiver<Error>,
) -> Result<()> {
    let (pass_on, reason) = oneshot::channel();
    serve(listener, state, async move {
        tokio::select! {
            () = signals.stop() => {}
            Ok(error) = given_up => {
                let _ = pass_on.send(error);
            }
        }
    })
    .await
    .map_err(Error::io("the server failed"))?;
    reason.await.map_or(Ok(()), Err)
}

/// Names what answers depend on beside the index: this program, and its lists of words.
fn fingerprint(config: &Config) -> String {
    let program = std::env::current_exe().and_then(fs::metadata);
    let built = program.and_then(|file| file.modified()).ok();
    let parts = (
        env!("CARGO_PKG_VERSION"),
        built.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()),
        &config.synonyms.text,
        config.shipped_synonyms,
        config.aliases,
    );
    blake3::hash(format!("{parts:?}").as_bytes()).to_hex()[..12].to_owned()
}
