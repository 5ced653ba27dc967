"""Which rows a caller may know of. What a caller is bound to is not known here: `EVALUATIONS_VISIBLE_TO` names who says."""

from typing import TypeVar, cast

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.request import Request

M = TypeVar("M", bound=Model)


def visible(request: Request | HttpRequest | None, rows: QuerySet[M]) -> QuerySet[M]:
    """Those of the rows that the caller may know of. What is not among them does not exist for the caller."""
    return cast("QuerySet[M]", import_string(settings.EVALUATIONS_VISIBLE_TO)(request, rows))
