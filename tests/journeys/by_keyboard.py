"""From a template to a running pilot, by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.keyboard import Keyboard


def sign_in(page: Page, username: str) -> None:
    """The one address that is typed."""
    page.goto("/")
    keys = Keyboard(page)
    expect(page.get_by_label("Username")).to_be_focused()
    keys.type(username)
    keys.press("Tab")
    keys.type(PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")


def open_the_templates(page: Page) -> None:
    Keyboard(page).follow(page.get_by_role("link", name="Start from a template"))
    skip_to_the_content(page)


def make_the_draft(page: Page, template: str, *, name: str) -> None:
    """What a team says itself, the lists by a first letter; what can wait is left open, so that nothing is missing."""
    keys = Keyboard(page)
    keys.follow(page.get_by_role("link", name=template, exact=True))
    expect(page.locator("#id_name")).to_be_focused()
    keys.press("Control+a")
    keys.type(name)
    for answer in ("M", "1800", "1.5", "", "4000", "r", "Later."):
        keys.press("Tab")
        keys.type(answer)
    with page.expect_navigation():
        keys.press("Enter")


def start(page: Page) -> None:
    """Where a draft lies from which nothing is missing: its plan, and one button."""
    keys = Keyboard(page)
    skip_to_the_content(page)
    keys.follow(page.get_by_role("button", name="Freeze the plan and start"))


def skip_to_the_content(page: Page) -> None:
    keys = Keyboard(page)
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")


def begin_another(page: Page) -> None:
    """From the address of the templates, which a browser completes after the first time."""
    page.goto("/admin/pilots/pilot/from_template/")
    skip_to_the_content(page)
