//! The API for people: the OpenAPI document as a page.

use maud::{Markup, html};
use serde_json::Value;

use super::context::Context;
use super::frame::{Frame, document};
use super::text::Text;

/// One method of one path.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    described: &'a Value,
}

impl Operation<'_> {
    fn name(&self) -> Markup {
        html! { code { (self.method.to_uppercase()) " " (self.path) } }
    }

    fn anchor(&self) -> String {
        let name = self.path.trim_start_matches("/api/v1/").chars();
        let name: String = name.filter(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
        format!("{}-{name}", self.method)
    }
}

/// Writes the page of an OpenAPI document. Descriptions are English, as in the document.
#[must_use]
pub fn api_page(context: &Context<'_>, openapi: &Value) -> String {
    let operations: Vec<Operation<'_>> = entries(&openapi["paths"])
        .flat_map(|(path, item)| {
            entries(item).map(move |(method, described)| Operation { method, path, described })
        })
        .collect();
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
                    @for operation in &operations {
                        li {
                            a href={ "#" (operation.anchor()) } { (operation.name()) }
                            " " (Text(text(&operation.described["summary"])))
                        }
                    }
                }
            }
            @for operation in &operations { (section(context, operation)) }
            h2 id="schemas" { "Objects" }
            @for (name, schema) in entries(&openapi["components"]["schemas"]) { (object(name, schema)) }
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

fn section(context: &Context<'_>, operation: &Operation<'_>) -> Markup {
    let described = operation.described;
    let description = text(&described["description"]).split("\n\n").filter(|text| !text.is_empty());
    html! {
        section.operation id=(operation.anchor()) {
            h2 { (operation.name()) }
            p { (prose(text(&described["summary"]))) }
            @for paragraph in description { p { (prose(paragraph)) } }
            (parameters(&described["parameters"]))
            @if let Some(example) = described["x-example"].as_str() {
                h3 { "Example" }
                @if operation.method == "get" {
                    p { a href=(context.site.path(example)) { code { (context.site.origin) (Text(example)) } } }
                } @else {
                    pre tabindex="0" role="group" aria-label="Example" { (Text(example)) }
                }
            }
            (responses(&described["responses"]))
        }
    }
}

/// Returns the members of an object; none of anything else.
fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
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
    html! {
        h3 { "Answers" }
        dl {
            @for (status, response) in entries(responses) {
                dt { code { (status) } }
                dd {
                    (prose(text(&response["description"])))
                    @for (media, body) in entries(&response["content"]) {
                        ": " code { (media) } " "
                        (reference(&body["schema"]))
                    }
                }
            }
        }
    }
}

/// Returns the name of the object that a schema refers to.
fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit_once('/').map(|(_, name)| name)
}

fn reference(schema: &Value) -> Markup {
    let shown = kind(schema);
    html! {
        @if let Some(name) = referred(schema) {
            a href={ "#object-" (name) } { (Text(&shown)) }
        } @else {
            (Text(&shown))
        }
    }
}

/// Says what a schema is in a few words: a type, a list of a type, the values it may have, its range.
fn kind(schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        return name.to_owned();
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
