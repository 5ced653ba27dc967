"""Addresses of static files, asked for by name from the settings: they are known only when the storage is set up."""

from django.http import HttpRequest
from django.templatetags.static import static


def stylesheet(request: HttpRequest) -> str:
    return static("pilots/admin.css")


def favicon(request: HttpRequest) -> str:
    return static("pilotage/favicon.svg")
