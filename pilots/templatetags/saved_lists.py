from typing import Any

from django import template

from pilots.actions.saved_lists import kept_of
from pilots.models import SavedList

register = template.Library()


@register.inclusion_tag("admin/pilots/saved_lists.html", takes_context=True)
def saved_lists(context: dict[str, Any]) -> dict[str, Any]:
    """Those of the person for this list, and what it is narrowed to now. One query."""
    request, opts = context["request"], context["cl"].opts
    return {
        "saved": list(SavedList.objects.filter(person=request.user, of=opts.label_lower)),
        "of": opts.label_lower,
        "query": kept_of(request.GET.urlencode()),
        "csrf_token": context.get("csrf_token"),
    }
