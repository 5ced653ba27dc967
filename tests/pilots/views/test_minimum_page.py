from datetime import timedelta

import pytest
from django.test import Client

from tests.factories import NOW, make_ready_pilot, make_user

pytestmark = pytest.mark.django_db


def test_each_part_stands_there_with_its_evidence_and_old_evidence_is_grey(client: Client) -> None:
    pilot = make_ready_pilot()
    for part, days in (("releases", 10), ("docs", 181)):
        pilot.ecosystem_findings.create(
            part=part, score=2, evidence=f"{days} days ago.", dated_on=NOW.date() - timedelta(days=days)
        )
    client.force_login(make_user("", "Viewers"))

    page = client.get(f"/p/{pilot.slug}/minimum/")

    content = page.content.decode()
    old = content.split('class="is-old"')
    assert len(old) == 2
    assert "181 days ago." in old[1].split("</tr>")[0]
    assert "too old to count" in old[1].split("</tr>")[0]
    assert [str(value.basis) for value, _ in page.context["values"]] == [
        "estimated",
        "estimated",
        "estimated",
        "not measured",
        "not measured",
    ]
