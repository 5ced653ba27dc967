"""People, groups and the clock are for administrators; owners look people up by name and nothing more."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_manager, make_owner, make_user

pytestmark = pytest.mark.django_db

CLOSED = [
    "/admin/auth/user/",
    "/admin/auth/user/add/",
    "/admin/auth/group/",
    "/admin/django_celery_beat/periodictask/",
    "/admin/django_celery_beat/periodictask/add/",
    "/admin/django_celery_beat/intervalschedule/",
    "/admin/django_celery_beat/crontabschedule/",
    "/admin/django_celery_beat/solarschedule/",
    "/admin/django_celery_beat/clockedschedule/",
]


def lookup(client: Client, field: str, model: str = "pilot") -> list[str]:
    query = {"app_label": "pilots", "model_name": model, "field_name": field, "term": ""}
    answer = client.get("/admin/autocomplete/", query)
    return [each["text"] for each in answer.json()["results"]] if answer.status_code == 200 else []


@pytest.mark.parametrize("path", CLOSED)
def test_owners_are_kept_out(client: Client, path: str) -> None:
    client.force_login(make_owner())

    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", CLOSED)
def test_administrators_come_in(client: Client, path: str) -> None:
    client.force_login(make_user("root", is_staff=True, is_superuser=True))

    assert client.get(path).status_code == 200


def test_a_role_is_offered_to_people_who_can_fill_it(client: Client) -> None:
    client.force_login(make_owner("olga"))
    make_manager("marie")
    make_manager("gone", is_active=False)
    make_user("visitor", "Viewers")

    assert (lookup(client, "owner"), lookup(client, "decider")) == (["olga"], ["marie"])


def test_an_owner_looks_people_up_for_the_roles_of_a_pilot_alone(client: Client) -> None:
    client.force_login(make_owner())

    assert lookup(client, "created_by", model="token") == []


@pytest.mark.parametrize("group", ["Managers", "Auditors", "Viewers"])
def test_who_logs_no_pilots_looks_nobody_up(client: Client, group: str) -> None:
    client.force_login(make_user("", group, is_staff=True))

    assert lookup(client, "decider") == []


def test_an_owner_opens_no_person_by_url(client: Client) -> None:
    owner = make_owner()
    client.force_login(owner)

    assert client.get(f"/admin/auth/user/{owner.pk}/change/").status_code == 403


def test_an_administrator_adds_a_person(client: Client) -> None:
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    password = "a long enough phrase"
    typed = {"username": "nina", "usable_password": "true", "password1": password, "password2": password}

    client.post("/admin/auth/user/add/", typed)

    assert User.objects.get(username="nina").check_password(password)


@pytest.mark.parametrize(
    ("person", "groups"),
    [
        ({"groups": ["Owners"]}, {"Pilots", "Records"}),
        ({"groups": ["Auditors"]}, {"Pilots", "Records"}),
        ({"groups": [], "is_superuser": True}, {"Pilots", "Records", "People", "System"}),
    ],
)
def test_the_sidebar_lists_what_a_person_may_see(client: Client, person: dict, groups: set[str]) -> None:
    fields = {key: value for key, value in person.items() if key != "groups"}
    client.force_login(make_user("", *person["groups"], is_staff=True, **fields))

    sidebar = client.get("/admin/").context["sidebar_navigation"]

    titles = {group["title"] for group in sidebar if group["title"]}
    assert titles - {"Catalogue"} == groups
