"""A view that a person saves, of the board or of a list of the admin, is hers, and of what she may see."""

import pytest
from django.test import Client

from pilots.actions import saved_views
from pilots.actions.refusals import Refused
from pilots.models import SavedView
from tests.factories import make_owner, make_pilot, make_user

pytestmark = pytest.mark.django_db
STOPPED = "flag=stop&q=mail"
PILOTS = "pilots.pilot"


@pytest.mark.parametrize(("place", "address"), [(PILOTS, "/admin/pilots/pilot/"), ("board", "/")])
def test_filters_search_and_order_are_kept_and_offered_to_her_alone(
    client: Client, place: str, address: str
) -> None:
    olga, other = make_owner("olga"), make_owner("other")
    make_pilot()
    client.force_login(olga)
    asked = {"place": place, "name": " Stopped  mail ", "query": "q=mail&flag=stop&p=3&page=2&_popup=1"}

    saved = client.post("/views/", asked)
    page = client.get(f"{address}?q=mail&flag=stop").content.decode()
    client.force_login(other)
    elsewhere = client.get(address).content.decode()

    view = SavedView.objects.get()
    assert saved.headers["Location"] == f"{address}?{STOPPED}"
    assert (view.person, view.place, view.name, view.query) == (olga, place, "Stopped mail", STOPPED)
    assert 'href="?flag=stop&amp;q=mail" aria-current="page">' in page
    assert "Stopped mail" not in elsewhere


def test_nobody_deletes_the_view_of_another(client: Client) -> None:
    olga = make_owner("olga")
    saved = saved_views.save(by=olga, place=PILOTS, name="Stopped", query=STOPPED)
    client.force_login(make_owner("other"))

    refused = client.post(f"/views/{saved.pk}/delete/")
    client.force_login(olga)
    deleted = client.post(f"/views/{saved.pk}/delete/")

    assert (refused.status_code, deleted.headers["Location"]) == (404, "/admin/pilots/pilot/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("place", "status"), [("auth.user", 403), ("sessions.session", 404), ("no.such", 404), ("nonsense", 404)]
)
def test_of_a_list_that_she_may_not_see_nothing_is_kept(client: Client, place: str, status: int) -> None:
    client.force_login(make_owner("olga"))

    assert client.post("/views/", {"place": place, "name": "x", "query": "q=x"}).status_code == status
    assert not SavedView.objects.exists()


def test_of_the_board_nothing_is_kept_for_who_may_not_see_it(client: Client) -> None:
    client.force_login(make_user("nobody"))

    assert client.post("/views/", {"place": "board", "name": "x", "query": "q=x"}).status_code == 403


def test_a_name_is_taken_once_a_place_and_a_view_that_is_not_narrowed_is_refused() -> None:
    olga = make_owner("olga")
    for query in ("flag=go", STOPPED):
        saved_views.save(by=olga, place=PILOTS, name="Mine", query=query)
    saved_views.save(by=olga, place="board", name="Mine", query="q=nightly")

    with pytest.raises(Refused, match="Filter, search or sort first"):
        saved_views.save(by=olga, place=PILOTS, name="All", query="p=2")
    assert set(SavedView.objects.values_list("place", "query")) == {
        (PILOTS, STOPPED),
        ("board", "q=nightly"),
    }
