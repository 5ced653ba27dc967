"""`python -m tests.fuzz [--examples 40]`: requests made up from the OpenAPI document, sent to the running application.

Every operation gets requests that fit the document and requests that do not, on engines of its own. An answer of 500, an
undocumented status, content type or shape is a fault; faults are listed and the exit code is 1.
"""

import argparse
import logging
import os
import sys
import warnings

import django

from config.local import throwaway


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=40, help="requests of each sort an operation")
    options = parser.parse_args()
    engines = throwaway.start()
    try:
        os.environ |= engines.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        warnings.simplefilter("ignore")
        django.setup()
        logging.disable(logging.WARNING)
        from tests.fuzz import contract

        faults, sent = contract.fuzz(examples=options.examples)
    finally:
        engines.stop()
    print("\n".join(faults) or "no fault", f"\n{sent} requests, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
