#!/usr/bin/env bash
# Every check that needs no running service, in the order of their speed. All run; the exit code tells of any.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()
check() {
    local name="$1"
    shift
    echo "── $name"
    "$@" || failed+=("$name")
}
check ruff "$bin/ruff" check --quiet .
check format "$bin/ruff" format --quiet --check .
check contracts "$bin/lint-imports" --no-cache
config=pyproject.toml
if [ ! -f src/sluis/site/settings/test.py ]; then
    # The Django plugin needs the settings; without them the other storeys are still checked.
    mkdir -p .mypy_cache
    grep -v mypy_django_plugin pyproject.toml >.mypy_cache/plain.toml
    config=.mypy_cache/plain.toml
fi
check types "$bin/mypy" --config-file "$config"
if [ -n "$(git ls-files 'src/*.html' 2>/dev/null)" ]; then
    check templates "$bin/djlint" --quiet --lint src
fi
if [ ${#failed[@]} -gt 0 ]; then
    echo "sluis: failed: ${failed[*]}" >&2
    exit 1
fi
echo 'sluis: lint is clean'
