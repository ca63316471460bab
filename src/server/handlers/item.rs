//! One item: `/api/v1/items/{id}` and its page.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};

use crate::query::FacetKind;
use crate::render::html;
use crate::render::json::{self, JsonItem};
use crate::render::path::item_path;
use crate::report::ItemId;
use crate::search::{self, Found, Reached, item_context, overview};
use crate::server::answer::{self, JSON};
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::request::PageRequest;

/// Items of its report that are listed around an item, on either side.
const REACH: usize = 40;

/// Read one item whole
#[utoipa::path(
    get,
    path = "/api/v1/items/{*id}",
    params(("id" = String, Path, description = "Id of the item, such as `2024-02-22/m31tx7`; its slash may stand as it is. \
        The place in the report may stand for what is behind the slash: `2024-02-22/5`")),
    responses(
        (status = 200, description = "The item", body = JsonItem),
        (status = 301, description = "The item, which has another id now; Location names it", body = JsonItem),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "The id is not UTF-8", body = Envelope),
        (status = 404, description = "There is no such item; the hint names the nearest", body = Envelope),
        (status = 410, description = "No item has this id any longer; the hint names the nearest", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/items/2024-02-22/5")))
)]
pub(in crate::server) async fn item(
    caller: Caller,
    id: Option<Path<String>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(id) = id.ok_or_else(ApiError::not_utf8)?;
    let prefix = caller.base().map_or("", |base| base.prefix()).to_owned();
    answer::with(&caller, &headers, move |reader| {
        let Found { item, reached } = search::find(reader, &ItemId::from_typed(&id))?;
        let story = search::story(reader, &item)?;
        let answer = ([JSON], json::line(&JsonItem::new(&item, story.as_ref())));
        Ok(match reached {
            Reached::ById | Reached::ByPlace => answer.into_response(),
            Reached::Moved => {
                let place = format!("{prefix}/api/v1{}", item_path(&item));
                (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, place)], answer).into_response()
            }
        })
    })
    .await
}

/// The page of an item. One that was asked for by its place or by an id it had is shown at its own address.
pub(in crate::server) async fn page(
    caller: Caller,
    id: Option<Path<String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(id) = id.ok_or_else(ApiError::not_utf8)?;
    let page = PageRequest::new(&caller, &uri, &headers).without_question(&uri);
    let written = page.answer(&caller, &headers, move |context, reader| {
        let Found { item, reached } = search::find(reader, &ItemId::from_typed(&id))?;
        let status = match reached {
            Reached::ById => None,
            // Another item may stand there tomorrow.
            Reached::ByPlace => Some(StatusCode::FOUND),
            Reached::Moved => Some(StatusCode::MOVED_PERMANENTLY),
        };
        if let Some(status) = status {
            let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
            let place = context.site.path(&item_path(&item)) + &query;
            return Ok((status, [(header::LOCATION, place)]).into_response());
        }
        let story = search::story(reader, &item)?;
        let placed = item_context(reader, item, REACH)?;
        let sources = overview(reader)?.different(FacetKind::Source);
        Ok(Html(html::item_page(context, &placed, story.as_ref(), sources)).into_response())
    });
    written.await
}
