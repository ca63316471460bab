//! The OpenAPI document, generated from the routes and the objects they answer with.

use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Described;

/// The document, as it is where the server is at the root of its host.
pub(super) struct Document(Value);

/// What the document says beside its routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "baoku",
        description = "Searches an archive of past reports. Every answer is of one snapshot of the index, which its \
            ETag names; answers that search can be asked for again with If-None-Match. Pages of any site may call \
            this API unless the server was set up for some. Positions of marks are Unicode code points.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "this server")),
)]
struct About;

impl Document {
    /// Returns a document without routes.
    pub(super) fn empty() -> Described {
        About::openapi()
    }

    /// Makes the document of its routes.
    pub(super) fn new(mut described: Described) -> Self {
        let paths = std::mem::take(&mut described.paths.paths);
        for (path, mut item) in paths {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                // Generators of clients name what they write after it.
                operation.tags = Some(vec!["api".to_owned()]);
            }
            // The router's sign for a parameter that may have slashes is not one of OpenAPI.
            described.paths.paths.insert(path.replace("{*", "{"), item);
        }
        // The document is plain data.
        Self(serde_json::to_value(described).unwrap_or_default())
    }

    pub(super) fn value(&self) -> &Value {
        &self.0
    }

    /// Returns it for a server whose pages are below `prefix`.
    pub(super) fn below(&self, prefix: &str) -> Value {
        let mut document = self.0.clone();
        if !prefix.is_empty() {
            document["servers"][0]["url"] = prefix.into();
        }
        document
    }
}
