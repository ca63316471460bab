//! Limits of the server, all of them.

use std::time::Duration;

/// Hits an answer may have.
pub const MAX_LIMIT: usize = 100;
/// Hits of an answer that does not ask for a number, and of a page.
pub const DEFAULT_LIMIT: usize = 20;
/// Hits that may be left out before the first; nobody reads deeper pages.
pub const MAX_OFFSET: usize = 10_000;
/// Values of one facet in an answer of `/api/v1/facets`.
pub const MAX_FACET_VALUES: usize = 1_000;
/// Bytes of a request's target; longer ones are answered with 414.
pub const MAX_TARGET_BYTES: usize = 16 * 1024;
/// Bytes of a request's line and headers; more are refused by the connection with 431, before there is a request. Large
/// enough that an address that is too long gets an answer.
pub const MAX_HEADER_BYTES: usize = 128 * 1024;
/// Bytes of a request's body; a draft of a report fits many times.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Links the body of a request may ask about.
pub const MAX_LINKS: usize = 500;
/// Links an address may ask about.
pub const MAX_LINKS_OF_ADDRESS: usize = 20;
/// Searches that run at once for every core; more wait, since they would only take turns.
pub const SEARCHES_PER_CORE: usize = 2;
/// Searches that may wait; more are answered with 503.
pub const MAX_WAITING: usize = 256;
/// Connections at once; for one more, the one that has done nothing for the longest time is ended. Below the 1,024 open
/// files that a process may often have.
pub const MAX_CONNECTIONS: usize = 512;
/// Time a client has to send a request's headers, and an idle connection is kept.
pub const HEADER_TIME: Duration = Duration::from_secs(10);
/// Time a request has until it is answered, its body included; then it is answered with 503.
pub const REQUEST_TIME: Duration = Duration::from_secs(10);
/// How long a client may go without taking a byte of an answer.
pub const WRITE_TIME: Duration = Duration::from_secs(20);
/// How long a stopping server goes on taking connections and, as long again, answering new requests on those it has,
/// asking for each to be closed, so that no request that is on its way is lost.
pub const LINGER: Duration = Duration::from_millis(500);
/// How long requests under way have when the server stops. With three times [`LINGER`] less than the ten seconds after
/// which containers are killed.
pub const DRAIN: Duration = Duration::from_secs(8);
/// How long a client has, when the server stops, to take the rest of an answer.
pub const FLUSH: Duration = Duration::from_secs(2);
