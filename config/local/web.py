"""The web application as `make run` serves it: a server process ends with the launcher that it belongs to."""

from config.local.orphans import die_with_parent
from config.wsgi import application

die_with_parent()

__all__ = ["application"]
