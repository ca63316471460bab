"""The search box on the page of somebody else: another origin, another policy, hostile styles."""

import re

import pytest
from playwright.sync_api import expect

from accessibility import assert_accessible
from serving import CORPUS, serving
from states import PHONE

BOX = "<baoku-search></baoku-search>"
# What a page may do to everything it knows; the box has a tree of its own.
HOSTILE_STYLES = """
* { color: rgb(255, 0, 0) !important; font-size: 40px !important; direction: rtl; box-sizing: content-box !important; }
button, input, dialog, a, ul, li, p, span, div { display: none !important; visibility: hidden !important; }
"""


@pytest.fixture(scope="module")
def site(open_site):
    """The box is only for sites that are allowed."""
    return open_site


@pytest.fixture
def host(open_page, foreign, site):
    """Opens a host page, with the options of `Foreign.embed` and of a context."""

    def host(server=site, context=None, **embed):
        page = open_page(server, origins=[foreign.url], **(context or {}))
        page.goto(foreign.embed(server, **embed))
        page.wait_for_function("() => customElements.get('baoku-search')")
        return page

    return host


def button(page, at=0):
    return page.locator("baoku-search").nth(at).locator("button").first


def dialog(page, at=0):
    return page.locator("baoku-search").nth(at).locator("dialog")


def field(page, at=0):
    return dialog(page, at).locator("input")


def search(page, query, at=0):
    """Types a query and waits for its hits."""
    field(page, at).fill(query)
    hits = dialog(page, at).locator("[role=option][href*='/items/']")
    expect(hits.filter(has_text=query).first).to_be_visible()
    return hits


def test_a_click_opens_and_escape_closes_and_gives_the_focus_back(host):
    page = host()
    expect(dialog(page)).to_be_hidden()
    button(page).click()
    expect(dialog(page)).to_be_visible()
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(button(page)).to_be_focused()


def test_an_empty_field_shows_the_newest(host):
    page = host()
    button(page).click()
    expect(dialog(page).locator("[role=option][href*='/items/2024-07-31/']").first).to_be_visible()


def test_the_key_opens_the_first_of_several_boxes(host):
    page = host(boxes=BOX * 2)
    page.keyboard.press("Control+k")
    expect(dialog(page, 0)).to_be_visible()
    expect(dialog(page, 1)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dialog(page, 0)).to_be_hidden()


def test_every_box_of_a_page_works(host):
    page = host(boxes=BOX * 2)
    for at in (1, 0):
        button(page, at).click()
        assert search(page, "LongRoPE", at).count() >= 5
        expect(dialog(page, 1 - at)).to_be_hidden()
        page.keyboard.press("Escape")
        expect(dialog(page, at)).to_be_hidden()


def test_the_script_may_be_on_a_page_twice(host, foreign, site):
    page = host(boxes=BOX + f'<script src="{site.url}/embed.js?again" defer></script>')
    button(page).click()
    search(page, "LongRoPE")


def test_arrows_and_enter_lead_to_the_item(host, site):
    page = host()
    page.keyboard.press("Control+k")
    search(page, "LongRoPE")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        active = field(page).get_attribute("aria-activedescendant")
        option = dialog(page).locator(f"[id='{active}']")
        expect(option).to_have_attribute("aria-selected", "true")
        expect(field(page)).to_be_focused()
        if "/items/" in option.get_attribute("href"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(site.url) + "/items/"))
    expect(page.locator("article.item")).to_contain_text("LongRoPE")


def test_enter_alone_leads_to_all_results(host, site):
    page = host()
    page.keyboard.press("Control+k")
    search(page, "LongRoPE")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(site.url) + r"/\?q=LongRoPE"))
    expect(page.locator("#answer")).to_have_attribute("data-total", "9")


def test_half_typed_letters_are_never_asked(host):
    page = host()
    page.keyboard.press("Control+k")
    expect(dialog(page).locator("[role=option]").first).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    cdp = page.context.new_cdp_session(page)
    for letters in ("d", "da", "da mo", "da mo xing"):
        cdp.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
    cdp.send("Input.insertText", {"text": "大模型"})
    expect(dialog(page).locator("[role=option] mark").first).to_have_text("大模型")
    assert asked and all("%E5%A4%A7%E6%A8%A1%E5%9E%8B" in url for url in asked), asked


def test_nothing_found_is_said(host):
    page = host()
    button(page).click()
    field(page).fill("zzzqqqxx")
    expect(dialog(page)).to_contain_text("没有找到“zzzqqqxx”")


def test_a_mended_query_is_told(host):
    page = host()
    button(page).click()
    field(page).fill("LongRoEP")
    expect(dialog(page)).to_contain_text("longrope")


def test_styles_do_not_leak_in(host):
    page = host(css=HOSTILE_STYLES)
    page.keyboard.press("Control+k")
    search(page, "LongRoPE")
    title = dialog(page).locator("[role=option][href*='/items/'] *").first
    style = title.evaluate('(one) => ["color", "fontSize", "direction"].map((name) => getComputedStyle(one)[name])')
    assert style[0] != "rgb(255, 0, 0)" and style[1] != "40px" and style[2] == "ltr", style
    page.keyboard.press("Escape")
    expect(button(page)).to_be_visible()
    button(page).click()
    expect(dialog(page)).to_be_visible()


def test_styles_do_not_leak_out(host):
    page = host()
    look = "() => JSON.stringify(['body', 'h1'].map((one) => ({ ...getComputedStyle(document.querySelector(one)) })))"
    before = page.evaluate(look)
    button(page).click()
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert page.evaluate(look) == before


def test_colours_are_the_hosts_to_choose(host):
    page = host(css="baoku-search { --baoku-background: rgb(1, 2, 3); --baoku-text: rgb(250, 251, 252); }")
    button(page).click()
    assert dialog(page).evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(1, 2, 3)"
    assert dialog(page).evaluate("(one) => getComputedStyle(one).color") == "rgb(250, 251, 252)"


def test_english_on_an_english_page(host):
    page = host(lang="en")
    button(page).click()
    field(page).fill("zzzqqqxx")
    expect(dialog(page)).to_contain_text("Nothing found")


@pytest.mark.expects("ERR_CONNECTION_REFUSED|Failed to fetch")
def test_a_server_that_is_away_is_told_and_can_be_asked_again(host, tmp_path, screenshot):
    with serving(CORPUS, tmp_path / "index", "--allow-origin", "*") as server:
        page = host(server)
        button(page).click()
        search(page, "LongRoPE")
    field(page).fill("Mamba")
    expect(dialog(page)).to_contain_text("暂时连不上搜索服务")
    expect(dialog(page).locator("button", has_text="重试")).to_be_visible()
    screenshot(page, "embed-away")
    assert_accessible(page)


LOOKS = {
    "embed": ({}, ""),
    "embed-dark": ({"color_scheme": "dark"}, ":root { color-scheme: light dark; }"),
    "embed-phone": (PHONE, ""),
    "embed-narrow": ({"viewport": {"width": 320, "height": 560}}, ""),
}


@pytest.mark.parametrize("name", LOOKS)
def test_the_box_is_accessible(host, screenshot, name):
    context, css = LOOKS[name]
    page = host(context=context, css=css)
    screenshot(page, f"{name}-closed")
    assert_accessible(page)
    button(page).click()
    expect(dialog(page).locator("[role=option]").first).to_be_visible()
    screenshot(page, f"{name}-empty")
    assert_accessible(page)
    search(page, "LongRoPE")
    page.keyboard.press("ArrowDown")
    screenshot(page, f"{name}-results")
    assert_accessible(page)
    field(page).fill("zzzqqqxx")
    expect(dialog(page)).to_contain_text("没有找到")
    screenshot(page, f"{name}-nothing")
    assert_accessible(page)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1]
