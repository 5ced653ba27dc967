"""`python -m config.run_celery -A config worker`: Celery's own command line, 7 MiB smaller.

Its command `amqp`, which nobody needs here, has a shell with completion and colours that every other command would load.
"""

import sys
from types import ModuleType

shell = ModuleType("click_repl")
shell.register_repl = lambda group: None  # type: ignore[attr-defined]
sys.modules["click_repl"] = shell

from celery.__main__ import main  # noqa: E402

if __name__ == "__main__":
    main()
