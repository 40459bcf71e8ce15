"""From the key that is handed over to the page that was wanted: the first log-in of a member, on his phone."""

from __future__ import annotations

import pytest

from .conftest import DESKTOP, HERE, PHONE, assert_accessible, listen

pytestmark = pytest.mark.chromium
OWN = "Chun-tian-26"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def handed_over(visit) -> str:
    """The initial password that the office of the organ reads off its screen for 陆景行."""
    page = visit("jiguan", "/people/", device=DESKTOP)
    page.goto("/people/?q=陆景行")
    page.locator("table a").first.click()
    page.get_by_role("link", name="开通登录").click()
    page.fill("[name=username]", "lujingxing")
    page.get_by_role("button", name="开通").click()
    return page.locator(".ballot__code").inner_text()


def change(page, old: str, new: str) -> None:
    """Fill the form with thumbs, and press its button."""
    page.fill("[name=old_password]", old)
    page.fill("[name=new_password1]", new)
    page.fill("[name=new_password2]", new)
    page.get_by_role("button", name="换好密码，接着用").tap()


@pytest.mark.parametrize("script", [True, False])
def test_the_first_log_in_changes_the_password_and_goes_on(browser, server, handed_over, script):
    context = browser.new_context(base_url=server, java_script_enabled=script, **HERE, **PHONE)
    complaints: list[str] = []
    listen(context, complaints)
    page = context.new_page()
    page.goto("/activities/?kind=party-lecture")
    page.fill("[name=username]", "lujingxing")
    page.fill("[name=password]", handed_over)
    page.get_by_role("button", name="登录").tap()
    page.get_by_role("heading", name="换成自己的密码").wait_for()
    assert "这是别人交给你的初始密码，先换成自己的再用。" in page.locator("main").inner_text()
    if script:
        assert_accessible(page)
        assert page.evaluate(SIDEWAYS) == 0

    change(page, handed_over, handed_over)
    page.get_by_text("新密码要和现在的不一样。").wait_for()
    change(page, handed_over, OWN)
    page.wait_for_url("**/activities/?kind=party-lecture")
    page.get_by_text("密码已修改。").wait_for()
    page.goto("/")
    page.get_by_role("heading", level=1).first.wait_for()
    assert page.url == f"{server}/"
    assert complaints == []
    context.close()
