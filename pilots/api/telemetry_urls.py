"""Doors for senders that exist already. Their addresses are those of the protocols, not ours to choose."""

from django.urls import path

from pilots.api.views import langfuse, mlflow, otlp

MLFLOW = {
    "experiments/get": {"GET": mlflow.get_experiment},
    "experiments/get-by-name": {"GET": mlflow.get_experiment_by_name},
    "experiments/create": {"POST": mlflow.create_experiment},
    "runs/create": {"POST": mlflow.create_run},
    "runs/get": {"GET": mlflow.get_run},
    "runs/update": {"POST": mlflow.update_run},
    "runs/log-metric": {"POST": mlflow.log_metric},
    "runs/log-batch": {"POST": mlflow.log_batch},
    "runs/log-parameter": {"POST": mlflow.log_parameter},
    "runs/set-tag": {"POST": mlflow.set_tag},
}

urlpatterns = [
    path("v1/traces", otlp.Traces.as_view(), name="otlp-traces"),
    path("api/public/otel/v1/traces", otlp.Traces.as_view(), name="langfuse-traces"),
    path("api/public/scores", langfuse.Scores.as_view(), name="langfuse-scores"),
    path("api/public/ingestion", langfuse.Ingestion.as_view(), name="langfuse-ingestion"),
    *(
        path(
            f"api/2.0/mlflow/{address}",
            mlflow.MLflow.as_view(acts=acts),
            name=f"mlflow-{address.replace('/', '-')}",
        )
        for address, acts in MLFLOW.items()
    ),
]
