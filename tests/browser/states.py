"""Every state that a page can be in; each is held against axe and kept as a picture."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import expect

from pages import answered

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DARK = {"color_scheme": "dark"}
ENGLISH = {"locale": "en-US"}


@dataclass(frozen=True)
class State:
    path: str
    prepare: Callable = lambda page: None
    context: dict = field(default_factory=dict)

    def show(self, open_page):
        page = open_page(**self.context)
        page.goto(self.path)
        self.prepare(page)
        return page


def suggestions(page):
    page.locator("#q").press_sequentially("shenj", delay=15)
    answered(page, "shenj")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    page.locator("#q").press("ArrowDown")


def open_facets(page):
    page.locator("label[for=show-facets]").click()
    expect(page.locator("aside#facets")).to_be_visible()


def focus_bar(page):
    page.locator("#histogram a.bar").first.focus()


ITEM = "/items/2024-02-22/m31tx7"
FILTERED = "/?q=大模型&section=论文&since=2024-03&until=2024-06"
STATES = {
    "home": State("/"),
    "results": State("/?q=大模型"),
    "second-page": State("/?q=大模型&page=2&sort=newest"),
    "suggestions": State("/", suggestions),
    "histogram": State("/?q=大模型", focus_bar),
    "filtered": State(FILTERED),
    "nothing": State("/?q=zzzqqqxx"),
    "nothing-filtered": State("/?q=LongRoPE&until=2023-12"),
    "mended": State("/?q=LongRoEP"),
    "pinyin": State("/?q=shangxiawen"),
    "fewer": State("/?q=LongRoPE 量子 火箭"),
    "item": State(ITEM),
    "api": State("/api"),
    "missing": State("/no-such-page"),
    "english-home": State("/", context=ENGLISH),
    "english": State("/?q=LongRoPE", context=ENGLISH),
    "english-nothing": State("/?q=zzzqqqxx", context=ENGLISH),
    "english-item": State(ITEM, context=ENGLISH),
    "english-api": State("/api", context=ENGLISH),
    "dark-home": State("/", context=DARK),
    "dark": State("/?q=大模型", context=DARK),
    "dark-filtered": State(FILTERED, context=DARK),
    "dark-suggestions": State("/", suggestions, context=DARK),
    "dark-item": State(ITEM, context=DARK),
    "dark-api": State("/api", context=DARK),
    "phone-home": State("/", context=PHONE),
    "phone": State("/?q=大模型", context=PHONE),
    "phone-facets": State("/?q=大模型", open_facets, context=PHONE),
    "phone-suggestions": State("/", suggestions, context=PHONE),
    "phone-filtered": State(FILTERED, context=PHONE),
    "phone-nothing": State("/?q=zzzqqqxx", context=PHONE),
    "phone-item": State(ITEM, context=PHONE),
    "phone-api": State("/api", context=PHONE),
    "phone-dark": State("/?q=大模型", context={**PHONE, **DARK}),
}
