"""The server speaks to the outside through guarded modules alone. A new way out is named here, with its guard."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = {
    "httpx",
    "httpx2",
    "requests",
    "urllib3",
    "aiohttp",
    "urllib.request",
    "http.client",
    "smtplib",
    "ftplib",
    "socket",
}
GUARDED = {
    "evaluations/providers": "allowed hosts, each address checked and then connected to, no redirects",
    "pilots/actions/notifications/webhooks.py": "the same transport",
    "accounts/openid/network.py": "the same transport",
    "pilots/actions/notifications/mail.py": "the mail server of the settings alone; only its errors are named",
    "pilots/client": "what scripts run on their own machines; no part of the server",
    "config/local": "make run, on this machine",
    "config/beat.py": "the name of this machine, no connection",
}


def statements(module: ast.Module) -> Iterator[ast.AST]:
    """All of them, however deep. What stands inside of one is an expression, which imports nothing."""
    left: list[ast.AST] = list(module.body)
    while left:
        node = left.pop()
        yield node
        for part in ("body", "orelse", "handlers", "finalbody", "cases"):
            left += getattr(node, part, ())


def imported(path: Path) -> set[str]:
    names = set()
    for node in statements(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_no_other_module_opens_a_connection() -> None:
    found = {
        str(path.relative_to(ROOT)): sorted(used)
        for app in ("accounts", "config", "evaluations", "pilots")
        for path in (ROOT / app).rglob("*.py")
        if (used := imported(path) & CLIENTS)
    }

    assert {path for path in found if not path.startswith(tuple(GUARDED))} == set()
    assert any(path.startswith("evaluations/providers") for path in found)  # the walk finds what there is
