"""Who makes and hosts models, the models, and where they can be asked."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.api_schema import IF_MATCH, READ, WRITE
from evaluations.api.serializers.catalogue import DeploymentSerializer, ModelSerializer, VendorSerializer
from evaluations.api.views.base import CatalogueDetail, CatalogueList
from evaluations.models import AIModel, Deployment, Vendor
from evaluations.queries import lifecycle


class VendorList(CatalogueList):
    queryset = Vendor.objects.all()
    serializer_class = VendorSerializer
    model_name, detail_name = "vendor", "api:vendor"

    @extend_schema(
        operation_id="vendors",
        summary="Who makes models, or hosts them",
        description="Scope read.",
        responses={200: VendorSerializer(many=True), **READ},
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset())

    @extend_schema(
        operation_id="vendors_create",
        summary="Add a vendor",
        description="Scope admin.",
        responses={201: VendorSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        return self.create(request)


class VendorDetail(CatalogueDetail):
    queryset = Vendor.objects.all()
    serializer_class = VendorSerializer
    model_name = "vendor"

    @extend_schema(
        operation_id="vendor",
        summary="One vendor",
        description="Scope read.",
        responses={200: VendorSerializer, **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.show(slug)

    @extend_schema(
        operation_id="vendor_change",
        summary="Correct a vendor",
        description="Scope admin.",
        parameters=[IF_MATCH],
        responses={200: VendorSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str) -> Response:
        return self.change(request, slug)


class ModelList(CatalogueList):
    queryset = AIModel.objects.select_related("vendor").prefetch_related("claims__source")
    serializer_class = ModelSerializer
    model_name, detail_name = "aimodel", "api:model"

    @extend_schema(
        operation_id="models",
        summary="The catalogue of models",
        description="Scope read.",
        responses={200: ModelSerializer(many=True), **READ},
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset())

    @extend_schema(
        operation_id="models_create",
        summary="Add a model",
        description="Scope admin.",
        responses={201: ModelSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        return self.create(request)


class ModelDetail(CatalogueDetail):
    queryset = AIModel.objects.select_related("vendor").prefetch_related("claims__source")
    serializer_class = ModelSerializer
    model_name = "aimodel"

    @extend_schema(
        operation_id="model",
        summary="One model",
        description="Scope read.",
        responses={200: ModelSerializer, **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.show(slug)

    @extend_schema(
        operation_id="model_change",
        summary="Correct a model",
        description="Scope admin.",
        parameters=[IF_MATCH],
        responses={200: ModelSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str) -> Response:
        return self.change(request, slug)


class DeploymentList(CatalogueList):
    queryset = Deployment.objects.select_related("model", "host")
    serializer_class = DeploymentSerializer
    model_name, detail_name = "deployment", "api:deployment"

    @extend_schema(
        operation_id="deployments",
        summary="Where models can be asked",
        description="Scope read.",
        responses={200: DeploymentSerializer(many=True), **READ},
    )
    def get(self, request: Request) -> Response:
        found = self.paginate_queryset(self.get_queryset()) or []
        context = {**self.get_serializer_context(), "lifecycles": lifecycle.of_deployments(found)}
        return self.get_paginated_response(DeploymentSerializer(found, many=True, context=context).data)

    @extend_schema(
        operation_id="deployments_create",
        summary="Add a deployment",
        description="Scope admin.",
        responses={201: DeploymentSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        return self.create(request)


class DeploymentDetail(CatalogueDetail):
    queryset = Deployment.objects.select_related("model", "host")
    serializer_class = DeploymentSerializer
    model_name = "deployment"

    @extend_schema(
        operation_id="deployment",
        summary="One deployment",
        description="Scope read.",
        responses={200: DeploymentSerializer, **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.show(slug)

    @extend_schema(
        operation_id="deployment_change",
        summary="Change a deployment",
        description="Scope admin. What shapes an answer changes the fingerprint of later runs.",
        parameters=[IF_MATCH],
        responses={200: DeploymentSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str) -> Response:
        return self.change(request, slug)
