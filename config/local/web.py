"""The web application as `make run` serves it: a server process ends with the launcher that it belongs to."""

import multiprocessing

from config.local.orphans import die_with_parent

server = multiprocessing.parent_process()
die_with_parent(parent=server.pid if server else None)  # before Django is loaded, which takes a second

from config.wsgi import application  # noqa: E402

__all__ = ["application"]
