"""Everything can be done with the keyboard alone, and where one is can be seen."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from pages import answered, focused, ids, search

# More stops than a page of results has; a walk that is longer goes round in circles.
MOST_STOPS = 150


@pytest.fixture
def suggested(page):
    """A page with the list of suggestions open below the field."""
    page.goto("/")
    page.locator("#q").press_sequentially("shenj", delay=15)
    answered(page, "shenj")
    expect(page.locator("#suggestions")).to_be_visible()
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    return page


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
@pytest.mark.parametrize("path", ["/", "/?q=LongRoPE", "/items/2024-02-22/m31tx7"])
def test_a_key_goes_to_the_field(page, key, path):
    page.goto(path)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(key)
    expect(page.locator("#q")).to_be_focused()
    assert "/" not in page.locator("#q").input_value()


def test_slash_in_the_field_is_a_slash(page):
    page.goto("/")
    page.locator("#q").press_sequentially("资讯/研究", delay=15)
    expect(page.locator("#q")).to_have_value("资讯/研究")


def test_arrows_walk_through_the_options_and_the_focus_stays(suggested):
    field, options = suggested.locator("#q"), suggested.locator("#suggestions [role=option]")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-controls", "suggestions")
    number = options.count()
    assert number >= 2
    seen = []
    for _ in range(number):
        field.press("ArrowDown")
        active = field.get_attribute("aria-activedescendant")
        option = suggested.locator(f"#{active}")
        assert option.get_attribute("role") == "option"
        expect(option).to_have_attribute("aria-selected", "true")
        assert suggested.locator("#suggestions [aria-selected=true]").count() == 1
        expect(field).to_be_focused()
        seen.append(active)
    assert len(set(seen)) == number
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == seen[-2]


def test_enter_picks_the_active_option(suggested):
    field = suggested.locator("#q")
    field.press("ArrowDown")
    option = suggested.locator(f"#{field.get_attribute('aria-activedescendant')}")
    wanted = parse_qs(urlsplit(option.get_attribute("href")).query)
    field.press("Enter")
    suggested.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == wanted)
    expect(suggested.locator("#suggestions")).to_be_hidden()
    expect(suggested.locator("#q")).to_have_value(wanted["q"][0])
    answered(suggested, wanted["q"][0])


def test_enter_without_an_active_option_searches_what_was_typed(suggested):
    suggested.locator("#q").press("Enter")
    answered(suggested, "shenj")
    expect(suggested.locator("#suggestions")).to_be_hidden()
    expect(suggested).to_have_url(re.compile(r"[?&]q=shenj(&|$)"))


def test_escape_closes_the_list_and_then_clears_the_field(suggested):
    field = suggested.locator("#q")
    field.press("Escape")
    expect(suggested.locator("#suggestions")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("shenj")
    field.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    answered(suggested, "")


def test_tab_reaches_the_first_hit_and_every_stop_is_visible(page):
    page.goto("/")
    search(page, "LongRoPE")
    page.locator("#q").focus()
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = focused(page)
        if here["page"]:
            continue
        stops.append(here)
        if here["hit"]:
            break
    assert stops and stops[-1]["hit"], f"no hit after {len(stops)} stops"
    hidden = [stop["name"] for stop in stops if not stop["visible"]]
    assert not hidden, f"the focus cannot be seen on {hidden}"
    first = ids(page)[0]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(f"/items/{first}")))


def test_the_first_stop_leads_past_the_navigation_or_to_the_field(page):
    """Nobody has to walk through the whole page to search."""
    page.goto("/items/2024-02-22/m31tx7")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id === 'q'"):
            return
    raise AssertionError("the field is more than six stops away")


def test_modified_keys_belong_to_the_browser(suggested):
    field = suggested.locator("#q")
    field.press("Control+ArrowDown")
    field.press("Shift+ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
