"""Browser tests run where there is a browser; elsewhere they are left out and counted, and in CI that is an error."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

from config.local.chromium import FLAGS, find
from config.local.state import ROOT
from tests import conftest


@pytest.mark.browser
def test_the_browser_starts_and_runs_a_page(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page()
        page.set_content("<title>1</title><script>document.title = 1 + 1</script>")

        assert page.title() == "2"


def test_a_browser_can_be_named(monkeypatch):
    monkeypatch.setenv("PILOTAGE_CHROMIUM", "/opt/some/chrome")

    assert find() == "/opt/some/chrome"


def test_what_was_left_out_is_told_in_the_last_lines(tmp_path):
    session = run_without_browser(tmp_path)

    assert session.returncode == pytest.ExitCode.OK, session.stdout
    assert (
        "1 browser tests did not run: no Chromium. To get it: sudo apt-get install chromium, "
        "or name one: PILOTAGE_CHROMIUM=/path/to/chromium"
    ) in session.stdout.splitlines()[-4:]


def test_in_ci_a_missing_browser_is_an_error(monkeypatch, pytestconfig):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("config.local.chromium.find", lambda: None)

    with pytest.raises(pytest.UsageError, match="Browser tests must run in CI and there is no Chromium"):
        conftest.pytest_configure(pytestconfig)


OF_OURS = """
from tests.conftest import LEFT_OUT, pytest_collection_modifyitems, pytest_terminal_summary, pytest_testnodedown

def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.stash[LEFT_OUT] = 0
"""
WITHOUT = [f"-pno:{plugin}" for plugin in ("django", "valkey", "schemathesis", "hypothesispytest", "anyio")]
TWO_TESTS = """
import pytest

@pytest.mark.browser
def test_of_a_page(): raise AssertionError("It was not left out.")

def test_of_anything_else(): pass
"""


def run_without_browser(directory):
    """Two tests by our hooks in a session of their own, without engines, in two processes as `make test` has them."""
    (directory / "conftest.py").write_text(OF_OURS)
    (directory / "test_two.py").write_text(TWO_TESTS)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PILOTAGE_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "1", *WITHOUT],
        cwd=directory,
        env=inherited | {"PATH": "/nowhere", "CI": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
