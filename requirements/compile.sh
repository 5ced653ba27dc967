#!/bin/sh
# Recompiles the lock files from pyproject.toml. Plain requirement files with hashes: no index host is written anywhere.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.uv/bin/uv}
lock() { "$uv" pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal "$@"; }
printf 'uv\n' | lock - -o requirements/uv.txt
lock pyproject.toml -o requirements/base.txt
lock pyproject.toml --extra tracing -c requirements/base.txt -o requirements/tracing.txt
lock --no-deps --group engines -o requirements/engines.txt
lock --group dev -c requirements/base.txt -o requirements/dev.txt
lock --group sbom -o requirements/sbom.txt
