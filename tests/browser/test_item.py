"""The page of one item: whole, in its report's context, to be cited and linked to."""

import re

import pytest
from playwright.sync_api import expect

ITEM = "/items/2024-02-22/m31tx7"


def test_an_item_is_shown_whole(page):
    page.goto(ITEM)
    article = page.locator("article.item")
    expect(article.locator("h1")).to_have_text(re.compile("LongRoPE：把大模型的上下文窗口扩展到 200 万 token 以上"))
    expect(article.locator(".meta").first).to_contain_text("2024-02-22")
    expect(article.locator(".meta").first).to_contain_text("论文组")
    expect(article.locator("div.body")).to_contain_text("最后针对短文本重新调整系数")
    expect(article.locator(".links a").first).to_have_attribute("href", "https://arxiv.org/abs/2402.13753")
    expect(page).to_have_title(re.compile("LongRoPE"))


def test_neighbours_lead_there_and_back(page):
    page.goto(ITEM)
    title = page.locator("article.item h1").inner_text()
    page.locator("nav.neighbours a[rel=next]").click()
    page.wait_for_url(re.compile("/items/2024-02-22/svaz18"))
    assert page.locator("article.item h1").inner_text() != title
    page.locator("nav.neighbours a[rel=prev]").click()
    page.wait_for_url(re.compile("/items/2024-02-22/m31tx7"))
    assert page.locator("article.item h1").inner_text() == title


def test_the_report_lists_its_items_and_marks_this_one(page, site):
    page.goto(ITEM)
    others = page.locator("main .report a[href*='/items/2024-02-22/']")
    in_report = [hit for hit in site.search(since="2024-02-22", until="2024-02-22", limit=100)["hits"]]
    current = page.locator("main .report [aria-current=page]")
    expect(current).to_have_count(1)
    expect(current).to_contain_text("LongRoPE")
    linked = set(
        others.evaluate_all("all => all.map((one) => one.getAttribute('href').split('/items/')[1].split('?')[0])")
    )
    assert {hit["id"] for hit in in_report} - linked <= {"2024-02-22/m31tx7"}


def test_citations_are_copied(open_page, site):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    page.goto(ITEM)
    for details in page.locator("section.cite details summary").all():
        details.click()
    buttons = page.locator("section.cite button[data-copy]")
    expect(buttons).to_have_count(page.locator("section.cite [data-cite]").count())
    for button in buttons.all():
        shown = page.locator(f"[id='{button.get_attribute('data-copy')}']").inner_text()
        assert "LongRoPE" in shown and ITEM in shown
        button.click()
        # How lines are broken on the page is nobody's concern.
        page.wait_for_function(
            """async (shown) => {
              const words = (text) => text.split(/\\s+/).join(" ").trim();
              return words(await navigator.clipboard.readText()) === words(shown);
            }""",
            arg=shown,
        )


@pytest.mark.parametrize("path", [ITEM, "/items/2024-02-22%2Fm31tx7"])
def test_a_permalink_leads_to_the_item(page, path):
    page.goto(path)
    expect(page.locator("article.item h1")).to_contain_text("LongRoPE")


def test_an_item_page_searches_from_its_field(page):
    page.goto(ITEM)
    page.locator("#q").fill("Mamba")
    page.locator("#q").press("Enter")
    page.wait_for_url(re.compile(r"/\?(.*&)?q=Mamba"))
    expect(page.locator("li.hit").first).to_be_visible()


@pytest.mark.expects("status of 404")
def test_an_item_that_is_not_there_says_so_and_leads_on(page):
    response = page.goto("/items/1999-01-01/1")
    assert response.status == 404
    assert "text/html" in response.headers["content-type"]
    expect(page.locator("main, body").first).to_contain_text("1999-01-01/1")
    expect(page.locator("a[href='/']").first).to_be_visible()
