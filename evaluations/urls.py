from django.urls import path

from evaluations.views import catalogue
from evaluations.views.compare import compare
from evaluations.views.deployment import deployment

app_name = "models"

urlpatterns = [
    path("models/", catalogue.models, name="models"),
    path("models/<slug:slug>/", catalogue.model, name="model"),
    path("models/<slug:slug>/claims/<int:pk>/choose/", catalogue.choose, name="choose"),
    path("models/<slug:slug>/corrections/", catalogue.propose, name="propose"),
    path("models/<slug:slug>/corrections/<int:pk>/answer/", catalogue.answer, name="answer"),
    path("runs/compare/", compare, name="compare"),
    path("deployments/<slug:slug>/", deployment, name="deployment"),
]
