"""The list of models: every system that people speak of has a row, and filters live in the address."""

import pytest

from evaluations.models import AIModel

NAMED = {
    *(
        "LLaMA",
        "Mistral",
        "Falcon",
        "Gemma",
        "GPT-4",
        "Claude",
        "FLUX.1 Schnell",
        "FLUX.2 Dev",
        "FLUX.2 Klein 4B",
    ),
    *(
        "FLUX.2 Klein 9B",
        "Stable Diffusion",
        "LTX-2",
        "Wan 2.6",
        "Voxtral",
        "Midjourney",
        "GPT-Image",
        "Imagen 4",
    ),
    *("Runway Gen-4.5", "Veo 3.1", "ElevenLabs", "Sora", "ComfyUI"),
}


def names(client, query: str = "") -> set[str]:
    return {row.model.name for row in client.get(f"/models/{query}").context["rows"]}


def test_every_system_has_a_row_and_a_page(facts, reader):
    rows = reader.get("/models/").context["rows"]

    assert {row.model.name for row in rows} == NAMED
    assert {reader.get(row.model.get_absolute_url()).status_code for row in rows} == {200}


def test_no_row_shows_just_open(facts, reader):
    rows = {row.model.slug: row.line for row in reader.get("/models/").context["rows"]}

    assert "open" not in {line.lower() for line in rows.values()}
    assert rows["flux-2-dev"] == (
        "Open weights · non-commercial licence (FLUX Non-Commercial License) · training data not recorded"
    )
    assert rows["wan-2-6"] == "Weights not known · licence not recorded · training data not recorded"
    assert rows["llama"] == (
        "Open weights · licence with conditions (Llama 3.1 Community License Agreement) · "
        "training data not disclosed"
    )
    assert rows["comfyui"] == "Tool · GPL-3.0, commercial use allowed"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?use=forbidden", {"FLUX.2 Dev", "FLUX.2 Klein 9B", "Voxtral"}),
        ("?weights=unknown", {"Wan 2.6"}),
        ("?modality=audio", {"Voxtral", "ElevenLabs"}),
        ("?status=retired", {"GPT-4", "Imagen 4", "Sora"}),
        ("?status=ending", {"GPT-Image"}),
        ("?ends_within=30", {"GPT-Image"}),
        ("?q=lightricks", {"LTX-2"}),
        ("?hosting=platform&modality=audio", {"ElevenLabs"}),
        ("?weights=nonsense&q=sora", {"Sora"}),
    ],
)
def test_filters_live_in_the_address(facts, reader, query, expected):
    assert names(reader, query) == expected


def test_an_empty_catalogue_says_what_to_do(reader):
    assert "load_catalogue" in reader.get("/models/").content.decode()


@pytest.mark.parametrize("models", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_number_of_models(
    facts, reader, django_assert_num_queries, models
):
    wanted = AIModel.objects.filter(slug__in=["gpt-4", "sora", "claude"][:models]).values_list(
        "pk", flat=True
    )
    AIModel.objects.exclude(pk__in=list(wanted)).update(modality="workflow")
    AIModel.objects.filter(pk__in=list(wanted)).update(modality="audio")

    with django_assert_num_queries(9):
        assert len(names(reader, "?modality=audio")) == models
