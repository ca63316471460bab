//! The API for people: the OpenAPI document as a page.

use maud::{Markup, html};
use serde_json::Value;

use super::{Context, Frame, Text, document};

/// Writes the page of an OpenAPI document. Descriptions are English, as in the document.
#[must_use]
pub fn api_page(context: &Context<'_>, openapi: &Value) -> String {
    let root = if context.site.origin.is_empty() { "" } else { context.site.origin.as_str() };
    let paths: Vec<(&String, &Value)> =
        openapi["paths"].as_object().map(|paths| paths.iter().collect()).unwrap_or_default();
    let operations: Vec<(&str, &str, &Value)> = paths
        .into_iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect();
    let schemas: Vec<(&String, &Value)> = openapi["components"]["schemas"]
        .as_object()
        .map(|schemas| schemas.iter().collect())
        .unwrap_or_default();
    let main = html! {
        div.page.api lang="en" {
            h1 { "The API of this archive" }
            p { (Text(text(&openapi["info"]["description"]))) }
            p {
                "The same as a document for programs: "
                a href=(context.site.path("/openapi.json")) { "openapi.json" }
                " (OpenAPI " (text(&openapi["openapi"])) ")."
            }
            nav aria-label="Operations" {
                ul {
                    @for (path, method, operation) in &operations {
                        li {
                            a href={ "#" (anchor(method, path)) } {
                                code { (method.to_uppercase()) " " (path) }
                            }
                            " " (Text(text(&operation["summary"])))
                        }
                    }
                }
            }
            @for (path, method, operation) in &operations {
                section.operation id=(anchor(method, path)) {
                    h2 { code { (method.to_uppercase()) " " (path) } }
                    p { (prose(text(&operation["summary"]))) }
                    @let description = text(&operation["description"]);
                    @if !description.is_empty() {
                        @for paragraph in description.split("\n\n") { p { (prose(paragraph)) } }
                    }
                    (parameters(&operation["parameters"]))
                    @if let Some(example) = operation["x-example"].as_str() {
                        h3 { "Example" }
                        @if *method == "get" {
                            p { a href=(context.site.path(example)) { code { (root) (Text(example)) } } }
                        } @else {
                            pre tabindex="0" role="group" aria-label="Example" { (Text(example)) }
                        }
                    }
                    (responses(&operation["responses"]))
                }
            }
            h2 id="schemas" { "Objects" }
            @for (name, schema) in schemas { (object(name, schema)) }
        }
    };
    let frame = Frame {
        title: "API".to_owned(),
        canonical: Some("/api".to_owned()),
        class: "api-page",
        ..Frame::default()
    };
    document(context, &frame, &main)
}

/// Writes a description; what stands between backticks is code.
fn prose(text: &str) -> Markup {
    html! {
        @for (at, piece) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (Text(piece)) } } @else { (Text(piece)) }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn anchor(method: &str, path: &str) -> String {
    let name = path.trim_start_matches("/api/v1/");
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    format!("{method}-{name}")
}

fn parameters(parameters: &Value) -> Markup {
    let Some(parameters) = parameters.as_array().filter(|parameters| !parameters.is_empty()) else {
        return html! {};
    };
    html! {
        h3 { "Parameters" }
        div.wide tabindex="0" role="group" aria-label="Parameters" {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                tbody {
                    @for parameter in parameters {
                        tr {
                            th scope="row" {
                                code { (Text(text(&parameter["name"]))) }
                                @if parameter["required"] == true { " " em { "required" } }
                            }
                            td { (Text(&kind(&parameter["schema"]))) }
                            td { (prose(text(&parameter["description"]))) }
                        }
                    }
                }
            }
        }
    }
}

fn responses(responses: &Value) -> Markup {
    let Some(responses) = responses.as_object() else { return html! {} };
    html! {
        h3 { "Answers" }
        dl {
            @for (status, response) in responses {
                dt { code { (status) } }
                dd {
                    (prose(text(&response["description"])))
                    @if let Some(content) = response["content"].as_object() {
                        @for (media, body) in content {
                            ": " code { (media) } " "
                            (reference(&body["schema"]))
                        }
                    }
                }
            }
        }
    }
}

fn reference(schema: &Value) -> Markup {
    let shown = kind(schema);
    let name = schema["$ref"].as_str().and_then(|path| path.rsplit_once('/')).map(|(_, name)| name);
    html! {
        @if let Some(name) = name {
            a href={ "#object-" (name) } { (Text(&shown)) }
        } @else {
            (Text(&shown))
        }
    }
}

/// Says what a schema is in a few words: a type, a list of a type, the values it may have, its range.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit_once('/')) {
        return name.1.to_owned();
    }
    for combined in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[combined].as_array() {
            let parts: Vec<String> = parts.iter().map(kind).collect();
            return parts.join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(", ");
    }
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            names.join(" or ")
        }
        _ => "any".to_owned(),
    };
    if name == "array" {
        return format!("list of {}", kind(&schema["items"]));
    }
    match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (from, Some(to)) => format!("{name}, {}–{to}", from.unwrap_or(0)),
        _ => name,
    }
}

fn object(name: &str, schema: &Value) -> Markup {
    let properties = schema["properties"].as_object();
    html! {
        section.object id={ "object-" (name) } {
            h3 { code { (name) } }
            p { (prose(text(&schema["description"]))) }
            @if let Some(properties) = properties {
                dl {
                    @for (property, of) in properties {
                        dt { code { (property) } " " span.kind { (reference(of)) } }
                        dd { (prose(text(&of["description"]))) }
                    }
                }
            } @else {
                p { (Text(&kind(schema))) }
            }
        }
    }
}
