"""scipy's special functions, loaded when one is first called: a server that only takes measurements in never needs them,
and with what scipy brings along they weigh as much as a fifth of its pages."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.special import (
        bdtr as bdtr,
    )
    from scipy.special import (
        betaincc as betaincc,
    )
    from scipy.special import (
        betaincinv as betaincinv,
    )
    from scipy.special import (
        betaln as betaln,
    )
    from scipy.special import (
        ndtr as ndtr,
    )
    from scipy.special import (
        stdtrit as stdtrit,
    )
    from scipy.special import (
        xlog1py as xlog1py,
    )
    from scipy.special import (
        xlogy as xlogy,
    )
else:

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(import_module("scipy.special"), name)
        globals()[name] = found
        return found
