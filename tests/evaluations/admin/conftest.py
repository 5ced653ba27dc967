import pytest


@pytest.fixture
def owner(client, db):
    """A client signed in as a person of the group Owners, who may use the admin."""
    from django.contrib.auth.models import Group, User

    person = User.objects.create_user("owner", is_staff=True)
    person.groups.add(Group.objects.get(name="Owners"))
    client.force_login(person)
    return client


@pytest.fixture
def viewer(client, db):
    """A client signed in as a person of the group Viewers, who may use the admin."""
    from django.contrib.auth.models import Group, User

    person = User.objects.create_user("viewer", is_staff=True)
    person.groups.add(Group.objects.get(name="Viewers"))
    client.force_login(person)
    return client
