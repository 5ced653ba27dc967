from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.views import sign_in
from config import health, status
from config.metrics.view import metrics

admin.autodiscover()  # here, so that workers and beat do without the forms
admin.site.login = sign_in.of_the_admin  # type: ignore[method-assign]

urlpatterns = [
    # First what scripts ask for, many times a second: addresses are tried in their order.
    path("api/v1/", include(("config.api_urls", "api"))),
    path("", include("pilots.api.telemetry_urls")),
    path("", include("pilots.urls")),
    path("", include("evaluations.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "api/v1/docs/",
        login_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")),
        name="api-docs",
    ),
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("status/", status.status, name="status"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
