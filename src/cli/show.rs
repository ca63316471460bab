//! `baoku show`.

use super::args::{self, Format};
use super::config::Config;
use super::open::open;
use super::output::Output;
use super::status::Status;
use crate::error::Result;
use crate::render::json::{self, JsonItem};
use crate::render::terminal;
use crate::report::ItemId;
use crate::search::{self, Found, Reached, Reader};

pub(super) fn run(args: &args::Show, config: &Config, output: &Output) -> Result<Status> {
    let reader = Reader::new(open(config, output)?);
    let id = args::unshield(std::slice::from_ref(&args.id));
    let Found { item, reached } = search::find(&reader, &ItemId::from_typed(&id))?;
    if reached == Reached::Moved {
        output.note(&format!("`{id}` is {} now", item.id));
    }
    let text = match args.format {
        Format::Text => terminal::item(&item, output.look()),
        Format::Json => json::pretty(&JsonItem::from(&item)),
    };
    output.print(&text)?;
    Ok(Status::Found)
}
