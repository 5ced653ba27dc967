"""The REST door: what both apps offer below /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("pilots.api.urls")),
    path("", include("evaluations.api.urls")),
]
