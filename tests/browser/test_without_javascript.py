"""The page is complete without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from pages import count_in, dates, ids, parameters, total


@pytest.fixture
def plain(open_page):
    return open_page(java_script_enabled=False)


def test_enter_searches(plain):
    plain.goto("/")
    plain.locator("#q").fill("LongRoPE")
    plain.locator("#q").press("Enter")
    plain.wait_for_url(re.compile("q=LongRoPE"))
    assert total(plain) == plain.locator("li.hit").count() == 9
    expect(plain.locator("#q")).to_have_value("LongRoPE")


def test_the_button_searches(plain):
    plain.goto("/")
    plain.locator("#q").fill("Mamba")
    plain.locator("form#search [type=submit], form#search button").first.click()
    plain.wait_for_url(re.compile("q=Mamba"))
    assert total(plain) > 0


def test_a_facet_filters_and_a_new_search_keeps_it(plain):
    plain.goto("/?q=大模型")
    before = total(plain)
    facet = plain.locator("#facets section[data-facet=contributor] a").first
    wanted = count_in(facet.inner_text())
    facet.click()
    plain.wait_for_url(re.compile("contributor="))
    assert total(plain) == wanted < before
    plain.locator("#q").fill("推理")
    plain.locator("#q").press("Enter")
    plain.wait_for_url(re.compile("q=%E6%8E%A8%E7%90%86"))
    assert "contributor" in parameters(plain)
    plain.locator("ul.chips a.chip").first.click()
    plain.wait_for_url(lambda url: "contributor=" not in url)


def test_pages_follow_each_other(plain):
    plain.goto("/?q=大模型")
    first = ids(plain)
    plain.locator("nav.pages a[rel=next]").click()
    plain.wait_for_url(re.compile("page=2"))
    second = ids(plain)
    assert second and not set(first) & set(second)
    plain.locator("nav.pages a[rel=prev]").click()
    plain.wait_for_url(lambda url: "page=2" not in url)
    assert ids(plain) == first


def test_a_bar_of_the_histogram_filters_by_time(plain):
    plain.goto("/?q=大模型")
    before = total(plain)
    plain.locator("#histogram a.bar").first.click()
    plain.wait_for_url(re.compile("since=.*until=|until=.*since="))
    asked = parameters(plain)
    assert 0 < total(plain) < before
    assert all(asked["since"][0] <= day and day[: len(asked["until"][0])] <= asked["until"][0] for day in dates(plain))


def test_an_item_is_whole(plain):
    plain.goto("/?q=LongRoPE")
    plain.locator("li.hit .title").first.click()
    plain.wait_for_url(re.compile("/items/"))
    assert "LongRoPE" in plain.locator("article.item h1").inner_text()
    assert "200 万" in plain.locator("article.item").inner_text()
    plain.locator("nav.neighbours a[rel=next]").click()
    plain.wait_for_url(re.compile("/items/2024-02-22/svaz18"))


def test_the_language_is_switched_and_stays(plain):
    plain.goto("/?q=LongRoPE")
    expect(plain.locator("html")).to_have_attribute("lang", "zh-CN")
    plain.locator("a.lang").first.click()
    expect(plain.locator("html")).to_have_attribute("lang", "en")
    assert parameters(plain)["q"] == ["LongRoPE"]
    plain.goto("/")
    expect(plain.locator("html")).to_have_attribute("lang", "en")


def test_facets_open_on_a_narrow_window(open_page):
    plain = open_page(java_script_enabled=False, viewport={"width": 375, "height": 740})
    plain.goto("/?q=大模型")
    facets = plain.locator("aside#facets")
    expect(facets).to_be_hidden()
    plain.locator("label[for=show-facets]").click()
    expect(facets).to_be_visible()
    facets.locator("a").first.click()
    plain.wait_for_url(re.compile("section=|source=|contributor=|link="))


def test_sorting_by_date(plain):
    plain.goto("/?q=大模型")
    plain.locator("nav.sort a[href*='sort=oldest']").click()
    plain.wait_for_url(re.compile("sort=oldest"))
    shown = dates(plain)
    assert len(shown) > 5 and shown == sorted(shown)
