"""Where a frozen plan leads on this instance today."""

from urllib.parse import urlsplit

from django.conf import settings

from evaluations.actions.target_plans import TargetPlan
from evaluations.providers.credentials import Credential, MissingCredential
from evaluations.providers.destinations import AllowedHosts, DestinationRefused
from evaluations.providers.opening import ApiStyle, Endpoint

API_STYLES: dict[str, ApiStyle] = {"openai": "openai", "azure": "azure", "anthropic": "anthropic"}
NO_LOCAL_MODEL = (
    "This instance runs no local model. Set PILOTAGE_LOCAL_MODEL_URL, or give the deployment a base URL."
)


class EndpointClosed(Exception):
    """Nobody can be asked there now. The message says why and what to do."""


def allowed_hosts() -> AllowedHosts:
    """What the administrator allowed, and the local model of this instance."""
    local = settings.PILOTAGE_LOCAL_MODEL_URL
    return AllowedHosts.parse(
        [*settings.EVALUATIONS_ALLOWED_HOSTS, *([f"private:{urlsplit(local).netloc}"] if local else [])]
    )


def why_not_allowed(protocol: str, base_url: str) -> str:
    """Why nobody is asked at this address from here and what to do, "" when it is allowed. Connects to nobody."""
    if protocol == "null":
        return ""
    address = base_url or settings.PILOTAGE_LOCAL_MODEL_URL
    if not address:
        return NO_LOCAL_MODEL
    try:
        allowed_hosts().check_url(address)
    except DestinationRefused as refusal:
        return str(refusal)
    return ""


def is_own_network(protocol: str, base_url: str) -> bool:
    """Whether data stays in the house there: the local model, or a host the administrator allowed as private."""
    if protocol == "null":
        return True
    return not base_url or allowed_hosts().is_private(base_url)


def endpoint(plan: TargetPlan, *, credential: str) -> Endpoint:
    """Raises EndpointClosed when host, credential or local model are known not to be there, before any is asked."""
    if plan.protocol == "null":
        return Endpoint("null")
    if reason := why_not_allowed(plan.protocol, plan.base_url):
        raise EndpointClosed(reason)
    try:
        Credential(credential).resolve()
    except MissingCredential as missing:
        raise EndpointClosed(str(missing)) from missing
    return Endpoint(
        api=API_STYLES[plan.protocol],
        base_url=plan.base_url or settings.PILOTAGE_LOCAL_MODEL_URL,
        model=plan.model,
        credential=credential,
        limit_field="max_completion_tokens" if plan.limit_field == "max_completion_tokens" else "max_tokens",
        api_version=plan.api_version,
        streams=plan.streams,
    )
