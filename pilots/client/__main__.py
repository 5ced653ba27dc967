"""`python -m pilots.client`, or of the copied folder: the command without installing it."""

import sys

from .command import main

sys.exit(main())
