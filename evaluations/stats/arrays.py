"""numpy, loaded when it first calculates something, as scipy is (special.py) and for the same reason: it weighs 10 MiB."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["Booleans", "Floats", "Integers", "np"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Booleans = NDArray[np.bool_]
else:
    Floats = Integers = Booleans = Any

    class _AtFirstUse:
        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module("numpy"), name)
            setattr(self, name, found)
            return found

    np = _AtFirstUse()
