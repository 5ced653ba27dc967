from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient

# pytest may read this file before the engines are up: whatever reads the settings is imported in the fixtures.


@pytest.fixture
def call():
    """A client that signs in with a token of these scopes, good for every pilot."""
    from django.utils import timezone
    from rest_framework.test import APIClient

    from pilots.actions import tokens

    def client(*scopes: str) -> APIClient:
        _, secret = tokens.create(name="test", scopes=scopes, all_pilots=True, by=None, now=timezone.now())
        signed_in = APIClient()
        signed_in.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return signed_in

    return client


@pytest.fixture
def person():
    """A client signed in as a person with these permissions of evaluations."""
    from django.contrib.auth.models import Permission, User
    from rest_framework.test import APIClient

    def client(*codenames: str) -> APIClient:
        user = User.objects.create_user(f"person-{'-'.join(codenames) or 'without'}")
        user.user_permissions.set(
            Permission.objects.filter(content_type__app_label="evaluations", codename__in=codenames)
        )
        assert user.user_permissions.count() == len(codenames)
        signed_in = APIClient()
        signed_in.force_login(user)
        return signed_in

    return client
