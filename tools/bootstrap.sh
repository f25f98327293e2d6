#!/usr/bin/env bash
# Makes .venv from one requirements file: `tools/bootstrap.sh run|dev`. Does nothing when the stamp is fresh,
# and waits when another bootstrap is busy in the same tree.
set -euo pipefail
cd "$(dirname "$0")/.."
wish="${1:-run}"
python="${PYTHON:-python3}"

stop() {
    printf 'sluis: %s\n' "$1" >&2
    exit 1
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    stop 'needs Python 3.11 or newer. On Debian: apt install make python3 python3-venv chromium'
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop 'Python lacks venv. On Debian: apt install make python3-venv chromium'

# The settings of the tools do not change what is installed.
digest="$({ sed '/^\[tool\.ruff/,$d' pyproject.toml && cat requirements/*.txt; } | cksum)"
stamp() { printf '.venv/.sluis-%s' "$1"; }
fresh() { [ -f "$(stamp "$1")" ] && [ "$(cat "$(stamp "$1")")" = "$digest $PWD" ]; }
ready() { fresh "$wish" || fresh dev; }
ready && exit 0

exec 9>.bootstrap.lock
if command -v flock >/dev/null; then
    flock 9
else
    until mkdir .bootstrap.lock.d 2>/dev/null; do sleep 1; done
    trap 'rmdir .bootstrap.lock.d' EXIT
fi
ready && exit 0

# A `run` wish never takes the tools of a `dev` environment away.
[ "$wish" = run ] && [ -f "$(stamp dev)" ] && wish=dev
if [ "$wish" = dev ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
    echo 'sluis: no Chromium: the browser tests will be skipped. On Debian: apt install chromium'
fi
started=$SECONDS
echo "sluis: making .venv ($wish) from requirements/$wish.txt"
pip_flags=(install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt)
if [ ! -x .venv/bin/python ] && "$python" -m venv --without-pip .venv; then
    # The pip beside this Python, where there is one, spares the seconds of a second pip.
    "$python" -m pip --python .venv/bin/python "${pip_flags[@]}" 2>/dev/null || true
fi
[ -x .venv/bin/uv ] || { "$python" -m venv .venv && .venv/bin/python -m pip "${pip_flags[@]}"; } ||
    stop 'could not install uv. Is a package registry or a folder of wheels within reach (see pip config)?'
# uv reads the folder of wheels that pip is told of, if any.
export UV_FIND_LINKS="${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}"
[ -n "$UV_FIND_LINKS" ] || unset UV_FIND_LINKS
rm -f .venv/.sluis-*
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes "requirements/$wish.txt"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
printf '%s %s' "$digest" "$PWD" >"$(stamp "$wish")"
echo "sluis: .venv ready in $((SECONDS - started)) s"
