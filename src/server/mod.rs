//! The HTTP server over a snapshot that is swapped whole: the search page, the API, feeds, the embeddable box.

mod admission;
mod answer;
mod caller;
mod error;
mod files;
mod files_open;
mod handlers;
mod layers;
mod limits;
mod listen;
mod metrics;
mod observe;
mod offers;
mod openapi;
mod params;
mod peers;
mod receive;
mod request;
mod respond;
mod router;
mod site;
mod state;
mod stream;
mod turns;

pub use admission::host_name;
pub use limits::*;
pub use listen::{bind, serve};
pub use router::router;
pub use site::{BaseUrl, Origins};
pub use state::{Forwarded, QueryLog, Settings, State};
