"""Chinese input through the browser's own input protocol, as an input method speaks it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from pages import answered, painted

LETTERS = ("d", "da", "da m", "da mo", "da mo x", "da mo xi", "da mo xin", "da mo xing")


class InputMethod:
    def __init__(self, page):
        self._cdp = page.context.new_cdp_session(page)

    def compose(self, text):
        self._cdp.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )

    def commit(self, text):
        self._cdp.send("Input.insertText", {"text": text})

    def key(self, key, code, **more):
        """A key that the input method has taken for itself: browsers report it with the code 229."""
        event = {"key": key, "code": key, "windowsVirtualKeyCode": code, **more}
        self._cdp.send("Input.dispatchKeyEvent", {"type": "keyDown" if "text" in more else "rawKeyDown", **event})
        self._cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


@pytest.fixture
def asked(page):
    """Every request of the page from now on."""
    page.goto("/")
    page.locator("#q").focus()
    asked = []
    page.on("request", lambda request: asked.append(request))
    return asked


def queries(asked):
    """What is asked for by answers and suggestions; other files come when they come."""
    asked = [request for request in asked if re.search(r"/answer|/suggest", request.url)]
    return [parse_qs(urlsplit(request.url).query).get("q", [""])[0] for request in asked]


def test_half_typed_letters_are_never_asked(page, asked):
    method = InputMethod(page)
    page.evaluate("addEventListener('compositionend', (event) => (window.ended = event.timeStamp), true)")
    for letters in LETTERS:
        method.compose(letters)
        painted(page)
    expect(page.locator("#q")).to_have_value(LETTERS[-1])
    assert queries(asked) == []
    assert page.locator("#answer").get_attribute("data-matched") == "home"

    method.commit("大模型")
    answered(page, "大模型")
    expect(page.locator("#q")).to_have_value("大模型")
    assert set(queries(asked)) == {"大模型"}
    assert sum("/answer" in request.url for request in asked) == 1
    waited = page.evaluate(
        """() => performance.getEntriesByType("resource").find((one) => one.name.includes("/answer")).startTime
          - window.ended"""
    )
    assert waited < 50, f"asked {waited} ms after the composition ended"


def test_a_second_composition_continues_the_text(page, asked):
    method = InputMethod(page)
    method.compose("da mo xing")
    method.commit("大模型")
    answered(page, "大模型")
    del asked[:]
    for letters in ("t", "tui", "tui l", "tui li"):
        method.compose(letters)
    assert queries(asked) == []
    method.commit("推理")
    answered(page, "大模型推理")
    assert set(queries(asked)) == {"大模型推理"}


def test_a_cancelled_composition_asks_nothing(page, asked):
    method = InputMethod(page)
    method.compose("da mo")
    method.compose("")
    expect(page.locator("#q")).to_have_value("")
    # What follows is asked, and is the first that is.
    method.commit("推理")
    answered(page, "推理")
    assert set(queries(asked)) == {"推理"}


@pytest.mark.parametrize("code", [13, 229])
def test_enter_that_commits_a_candidate_never_submits(page, asked, code):
    page.evaluate("document.addEventListener('submit', () => (window.submitted = true))")
    address, entries = page.url, page.evaluate("history.length")
    method = InputMethod(page)
    method.compose("da mo xing")
    method.key("Enter", code)
    painted(page)
    assert page.url == address
    assert page.evaluate("history.length") == entries
    assert page.evaluate("window.submitted") is None
    assert queries(asked) == []

    method.commit("大模型")
    answered(page, "大模型")
    assert page.evaluate("window.submitted") is None


def test_enter_told_after_the_composition_ended_does_not_submit(page, asked):
    """Safari ends the composition first and then reports the Enter that did it, with the code 229."""
    page.evaluate("document.addEventListener('submit', () => (window.submitted = true))")
    method = InputMethod(page)
    method.compose("da mo xing")
    method.commit("大模型")
    method.key("Enter", 229, text="\r")
    answered(page, "大模型")
    assert page.evaluate("window.submitted") is None


def test_arrows_belong_to_the_input_method(page, asked):
    method = InputMethod(page)
    page.locator("#q").press_sequentially("shenj", delay=15)
    answered(page, "shenj")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    method.compose("da mo xing")
    for key in ("ArrowDown", "ArrowUp"):
        method.key(key, 229)
    assert page.locator("#q").get_attribute("aria-activedescendant") is None


def test_escape_that_ends_a_composition_keeps_the_text(page, asked):
    """Browsers clear a search field at Escape by themselves, even where the key belongs to the input method."""
    method = InputMethod(page)
    page.locator("#q").fill("Mamba")
    answered(page, "Mamba")
    method.compose("da mo xing")
    method.key("Escape", 229)
    method.compose("")
    expect(page.locator("#q")).to_have_value("Mamba")
