//! `baoku show`.

use super::args::{self, Format};
use super::clock::today;
use super::config::Config;
use super::open::open;
use super::output::Output;
use super::status::Status;
use crate::error::{Error, Result};
use crate::query::{Filters, Query, parse_days};
use crate::render::json::{self, JsonItem, JsonResults};
use crate::render::terminal;
use crate::report::ItemId;
use crate::search::{self, Found, Reached, Reader, Request};

pub(super) fn run(args: &args::Show, config: &Config, output: &Output) -> Result<Status> {
    let reader = Reader::new(open(config, output)?);
    let id = args::unshield(std::slice::from_ref(&args.id));
    let Found { item, reached } = match search::find(&reader, &ItemId::from_typed(&id)) {
        Err(error @ Error::NoItem { .. }) => {
            return day(&reader, &id, args, output)?.ok_or(error);
        }
        found => found?,
    };
    if reached == Reached::Moved {
        output.note(&format!("`{id}` is {} now", item.id));
    }
    let story = search::story(&reader, &item)?;
    let text = match args.format {
        Format::Text => terminal::item(&item, story.as_ref(), output.look()),
        Format::Json => json::pretty(&JsonItem::new(&item, story.as_ref())),
    };
    output.print(&text)?;
    Ok(Status::Found)
}

/// Shows the items of a day, a month or other days; `None` if none were named, or none has items.
fn day(reader: &Reader, typed: &str, args: &args::Show, output: &Output) -> Result<Option<Status>> {
    let Some(days) = parse_days(typed, today()) else { return Ok(None) };
    let filters = Filters { days, ..Filters::default() };
    let results = search::answer(reader, &Request { filters, ..Request::new(Query::empty()) })?;
    if results.hits.is_empty() {
        return Ok(None);
    }
    output.print(&match args.format {
        Format::Text => terminal::results(&results, output.look()),
        Format::Json => json::pretty(&JsonResults::new(&results, None)),
    })?;
    Ok(Some(Status::Found))
}
