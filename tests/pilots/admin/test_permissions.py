"""The two tables of docs/permissions.md, held against what really happens: every act on a pilot, every list and page of the
admin, for people of every group, with objects of their own and of others."""

from collections.abc import Callable, Iterable
from functools import partial

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.urls import resolve, reverse

from config.local.state import ROOT
from pilots import permissions
from pilots.admin.pilot import PilotAdmin
from pilots.models import Pilot, Token
from tests.factories import make_ready_pilot, make_token, make_user

pytestmark = pytest.mark.django_db
DOCUMENT = (ROOT / "docs" / "permissions.md").read_text()
GROUPS = ("Owners", "Managers", "Reviewers", "Auditors", "Viewers", "administrator")
YES, NO = "yes", "–"
Person = tuple[str, User]


def table(title: str) -> dict[str, list[str]]:
    """The rows under a heading: the first cell, and the others."""
    section = DOCUMENT.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in (cells[0], *cells[2:])}


def staff(username: str, group: str) -> User:
    """Staff, whatever the group: what is refused is refused by permission, not by the door."""
    if group == "administrator":
        return make_user(username, is_staff=True, is_superuser=True)
    return make_user(username, group, is_staff=True)


def request_of(person: User, path: str, method: str = "get") -> HttpRequest:
    request: HttpRequest = getattr(RequestFactory(), method)(path)
    request.user = person
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    request.resolver_match = resolve(path)
    return request


def opens(person: User, path: str) -> bool:
    """Whether the view lets this person in. The page itself is not drawn."""
    request = request_of(person, path)
    match = request.resolver_match
    assert match is not None
    try:
        return match.func(request, *match.args, **match.kwargs).status_code in (200, 302)
    except (PermissionDenied, Http404):
        return False


def said(allowed: Iterable[bool]) -> list[str]:
    return [YES if each else NO for each in allowed]


@pytest.fixture
def pilot() -> Pilot:
    people = {"owner": staff("owner", "Owners"), "deputy": staff("deputy", "Owners")}
    return make_ready_pilot(**people, decider=staff("decider", "Managers"))


@pytest.fixture
def people(pilot: Pilot) -> list[User]:
    """In the order of the table's columns."""
    others = {
        "another owner": "Owners",
        "another manager": "Managers",
        "reviewer": "Reviewers",
        "auditor": "Auditors",
        "viewer": "Viewers",
        "administrator": "administrator",
    }
    made = {name: staff(name.replace(" ", "-"), group) for name, group in others.items()}
    assert pilot.deputy is not None
    return [pilot.owner, pilot.deputy, pilot.decider, *made.values()]


def acts(pilot: Pilot, token: Token) -> dict[str, Callable[[User], bool]]:
    """Each row of the table, and the way to find out."""
    pilots: PilotAdmin = admin.site.get_model_admin(Pilot)  # type: ignore[assignment]
    change = reverse("admin:pilots_pilot_change", args=[pilot.pk])
    act = change.replace("/change/", "/{}/")
    rotate = reverse("admin:pilots_token_change", args=[token.pk]).replace("/change/", "/{}/")
    return {
        "read the charter": lambda person: pilots.has_view_permission(request_of(person, change), pilot),
        "log a pilot": lambda person: opens(person, reverse("admin:pilots_pilot_add")),
        "edit the charter": lambda person: pilots.has_change_permission(request_of(person, change), pilot),
        "delete a pilot": lambda person: pilots.has_delete_permission(request_of(person, change), pilot),
        "start from a template": lambda person: opens(person, reverse("admin:pilots_pilot_from_template")),
        "import charters from a table": lambda person: opens(
            person, reverse("admin:pilots_pilot_import_pilots")
        ),
        "export charters as a table": lambda person: opens(
            person, reverse("admin:pilots_pilot_export_pilots")
        ),
        **{words: partial(opens, path=act.format(name)) for words, name in WORDS.items()},
        "read its log": lambda person: opens(person, reverse("pilots:logbook", args=[pilot.slug])),
        "rotate its token": lambda person: opens(person, rotate.format("rotate")),
        "revoke its token": lambda person: opens(person, rotate.format("revoke")),
        "propose an amendment": lambda person: permissions.may_change(person, pilot),
        "agree to a loosened plan": lambda person: permissions.may_second(person, pilot, pilot.owner),
        "report an incident": lambda person: permissions.may_report(person, pilot),
        "work on its review queue": lambda person: permissions.may_report(person, pilot),
        "choose anchors and shares of review": lambda person: permissions.may_run(person, pilot),
        "say how usable it is": lambda person: permissions.may_report(person, pilot),
        "comment on the memo": lambda person: permissions.may_comment(person, pilot),
        "send a reminder": lambda person: permissions.may_nudge(person, pilot),
        "sign the decision": lambda person: permissions.may_sign(person, pilot),
        "read the audit log of all pilots": lambda person: permissions.may_audit(person),
    }


WORDS = {
    "open its page": "open_page",
    "say it is ready": "make_ready",
    "start": "start",
    "leave a point open": "override",
    "take it back to draft": "take_back",
    "pause": "pause",
    "resume": "resume",
    "open its sources": "sources",
    "enter a baseline": "baseline",
    "make a token": "make_token",
    "write in the journal": "note",
    "hand over": "hand_over",
    "copy": "copy",
    "close": "close",
}
"""Rows of the table, and the names of the acts: all that the admin has, which a test asserts."""


def test_every_act_of_the_admin_is_in_the_table() -> None:
    assert set(WORDS.values()) == set(PilotAdmin.actions_detail)


def test_who_may_do_what_to_a_pilot(pilot: Pilot, people: list[User]) -> None:
    token, _ = make_token(pilot)
    documented = table("What a person may do to a pilot")
    heads = documented.pop("")

    found = {words: said(map(may, people)) for words, may in acts(pilot, token).items()}

    assert heads == [person.username.replace("-", " ") for person in people]
    assert found == documented


def test_who_may_read_and_write_what_in_the_admin(pilot: Pilot) -> None:
    people = [staff(f"of-{group.lower()}", group) for group in GROUPS]
    documented = table("What a group may do in the admin")
    heads = documented.pop("")

    found = {}
    for model, rows in admin.site._registry.items():
        label = model._meta.label_lower.replace(".", "_")
        lists = reverse(f"admin:{label}_changelist")
        found[str(model._meta.verbose_name_plural).lower()] = [
            "edit"
            if rows.has_add_permission(request_of(person, lists))
            else "read"
            if opens(person, lists)
            else NO
            for person in people
        ]

    assert heads == [*GROUPS[:-1], "administrators"]
    assert found == documented
