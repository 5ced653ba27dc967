"""Every page that a manager or an owner opens, looked at by axe-core in both themes, at a phone's width, with its weight."""

import gzip
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from playwright.sync_api import Browser, Page, Response, sync_playwright

from config.local.chromium import FLAGS
from evaluations.models import AIModel, Deployment
from pilots.actions import amendments, anchors, findings, measurements, memos, sittings, verdicts
from pilots.actions.changes import Act, Changes, Kind, RuleChange
from pilots.actions.notifications import routes
from pilots.actions.sittings import Judgement
from pilots.models import Decision, FirstSignature
from tests.factories import (
    answer_all,
    make_manager,
    make_owner,
    make_rows,
    make_running_pilot,
    make_user,
    sign,
)
from tests.pilots.answers import make_answers

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
}
BARRIERS = """([where, options]) => axe.run(where, options)"""

CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
FAINT = """options => { const kinds = new Map();
  for (const each of document.body.querySelectorAll('*:not(svg *)')) {
    if (![...each.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    let kind = ''; for (let at = each; at; at = at.parentElement)
      kind += `${at.tagName}.${at.className}.${at.ariaCurrent}.${at.ariaPressed}>`;
    if (!kinds.has(kind)) kinds.set(kind, each); }
  return axe.run({include: [...kinds.values()]}, options); }"""
"""Colours come by class alone, the policy refuses any other style: one text of each kind shows them all."""

NO_PAGES = {
    "save-view", "memo-propose", "note", "nudge", "usability", "removal", "removal-finish", "tag-failures", "source-pace",
    "pilot-export", "propose", "review-next", "add-picture",
}  # fmt: skip
"""Addresses that take acts alone, answer with a file, or open for the other pilot."""

SAME = ".memo-body"
"""The memo as it is read: looked at on its own page, and left out where it is shown again."""

HEAVIEST = 200 * 1024
"""Bytes of a page with all that it loads for the first time, compressed."""

SHIFTED = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value; })
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => done(sum))); })"""

COUNTING = """() => new Promise(done => { const field = document.querySelector('[data-review] [name=active]');
  const look = () => field && Number(field.value) > 0.5 ? done(true) : setTimeout(look, 100);
  setTimeout(() => done(false), 9000); look(); })"""

OVERFLOWING = """() => { const found = [], root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide`);
  for (const each of document.body.querySelectorAll('*:not(svg *)')) {
    if (each.clientWidth < 2 || each.matches('.visually-hidden, input, select, textarea') || !each.innerText) continue;
    const style = getComputedStyle(each), cuts = overflow => ['hidden', 'clip'].includes(overflow);
    if ((cuts(style.overflowX) && each.scrollWidth > each.clientWidth + 1) ||
        (cuts(style.overflowY) && each.scrollHeight > each.clientHeight + 1))
      found.push(`cut off: ${each.outerHTML.slice(0, 120)}`); }
  return found; }"""
"""WCAG 1.4.4 and 1.4.10: a page that scrolls sideways, and text that is cut off."""


@pytest.mark.browser
@pytest.mark.timeout(300)  # some ten seconds by itself; a machine that does six things at once takes its time
@pytest.mark.django_db(transaction=True)
def test_no_page_has_a_barrier_in_either_theme_or_is_wider_than_a_phone(
    live_server: Any, chromium: str
) -> None:
    visits = _visits()
    found: list[str] = []

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for session, paths in visits:
            page = _page(browser, live_server.url, session)
            for path in paths:
                found += _look(page, path, live_server.url)
            page.context.close()
        browser.close()

    assert not found, "\n".join(found)


def _visits() -> list[tuple[str, list[str]]]:
    """Sessions, and what each opens: the decider everything, the others what only they can do. Made before the browser
    is there: Django's database does not work inside Playwright's event loop."""
    olivia = make_owner("olivia", first_name="Olivia", last_name="Okafor")
    maria = make_manager("maria", first_name="Maria", last_name="Lindqvist")
    jonas = make_manager("jonas", first_name="Jonas", last_name="Weber")
    ada = make_user("ada", is_staff=True, is_superuser=True)
    now = timezone.now()
    _full_pilot(olivia, maria, now)
    _decided_pilot(olivia, maria, now)
    first = f"/p/clause-check/sign/{FirstSignature.objects.get().pk}/"
    decided = f"/p/decided/decisions/{Decision.objects.get().pk}/"
    return [
        ("", ["/login/"]),
        (_session(maria), [*_every_address(), decided, "/p/nonsense/"]),
        (
            _session(olivia),
            [
                *(f"/p/clause-check/{page}/" for page in ("memo", "plan", "failures", "anchors")),
                "/p/decided/removal/",
            ],
        ),
        (_session(jonas), [first, "/second-factor/"]),
        (_session(ada), ["/status/"]),
    ]


def _full_pilot(owner: User, decider: User, now: datetime) -> None:
    """Judged to stop, with answers, a proposal, a first signature, an amendment that waits, failures and a route."""
    pilot = _judged("clause-check", owner, decider, now)
    for kind, severity in (("silent", "critical"), ("wrong", "minor")):
        words = {"type": kind, "severity": severity, "cause": "guess", "input": "7?", "expected": "unusual"}
        findings.report_failure(pilot=pilot, values=words, by=owner, token=None, now=now)
    _reviewed(pilot, owner, decider, now)
    answer_all(pilot, now=now)
    memos.comment(pilot=pilot, question="time_gained", text="On Mondays too?", by=decider, now=now)
    memos.propose(pilot=pilot, recommends="stop", note="It takes longer.", by=owner, now=now)
    sign(pilot, "simplify", against_reason="It helps in one case.", review_on=_later(now), now=now)
    routes.add(pilot=pilot, channel="mail", address="team@example.com", by=owner, now=now)
    goal = RuleChange(kind=Kind.GOAL, act=Act.CHANGE, metric="review_minutes", margin=Decimal("0.2"))
    amendments.propose(pilot=pilot, changes=Changes(rules=(goal,)), reason="Enough.", by=owner, now=now)


def _reviewed(pilot: Any, owner: User, decider: User, now: datetime) -> None:
    """One answer is an anchor that was judged, the next is before the decider."""
    first, _ = make_answers(pilot, 2)
    anchors.choose(pilot=pilot, results=[first.pk], by=owner, now=now)
    for draw, judgement in ((0.0, Judgement("accepted")), (0.9, None)):
        sitting = sittings.take(pilot=pilot, by=decider, now=now, draw=draw)
        if sitting and judgement:
            sittings.judge(sitting=sitting, judgement=judgement, by=decider, now=now)


def _decided_pilot(owner: User, decider: User, now: datetime) -> None:
    sign(_judged("decided", owner, decider, now), review_on=_later(now), now=now)


def _judged(slug: str, owner: User, decider: User, now: datetime) -> Any:
    days = {"window_start": -20, "maintenance_start": -6, "window_end": 10}
    window = {name: (now + timedelta(days=add)).date() for name, add in days.items()}
    pilot = make_running_pilot(slug, owner=owner, decider=decider, now=now - timedelta(days=20), **window)
    for phase, value, ago in (("baseline", 3.0, 21), ("pilot", 6.0, 5), ("pilot", 5.5, 0)):
        rows = make_rows(30, value=value, start=now - timedelta(days=ago), phase=phase)
        measurements.record(pilot=pilot, rows=rows, now=now, atomic=True)
    few = make_rows(3, value=6.0, start=now - timedelta(days=3), segment="east")
    measurements.record(pilot=pilot, rows=few, now=now, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=now)
    return pilot


def _later(now: datetime) -> date:
    return (now + timedelta(days=90)).date()


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _every_address() -> Iterator[str]:
    """Of the pages that need no number, without being named here; those that only take acts answer 405."""
    slugs = {
        "models/": AIModel.objects.earliest("pk").slug,
        "deployments/": Deployment.objects.earliest("pk").slug,
    }
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "namespace", "") not in ("pilots", "models"):
            continue
        for pattern in resolver.url_patterns:
            route = str(pattern.pattern)
            slug = next((slug for start, slug in slugs.items() if route.startswith(start)), "clause-check")
            path = route.replace("<slug:slug>", slug)
            few = "?segment=east" if pattern.name == "rows" else ""
            if pattern.name not in NO_PAGES and "<" not in path:
                yield f"/{path}{few}"


def _page(browser: Browser, base: str, session: str) -> Page:
    """Without transitions: a colour half-way between two themes is none of either."""
    context = browser.new_context(
        base_url=base, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    if session:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
    return context.new_page()


def _look(page: Page, path: str, base: str) -> list[str]:
    """All that is wrong with it."""
    answers: list[Response] = []

    def note(response: Response) -> None:
        answers.append(response)

    page.on("response", note)
    answer = page.goto(path)
    page.remove_listener("response", note)
    assert answer is not None
    wanted = 404 if "nonsense" in path else 200
    faults = [] if answer.status == wanted else [f"{path} answers {answer.status}"]
    faults += [f"{path} asks {each.url}" for each in answers if not each.url.startswith(base)]
    weight = sum(len(gzip.compress(each.body(), 6)) for each in answers if each.ok)
    faults += [f"{path} weighs {weight} bytes"] if weight > HEAVIEST else []
    shift = page.evaluate(SHIFTED)
    if (
        shift >= 0.01
    ):  # a busy machine may show a table half-way: what moves each time is the page's own doing
        page.reload()
        shift = page.evaluate(SHIFTED)
    faults += [f"{path} shifts by {shift}"] if shift >= 0.01 else []
    faults += _counts(page, path) if path == "/p/clause-check/review/" else []
    page.evaluate(AXE)
    where = {"include": [["html"]], "exclude": [] if path.endswith("/memo/") else [[SAME]]}
    faults += _said(path, page.evaluate(BARRIERS, [where, RULES]))
    faults += _said(f"{path}, light", page.evaluate(FAINT, CONTRAST))
    page.emulate_media(color_scheme="dark")
    faults += _said(f"{path}, dark", page.evaluate(FAINT, CONTRAST))
    page.emulate_media(color_scheme="light")
    for width in (
        320,
        640,
    ):  # a phone; a window of 1280 px zoomed to 200 %, where letters of twice the size lead as well
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"{path}, {width} px: {each}" for each in page.evaluate(OVERFLOWING)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def _counts(page: Page, path: str) -> list[str]:
    """The timer of a review runs while the page is used, and says what it will send."""
    page.mouse.move(200, 200)
    return [] if page.evaluate(COUNTING) else [f"{path} counts no active time"]


def _said(where: str, found: dict[str, Any]) -> list[str]:
    return [f"{where}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]
