"""Every string of an archive and of an address is hostile: nothing runs, nothing but web addresses is a link.

The watch of conftest fails each of these tests at any dialog, script error, violation or request elsewhere.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from urllib.parse import quote, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from hostile import ADDRESSES, TEXTS
from pages import follow

# A bad value of a parameter is refused, which browsers report as an error.
pytestmark = pytest.mark.expects("status of 4")

SCHEMES = {"http", "https", "mailto"}
ATTACKS = [*TEXTS.values(), *ADDRESSES.values()]
FILTERS = ("section", "source", "contributor", "link", "issue", "since", "until", "sort", "page", "lang")

# Whatever an attack would leave behind in a document, whether or not it could run under the policy.
TRACES = """() => {
  const all = [...document.querySelectorAll("*")];
  const found = all.filter((one) => [...one.attributes].some(({ name }) => name.startsWith("on") || name === "srcdoc"
    || name === "style")).map((one) => one.outerHTML.slice(0, 200));
  const script = all.filter((one) => one.localName === "script" && (!one.src || !one.src.startsWith(location.origin)
    || one.textContent.trim()));
  const foreign = [...document.querySelectorAll("iframe, object, embed, base, meta[http-equiv=refresh], style, math")];
  const schemes = [...document.querySelectorAll("a, area, form, link, img, image, use, button")].flatMap((one) =>
    ["href", "xlink:href", "src", "action", "formaction"].filter((name) => one.hasAttribute(name)).map((name) =>
      new URL(one.getAttribute(name), document.baseURI).protocol.slice(0, -1)));
  return {
    pwned: window.pwned ?? null,
    found: [...found, ...[...script, ...foreign].map((one) => one.outerHTML.slice(0, 200))],
    schemes: [...new Set(schemes)],
  };
}"""


def assert_harmless(page, where):
    traces = page.evaluate(TRACES)
    assert traces["pwned"] is None, f"ran at {where}"
    assert not traces["found"], f"{where}: {traces['found'][:3]}"
    assert set(traces["schemes"]) <= SCHEMES, f"{where}: links to {traces['schemes']}"


def all_hits(server):
    hits, offset = [], 0
    while True:
        found = server.search(sort="oldest", limit=100, offset=offset)
        hits += found["hits"]
        offset += 100
        if offset >= found["total"]:
            return hits


@pytest.fixture
def page(open_page, hostile_site):
    return open_page(hostile_site)


def test_the_archive_is_in_the_index(hostile_site):
    """An archive that was left out would attack nobody."""
    hits = all_hits(hostile_site)
    assert len(hits) >= 3 * (len(TEXTS) - 1) + 2 * len(ADDRESSES)
    titles = " ".join(hit["title"] for hit in hits)
    assert "onerror=window.pwned=1" in titles and "{{7*7}}" in titles
    assert any("<" in "".join(hit["section"]) for hit in hits)
    assert any("<" in hit["id"] or '"' in hit["id"] for hit in hits)


def test_no_item_page_runs_anything(page, hostile_site):
    for hit in all_hits(hostile_site):
        response = page.goto(hit["url"])
        assert response.status == 200, hit["url"]
        assert_harmless(page, hit["url"])
        # The text itself is there, as text.
        expect(page.locator("article.item h1")).not_to_be_empty()


def test_lists_run_nothing(page, hostile_site):
    for path in ("/", "/?lang=en", "/api"):
        page.goto(path)
        assert_harmless(page, path)
    page.goto("/?sort=oldest&q=window")
    while True:
        assert_harmless(page, page.url)
        following = page.locator("nav.pages a[rel=next]")
        if not following.count():
            break
        follow(page, following)


def test_no_query_runs_anything(page):
    for attack in ATTACKS:
        page.goto("/?" + urlencode({"q": attack}))
        assert_harmless(page, attack)


def test_no_filter_runs_anything(page):
    for at, attack in enumerate(ATTACKS):
        # Each attack in two of the parameters, each parameter with many of the attacks.
        for name in (FILTERS[at % len(FILTERS)], FILTERS[(at + 3) % len(FILTERS)]):
            page.goto("/?" + urlencode({"q": "正文", name: attack}))
            assert_harmless(page, f"{name}={attack}")


def test_no_address_runs_anything(page, hostile_site):
    for attack in ATTACKS:
        if "\x00" in attack:
            continue
        for path in ("/items/" + quote(attack, safe=""), "/" + quote(attack, safe="/")):
            # Whole, so that two slashes at its beginning stay a path.
            page.goto(hostile_site.url + path)
            assert_harmless(page, path)


def test_typing_and_suggestions_run_nothing(page):
    page.goto("/")
    for text in ("<", "<img", "栏目", "标题 image", "window.pwned", "贡献人", *list(TEXTS.values())[:12]):
        page.locator("#q").fill(text.replace("\x00", ""))
        expect(page.locator("#answer")).not_to_have_attribute("aria-busy", "true")
        page.wait_for_load_state("networkidle")
        assert_harmless(page, f"typing {text}")
    page.locator("#q").fill("标题 image")
    page.locator("li.hit .title").first.hover()
    assert_harmless(page, "hover")


def test_facets_that_are_attacks_filter(page):
    page.goto("/?q=正文")
    for kind in ("section", "contributor", "source"):
        page.goto("/?q=正文")
        facet = page.locator(f"#facets section[data-facet={kind}] a").first
        if facet.count():
            facet.click()
            page.wait_for_url(re.compile(f"{kind}="))
            expect(page.locator("li.hit").first).to_be_visible()
            assert_harmless(page, page.url)


def test_templates_are_text(page, hostile_site):
    hit = next(hit for hit in all_hits(hostile_site) if "标题 template {{7*7}}" in hit["title"])
    page.goto(hit["url"])
    text = page.locator("article.item").inner_text()
    assert "{{7*7}}" in text and "49" not in text


def test_bidi_overrides_stay_inside_what_they_came_in(page, hostile_site):
    """A title that turns the order of letters must not turn what stands beside it on the line."""
    page.goto("/?" + urlencode({"q": "标题 bidi"}))
    open_ended = """() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const bad = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!/[\\u202a-\\u202e]/.test(node.data)) continue;
        let one = node.parentElement;
        const isolates = (element) => {
          const { unicodeBidi, display } = getComputedStyle(element);
          return /isolate|plaintext/.test(unicodeBidi) || !/^inline$|contents/.test(display);
        };
        while (one && !isolates(one)) one = one.parentElement;
        const alone = one && !one.querySelector("time, .date");
        if (!alone) bad.push(node.parentElement.outerHTML.slice(0, 200));
      }
      return bad;
    }"""
    assert not page.evaluate(open_ended)
    hit = next(hit for hit in all_hits(hostile_site) if hit["title"].startswith("标题 bidi"))
    page.goto(hit["url"])
    assert not page.evaluate(open_ended)


class Content(HTMLParser):
    """Reads the HTML inside a feed as a feed reader would."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def handle_starttag(self, tag, attributes):
        if tag in {"script", "iframe", "object", "embed", "style", "base", "meta", "form", "svg"}:
            self.problems.append(tag)
        for name, value in attributes:
            scheme = urlsplit((value or "").strip()).scheme.lower() if name in {"href", "src"} else ""
            if name.startswith("on") or (scheme and scheme not in SCHEMES):
                self.problems.append(f"{name}={value}")


@pytest.mark.parametrize("query", ["", *list(TEXTS.values())[::4]])
def test_feeds_are_well_formed_and_harmless(hostile_site, query):
    atom = hostile_site.get("/feed.xml", q=query)
    assert atom.status == 200 and "xml" in atom.headers["Content-Type"]
    name = "{http://www.w3.org/2005/Atom}"
    for element in ElementTree.fromstring(atom.body).iter():
        if element.tag == f"{name}link":
            assert urlsplit(element.get("href")).scheme in {"", *SCHEMES}, element.get("href")
        if element.get("type") in {"html", "xhtml"}:
            reader = Content()
            reader.feed(element.text or "")
            assert not reader.problems
    feed = hostile_site.get("/feed.json", q=query)
    assert feed.status == 200 and "json" in feed.headers["Content-Type"]
    for item in json.loads(feed.body)["items"]:
        reader = Content()
        reader.feed(item.get("content_html", ""))
        assert not reader.problems
        for key in ("url", "external_url"):
            assert urlsplit(item.get(key, "")).scheme in {"", *SCHEMES}


@pytest.mark.parametrize("path", ["/opensearch.xml", "/openapi.json", "/favicon.svg"])
def test_other_files_are_well_formed(hostile_site, path):
    answer = hostile_site.get(path, headers={"Host": hostile_site.address})
    assert answer.status == 200
    json.loads(answer.body) if path.endswith("json") else ElementTree.fromstring(answer.body)


def test_headers_cannot_be_split(hostile_site):
    answer = hostile_site.get("/?lang=" + quote("en\r\nSet-Cookie: pwned=1") + "&q=" + quote("\r\nX-Pwned: 1"))
    assert "X-Pwned" not in answer.headers
    assert "pwned" not in (answer.headers["Set-Cookie"] or "")


def test_the_embedded_box_runs_nothing(open_page, hostile_site, foreign):
    page = open_page(hostile_site, origins=[foreign.url])
    page.goto(foreign.embed(hostile_site))
    page.locator("baoku-search button").first.click()
    field = page.locator("baoku-search dialog input")
    for text in (
        "标题",
        "栏目",
        "window",
        "链接 javascript",
        *[one for one in TEXTS.values() if "\x00" not in one][:10],
    ):
        field.fill(text)
        page.wait_for_load_state("networkidle")
    field.fill("标题")
    options = page.locator("baoku-search [role=option]")
    expect(options.first).to_be_visible()
    schemes = page.evaluate(
        """() => [...document.querySelector("baoku-search").shadowRoot.querySelectorAll("a[href]")]
          .map((one) => new URL(one.getAttribute("href"), document.baseURI).protocol.slice(0, -1))"""
    )
    assert set(schemes) <= SCHEMES
    assert page.evaluate(
        """() => [...document.querySelector("baoku-search").shadowRoot.querySelectorAll("*")].every((one) =>
          !["script", "img", "iframe", "svg", "object"].includes(one.localName)
          && ![...one.attributes].some(({ name }) => name.startsWith("on") || name === "style"))"""
    )
    assert page.evaluate("window.pwned ?? null") is None
