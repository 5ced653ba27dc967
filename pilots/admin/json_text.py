import json
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def pretty(value: Any) -> SafeString:
    """JSON for reading: indented, in the order it is stored in, escaped. Takes decoded values and canonical text."""
    decoded = json.loads(value) if isinstance(value, str) else value
    text = json.dumps(decoded, indent=2, ensure_ascii=False)
    return render_to_string("admin/pilots/json.html", {"text": text})
