"""What a token's scopes and a person's permissions let through."""

from collections.abc import Collection
from typing import Any, ClassVar, Protocol

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.api import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
VERBS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "POST": "add", "PATCH": "change"}


class View(Protocol):
    """The part of a view that this looks at. `model_name` is the one whose permissions a person needs."""

    model_name: ClassVar[str]
    write_scope: ClassVar[str]

    def person_may_write(self, person: Any) -> bool:
        """Asked for a person who sends anything but a reading method."""
        ...


class ScopeOrPermission(BasePermission):
    """A token needs the scope `read`, or the view's `write_scope`; a person the permissions of the model."""

    def has_permission(self, request: Request, view: View) -> bool:  # type: ignore[override]
        scopes: Collection[str] | None = getattr(request.auth, "scopes", None)
        if scopes is None:
            return self._person_may(request, view)
        needed = "read" if request.method in SAFE else view.write_scope
        if needed not in scopes:
            raise Problem(
                status=403,
                code="scope_missing",
                detail=f"This token lacks the scope {needed}. Ask the pilot's owner for one that has it.",
            )
        if needed == "admin" and not getattr(request.auth, "all_pilots", False):
            raise Problem(
                status=403,
                code="token_bound_to_pilots",
                detail="Catalogue and suites serve every pilot. Use a token that is good for all of them.",
            )
        return True

    def _person_may(self, request: Request, view: View) -> bool:
        person = request.user
        if not person.is_authenticated:
            return False
        if request.method not in SAFE:
            return view.person_may_write(person)
        return bool(person.has_perm(f"evaluations.view_{view.model_name}"))


def may_by_model(person: Any, method: str, model_name: str) -> bool:
    """Django's own add and change permissions."""
    return method in VERBS and bool(person.has_perm(f"evaluations.{VERBS[method]}_{model_name}"))
