"""What a server of one's own computer keeps from the pages that one visits."""

import pytest

from serving import CORPUS, serving

# A name of somebody else, which its owner has pointed to this computer.
REBOUND = "rebind.evil.example"
# Everything that answers, and what a page could try to load without reading it.
PATHS = ["/", "/answer?q=LongRoPE", "/api/v1/search?q=LongRoPE", "/api/v1/stats", "/feed.json", "/metrics", "/healthz"]
READ = """async (addresses) => {
  const read = [];
  for (const address of addresses)
    for (const options of [{}, { method: "POST", body: "x" }, { mode: "no-cors" }])
      try {
        const answer = await fetch(address, options);
        if (answer.ok || answer.type === "opaque" || (await answer.text()).includes("LongRoPE"))
          read.push(`${address} ${JSON.stringify(options)} ${answer.status} ${answer.type}`);
      } catch {}
  return read;
}"""
LOAD = """(addresses) => Promise.all(addresses.map((address) => new Promise((done) => {
  const script = document.createElement("script");
  script.onload = () => done(address);
  script.onerror = () => done(null);
  script.src = address;
  document.head.append(script);
}))).then((loaded) => loaded.filter(Boolean))"""


@pytest.fixture
def rebinding(browser_with):
    """A browser for which that name leads to this computer."""
    return browser_with(f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1")


def visit(browser, url):
    page = browser.new_context().new_page()
    answer = page.goto(url)
    return page, answer


def test_a_page_of_another_site_reads_nothing(browser, foreign, site):
    foreign.files["/"] = ("text/html", "<!doctype html><title>x</title>", {})
    for host in (site.address, f"localhost:{site.port}"):
        page, _ = visit(browser, foreign.url + "/")
        assert page.evaluate(READ, [f"http://{host}{path}" for path in PATHS]) == []
        assert page.evaluate(LOAD, [f"http://{host}{path}" for path in [*PATHS, "/embed.js", "/assets/page.js"]]) == []
        page.context.close()


def test_a_site_that_is_not_the_allowed_one_reads_nothing(browser, foreign, tmp_path):
    foreign.files["/"] = ("text/html", "<!doctype html><title>x</title>", {})
    with serving(CORPUS, tmp_path / "index", "--allow-origin", "https://example.com") as server:
        page, _ = visit(browser, foreign.url + "/")
        assert page.evaluate(READ, [server.url + path for path in PATHS]) == []
        page.context.close()


def test_the_allowed_site_loads_the_box_and_reads(browser, foreign, tmp_path):
    foreign.files["/"] = ("text/html", "<!doctype html><title>x</title>", {})
    with serving(CORPUS, tmp_path / "index", "--allow-origin", foreign.url) as server:
        page, _ = visit(browser, foreign.url + "/")
        assert page.evaluate(LOAD, [server.url + "/embed.js"]) == [server.url + "/embed.js"]
        found = page.evaluate("async (url) => (await (await fetch(url)).json()).total", server.url + PATHS[2])
        assert found == 9
        page.context.close()


def test_a_name_that_leads_here_shows_nothing(rebinding, site):
    for path in [*PATHS, "/embed.js"]:
        page, answer = visit(rebinding, f"http://{REBOUND}:{site.port}{path}")
        assert answer.status == 421, path
        assert "/items/" not in page.content()
        # Such a page is of the same origin as all that it asks for.
        read = """async (path) => {
          try {
            const answer = await fetch(path);
            return [answer.status, await answer.text()];
          } catch {
            return [421, ""];
          }
        }"""
        for other in PATHS:
            status, text = page.evaluate(read, other)
            assert status == 421 and "/items/" not in text, other
        page.context.close()


def test_links_of_other_sites_lead_here(browser, foreign, site):
    link = f'<!doctype html><title>x</title><a href="{site.url}/?q=LongRoPE">to the search</a>'
    foreign.files["/"] = ("text/html", link, {})
    page, _ = visit(browser, foreign.url + "/")
    page.click("a")
    page.wait_for_selector("#answer[data-total='9']")
    page.context.close()
