"""An owner takes a template from an empty board to a running pilot and never touches the mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[[str], Page]
CHANGE = "**/pilots/pilot/*/change/"


@pytest.mark.browser
def test_an_owner_logs_a_template_and_starts_it_by_keyboard_alone(visit: Visit, trouble: list[str]) -> None:
    page = visit("olivia")

    walk_to(page, "link", "Start from a template")
    walk_to(page, "link", "Ticket triage")
    focus_on(page, "#id_name")
    for typed in ("Tab", "M", "Tab", "1800", "Tab", "1.5", "Enter"):
        press_or_type(page, typed)
    page.wait_for_url(CHANGE)
    add_what_only_the_team_knows(page)
    while leave_open(page):
        pass
    walk_to(page, "link", "start", exact=True)
    walk_to(page, "button", "Freeze the plan and start")

    expect(page.get_by_text("Its plan is frozen as version 1")).to_be_visible()
    assert trouble == []


def add_what_only_the_team_knows(page: Page) -> None:
    """Which model, and what the move costs; in the tabs to which the checklist leads."""
    walk_to(page, "button", "Go there: No model is under trial.", follows=False)
    expect(page.locator("#id_candidates-0-name")).to_be_focused()
    page.keyboard.type("Reader")
    focus_on(page, "#id_candidates-0-deployment + .select2 .select2-selection")
    page.keyboard.press("Enter")
    page.keyboard.type("reader")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text("reader")
    page.keyboard.press("Enter")
    walk_to(page, "tab", "Money", follows=False)
    focus_on(page, "#id_migration_cost")
    page.keyboard.type("4000")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pilots/pilot/")
    walk_to(page, "link", "Ticket triage")


def leave_open(page: Page) -> bool:
    """The next point that may be left open, with a reason; False when there is none."""
    link = page.get_by_role("link", name="Leave it open").first
    if not link.count():
        return False
    link.focus()
    page.keyboard.press("Enter")
    focus_on(page, "#id_reason")
    page.keyboard.type("Looked into during the pilot.")
    walk_to(page, "button", "Leave it open")
    page.wait_for_url(CHANGE)
    return True


def press_or_type(page: Page, keys: str) -> None:
    if keys in ("Tab", "Enter"):
        page.keyboard.press(keys)
    else:
        page.keyboard.type(keys)


def walk_to(page: Page, role: str, name: str, *, follows: bool = True, exact: bool = False) -> None:
    """To something that can be pressed, and Enter. `focus` stands for as many Tabs as it takes; that they come there at
    all is asserted."""
    wanted = page.get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    assert wanted.evaluate("element => element.tabIndex") >= 0, f"Tab never comes to {name}"
    wanted.focus()
    page.keyboard.press("Enter")
    if follows:
        page.wait_for_load_state()


def focus_on(page: Page, selector: str) -> None:
    field = page.locator(selector)
    assert field.evaluate("element => element.tabIndex") >= 0, f"Tab never comes to {selector}"
    field.focus()
