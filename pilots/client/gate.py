from dataclasses import dataclass

from . import door
from .errors import ClientError
from .login import Login

EXIT_CODES = {"go": 0, "extend": 10, "stop": 20, "collecting": 30}


@dataclass(frozen=True)
class GateAnswer:
    passed: bool
    flag: str
    reason: str

    @property
    def exit_code(self) -> int:
        """0 when it passed, else by the flag: 10 extend, 20 stop, 30 collecting."""
        return 0 if self.passed else EXIT_CODES.get(self.flag) or 1


def ask(login: Login, pilot: str, *, require: str) -> GateAnswer:
    """Raises ClientError for anything but a clear answer: no answer is never a pass."""
    answer = door.ask(login, f"pilots/{pilot}/gate/?require={require}")
    if answer.status != 200:
        raise ClientError(answer.says)
    body = answer.body
    if not isinstance(body.get("pass"), bool) or not isinstance(body.get("flag"), str):
        raise ClientError("The answer names no flag. Is the address that of Pilotage?")
    return GateAnswer(body["pass"], body["flag"], str(body.get("reason", "")))
