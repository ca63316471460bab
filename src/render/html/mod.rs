//! The pages: results, items, what the archive holds, the API, errors. Complete without scripts; every string of an
//! archive is hostile and goes through [`Text`] or [`web_address`].

mod api;
mod context;
mod facets;
mod frame;
mod histogram;
mod hit;
mod home;
mod item;
mod language;
mod markdown;
mod notes;
mod results;
mod search;
mod states;
mod text;

pub use api::api_page;
pub use context::{Context, Site};
pub use home::overview;
pub use item::item_page;
pub use language::Language;
pub use results::{Offer, OfferKind, ResultsPage, answer};
pub use search::search_page;
pub use states::{building_page, error_page};
pub use text::{Text, web_address};
