"""What the dialects call things, the preferred name first.

`gen_ai.*`: OpenTelemetry's conventions, now and before version 1.37 (also as OpenLLMetry spoke them); `llm.*`:
OpenInference; `langfuse.*`: Langfuse's SDK. Their names do not overlap, so one table serves all.
"""

OPERATION = "gen_ai.operation.name"
OPENINFERENCE_KIND = "openinference.span.kind"
LANGFUSE_TYPE = "langfuse.observation.type"
OPENLLMETRY_KIND = "traceloop.span.kind"
OPENLLMETRY_REQUEST = "llm.request.type"
LANGFUSE_LEVEL = "langfuse.observation.level"
LANGFUSE_USAGE = "langfuse.observation.usage_details"
LANGFUSE_COST = "langfuse.observation.cost_details"
LANGFUSE_STARTED = "langfuse.observation.completion_start_time"
FIRST_TOKEN_S = ("gen_ai.response.time_to_first_chunk",)
FIRST_TOKEN_EVENTS = frozenset({"First Token Stream Event", "gen_ai.first_token"})

ASKED_MODEL = (
    "gen_ai.request.model",
    "llm.request.model_name",
    "llm.model_name",
    "embedding.model_name",
    "langfuse.observation.model.name",
)
ANSWERED_MODEL = ("gen_ai.response.model", "llm.response.model_name")
PROMPT_NAME = ("langfuse.observation.prompt.name", "gen_ai.prompt.name", "prompt.id")
PROMPT_VERSION = (
    "pilotage.prompt_version",
    "llm.prompt_template.version",
    "langfuse.observation.prompt.version",
    "gen_ai.prompt.version",
)
SYSTEM = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
ERROR = ("error.type", "langfuse.observation.status_message", "exception.type", "exception.message")
FINISH = ("gen_ai.response.finish_reasons", "llm.finish_reason", "gen_ai.response.finish_reason")

TOKENS = {
    "input_tokens": (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.usage.prompt_tokens",
        "llm.token_count.prompt",
    ),
    "output_tokens": (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.usage.completion_tokens",
        "llm.token_count.completion",
    ),
    "cache_read_tokens": (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read",
    ),
    "cache_write_tokens": (
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "llm.token_count.prompt_details.cache_write",
    ),
    "reasoning_tokens": (
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "llm.usage.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
    ),
}
COST = ("gen_ai.usage.cost", "llm.cost.total")
LANGFUSE_TOKENS = {
    "input_tokens": ("input", "prompt_tokens", "input_tokens"),
    "output_tokens": ("output", "completion_tokens", "output_tokens"),
    "cache_read_tokens": ("input_cached_tokens", "cache_read_input_tokens", "input_cache_read"),
    "cache_write_tokens": ("cache_creation_input_tokens", "input_cache_creation"),
    "reasoning_tokens": ("output_reasoning_tokens", "reasoning_tokens"),
}

PILOT = "pilotage.pilot"
OUTCOME = "pilotage.outcome"
UNIT = "pilotage.unit_id"
LABELS = {
    "pilotage.candidate": "candidate",
    UNIT: "unit_id",
    "pilotage.segment": "segment",
    "pilotage.load": "load",
    "pilotage.phase": "phase",
    "pilotage.provenance": "provenance",
    "pilotage.fingerprint": "fingerprint",
}
"""Our own attributes, of a span or of its resource, and the field of a measurement that each fills."""

OF_RESOURCE = frozenset({PILOT, *LABELS, "pilotage.prompt_version"})
OF_SPAN = frozenset(
    {
        OPERATION,
        OPENINFERENCE_KIND,
        LANGFUSE_TYPE,
        OPENLLMETRY_KIND,
        OPENLLMETRY_REQUEST,
        LANGFUSE_LEVEL,
        LANGFUSE_USAGE,
        LANGFUSE_COST,
        LANGFUSE_STARTED,
        OUTCOME,
        *FIRST_TOKEN_S,
        *ASKED_MODEL,
        *ANSWERED_MODEL,
        *PROMPT_NAME,
        *PROMPT_VERSION,
        *SYSTEM,
        *ERROR,
        *FINISH,
        *COST,
        *(name for names in TOKENS.values() for name in names),
        *OF_RESOURCE,
    }
)
"""All that is kept of a span's attributes; prompts and answers, often the largest, are not even decoded."""
OF_ONE_CALL = frozenset(
    {
        UNIT,
        LANGFUSE_USAGE,
        LANGFUSE_COST,
        LANGFUSE_STARTED,
        *FIRST_TOKEN_S,
        *COST,
        *(name for names in TOKENS.values() for name in names),
    }
)
"""What differs from call to call: numbers, and the unit. All else is the same for many."""
