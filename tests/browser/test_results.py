"""What stands around the hits: facets, chips, histogram, order, pages, mended queries, ways on, languages."""

import re

import pytest
from playwright.sync_api import expect

from pages import answered, ask, count_in, dates, follow, ids, matched, parameters, search, total


@pytest.mark.parametrize("kind, parameter", [("section", "section"), ("contributor", "contributor"), ("host", "link")])
def test_a_facet_narrows_to_its_count_and_its_chip_undoes_it(page, kind, parameter):
    page.goto("/")
    search(page, "大模型")
    before, shown = total(page), ids(page)
    facet = page.locator(f"#facets section[data-facet={kind}] a").first
    wanted = count_in(facet.inner_text())
    facet.click()
    page.wait_for_url(re.compile(f"[?&]{parameter}="))
    expect(page.locator("#answer")).to_have_attribute("data-total", str(wanted))
    assert wanted < before
    expect(page.locator(f"#facets section[data-facet={kind}] a[aria-current=true]").first).to_be_visible()

    chip = page.locator("ul.chips a.chip")
    expect(chip).to_have_count(1)
    chip.click()
    expect(page.locator("#answer")).to_have_attribute("data-total", str(before))
    expect(chip).to_have_count(0)
    assert parameter not in parameters(page)
    assert ids(page) == shown


@pytest.mark.parametrize("path", ["/", "/?q=大模型&section=论文&since=2024-03&until=2024-06", "/items/2024-02-22/m31tx7"])
def test_addresses_are_tidy(page, path):
    """People copy them: nothing empty, nothing doubled, nothing that is there anyway."""
    page.goto(path)
    hrefs = page.locator("a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert hrefs
    assert not [href for href in hrefs if re.search(r"[?&](&|$)|=(&|$)|page=1(&|$)|sort=relevance", href)]


def test_filters_of_several_kinds_combine(page):
    page.goto("/?q=大模型&section=论文&since=2024-03&until=2024-05")
    expect(page.locator("ul.chips a.chip")).not_to_have_count(0)
    assert len(page.locator("ul.chips a.chip").all()) >= 2
    assert all("2024-03" <= day[:7] <= "2024-05" for day in dates(page))
    before = total(page)
    ask(page, "推理")
    assert parameters(page)["section"] == ["论文"], "typing forgot a filter"
    assert total(page) != before


def test_counts_equal_those_of_the_api(page, site):
    page.goto("/?q=大模型")
    wanted = site.search("大模型", facets="section", limit=100)
    assert total(page) == wanted["total"]
    assert ids(page) == [hit["id"] for hit in wanted["hits"]][: len(ids(page))]
    shown = page.locator("#facets section[data-facet=section] a").first.inner_text()
    assert count_in(shown) == wanted["facets"]["section"][0]["count"]


def test_a_bar_of_the_histogram_filters_to_its_time(page):
    page.goto("/")
    search(page, "大模型")
    before = total(page)
    bars = page.locator("#histogram a.bar")
    assert bars.count() >= 6
    bars.nth(2).click()
    page.wait_for_url(re.compile("since="))
    answered(page, "大模型")
    asked = parameters(page)
    since, until = asked["since"][0], asked["until"][0]
    assert 0 < total(page) < before
    shown = dates(page)
    assert shown
    assert all(since[: len(day)] <= day and day[: len(until)] <= until for day in shown)
    page.locator("ul.chips a.chip").first.click()
    expect(page.locator("#answer")).to_have_attribute("data-total", str(before))


@pytest.mark.parametrize("sort, newest_first", [("newest", True), ("oldest", False)])
def test_sorting_orders_the_dates(page, sort, newest_first):
    page.goto("/")
    search(page, "大模型")
    page.locator(f"nav.sort a[href*='sort={sort}']").click()
    page.wait_for_url(re.compile(f"sort={sort}"))
    expect(page.locator("nav.sort [aria-current]")).to_have_count(1)
    answered(page, "大模型")
    shown = dates(page)
    assert len(shown) > 5
    assert shown == sorted(shown, reverse=newest_first)


def test_a_hit_shows_where_it_comes_from(page):
    page.goto("/?q=LongRoPE")
    hit = page.locator("li.hit[data-id='2024-02-22/m31tx7']")
    expect(hit.locator("h3 mark").first).to_have_text("LongRoPE")
    expect(hit.locator(".meta")).to_contain_text("论文")
    expect(hit.locator(".meta")).to_contain_text("论文组")
    expect(hit.locator(".meta")).to_contain_text("2024-02-22")
    expect(hit.locator("p.snippet mark").first).to_have_text("LongRoPE")
    link = hit.locator(".links a[data-kind=arxiv]")
    expect(link).to_have_attribute("href", "https://arxiv.org/abs/2402.13753")
    expect(hit.locator("h3 a.title")).to_have_attribute("href", re.compile(r"/items/2024-02-22/m31tx7"))


def test_a_facet_of_the_second_page_begins_with_the_first(page):
    page.goto("/?q=大模型&page=2")
    page.locator("#facets section[data-facet=section] a").first.click()
    page.wait_for_url(re.compile("section="))
    assert "page" not in parameters(page)


def test_paging_shows_every_item_once(page):
    page.goto("/?q=RAG&sort=newest")
    seen = ids(page)
    while page.locator("nav.pages a[rel=next]").count():
        follow(page, page.locator("nav.pages a[rel=next]"))
        answered(page, "RAG")
        seen += ids(page)
        assert len(seen) <= 452
    assert len(seen) == len(set(seen)) >= total(page)


def test_a_slip_is_mended_and_told(page):
    page.goto("/")
    ask(page, "LongRoEP")
    assert matched(page) == "spelling"
    assert total(page) == 9
    expect(page.locator("#answer")).to_contain_text(re.compile("longrope", re.IGNORECASE))


def test_pinyin_is_understood_and_told(page):
    page.goto("/")
    ask(page, "shangxiawen")
    assert matched(page) == "pinyin"
    assert total(page) > 20
    expect(page.locator("#answer")).to_contain_text("上下文")


def test_nothing_found_says_why_and_leads_on(page):
    page.goto("/?q=zzzqqqxx&section=论文")
    assert matched(page) == "none" and total(page) == 0
    nothing = page.locator("div.nothing")
    expect(nothing).to_contain_text("zzzqqqxx")
    assert nothing.locator("a[href]").count() >= 1
    # An empty list would be an empty bar above the answer.
    expect(page.locator("#answer ul:not(:has(li))")).to_have_count(0)


def test_a_filter_that_leaves_nothing_can_be_taken_away(page):
    page.goto("/?q=LongRoPE&until=2023-12")
    assert total(page) == 0
    page.locator("div.nothing a[href]").first.click()
    expect(page.locator("#answer")).not_to_have_attribute("data-total", "0")


def test_the_empty_page_shows_what_the_archive_holds(page):
    page.goto("/")
    assert matched(page) == "home"
    reports = page.locator("section.reports article.report")
    assert reports.count() >= 3
    expect(reports.first).to_contain_text("2024-07-31")
    page.locator("section.holds a[href*='section=']").first.click()
    page.wait_for_url(re.compile("section="))
    expect(page.locator("li.hit").first).to_be_visible()


def test_english_by_the_language_of_the_browser(open_page):
    page = open_page(locale="en-US")
    page.goto("/?q=LongRoPE")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    chrome = page.locator("form#search button, p.summary, nav.sort").all_inner_texts()
    assert not re.search(r"[\u4e00-\u9fff]", " ".join(chrome)), chrome
    page.locator("a.lang").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_english_by_the_switch_also_while_typing(page):
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator("a.lang").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    ask(page, "LongRoPE")
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("p.summary").inner_text())


def test_the_number_of_hits_is_announced(page):
    page.goto("/")
    ask(page, "LongRoPE")
    expect(page.locator("#announce")).to_have_text(re.compile("9"))
    ask(page, "zzzqqqxx")
    expect(page.locator("#announce")).not_to_have_text(re.compile("9"))
    expect(page.locator("#announce")).not_to_be_empty()
