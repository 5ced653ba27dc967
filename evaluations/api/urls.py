from django.urls import path

from evaluations.api.views import catalogue, interop, runs, suites

urlpatterns = [
    path("vendors/", catalogue.VendorList.as_view(), name="vendors"),
    path("vendors/<slug:slug>/", catalogue.VendorDetail.as_view(), name="vendor"),
    path("models/", catalogue.ModelList.as_view(), name="models"),
    path("models/<slug:slug>/", catalogue.ModelDetail.as_view(), name="model"),
    path("deployments/", catalogue.DeploymentList.as_view(), name="deployments"),
    path("deployments/<slug:slug>/", catalogue.DeploymentDetail.as_view(), name="deployment"),
    path("suites/", suites.SuiteList.as_view(), name="suites"),
    path("suites/<slug:slug>/", suites.SuiteDetail.as_view(), name="suite"),
    path("suites/<slug:slug>/cases/", suites.CaseList.as_view(), name="cases"),
    path("suites/<slug:slug>/coverage/", suites.SuiteCoverage.as_view(), name="suite-coverage"),
    path("suites/<slug:slug>/prompts/", suites.PromptList.as_view(), name="prompts"),
    path("runs/", runs.RunList.as_view(), name="runs"),
    path("runs/import/", interop.RunImport.as_view(), name="run-import"),
    path("runs/<int:pk>/", runs.RunDetail.as_view(), name="run"),
    path("runs/<int:pk>/cancel/", runs.RunCancel.as_view(), name="run-cancel"),
    path("runs/<int:pk>/results/", runs.ResultList.as_view(), name="results"),
    path("runs/<int:pk>/results.jsonl", interop.ResultFile.as_view(extension="jsonl"), name="results-jsonl"),
    path("runs/<int:pk>/results.csv", interop.ResultFile.as_view(extension="csv"), name="results-csv"),
]
