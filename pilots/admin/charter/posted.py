"""What was posted to the charter. Django copies all of it, deeply, for each of its parts, of which there are twenty."""

from django.http import HttpRequest, QueryDict


class Shared(QueryDict):
    """Nobody can change it, so its copy is itself."""

    def copy(self) -> "Shared":
        return self


def share(request: HttpRequest) -> None:
    """For the rest of the request."""
    shared = Shared(mutable=True, encoding=request.POST.encoding)
    for name, values in request.POST.lists():
        shared.setlist(name, values)
    shared._mutable = False
    request.POST = shared  # type: ignore[assignment]
