"""The admin and the API viewer have Content-Security-Policies of their own, no looser than their parts need."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse


class PolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, but for the pages of third parties' making."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only=report_only)
        if request.path.startswith(reverse("admin:index")):
            parts.replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        elif request.path.startswith(reverse("api-docs")):
            parts.replace = settings.API_DOCS_CONTENT_SECURITY_POLICY
        return parts
