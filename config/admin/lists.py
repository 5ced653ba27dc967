from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from unfold.views import ChangeList


class SteadyList(ChangeList):
    """A list whose addresses are made once: the headings are asked for again with every row."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self._addresses: dict[object, str] = {}
        super().__init__(request, *args, **kwargs)

    def get_query_string(
        self, new_params: Mapping[str, Any] | None = None, remove: Iterable[str] | None = None
    ) -> str:
        asked = (repr(sorted((new_params or {}).items())), tuple(remove or ()))
        if asked not in self._addresses:
            self._addresses[asked] = super().get_query_string(new_params, remove)
        return self._addresses[asked]
