//! The HTTP server over a snapshot that is swapped whole: the search page, the API, feeds, the embeddable box.

mod admission;
mod answer;
mod error;
mod files;
mod handlers;
mod layers;
mod limits;
mod listen;
mod metrics;
mod observe;
mod offers;
mod openapi;
mod params;
mod request;
mod respond;
mod router;
mod site;
mod state;

pub use admission::{Origins, host_name};
pub use limits::*;
pub use listen::serve;
pub use router::router;
pub use site::BaseUrl;
pub use state::{QueryLog, Settings, State};
