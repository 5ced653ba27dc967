"""`python -m tests.migrations`: `manage.py check_migrations` on engines of its own. Not in the test run: Django makes all
models anew for each step of a migration."""

import os
import sys
import warnings

import django
from django.core.management import CommandError, call_command

from config.local import throwaway


def main() -> None:
    engines = throwaway.start()
    try:
        os.environ |= engines.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        warnings.simplefilter("ignore")
        django.setup()
        call_command("check_migrations")
    except CommandError as error:
        sys.exit(str(error))
    finally:
        engines.stop()


if __name__ == "__main__":
    main()
