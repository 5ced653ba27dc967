"""What docs/api.md tells script authors is there."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from config.local.state import ROOT

TOLD = sorted(set(re.findall(r"/api/v1/[a-z0-9_/-]*/", Path(ROOT / "docs" / "api.md").read_text())))


@pytest.mark.parametrize("path", TOLD)
def test_every_address_in_the_document_exists(path: str):
    assert resolve(path)


def test_the_document_tells_of_several():
    assert len(TOLD) >= 5
