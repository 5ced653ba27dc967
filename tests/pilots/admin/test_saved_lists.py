"""A list of the admin that a person keeps is hers, and of a list that she may see."""

import pytest
from django.test import Client

from pilots.actions import saved_lists
from pilots.actions.refusals import Refused
from pilots.models import SavedList
from tests.factories import make_owner

pytestmark = pytest.mark.django_db
STOPPED = "flag=stop&q=mail"


def test_filters_search_and_order_are_kept_and_offered_to_her_alone(client: Client) -> None:
    olga, other = make_owner("olga"), make_owner("other")
    client.force_login(olga)

    kept = client.post(
        "/lists/", {"of": "pilots.pilot", "name": " Stopped  mail ", "query": "q=mail&flag=stop&p=3&_popup=1"}
    )
    page = client.get("/admin/pilots/pilot/").content.decode()
    client.force_login(other)
    elsewhere = client.get("/admin/pilots/pilot/").content.decode()

    saved = SavedList.objects.get()
    assert kept.headers["Location"] == f"/admin/pilots/pilot/?{STOPPED}"
    assert (saved.person, saved.of, saved.name, saved.query) == (
        olga,
        "pilots.pilot",
        "Stopped mail",
        STOPPED,
    )
    assert 'href="?flag=stop&amp;q=mail">Stopped mail</a>' in page
    assert "Stopped mail" not in elsewhere


def test_nobody_forgets_the_list_of_another(client: Client) -> None:
    olga = make_owner("olga")
    saved = saved_lists.save(by=olga, of="pilots.pilot", name="Stopped", query=STOPPED)
    client.force_login(make_owner("other"))

    refused = client.post(f"/lists/{saved.pk}/delete/")
    client.force_login(olga)
    forgotten = client.post(f"/lists/{saved.pk}/delete/")

    assert (refused.status_code, forgotten.headers["Location"]) == (404, "/admin/pilots/pilot/")
    assert not SavedList.objects.exists()


@pytest.mark.parametrize(
    ("of", "status"), [("auth.user", 403), ("sessions.session", 404), ("no.such", 404), ("nonsense", 404)]
)
def test_of_a_list_that_she_may_not_see_nothing_is_kept(client: Client, of: str, status: int) -> None:
    client.force_login(make_owner("olga"))

    assert client.post("/lists/", {"of": of, "name": "x", "query": "q=x"}).status_code == status
    assert not SavedList.objects.exists()


def test_a_name_is_taken_once_and_a_list_that_is_not_narrowed_is_refused() -> None:
    olga = make_owner("olga")
    for query in ("flag=go", STOPPED):
        saved_lists.save(by=olga, of="pilots.pilot", name="Mine", query=query)
    saved_lists.save(by=olga, of="pilots.token", name="Mine", query="q=nightly")

    with pytest.raises(Refused, match="Filter, search or sort first"):
        saved_lists.save(by=olga, of="pilots.pilot", name="All", query="p=2")
    assert set(SavedList.objects.values_list("of", "query")) == {
        ("pilots.pilot", STOPPED),
        ("pilots.token", "q=nightly"),
    }
