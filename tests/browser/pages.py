"""What a reader does on the page and sees there, said once."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect


def answered(page, query):
    """Waits until the page shows the answer to this query and nothing is under way."""
    answer = page.locator("#answer")
    expect(answer).to_have_attribute("data-query", query)
    expect(answer).not_to_have_attribute("aria-busy", "true")
    return answer


def ask(page, query):
    """Puts a query into the field, as pasting does, and waits for its answer."""
    page.locator("#q").fill(query)
    return answered(page, query)


def search(page, query):
    """Asks for a query on purpose, which also closes the list of completions that lies over the answer."""
    page.locator("#q").fill(query)
    page.locator("#q").press("Enter")
    expect(page.locator("#suggestions")).to_be_hidden()
    return answered(page, query)


def follow(page, link):
    """Clicks a link to another search and waits until it is answered."""
    before = page.url
    link.click()
    page.wait_for_url(lambda url: url != before)
    expect(page.locator("#answer")).not_to_have_attribute("aria-busy", "true")


def total(page):
    return int(page.locator("#answer").get_attribute("data-total"))


def matched(page):
    return page.locator("#answer").get_attribute("data-matched")


def ids(page):
    return page.locator("li.hit").evaluate_all("hits => hits.map((hit) => hit.dataset.id)")


def dates(page):
    """The days of the hits, in the order shown."""
    found = [re.search(r"\d{4}-\d{2}-\d{2}", text) for text in page.locator("li.hit .meta").all_inner_texts()]
    return [hit[0] for hit in found if hit]


def parameters(page):
    """The parameters in the address, each with a list of values."""
    return parse_qs(urlsplit(page.url).query)


def count_in(text):
    """The last number in a text such as `论文 1,234`."""
    return int(re.findall(r"\d[\d,]*", text)[-1].replace(",", ""))


def painted(page):
    """Lets everything happen that happens before the next frame is shown."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def focused(page):
    """A short description of the element that has the focus, and whether that can be seen."""
    return page.evaluate(
        """() => {
          const element = document.activeElement;
          // A field may show its focus on the frame around it, a hidden checkbox on its label.
          const shown = [element, element.closest("form, label"), ...(element.labels ?? [])].filter(Boolean);
          const visible = shown.map((one) => getComputedStyle(one)).some(({ outlineStyle, outlineWidth, boxShadow }) =>
            (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none")
            // Shapes have no box that an outline could go round.
            || [...element.querySelectorAll("rect")].some((one) => getComputedStyle(one).stroke !== "none");
          return {
            name: element.id || element.getAttribute("class") || element.localName,
            page: element === document.body,
            hit: element.matches("li.hit .title, li.hit h3 a"),
            visible,
          };
        }"""
    )
