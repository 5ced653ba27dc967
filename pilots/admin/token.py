from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from config.admin.read_only import ReadOnlyAdmin
from pilots import permissions
from pilots.actions import tokens
from pilots.actions.refusals import Refused
from pilots.admin.acts.forms import RotateForm
from pilots.admin.badges import label
from pilots.models import Token
from pilots.models.token import Scope


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens are made on the page of a pilot, rotated and revoked here. The secret is in no row, so it is on no page."""

    list_display = ("name", "prefix", "reach", "state", "last_used_at", "expires_at", "created_by")
    list_select_related = ("created_by",)
    nothing_yet = "A token is made on the page of its pilot, with Make token; its secret is shown once."
    search_fields = ("name", "prefix", "pilots__name", "pilots__slug")
    fields = (
        ("name", "prefix", "state"),
        ("may", "reach"),
        ("created_by", "created_at", "last_used_at"),
        ("expires_at", "revoked_at"),
    )
    readonly_fields = ("may", "reach", "state")
    actions_detail = ("rotate", "revoke")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        """Owners see the tokens of pilots they run and those they made; auditors and administrators see all."""
        everything: QuerySet[Token] = super().get_queryset(request).prefetch_related("pilots")
        if permissions.may_audit(request.user):
            return everything
        mine = Q(pilots__owner=request.user) | Q(pilots__deputy=request.user) | Q(created_by=request.user)
        return everything.filter(pk__in=Token.objects.filter(mine).values("pk"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        token = self.get_object(request, object_id)
        return (
            super().get_actions_detail(request, object_id)
            if token and self._may_change(request, token)
            else []
        )

    @action(description="Rotate", icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The new secret is on the page that answers the form, once, and in no redirect, session or cache."""
        token = self._to_change(request, object_id)
        form = RotateForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                by: Any = request.user
                new, secret = tokens.rotate(token=token, overlap=form.overlap, by=by, now=timezone.now())
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                token.refresh_from_db()
                details = {"new": new, "secret": secret}
                return self._page(request, token, "admin/pilots/token/rotated.html", details)
        return self._page(request, token, "admin/pilots/token/rotate.html", {"form": form})

    @action(description="Revoke", icon="block", variant=ActionVariant.DANGER)
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        token = self._to_change(request, object_id)
        refusal = self._revoke(request, token) if request.method == "POST" else ""
        if request.method == "POST" and not refusal:
            messages.success(request, f"{token.name} is revoked: it opens nothing any more.")
            return redirect("admin:pilots_token_change", token.pk)
        return self._page(request, token, "admin/pilots/token/revoke.html", {"refusal": refusal})

    def _to_change(self, request: HttpRequest, object_id: str) -> Token:
        token: Token | None = self.get_object(request, object_id)
        if token is None:
            raise Http404
        if not self._may_change(request, token):
            raise PermissionDenied
        return token

    def _page(
        self, request: HttpRequest, token: Token, template: str, details: dict[str, Any]
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": token,
            "token": token,
            "back": reverse("admin:pilots_token_change", args=[token.pk]),
            **details,
        }
        return TemplateResponse(request, template, context)

    def _revoke(self, request: HttpRequest, token: Token) -> str:
        """Empty when it is done, else why not."""
        try:
            tokens.revoke(token=token, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refused as refusal:
            return str(refusal)
        return ""

    def _may_change(self, request: HttpRequest, token: Token) -> bool:
        if token.revoked_at or not permissions.may_create(request.user):
            return False
        if request.user.is_superuser:
            return True
        return not token.all_pilots and all(
            permissions.may_run(request.user, pilot) for pilot in token.pilots.all()
        )

    @display(description="Good for")
    def reach(self, token: Token) -> str:
        return "Every pilot" if token.all_pilots else ", ".join(str(pilot) for pilot in token.pilots.all())

    @display(description="It may")
    def may(self, token: Token) -> str:
        return ", ".join(Scope(scope).label.lower() for scope in token.scopes)

    @display(description="State")
    def state(self, token: Token) -> SafeString:
        if token.revoked_at:
            return label("Revoked", icon="block", variant="danger")
        if token.expires_at and token.expires_at <= timezone.now():
            return label("Ended", icon="schedule", variant="warning")
        return label("Good", icon="check_circle", variant="success")
