#!/bin/bash
# types.sh VENV - the types of the Python package, by mypy (strict) and pyright.
#
# Both come by pip into a virtual environment of the test's own, so that this is a test of the long
# tier (REASSESS_LONG=1). python/pyproject.toml says what they hold.
set -u
cd "$(dirname "$0")/../../python" || exit 1
venv=$1

if [ "${REASSESS_LONG:-0}" != 1 ]; then
    echo 'types: in the long tier (REASSESS_LONG=1)'
    exit 77
fi
[ -x "$venv/bin/python" ] || python3 -m venv "$venv" || exit 1
pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check)
if ! "${pip[@]}" mypy pyright; then
    echo 'types: mypy and pyright cannot be had by pip'
    exit 77
fi
# for pyright, which would take our torchmetrics.py for it
"${pip[@]}" --no-deps torchmetrics || exit 77

status=0
"$venv/bin/mypy" --cache-dir "$venv/mypy" || status=1
if "$venv/bin/pyright" --version >/dev/null 2>&1; then # it is a program of Node
    "$venv/bin/pyright" --pythonpath "$venv/bin/python" || status=1
else
    echo 'types: pyright does not start here; by mypy alone'
fi
exit "$status"
