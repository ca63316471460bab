//! One item: `/api/v1/items/{id}` and its page.

use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, Response};

use crate::query::FacetKind;
use crate::render::html;
use crate::render::json::{self, JsonItem};
use crate::report::ItemId;
use crate::search::{self, item_context, overview};
use crate::server::answer::json as answered;
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::request::PageRequest;

/// Items of its report that are listed around an item, on either side.
const REACH: usize = 40;

/// Read one item whole
#[utoipa::path(
    get,
    path = "/api/v1/items/{*id}",
    params(("id" = String, Path, description = "Id of the item, such as `2024-02-22/5`; its slash may stand as it is")),
    responses(
        (status = 200, description = "The item", body = JsonItem),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "The id is not UTF-8", body = Envelope),
        (status = 404, description = "There is no such item; the hint names the nearest", body = Envelope),
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
    answered(&caller, &headers, move |reader| {
        let item = search::item(reader, &ItemId::from_typed(&id))?;
        Ok(json::line(&JsonItem::from(&item)))
    })
    .await
}

/// The page of an item.
pub(in crate::server) async fn page(
    caller: Caller,
    id: Option<Path<String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(id) = id.ok_or_else(ApiError::not_utf8)?;
    let page = PageRequest::new(&caller, &uri, &headers).without_question(&uri);
    let written = page.answer(&caller, &headers, move |context, reader| {
        let placed = item_context(reader, &ItemId::from_typed(&id), REACH)?;
        let sources = overview(reader)?.values(FacetKind::Source).len();
        Ok(Html(html::item_page(context, &placed, sources)))
    });
    written.await
}
