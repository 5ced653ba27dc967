from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.api import CursorPage, refuse_unknown_parameters
from config.api_etags import etag, refuse_outdated
from evaluations.api.permissions import ScopeOrPermission, may_by_model
from evaluations.visibility import visible


class OldestFirst(CursorPage):
    ordering = "id"


class View(GenericAPIView):
    """Reading needs the scope read or a permission; parameters that the method does not know are refused."""

    permission_classes = [ScopeOrPermission]
    pagination_class: type[CursorPage] | None = OldestFirst
    filter_backends = []
    metadata_class = None
    lookup_field = "slug"
    model_name: ClassVar[str]
    write_scope: ClassVar[str] = "admin"
    parameters: ClassVar[Mapping[str, frozenset[str]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.parameters.get(request.method or "", frozenset()))

    def get_queryset(self) -> QuerySet[Any]:
        """Those of the view's rows that the caller may know of."""
        return visible(self.request, super().get_queryset())

    def person_may_write(self, person: Any) -> bool:
        return may_by_model(person, self.request.method or "", self.model_name)

    @property
    def person(self) -> User | None:
        """The signed-in person; a token is nobody."""
        return self.request.user if isinstance(self.request.user, User) else None

    def page(self, rows: Any, **context: Any) -> Response:
        """One page of rows, each shown by the view's serializer."""
        found = self.paginate_queryset(rows)
        shown = self.get_serializer(found, many=True, context={**self.get_serializer_context(), **context})
        return self.get_paginated_response(shown.data)


class CatalogueList(View):
    """Subclasses name model, serializer and `detail_name`, the URL of one row."""

    parameters = {"GET": OldestFirst.parameters}
    detail_name: ClassVar[str]

    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = serializer.save()
        url = reverse(self.detail_name, kwargs={"slug": row.slug}, request=request)
        return Response(serializer.data, status=201, headers={"Location": url, "ETag": etag(serializer.data)})


class CatalogueDetail(View):
    """One row, with an ETag; a change must name the ETag it starts from."""

    pagination_class = None

    def show(self, slug: str) -> Response:
        shown = self.get_serializer(get_object_or_404(self.get_queryset(), slug=slug)).data
        return Response(shown, headers={"ETag": etag(shown)})

    def change(self, request: Request, slug: str) -> Response:
        with transaction.atomic():
            row = get_object_or_404(self.get_queryset().select_for_update(of=("self",)), slug=slug)
            refuse_outdated(request, etag(self.get_serializer(row).data))
            serializer = self.get_serializer(row, data=request.data, partial=True)
            serializer.is_valid(raise_exception=True)
            serializer.save()
        return Response(serializer.data, headers={"ETag": etag(serializer.data)})
