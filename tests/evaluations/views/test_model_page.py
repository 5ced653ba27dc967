"""A model's page: claims with their sources, conflicts that stay visible, a person's choice, corrections."""

import pytest

from evaluations.actions.claims import ClaimRefused, choose
from evaluations.models import AIModel, Choice, Claim, Correction, Deployment, Source, Vendor
from evaluations.queries import lifecycle
from evaluations.queries.claims import of_model
from tests.evaluations.builders import NOW


def claim_of(slug: str, field: str, value: object) -> Claim:
    return Claim.objects.filter(model__slug=slug, field=field, value=value).earliest("id")


def test_both_shutdown_dates_stay_visible_with_their_sources(facts, reader):
    page = reader.get("/models/imagen-4/").content.decode()

    assert "24 June 2026" in page
    assert "17 August 2026" in page
    assert "Curated lifecycle and price metadata" in page
    assert "Nobody has chosen yet." in page


def test_a_curators_choice_counts_and_says_who_when_and_why(facts, client, curator):
    client.force_login(curator)
    claim = claim_of("wan-2-6", "weights", "closed")

    client.post(
        f"/models/wan-2-6/claims/{claim.pk}/choose/", {"reason": "The vendor's site offers no download."}
    )

    page = client.get("/models/wan-2-6/").content.decode()
    assert AIModel.objects.get(slug="wan-2-6").weights == "closed"
    assert "curator chose <strong>closed, by API only</strong> on 20 November 2026" in page
    assert "Says open-source under Apache 2.0" in page


def test_a_reader_cannot_choose(facts, reader):
    claim = claim_of("wan-2-6", "weights", "closed")

    response = reader.post(f"/models/wan-2-6/claims/{claim.pk}/choose/", {"reason": "I think so."})

    assert (response.status_code, Choice.objects.count()) == (409, 0)
    assert AIModel.objects.get(slug="wan-2-6").weights == "unknown"


def test_a_choice_without_a_reason_is_refused(facts, curator):
    with pytest.raises(ClaimRefused, match="Say why"):
        choose(
            claim=claim_of("imagen-4", "lifecycle.retires_on", "2026-06-24"), reason=" ", by=curator, now=NOW
        )


def test_a_correction_becomes_a_claim_once_a_curator_accepts_it(facts, reader, client, curator):
    typed = {
        "field": "licence.commercial_use",
        "scope": "",
        "value": "forbidden",
        "where": "https://example.org/l",
    }
    reader.post("/models/falcon/corrections/", typed | {"reason": "Section 9 needs a fee."})
    correction = Correction.objects.get()
    before = AIModel.objects.get(slug="falcon").commercial_use
    client.force_login(curator)

    client.post(
        f"/models/falcon/corrections/{correction.pk}/answer/",
        {"answer": "accept", "reason": "I read it too."},
    )

    assert (before, AIModel.objects.get(slug="falcon").commercial_use) == ("unknown", "forbidden")
    claim = claim_of("falcon", "licence.commercial_use", False)
    assert (claim.source.where, claim.created_by.username) == ("https://example.org/l", "reader")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lifecycle.retires_on", "soon", "Write the day like 2027-03-31."),
        ("weights", "half", "Answer with one of: open, gated, closed."),
        ("nonsense", "1", "Choose one of the fields offered."),
    ],
)
def test_a_correction_that_cannot_be_read_is_refused_in_words(facts, reader, field, value, words):
    typed = {"field": field, "value": value, "where": "Letter", "reason": "New terms", "scope": ""}

    response = reader.post("/models/gpt-4/corrections/", typed)

    assert words in response.content.decode()
    assert not Correction.objects.exists()


@pytest.fixture
def hosted(facts):
    def make(host: str, model_id: str, slug: str = "llama") -> Deployment:
        vendor, _ = Vendor.objects.get_or_create(slug=host, defaults={"name": host.title()})
        return Deployment.objects.create(
            slug=f"{host}-{slug}", model=AIModel.objects.get(slug=slug), host=vendor, served_model=model_id
        )

    return make


def test_one_model_ends_on_other_days_at_other_hosts(hosted):
    made = [hosted(host, "Meta-Llama-3.1-405B-Instruct") for host in ("sambanova", "azure", "oracle", "own")]

    found = lifecycle.of_deployments(made)

    ends = [found[each.pk].retires_on for each in made]
    assert [str(day) for day in ends] == ["2025-06-25", "2026-06-13", "2026-08-03", "None"]


def test_a_disputed_end_is_the_earliest_until_a_person_chooses(hosted, curator):
    deployment = hosted("google", "imagen-4.0-generate-001", "imagen-4")
    before = lifecycle.of_deployments([deployment])[deployment.pk]

    choose(
        claim=claim_of("imagen-4", "lifecycle.retires_on", "2026-08-17"),
        reason="Seen to work.",
        by=curator,
        now=NOW,
    )

    after = lifecycle.of_deployments([deployment])[deployment.pk]
    assert (str(before.retires_on), before.basis) == ("2026-06-24", "earliest")
    assert (str(after.retires_on), after.basis) == ("2026-08-17", "chosen")


def test_not_sooner_than_is_no_end(hosted):
    deployment = hosted("anthropic", "claude-opus-5", "claude")

    found = lifecycle.of_deployments([deployment])[deployment.pk]

    assert (found.retires_on, str(found.not_before)) == (None, "2027-07-24")


def test_a_claim_about_one_deployment_counts_for_it_alone_and_its_choice_is_written_through(hosted, curator):
    ours, other = hosted("azure", "x"), hosted("oracle", "x")
    source = Source.objects.create(key="mail", what="A mail of the host", trust="person", read_on=NOW.date())
    claim = Claim.objects.create(
        model=ours.model,
        deployment=ours,
        field="lifecycle.retires_on",
        value="2027-01-31",
        source=source,
        created_at=NOW,
    )

    choose(claim=claim, reason="It is addressed to us.", by=curator, now=NOW)

    found = lifecycle.of_deployments([Deployment.objects.get(pk=ours.pk), other])
    assert [str(found[each.pk].retires_on) for each in (ours, other)] == ["2027-01-31", "None"]
    assert str(Deployment.objects.get(pk=ours.pk).retires_on) == "2027-01-31"


def test_loading_again_changes_nothing(facts, curator):
    from evaluations.actions import catalogue_facts

    AIModel.objects.filter(slug="falcon").update(licence="Checked by us")
    before = Claim.objects.count()

    again = catalogue_facts.load(now=NOW)

    assert (facts.models, again.models, again.claims, Claim.objects.count()) == (22, 0, 0, before)
    assert AIModel.objects.get(slug="falcon").licence == "Checked by us"


def test_a_hand_made_model_has_no_claims(db):
    from tests.evaluations.builders import make_model

    assert of_model(make_model()) == []


def test_the_deployments_page_shows_its_days(hosted, reader):
    deployment = hosted("sambanova", "Meta-Llama-3.1-405B-Instruct")

    page = reader.get(f"/deployments/{deployment.slug}/").content.decode()

    assert "Ended" in page
    assert "25 June 2025" in page
