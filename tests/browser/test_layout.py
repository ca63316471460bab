"""Small windows, zoom, fingers, paper, still pictures, and weight."""

import pytest
from playwright.sync_api import expect

from states import FILTERED, ITEM, PHONE, open_facets, suggestions

PATHS = ["/", "/?q=大模型", FILTERED, "/?q=zzzqqqxx", ITEM, "/items/2024-06-28/3", "/api"]
# 200 % zoom on a window of 640 pixels leaves 320 CSS pixels, as a phone of 320 has.
NARROW = {
    "320 px": {"viewport": {"width": 320, "height": 640}},
    "200 %": {"viewport": {"width": 640 // 2, "height": 450}, "device_scale_factor": 2},
}
# A finger wants this much; WCAG 2.2 asks for 24.
FINGER = 40
# Of a page without results, with all that it loads.
MOST_BYTES = 60_000

TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && one.offsetParent)
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("window", NARROW)
def test_nothing_scrolls_sideways(open_page, window, path):
    page = open_page(**NARROW[window])
    page.goto(path)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.evaluate(TOO_WIDE)


@pytest.mark.parametrize("prepare", [suggestions, open_facets])
def test_what_opens_does_not_scroll_sideways(open_page, prepare):
    page = open_page(**NARROW["320 px"])
    page.goto("/" if prepare is suggestions else "/?q=大模型")
    prepare(page)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.evaluate(TOO_WIDE)


def small(page, selector):
    """Controls that can be seen and are lower than a finger wants."""
    return page.locator(selector).evaluate_all(
        """(all, least) => all.filter((one) => one.checkVisibility())
             .map((one) => [one.outerHTML.slice(0, 70), one.getBoundingClientRect().height])
             .filter(([, height]) => height < least)""",
        FINGER,
    )


def test_fingers_can_meet_the_controls(open_page):
    page = open_page(**PHONE)
    page.goto(FILTERED)
    controls = "#q, form#search button, label[for=show-facets], a.chip, nav.sort a, nav.pages a, a.lang"
    assert page.locator("#q").is_visible()
    assert not small(page, controls)
    open_facets(page)
    assert not small(page, "#facets section a")
    page.goto("/?q=大模型&page=2")
    assert not small(page, "nav.pages a")
    page.goto("/")
    suggestions(page)
    assert not small(page, "#suggestions [role=option]")
    page.goto(ITEM)
    assert not small(page, "nav.neighbours a, button[data-copy]")


# The colour that is painted behind everything; colours are written in many ways, so a canvas reads them.
BRIGHTNESS = """() => {
  const shown = [document.body, document.documentElement].map((one) => getComputedStyle(one).backgroundColor)
    .find((colour) => colour !== "rgba(0, 0, 0, 0)");
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = shown;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return shown ? (red + green + blue) / 3 : null;
}"""


@pytest.mark.parametrize("path", ["/", "/?q=大模型", ITEM, "/api"])
def test_dark_is_dark_and_light_is_light(open_page, path):
    brightness = {}
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto(path)
        brightness[scheme] = page.evaluate(BRIGHTNESS)
    assert brightness["dark"] is not None and brightness["light"] is not None, "no background of its own"
    assert brightness["dark"] < 80 < 180 < brightness["light"], brightness


def test_nothing_moves_for_those_who_want_it_still(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto("/?q=大模型")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const { transitionDuration, animationName, animationDuration, scrollBehavior } = getComputedStyle(one);
          const lasts = (list) => list.split(",").some((time) => parseFloat(time) > 0.01);
          return lasts(transitionDuration) || (animationName !== "none" && lasts(animationDuration))
            || scrollBehavior === "smooth";
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert not moving, moving[:5]


@pytest.mark.parametrize("path", ["/?q=大模型", ITEM])
def test_paper_shows_the_text_and_no_controls(page, screenshot, path):
    page.goto(path)
    page.emulate_media(media="print")
    screenshot(page, "print-item" if path == ITEM else "print", full_page=True)
    expect(page.locator("form#search")).to_be_hidden()
    expect(page.locator("nav.pages, nav.neighbours").first).to_be_hidden()
    expect(page.locator("li.hit h3, article.item h1").first).to_be_visible()


def test_the_page_is_light(site):
    """The answer that has no results, with everything that the browser loads for it, as it stands before gzip."""
    parts = {
        path: len(site.get(path, headers={"Accept": "text/html", "Accept-Language": language}).body)
        for path, language in (("/?q=zzzqqqxx", "zh-CN"), ("/assets/page.css", ""), ("/assets/page.js", ""))
    }
    assert sum(parts.values()) < MOST_BYTES, parts


def test_all_that_is_loaded_is_known(open_page):
    """A file that a later change adds has to be weighed, too."""
    page = open_page()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.split("/", 3)[3].split("?")[0]))
    page.goto("/?q=zzzqqqxx")
    assert set(loaded) <= {"", "assets/page.css", "assets/page.js", "favicon.svg"}, loaded
