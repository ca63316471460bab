//! Who asks, and the work that is done for them while they wait.

use std::convert::Infallible;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::error::ApiError;
use super::state::{Forwarded, Serving, State};
use super::turns::Client;
use crate::error::Error;
use crate::search::{GivenUp, Reader};

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remote(pub(super) IpAddr);

/// One request's view of the server.
pub(super) struct Caller {
    state: State,
    client: Client,
}

impl Deref for Caller {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl FromRequestParts<State> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<Remote>().map(|remote| remote.0);
        let named = match state.forwarded() {
            Forwarded::Ignored => None,
            Forwarded::Believed => forwarded(&parts.headers),
        };
        let client = named.or(connected).map(Client::from).unwrap_or_default();
        Ok(Self { state: state.clone(), client })
    }
}

/// Returns the address that the nearest proxy saw; what stands before it is what the client wrote.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

impl Caller {
    /// Runs work on a snapshot off the async threads. A few searches run at once and more wait in turn, one of every
    /// client after the other; when too many wait already, the work is refused. It is given up when nobody waits for
    /// it any longer.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        serving: Arc<Serving>,
        work: impl FnOnce(&Reader) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = self.turns().take(self.client).await.ok_or_else(ApiError::overloaded)?;
        let given_up = GivenUp::default();
        let reader = serving.reader.clone().until(given_up.clone());
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            reader.check()?;
            work(&reader)
        });
        // Dropped with the request.
        let _waits = Waits(given_up);
        let done = done.await;
        if matches!(done, Err(_) | Ok(Err(Error::Search(_) | Error::IndexDamaged { .. }))) {
            self.state.suspect();
        }
        Ok(done??)
    }
}

/// Somebody who waits for work, until it is dropped.
struct Waits(GivenUp);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_the_last_one() {
        let of = |values: &[&str]| {
            let values = values.iter().map(|value| {
                (axum::http::HeaderName::from_static("x-forwarded-for"), value.parse().unwrap())
            });
            forwarded(&values.collect()).map(|address| address.to_string())
        };
        assert_eq!(of(&["192.0.2.1, 192.0.2.2"]).as_deref(), Some("192.0.2.2"));
        assert_eq!(of(&["192.0.2.1", "2001:db8::1"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(of(&["unknown"]), None);
        assert_eq!(of(&[]), None);
    }
}
