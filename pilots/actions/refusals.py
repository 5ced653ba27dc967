"""Why an act was refused, in words for the person, with a code for programs."""

from django.core.exceptions import ValidationError


class Refused(Exception):
    """An action that will not be done. `str()` says why and what to do next."""

    code = "refused"

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code or self.code


class NotAllowed(Refused):
    """The person may not do this; who may is in pilots/permissions.py."""

    code = "not_allowed"


class WrongState(Refused):
    """The pilot is not in a state in which this can be done."""

    code = "wrong_state"


class Unfit(Refused):
    """What was given does not fit; `error` has the faults by field."""

    code = "invalid"

    def __init__(self, error: ValidationError, *, code: str = "") -> None:
        super().__init__(" ".join(error.messages), code=code)
        self.error = error
