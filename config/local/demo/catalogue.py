"""The vendors, models and deployments of the demo. Invented makers, but for the local model, which is real."""

from evaluations.models import AIModel, Deployment, Vendor


def load() -> dict[str, Deployment]:
    """By short name; made where missing."""
    here = _vendor("this-instance", "This instance")
    return {
        "local": _deployment(
            "local-smollm2",
            host=here,
            model=_model(
                "smollm2-135m",
                "SmolLM2 135M Instruct",
                _vendor("hugging-face", "Hugging Face"),
                weights="open",
                licence="Apache-2.0",
            ),
            served_model="smollm2-135m-instruct",
            concurrency=2,  # as many as the local server has slots
        ),
        "open-vision": _deployment(
            "demo-open-vision",
            host=_vendor("demo-own-servers", "Own servers (demo)"),
            model=_model(
                "demo-reader-7b",
                "Reader 7B (demo)",
                _vendor("demo-open-lab", "Open Lab (demo)"),
                weights="open",
                licence="Apache-2.0",
            ),
            base_url="http://reader.demo.invalid/v1",
            served_model="reader-7b",
        ),
        "closed-chat": _deployment(
            "demo-closed-chat",
            host=_vendor("demo-closed-ai", "Closed AI (demo)"),
            model=_model(
                "demo-chat-large",
                "Chat Large (demo)",
                _vendor("demo-closed-ai", "Closed AI (demo)"),
                weights="closed",
            ),
            base_url="https://api.closed.demo.invalid/v1",
            served_model="chat-large-2026-08",
            credential="DEMO_CLOSED_AI_KEY",
        ),
    }


def _vendor(slug: str, name: str) -> Vendor:
    return Vendor.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _model(slug: str, name: str, vendor: Vendor, **fields: str) -> AIModel:
    return AIModel.objects.get_or_create(slug=slug, defaults={"name": name, "vendor": vendor, **fields})[0]


def _deployment(slug: str, *, host: Vendor, model: AIModel, **fields: str | int) -> Deployment:
    return Deployment.objects.get_or_create(slug=slug, defaults={"host": host, "model": model, **fields})[0]
