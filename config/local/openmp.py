"""The OpenMP runtime (libgomp) that the model's server is linked to.

Debian has it beside its compilers only, so a fresh machine may lack it. A wheel that brings a copy of its own serves
as well: only the name under which the loader looks for it differs.
"""

import ctypes
import sys
from pathlib import Path

from config.local.problem import Problem

NAME = "libgomp.so.1"


def library_path() -> dict[str, str]:
    """What a process needs in its environment to be linked to it: nothing where the system has it."""
    if _system_has_it():
        return {}
    prefix = Path(sys.prefix)
    copy = next(prefix.glob("lib/python*/site-packages/*.libs/libgomp-*.so*"), None)
    if copy is None:
        raise Problem(
            "The local model needs libgomp: sudo apt-get install libgomp1, or PILOTAGE_LOCAL_MODEL=off"
        )
    link = prefix / "lib" / "openmp" / NAME
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(copy)
    return {"LD_LIBRARY_PATH": str(link.parent)}


def _system_has_it() -> bool:
    try:
        ctypes.CDLL(NAME)
    except OSError:
        return False
    return True
