"""No process outlives the one that started it, even after kill -9 (Linux)."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with_parent(signum: int = signal.SIGKILL, *, parent: int | None = None) -> None:
    """The kernel sends `signum` to this process once the thread that started it is gone.

    A child that reaches this line late names the process it was started by: that one may be gone already.
    Call it after any change of user: the kernel forgets the request on setuid.
    """
    expected = parent or os.getppid()
    if _prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != expected:  # gone before the request: nobody would send the signal
        os.kill(os.getpid(), signum)
