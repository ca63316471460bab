"""Holds a page against axe-core."""

from axe_playwright_python.sync_playwright import Axe

# All rules of WCAG 2.2 AA, those that axe leaves off by default among them, and the rules of good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    """What axe finds, one line for each element."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]}: {node.get('failureSummary', '')[:300]}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    ]


def assert_accessible(page):
    found = violations(page)
    assert not found, "\n".join(found)
