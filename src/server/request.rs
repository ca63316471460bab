//! What a request for a page asks for: where the page is, in which language, and the question.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::caller::Caller;
use super::error::ApiError;
use super::files;
use super::respond::{self, Freshness};
use super::site::site;
use super::state::State;
use crate::error::Error;
use crate::query::Question;
use crate::render::html::{Context, Language, Site};
use crate::search::Reader;

/// Name of the parameter that chooses the language, and of the cookie that remembers it; other programs of the same
/// host have cookies, too.
const LANGUAGE: &str = "lang";
const LANGUAGE_COOKIE: &str = "baoku_lang";
/// Seconds the choice of a language is remembered: a year.
const LANGUAGE_AGE: u32 = 365 * 24 * 60 * 60;

/// What a request for a page asks for.
#[derive(Debug)]
pub(super) struct PageRequest {
    site: Site,
    language: Language,
    /// Whether the address names the language, so that it has to be remembered.
    is_chosen: bool,
    question: Question,
    here: String,
}

impl PageRequest {
    pub(super) fn new(state: &State, uri: &Uri, headers: &HeaderMap) -> Self {
        let raw = uri.query().unwrap_or_default();
        let chosen = chosen(raw);
        let accepted = text(headers, header::ACCEPT_LANGUAGE).unwrap_or_default();
        let question = Question::parse(raw);
        // A fragment belongs to the page it is put into.
        let path = if uri.path() == "/answer" { "/" } else { uri.path() };
        // Two slashes would name another site.
        let path = if path.starts_with("//") { "/" } else { path };
        Self {
            site: site(state.base(), headers),
            language: chosen
                .or_else(|| remembered(headers))
                .unwrap_or_else(|| Language::accepted(accepted)),
            is_chosen: chosen.is_some(),
            here: format!("{path}{}", question.to_query()),
            question,
        }
    }

    /// The same page without a question: its box is empty and its address has no parameters.
    pub(super) fn without_question(self, uri: &Uri) -> Self {
        Self { question: Question::default(), here: uri.path().to_owned(), ..self }
    }

    pub(super) fn question(&self) -> &Question {
        &self.question
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context {
            site: &self.site,
            language: self.language,
            question: &self.question,
            here: &self.here,
        }
    }

    /// Answers with what `write` makes of a snapshot, or with 304 if the client has that already.
    pub(super) async fn answer<R: IntoResponse + Send + 'static>(
        self,
        caller: &Caller,
        headers: &HeaderMap,
        write: impl FnOnce(&Context<'_>, &Reader) -> Result<R, Error> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let serving = caller.serving()?;
        // What it depends on beside its address.
        let etag =
            caller.tag(&serving, &[self.language.code(), files::version(), &self.site.origin]);
        if let Some(mut response) = respond::not_modified(headers, &etag, Freshness::Asked) {
            self.add_headers(&mut response);
            return Ok(response);
        }
        let written = caller.ask(serving, move |reader| {
            let written = write(&self.context(), reader)?;
            Ok((self, written))
        });
        let (page, written) = written.await?;
        let mut response = respond::fresh(etag, Freshness::Asked, written);
        page.add_headers(&mut response);
        Ok(response)
    }

    pub(super) fn add_headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        if self.is_chosen {
            let path = if self.site.prefix.is_empty() { "/" } else { &self.site.prefix };
            let cookie = format!(
                "{LANGUAGE_COOKIE}={}; Path={path}; Max-Age={LANGUAGE_AGE}; SameSite=Lax; HttpOnly",
                self.language.code()
            );
            if let Ok(cookie) = cookie.parse() {
                headers.insert(header::SET_COOKIE, cookie);
            }
        }
    }
}

/// Returns the language that the address names.
fn chosen(raw: &str) -> Option<Language> {
    form_urlencoded::parse(raw.as_bytes())
        .filter(|(name, _)| name == LANGUAGE)
        .find_map(|(_, value)| Language::from_code(&value))
}

/// Returns the language that was chosen before.
fn remembered(headers: &HeaderMap) -> Option<Language> {
    let cookies = text(headers, header::COOKIE)?.split(';');
    cookies
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(name, _)| *name == LANGUAGE_COOKIE)
        .find_map(|(_, value)| Language::from_code(value))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::server::{BaseUrl, Settings};

    fn page(base: Option<&str>, target: &str, headers: &[(&str, &str)]) -> PageRequest {
        let base = base.and_then(BaseUrl::parse);
        let state =
            State::new(|| Date::constant(2024, 2, 22), Settings { base, ..Settings::default() });
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        PageRequest::new(&state, &target.parse().unwrap(), &headers.collect())
    }

    #[test]
    fn a_language_that_is_named_comes_before_one_that_was_chosen_before_one_that_is_accepted() {
        let english = ("accept-language", "en");
        let chinese = ("cookie", "other=en; baoku_lang=zh");
        assert_eq!(page(None, "/", &[]).language, Language::Chinese);
        assert_eq!(page(None, "/", &[english]).language, Language::English);
        assert_eq!(page(None, "/", &[english, chinese]).language, Language::Chinese);
        let named = page(None, "/?lang=en", &[chinese]);
        assert_eq!((named.language, named.is_chosen), (Language::English, true));
        let unknown = page(None, "/?lang=xx&lang=en&lang=zh", &[]);
        assert_eq!((unknown.language, unknown.is_chosen), (Language::English, true));
        assert!(!page(None, "/?lang=xx", &[english]).is_chosen);
    }

    #[test]
    fn a_page_knows_its_own_address_without_what_is_not_a_question() {
        let here = |target: &str| page(None, target, &[]).here;
        assert_eq!(here("/?q=a&utm_source=x&lang=en"), "/?q=a");
        assert_eq!(here("/answer?q=a&page=2"), "/?q=a&page=2");
        assert_eq!(here("/items/a/1?x=y"), "/items/a/1");
        assert_eq!(here("//evil.example/x"), "/");
        let uri = "/items/a/1?q=x".parse().unwrap();
        let item = page(None, "/items/a/1?q=x", &[]).without_question(&uri);
        assert_eq!((item.here.as_str(), item.question()), ("/items/a/1", &Question::default()));
    }

    #[test]
    fn a_chosen_language_is_remembered_for_the_pages_of_this_server() {
        let cookie = |base, target| {
            let mut response = ().into_response();
            page(base, target, &[]).add_headers(&mut response);
            let cookie = response.headers().get(header::SET_COOKIE);
            cookie.map(|cookie| cookie.to_str().unwrap().to_owned())
        };
        assert_eq!(cookie(None, "/"), None);
        let at =
            |path| format!("baoku_lang=en; Path={path}; Max-Age=31536000; SameSite=Lax; HttpOnly");
        assert_eq!(cookie(None, "/?lang=en"), Some(at("/")));
        assert_eq!(cookie(Some("https://a.example/search"), "/?lang=en"), Some(at("/search")));
    }
}
