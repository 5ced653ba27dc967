"""The REST door: what both apps offer below /api/v1/."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("pilots.api.urls"))]
if find_spec("evaluations.api.urls"):
    urlpatterns.append(path("", include("evaluations.api.urls")))
