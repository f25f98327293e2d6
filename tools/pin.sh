#!/usr/bin/env bash
# Renews the hashed pins in requirements/ from pyproject.toml; no index address may end up in them.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
flags=(--quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
       --no-emit-index-url --no-emit-find-links "$@")
"$uv" pip compile "${flags[@]}" --extra demo --group dev --group bootstrap -o requirements/dev.txt pyproject.toml
"$uv" pip compile "${flags[@]}" --extra demo --group bootstrap -c requirements/dev.txt -o requirements/run.txt pyproject.toml
echo 'uv' | "$uv" pip compile "${flags[@]}" -c requirements/dev.txt -o requirements/uv.txt -
if grep -nE '://|index-url' requirements/*.txt; then
    echo 'An address stands in requirements/: take it out.' >&2
    exit 1
fi
