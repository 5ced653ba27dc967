"""From a template to a running pilot, by keyboard alone."""

from __future__ import annotations

import re

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
    keys = Keyboard(page)
    keys.follow(page.get_by_role("link", name="Start from a template"))
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")


def make_the_draft(page: Page, template: str, *, name: str) -> None:
    """What a team says itself; the model under trial and what the move costs are left for later."""
    keys = Keyboard(page)
    keys.follow(page.get_by_role("link", name=template, exact=True))
    expect(page.locator("#id_name")).to_be_focused()
    keys.press("Control+a")
    keys.type(name)
    for answer in ("M", "1800", "1.5"):
        keys.press("Tab")
        keys.type(answer)
    keys.follow(page.get_by_role("button", name="Make the draft"))


def add_the_model_and_its_cost(page: Page, model: str) -> None:
    """In the tabs to which the checklist leads."""
    keys = Keyboard(page)
    keys.tab_to(page.get_by_role("button", name=re.compile("^Go there.*No model is under trial")))
    keys.press("Enter")
    expect(page.locator("#id_candidates-0-name")).to_be_focused()
    keys.type("Reader")
    keys.tab_to(page.locator("#id_candidates-0-deployment + .select2 .select2-selection"))
    keys.press("Enter")
    keys.type(model)
    expect(page.locator(".select2-results__option--highlighted")).to_have_text(model)
    keys.press("Enter")
    keys.tab_to(page.get_by_role("tab", name="What hurts"))
    keys.press(*["ArrowRight"] * 7, "Space")
    expect(page.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")
    keys.tab_to(page.get_by_role("spinbutton", name="Cost of the move"))
    keys.type("4000")
    keys.follow(page.get_by_role("button", name="Save and continue editing"))


def leave_the_rest_open(page: Page) -> None:
    """Both that are left, for one reason."""
    keys = Keyboard(page)
    keys.follow(page.get_by_role("link", name=re.compile("^Leave it open")).first)
    expect(page.get_by_label("Reason")).to_be_focused()
    keys.type("Looked into during the pilot.")
    for box in page.get_by_role("checkbox").all():
        if not box.is_checked():
            keys.tab_to(box)
            keys.press("Space")
    keys.follow(page.get_by_role("button", name="Leave open"))


def start(page: Page) -> None:
    keys = Keyboard(page)
    keys.follow(page.get_by_role("link", name="read the plan once more and start"))
    keys.follow(page.get_by_role("button", name="Freeze the plan and start"))
