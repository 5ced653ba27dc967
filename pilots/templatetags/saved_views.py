from typing import Any

from django import template

from pilots.actions.saved_views import kept_of
from pilots.queries import saved_views as kept

register = template.Library()


@register.inclusion_tag("admin/pilots/saved_views.html", takes_context=True)
def saved_views(context: dict[str, Any]) -> dict[str, Any]:
    """Those of the person for this list, and what it is narrowed to now. One query."""
    request, place = context["request"], context["cl"].opts.label_lower
    return {
        "saved": kept.of(request.user, place),
        "place": place,
        "query": kept_of(request.GET.urlencode()),
        "csrf_token": context.get("csrf_token"),
    }
