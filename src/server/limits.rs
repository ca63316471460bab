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
pub const MAX_HEADER_BYTES: usize = 32 * 1024;
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
/// Bytes of the bodies of all requests that are kept at once; a request that would keep more is answered with 503.
pub const MAX_BODIES_BYTES: usize = 64 * 1024 * 1024;
/// Connections at once, or as many as the limit of open files has room for. Each costs some 20 KB, and
/// [`MAX_HEADER_BYTES`] at worst. For one more, one that can be spared is ended; while there is none, others wait with the
/// system.
pub const MAX_CONNECTIONS: usize = 4096;
/// Connections that wait with the system; more than it allows (4,096 on Linux) are not taken from it.
pub const BACKLOG: u32 = 4096;
/// Time a new connection has for its first request before it may be sent away, with a 503, to make room for another one.
pub const FRESH_TIME: Duration = Duration::from_secs(1);
/// Time without a byte of a body after which its connection may be sent away to make room for another one.
pub const STALL_TIME: Duration = Duration::from_millis(100);
/// Time that sending a body or taking an answer may take however little comes or goes. After it, a body that came slower
/// than [`SLOW_RATE`] is answered with 408, and who takes an answer more slowly may be sent away to make room.
pub const SLOW_GRACE: Duration = Duration::from_secs(2);
/// Bytes a second; a poor mobile connection has more.
pub const SLOW_RATE: u64 = 8 * 1024;
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
