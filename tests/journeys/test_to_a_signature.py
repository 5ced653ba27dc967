"""From the owner's proposal to the frozen PDF, for each outcome; and what the manager is refused on the way.

A stop is signed at the end of the first flight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from config.local.chromium import FLAGS
from tests.journeys import decisions
from tests.journeys.conftest import database_of, opened, sign_in
from tests.journeys.decisions import Signing
from tests.journeys.instance import Instance

NOW = datetime.now(UTC)
A_REFUSAL = re.compile("the server responded with a status of (403|409|422)")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(
    people: None, instance: Instance, django_db_blocker: DjangoDbBlocker, chromium: str
) -> Iterator[dict[str, Page]]:
    """Of Olivia, Maria and Jonas: each has a browser of her own, in which nothing goes wrong but what is refused."""
    with database_of(instance, django_db_blocker):
        decisions.prepare(NOW)
    trouble: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield {who: sign_in(opened(browser, instance, trouble), who) for who in ("olivia", "maria", "jonas")}
        browser.close()
    assert [each for each in trouble if not A_REFUSAL.search(each)] == []


def test_go_is_signed_on_what_the_manager_read_and_not_on_an_answer_that_came_since(
    pages: dict[str, Page],
) -> None:
    olivia, maria = pages["olivia"], pages["maria"]

    decisions.hand_over(olivia, "proven", "go")
    decisions.from_the_board_to_the_memo(maria, "Proven", flag="Go")
    decisions.read_the_memo_and_decide(maria, flag="Go")
    decisions.correct_an_answer(olivia, "proven")
    signing = Signing(maria)
    signing.sign("go", reason="Review takes half the time.")
    expect(signing.refusal).to_contain_text("New evidence came in since you opened the page. Read it again")
    expect(maria.get_by_label("Reason", exact=True)).to_have_value("Review takes half the time.")
    signing.again()

    decisions.keeps_the_pdf(maria, signed="Go", words="Review takes half the time.")
    expect(maria.get_by_text("In the mornings, and on Mondays all day.")).to_be_visible()


def test_a_third_extension_says_until_when_and_is_signed_by_two(pages: dict[str, Page]) -> None:
    maria, jonas = pages["maria"], pages["jonas"]
    until = (NOW + timedelta(weeks=5)).date().isoformat()

    maria.goto("/p/extended/memo/")
    decisions.read_the_memo_and_decide(maria, flag="Collecting")
    maria.locator("[name=outcome][value=extend]").check()
    maria.get_by_label("More time, for the same scope").check()
    Signing(maria).sign("extend", settles="The minutes of a Monday.", extend_until=until)
    expect(maria.get_by_role("status")).to_contain_text(
        "A second signer is needed: It has been extended twice"
    )
    decisions.agree(jonas, "extended")

    decisions.keeps_the_pdf(jonas, signed="Extend", words="The minutes of a Monday.")
    expect(jonas.get_by_text("seconded by Jonas Weber")).to_be_visible()


def test_against_a_stop_simplify_needs_a_reason_and_a_second_signer(pages: dict[str, Page]) -> None:
    maria, jonas = pages["maria"], pages["jonas"]

    maria.goto("/p/worse/memo/")
    decisions.read_the_memo_and_decide(maria, flag="Stop")
    signing = Signing(maria)
    signing.sign("simplify", removed_parts="Contracts in French.")
    expect(maria.locator("#id_against_reason_error")).to_contain_text("The machine's flag is stop. Say why")
    maria.locator("#id_against_reason").fill("The rest goes well.")
    signing.again()
    expect(maria.get_by_role("status")).to_contain_text(
        "A second signer is needed: The machine's flag is stop."
    )
    decisions.agree(jonas, "worse")

    decisions.keeps_the_pdf(jonas, signed="Simplify", words="Contracts in French.")


def test_go_is_refused_while_an_answer_is_diffuse_an_operator_or_a_removal_plan_is_missing(
    pages: dict[str, Page],
) -> None:
    maria = pages["maria"]
    maria.goto("/p/unready/sign/")

    signing = Signing(maria)
    signing.sign("go")

    expect(signing.refusal).to_contain_text("Go cannot be signed yet.")
    expect(signing.refusal).to_contain_text("No operator is named for after the pilot.")
    expect(signing.refusal).to_contain_text("There is no removal plan.")
    expect(signing.refusal).to_contain_text("Diffuse: Where is time gained?")
    expect(maria.get_by_role("radio", name=re.compile("Stop")).locator("..")).not_to_contain_text(
        "Cannot be signed"
    )


def test_who_wrote_the_memo_finds_nothing_to_sign(pages: dict[str, Page]) -> None:
    maria = pages["maria"]

    maria.goto("/p/own/sign/")

    expect(
        maria.get_by_text("You wrote or proposed this memo, so somebody else must decide.")
    ).to_be_visible()
    expect(maria.get_by_role("button", name="Sign", exact=True)).to_have_count(0)
