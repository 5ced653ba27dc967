"""Pilots that wait for a decision, made by actions in an instance's database; and what people do with them in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from pilots.models import Pilot


@dataclass(frozen=True)
class Signing:
    """The page to sign on, open in somebody's browser."""

    page: Page

    def sign(self, outcome: str, *, reason: str = "It is enough.", **fields: str) -> None:
        """`fields` belong to the outcome and are there once it is chosen."""
        self.page.locator(f"[name=outcome][value={outcome}]").check()
        self.page.get_by_label("Reason", exact=True).fill(reason)
        for name, text in fields.items():
            self.page.locator(f"#id_{name}").fill(text)
        self.again()

    def again(self) -> None:
        """Sends what stands in the form now."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Sign", exact=True).click()

    @property
    def refusal(self) -> Locator:
        return self.page.get_by_role("alert")


def hand_over(page: Page, slug: str, outcome: str) -> None:
    """The owner recommends, on the memo's page."""
    page.goto(f"/p/{slug}/memo/")
    page.locator(f"[name=recommends][value={outcome}]").check()
    page.get_by_label("Why", exact=True).fill("Our queue is empty by nine.")
    page.get_by_role("button", name="Hand the memo over").click()
    expect(page.get_by_role("status")).to_contain_text("Handed over. Maria Lindqvist decides; you do not.")


def from_the_board_to_the_memo(page: Page, name: str, *, flag: str) -> None:
    """The manager's way: the board, its flag, the pilot's page."""
    page.goto("/")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(flag)
    row.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Decision memo").click()


def read_the_memo_and_decide(page: Page, *, flag: str) -> None:
    """What the machine says and what the owner recommends, and on to the page to sign on, where nothing is chosen yet."""
    expect(page.get_by_role("region", name="Verdict")).to_contain_text(flag)
    expect(page.get_by_role("heading", name="Olivia Okafor recommends")).to_be_visible()
    page.get_by_role("link", name="Decide and sign").click()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


def correct_an_answer(page: Page, slug: str) -> None:
    page.goto(f"/p/{slug}/memo/")
    page.get_by_text("Correct the answer").first.click()
    page.locator("[name=time_gained-text]").fill("In the mornings, and on Mondays all day.")
    page.get_by_role("button", name="Keep the answer").first.click()
    expect(page.get_by_role("status")).to_contain_text("Kept.")


def agree(page: Page, slug: str) -> None:
    """The second signer comes by the memo."""
    page.goto(f"/p/{slug}/memo/")
    page.get_by_role("link", name="Open it").click()
    page.get_by_role("button", name="Agree and sign second").click()


def keeps_the_pdf(page: Page, *, signed: str, words: str) -> None:
    """From the page of the signed decision."""
    expect(page.get_by_role("heading", level=1).locator("..")).to_contain_text(signed)
    expect(page.get_by_role("region", name="What was decided")).to_contain_text(words)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert re.fullmatch(r"[\w-]+-decision-\d+\.pdf", download.value.suggested_filename)
    assert download.value.path().read_bytes()[:5] == b"%PDF-"


def prepare(now: datetime) -> None:
    """Five pilots of Olivia's that Maria decides; Olivia has handed two memos over. The memo of the last one Maria wrote
    herself, when the pilot was hers."""
    from django.contrib.auth.models import User

    from pilots.actions import memos
    from tests.factories import answer_all, make_failures, sign

    olivia, maria, jonas = (User.objects.get(username=name) for name in ("olivia", "maria", "jonas"))
    proven = _judged("proven", olivia, maria, after=3.0, now=now)
    unready = _judged("unready", olivia, maria, after=3.0, now=now, operator="", removal_plan="")
    extended = _judged("extended", olivia, maria, after=None, now=now)
    worse = _judged("worse", olivia, maria, after=9.0, now=now)
    for pilot in (proven, extended, worse):
        answer_all(pilot, now=now)
    make_failures(proven, now=now)
    answer_all(unready, confidence="low", now=now)
    for weeks in (2, 3):
        later = {"extend_until": _in(now, weeks=weeks), "review_on": _in(now, weeks=9), "now": now}
        sign(extended, "extend", **later)
    for pilot, outcome in ((extended, "extend"), (worse, "simplify")):
        memos.propose(pilot=pilot, recommends=outcome, note="It helps in part.", by=olivia, now=now)
    _judged_by_its_author("own", maria, jonas, olivia, now)


def _judged(
    slug: str, owner: User, decider: User, *, after: float | None, now: datetime, **more: Any
) -> Pilot:
    """Its flag is go for fewer than six minutes, stop for more, collecting for nothing measured."""
    from pilots.actions import measurements, verdicts
    from tests.factories import make_running_pilot

    started, window = (
        now - timedelta(days=30),
        {"window_start": -30, "maintenance_start": -14, "window_end": 7},
    )
    days = {name: (now + timedelta(days=add)).date() for name, add in window.items()}
    pilot = make_running_pilot(
        slug, owner=owner, decider=decider, now=started, seeks_saving=False, maintenance_min_items=20, **days, **more
    )  # fmt: skip
    if after is not None:
        before = [row for ago in range(31, 41) for row in _day(6.0, ago, "baseline", now)]
        since = [row for ago in range(14) for row in _day(after, ago, "pilot", now)]
        measurements.record(pilot=pilot, rows=before + since, now=now, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=now)
    return pilot


def _day(value: float, ago: int, phase: str, now: datetime) -> list[dict[str, Any]]:
    from tests.factories import make_rows

    return make_rows(10, value=value, start=now - timedelta(days=ago), phase=phase)


def _judged_by_its_author(slug: str, author: User, decider: User, owner: User, now: datetime) -> None:
    """She ran the pilot and answered its questions; now it is another's, and she is named as its decider."""
    from django.contrib.auth.models import Group

    from tests.factories import answer_all

    runs = Group.objects.get(name="Owners")
    author.groups.add(runs)
    pilot = _judged(slug, type(author).objects.get(pk=author.pk), decider, after=None, now=now)
    answer_all(pilot, now=now)
    type(pilot).objects.filter(pk=pilot.pk).update(owner=owner, decider=author)
    author.groups.remove(runs)


def _in(now: datetime, *, weeks: int) -> date:
    return (now + timedelta(weeks=weeks)).date()
