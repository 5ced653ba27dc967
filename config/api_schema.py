"""What several operations say alike in the OpenAPI document."""

from drf_spectacular.utils import OpenApiParameter

from config.api import documented_problems

READ = documented_problems(400, 401, 403, 404)
WRITE = documented_problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="ETag of the row as you last saw it."
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="Send it as If-Match with an edit."
)
