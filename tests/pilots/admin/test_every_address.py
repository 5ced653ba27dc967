"""Every address of the admin, asked for and posted to, by a person of each group, for objects that others run: what
docs/permissions.md does not give to a group is refused."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, NoReturn

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.urls import URLPattern, reverse

from pilots.models import Token
from tests.pilots.admin.one_of_each import make_one_of_each
from tests.pilots.admin.test_permissions import GROUPS, NO, YES, request_of, staff, table

pytestmark = pytest.mark.django_db
READ = {"changelist", "history", "change"}
"""Addresses that show a list or an object and write nothing when they are asked for."""

FOR_READERS = {"open_page", "sources"}
"""Acts on a pilot that lead to a page of it."""

ABOUT_PILOTS = {
    "add": ("Owners", "administrator"),
    "from_template": ("Owners", "administrator"),
    "import_pilots": ("Owners", "administrator"),
    "export_pilots": ("Owners", "Auditors", "administrator"),
    "copy": ("Owners", "administrator"),
    "delete": (),
}
"""Acts that are not for who runs the pilot alone."""

OF_EVALUATIONS = {
    ("prompt", "preview"): "preview a prompt",
    ("run", "results"): "take the results of a run out",
    ("run", "as_csv"): "take the results of a run out",
    ("run", "as_jsonl"): "take the results of a run out",
    ("result", "label_right"): "label a result as right or wrong",
    ("result", "label_wrong"): "label a result as right or wrong",
    ("run", "cancel"): "cancel a run",
    ("suite", "import_cases"): "import cases and results",
    ("suite", "import_results"): "import cases and results",
    ("price", "delete"): "delete a price",
    ("vendor", "delete"): "delete a vendor, a model or a deployment that nothing uses",
    ("aimodel", "delete"): "delete a vendor, a model or a deployment that nothing uses",
    ("deployment", "delete"): "delete a vendor, a model or a deployment that nothing uses",
    ("suite", "delete"): "delete a suite or a prompt",
    ("prompt", "delete"): "delete a suite or a prompt",
}
"""Rows of the third table, by model and address."""


class Inside(Exception):
    """The form would be built now: whoever comes here was let in."""


def inside(*args: Any, **kwargs: Any) -> NoReturn:
    raise Inside


def let_in(person: User, path: str, method: str) -> bool:
    request = request_of(person, path, method)
    match = request.resolver_match
    assert match is not None
    try:
        answer = match.func(request, *match.args, **match.kwargs)
        return answer.status_code == 200 or answer.headers.get("Location") not in (
            None,
            reverse("admin:index"),
        )
    except Inside:
        return True
    except (PermissionDenied, Http404):
        return False


def addresses(model: type[Model], of: admin.ModelAdmin) -> Iterator[tuple[str, str]]:
    """What an address is for, and its path below the list."""
    label = f"{model._meta.app_label}_{model._meta.model_name}_"
    for pattern in of.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name.removeprefix(label), str(pattern.pattern)


@pytest.fixture
def one_of_each() -> dict[str, Model]:
    return make_one_of_each()


def given(label: str, what: str, method: str, group: str, level: str) -> bool:
    """What docs/permissions.md gives to a group, for objects that others run."""
    if what in READ and not (what == "change" and method == "post"):
        return level != NO and not (label == "pilots.token" and group == "Owners" and what != "changelist")
    app, _, name = label.partition(".")
    if app == "evaluations" and (name, what) in OF_EVALUATIONS:
        row = table("What a group may do with evaluations")[OF_EVALUATIONS[name, what]]
        return row[GROUPS.index(group)] == YES
    if label == "pilots.pilot":
        if what in FOR_READERS:
            return level != NO
        return group in ABOUT_PILOTS.get(what, ("administrator",))
    if label == "pilots.token":
        return group in {"rotate": ("administrator",), "revoke": ("administrator",)}.get(what, ())
    return level == "edit"


def test_every_address_of_the_admin_is_open_to_whom_the_tables_say_and_to_nobody_else(
    one_of_each: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [staff(f"sweep-{group.lower()}", group) for group in GROUPS]
    documented = table("What a group may do in the admin")
    wrong = []
    monkeypatch.setattr(admin.site, "each_context", lambda request: {})
    for model, of in admin.site._registry.items():
        monkeypatch.setattr(type(of), "get_fieldsets", inside)
        if model is not Token:  # whose list shows her own alone
            monkeypatch.setattr(
                type(of), "get_object", lambda of, *args: one_of_each[of.model._meta.label_lower]
            )
        label, lists = model._meta.label_lower, reverse(admin_urlname(model._meta, "changelist"))
        levels = documented[str(model._meta.verbose_name_plural).lower()]
        for (what, below), method in product(addresses(model, of), ("get", "post")):
            if what == "changelist" or (what, method) == ("history", "post"):
                continue
            path = lists + re.sub(r"<.*>", str(one_of_each[label].pk), below)
            for person, group, level in zip(people, GROUPS, levels, strict=True):
                open_, said = let_in(person, path, method), given(label, what, method, group, level)
                if open_ != said:
                    wrong.append(f"{method} {path}: {group} {'get in' if open_ else 'are refused'}")

    assert wrong == []
