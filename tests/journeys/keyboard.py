"""A person who works by keyboard alone: what Tab does not come to is not there for her."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

MOST_STOPS = 150
HAS_FOCUS = "element => element === document.activeElement"


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, wanted: Locator) -> None:
        """As many Tabs as it takes, from where the focus is. Fails when none of them comes there."""
        element: Any = wanted.element_handle()
        for _ in range(MOST_STOPS):
            if element.evaluate(HAS_FOCUS):
                return
            self.press("Tab")
        raise AssertionError(f"{MOST_STOPS} Tabs never come to {wanted}")

    def follow(self, link: Locator) -> None:
        """Enter on a link or a button that leads to another page."""
        self.tab_to(link)
        with self.page.expect_navigation():
            self.press("Enter")
