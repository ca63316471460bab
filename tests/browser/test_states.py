"""Every state of every page: axe finds nothing, nothing scrolls sideways, and a picture is kept for people."""

import pytest

from accessibility import assert_accessible
from states import STATES


@pytest.mark.expects("status of 404")
@pytest.mark.parametrize("name", STATES)
def test_state_is_accessible(open_page, screenshot, name):
    page = STATES[name].show(open_page)
    screenshot(page, name, full_page=name.endswith(("item", "home")))
    assert_accessible(page)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"scrolls sideways: {wide}"
