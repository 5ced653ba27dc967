"""Doors for senders that exist already. Their addresses are those of the protocols, not ours to choose."""

from django.urls import path

from pilots.api.views import otlp

urlpatterns = [
    path("v1/traces", otlp.Traces.as_view(), name="otlp-traces"),
    path("api/public/otel/v1/traces", otlp.Traces.as_view(), name="langfuse-traces"),
]
