#!/bin/bash
# versions.sh LIBRARY PROGRAM - the tests of the Python package by every Python that it is for and
# that is at hand, with all warnings of development.
#
# Those are python3.9 and later of PATH and of pyenv, or the paths in REASSESS_PYTHONS. NumPy and
# the others need not be there; their tests are skipped (run.sh has them). In the long tier
# (REASSESS_LONG=1).
set -u
here=$(cd "$(dirname "$0")" && pwd)
export REASSESS_LIBRARY=$1 REASSESS_PROGRAM=$2
export PYTHONPATH=$here/../../python:$here PYTHONDONTWRITEBYTECODE=1

if [ "${REASSESS_LONG:-0}" != 1 ]; then
    echo 'versions: in the long tier (REASSESS_LONG=1)'
    exit 77
fi
read -ra pythons <<<"${REASSESS_PYTHONS:-}"
if [ "${#pythons[@]}" = 0 ]; then
    shopt -s nullglob
    for folder in ${PATH//:/ }; do
        pythons+=("$folder"/python3.{9,[1-9][0-9]})
    done
    ! command -v pyenv >/dev/null ||
        pythons+=("$(pyenv root)"/versions/*/bin/python3.{9,[1-9][0-9]})
fi

unset REASSESS_LONG # the tests of the ordinary tier
status=0
declare -A seen=()
for python in "${pythons[@]}"; do
    version=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) ||
        continue # there in name only: of pyenv, say
    [ -z "${seen[$version]:-}" ] || continue
    seen[$version]=1
    echo "Python $version: $python"
    "$python" -X dev -W error::ResourceWarning -W error::DeprecationWarning \
        -m unittest discover -s "$here" 2>&1 || status=1
done
[ "${#seen[@]}" -gt 0 ] || exit 77
echo "versions: ${!seen[*]}"
exit "$status"
