"""The main job, end to end: an owner logs a pilot, a script measures, the worker judges, the manager signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys import by_keyboard
from tests.journeys.instance import Instance
from tests.journeys.script import Script

Visit = Callable[[str], Page]


TEMPLATES = ("Ticket triage", "Contract check", "Invoice reading", "Internal search", "Marketing images")


@pytest.mark.browser
def test_an_owner_takes_each_template_from_an_empty_board_to_running_by_keyboard_alone(
    blank: Callable[[], Page], trouble: list[str]
) -> None:
    page = blank()

    by_keyboard.sign_in(page, "olivia")
    by_keyboard.open_the_templates(page)
    for template in TEMPLATES:
        name = f"{template.split()[0]} by keys"
        by_keyboard.make_the_draft(page, template, name=name)
        by_keyboard.start(page)
        expect(page.get_by_text(f"{name} runs. Its plan is frozen as version 1")).to_be_visible()
        if template != TEMPLATES[-1]:
            by_keyboard.begin_another(page)

    assert trouble == []


@pytest.mark.browser
def test_a_pilot_flies_from_the_charter_to_a_signed_decision(
    instance: Instance, visit: Visit, trouble: list[str]
) -> None:
    olivia = visit("olivia")
    log_a_pilot(olivia)
    start(olivia)
    script = Script(instance.url, make_token(olivia))

    posted = [
        script.post("/pilots/ticket-triage/measurements/", minutes(around=around, phase=phase))
        for phase, around in {"baseline": 3.0, "pilot": 6.0}.items()
    ]
    verdict = script.get_until("/pilots/ticket-triage/verdict/", seconds=60, flag="stop")

    maria = visit("maria")
    expect(row_of(maria)).to_contain_text(verdict["reason"])
    the_owner_cannot_sign(olivia)
    sign_stop(maria)
    the_memo_is_kept_as_a_pdf(maria)

    pilot, decisions = script.get("/pilots/ticket-triage/"), script.get("/pilots/ticket-triage/decisions/")
    assert [answer["created"] for answer in posted] == [60, 60]
    assert (pilot["state"], pilot["verdict"]["flag"]) == ("decided", "stop")
    assert [
        (each["outcome"], each["reason"], each["signed_by"], each["evidence_hash"])
        for each in decisions["results"]
    ] == [("stop", "Review takes twice as long.", "maria", verdict["evidence_hash"])]
    assert trouble == []


def log_a_pilot(page: Page) -> None:
    """The charter, on one page of the admin, tab by tab."""
    page.get_by_role("link", name="Log a pilot").click()
    page.locator("#id_name").fill("Ticket triage")
    tab(page, "What hurts")
    page.locator("#id_workflow").fill("Assign incoming tickets to a queue")
    page.locator("#id_friction").fill("Two people sort tickets by hand until noon.")
    page.locator("#id_volume_per_month").fill("1800")
    page.locator("#id_minutes_per_item").fill("1.5")
    tab(page, "Questions")
    page.locator("#id_real_problem").fill("Customers wait until noon.")
    page.locator("#id_extra_control").fill("Tickets that speak of money.")
    page.locator("#id_silent_failure").fill("Tickets land where nobody looks.")
    tab(page, "Scope")
    page.locator("#id_scope_out").fill("Tickets by phone.")
    tab(page, "People")
    choose(page, "id_decider", "maria")
    tab(page, "Afterwards")
    page.locator("#id_fallback_plan").fill("Sort by hand, as today.")
    page.locator("#id_fallback_cost_per_day").fill("140")
    tab(page, "Candidates")
    page.locator("#id_candidates-0-name").fill("Reader")
    choose(page, "id_candidates-0-deployment", "reader")
    tab(page, "Metrics")
    metric = "#id_metrics-0-"
    page.locator(f"{metric}name").fill("Review minutes")
    page.locator(f"{metric}unit").fill("min")
    page.locator(f"{metric}estimand").select_option("mean")
    page.locator(f"{metric}direction").select_option("lower")
    page.locator(f"{metric}design").select_option("before_after")
    unfolded(page, "Bounds, freshness and saving", page.locator(f"{metric}cap")).fill("60")
    page.locator(f"{metric}floor").fill("0")
    page.locator("#id_metrics-0-goal-0-margin").fill("0.5")
    page.locator("#id_metrics-0-stop_trigger-0-margin").fill("0.5")
    page.locator("#id_metrics-0-stop_trigger-0-action").fill("Olivia switches the routing off.")
    save(page)
    name_the_trigger_that_would_notice(page)
    leave_open(page, "Only one model fits our machine.")


def name_the_trigger_that_would_notice(page: Page) -> None:
    """Triggers are chosen from once they are saved."""
    tab(page, "Questions")
    page.locator("#id_silent_failure_trigger").select_option(label="Stop trigger on Review minutes")
    save(page)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue editing").click()


def leave_open(page: Page, reason: str) -> None:
    """Every point of the checklist that may be left open, for a reason that is kept with each."""
    page.get_by_role("link", name=re.compile("^Leave it open")).first.click()
    for point in page.locator("input[name=code]").all():
        point.check()
    page.get_by_label("Reason").fill(reason)
    with page.expect_navigation():
        page.get_by_role("button", name="Leave open").click()


def start(page: Page) -> None:
    page.get_by_role("link", name="read the plan once more and start").click()
    page.get_by_role("button", name="Freeze the plan and start").click()
    expect(page.get_by_text("Its plan is frozen as version 1")).to_be_visible()


def make_token(page: Page) -> str:
    """To which a start leads; the page shows the secret this once."""
    page.get_by_label("Name").fill("Nightly script")
    page.get_by_role("button", name="Make token").click()
    return page.locator("#token-secret").inner_text().strip()


def minutes(*, around: float, phase: str) -> list[dict[str, Any]]:
    """Sixty values, half a minute to either side; the baseline a week ago, the pilot's now."""
    at = datetime.now(UTC) - (timedelta(days=7) if phase == "baseline" else timedelta(0))
    return [
        {
            "metric": "review_minutes",
            "value": around + (0.5 if number % 2 else -0.5),
            "phase": phase,
            "observed_at": at.isoformat(),
            "external_id": f"{phase}-{number}",
        }
        for number in range(60)
    ]


def row_of(page: Page) -> Any:
    page.goto("/")
    row = page.get_by_role("row").filter(has_text="Ticket triage")
    expect(row).to_contain_text("Stop")
    expect(row).to_contain_text("Olivia Okafor")
    return row


def the_owner_cannot_sign(page: Page) -> None:
    page.goto("/p/ticket-triage/")
    expect(page.get_by_role("link", name="Sign the decision")).to_have_count(0)
    answer = page.request.get("/p/ticket-triage/sign/")
    assert answer.status == 403
    assert "You run this pilot, so you cannot sign its decision. Maria Lindqvist signs." in answer.text()


def sign_stop(page: Page) -> None:
    page.get_by_role("link", name="Ticket triage").click()
    expect(page.get_by_role("region", name="Before and after").get_by_text("3 min worse")).to_be_visible()
    page.get_by_role("link", name="Sign the decision").click()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_role("radio", name=re.compile("Stop")).check()
    page.get_by_label("Reason").fill("Review takes twice as long.")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Signed: Stop. Your reason is kept with it.")


def the_memo_is_kept_as_a_pdf(page: Page) -> None:
    """On the page of the signed decision; and the checklist that takes it out is open."""
    expect(page.get_by_role("region", name="What was decided")).to_contain_text("Review takes twice as long.")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert download.value.path().read_bytes()[:5] == b"%PDF-"
    page.goto("/p/ticket-triage/removal/")
    expect(page.get_by_role("heading", name="Removal of Ticket triage")).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()


def unfolded(page: Page, heading: str, inside: Locator) -> Locator:
    """A click before the page's script has come to that part opens nothing, so it is repeated, as anybody would."""
    for _ in range(5):
        page.get_by_role("heading", name=heading).click()
        try:
            inside.wait_for(state="visible", timeout=3000)
        except PlaywrightTimeout:
            continue
        break
    return inside


def choose(page: Page, field: str, words: str) -> None:
    """One of the admin's fields that search while one types."""
    page.locator(f"#{field} + .select2").click()
    page.locator(".select2-dropdown .select2-search__field").fill(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()
