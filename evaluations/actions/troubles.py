"""What broke off the work on a batch, in a line."""


def words(error: BaseException) -> str:
    first = cause(error)
    return f"{type(first).__name__}: {first}"


def cause(error: BaseException) -> BaseException:
    """The first one inside a group of errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
