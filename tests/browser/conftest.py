"""One browser for all tests, one context for each, and a watch over everything that must never happen in a page."""

import os
import re
import shutil
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect, sync_playwright

import hostile
from foreign import Foreign
from serving import CORPUS, ROOT, serving

SCREENSHOTS = ROOT / "target" / "browser-tests" / "screenshots"
# No request leaves the machine: what Chromium would ask its makers at the start is switched off.
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
# Told as console errors, which outlive the page that they happened in.
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error("violates the content security policy:", event.violatedDirective, event.blockedURI))"""

expect.set_options(timeout=8_000)


def pytest_configure(config):
    config.addinivalue_line("markers", "expects(pattern): console errors that match are part of the test")


def chromium():
    """The browser that is installed; scripts/test says how to get one."""
    named = os.environ.get("BAOKU_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.exit(f"no browser: none of {', '.join(names)} is on the path", returncode=1)
    return found


@pytest.fixture(scope="session")
def browser_with():
    """Starts browsers with further options."""
    with sync_playwright() as playwright, ExitStack() as started:
        flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]

        def browser_with(*options):
            browser = playwright.chromium.launch(executable_path=chromium(), args=[*flags, *options])
            started.callback(browser.close)
            return browser

        yield browser_with


@pytest.fixture(scope="session")
def browser(browser_with):
    return browser_with()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A server over the sample archive."""
    with serving(CORPUS, tmp_path_factory.mktemp("site") / "index") as server:
        yield server


@pytest.fixture(scope="session")
def open_site(tmp_path_factory):
    """A server that pages of any site may ask."""
    with serving(CORPUS, tmp_path_factory.mktemp("open") / "index", "--allow-origin", "*") as server:
        yield server


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory):
    """A server over an archive in which every string is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    with serving(hostile.write(folder), folder / "index", "--allow-origin", "*") as server:
        yield server


@pytest.fixture
def foreign():
    """A web site of somebody else, on another origin."""
    with Foreign() as host:
        yield host


class Watch:
    """Collects what must not happen in a page: errors, violations, dialogs, requests to strangers."""

    def __init__(self, allowed):
        self.allowed = re.compile(allowed) if allowed else None
        self.origins = set()
        self.problems = []

    def over(self, context, *origins):
        self.origins.update(origins)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"page error: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def _note(self, problem):
        if not (self.allowed and self.allowed.search(problem)):
            self.problems.append(problem)

    def _console(self, message):
        if message.type == "error" or "Content Security Policy" in message.text:
            self._note(f"console: {message.text} ({message.location.get('url')})")

    def _dialog(self, dialog):
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request):
        if request.url.startswith(("http:", "https:", "ws:", "wss:")):
            origin = "/".join(request.url.split("/")[:3])
            if origin not in self.origins:
                self._note(f"request to another origin: {request.url}")


@pytest.fixture
def watch(request):
    marker = request.node.get_closest_marker("expects")
    watch = Watch(marker.args[0] if marker else None)
    yield watch
    assert not watch.problems, "\n".join(dict.fromkeys(watch.problems))


@pytest.fixture
def open_page(browser, watch, site):
    """Opens pages, each in a new context; takes Playwright's options of a context."""
    contexts = []

    def open_page(server=None, origins=(), **options):
        server = server or site
        defaults = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
        context = browser.new_context(base_url=server.url, **{**defaults, **options})
        contexts.append(context)
        watch.over(context, server.url, *origins)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def screenshot():
    """Keeps a picture under a name, for people to look at; the folder is not under version control."""

    def screenshot(page, name, **options):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)

    return screenshot
