"""What a token's scopes and a person's role let through. Which pilots: see `callers.visible_pilots`."""

from typing import ClassVar, Protocol

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.api import Problem
from pilots import permissions
from pilots.api import callers
from pilots.models.token import Scope


class View(Protocol):
    """The part of a view that these look at."""

    write_scope: ClassVar[Scope]


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ScopeOrRole(BasePermission):
    """Reading needs the scope read, or a role; writing by token the scope that the view names as `write_scope`.

    What a person may write is asked per pilot, by the view: nothing here lets a person write.
    """

    def has_permission(self, request: Request, view: View) -> bool:  # type: ignore[override]
        token = callers.token(request)
        if token is None:
            return bool(request.user.is_authenticated) and permissions.may_view(request.user)
        if not hasattr(view, (request.method or "").lower()):
            return True  # goes on to 405: no scope would help
        needed = Scope.READ if request.method in SAFE else view.write_scope
        if needed not in token.scopes:
            raise Problem(
                status=403,
                code="scope_missing",
                detail=f"This token lacks the scope {needed}. Ask the pilot's owner for one that has it.",
            )
        return True


class TokenWithScope(BasePermission):
    """A token with the scope that the view names as `write_scope`, whatever the method; people have no business there."""

    def has_permission(self, request: Request, view: View) -> bool:  # type: ignore[override]
        token = callers.token(request)
        if token is None:
            return False
        if view.write_scope not in token.scopes:
            raise Problem(
                status=403,
                code="scope_missing",
                detail=f"This token lacks the scope {view.write_scope}. Ask the pilot's owner for one that has it.",
            )
        return True
